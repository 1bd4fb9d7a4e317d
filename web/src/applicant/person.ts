/** What is asked about a person, and when an answer cannot be right. The service checks it all
 * again; here it is told while the person still looks at their KTP. */

import type { Draft } from "../draft.ts";
import { dated } from "../form.tsx";
import { words } from "../words.ts";

export const rules = words(
  {
    name: "Tulis nama seperti pada KTP.",
    nik: "NIK terdiri atas 16 angka.",
    birth_date: "Tulis tanggal lahir dengan angka, misalnya 17 5 1990.",
    sex: "Pilih perempuan atau laki-laki.",
    relation: "Pilih hubungannya dengan Anda.",
    phone: "Tulis nomor ponsel Indonesia, misalnya 0812-3456-7890.",
  },
  {
    name: "Write the name as on the KTP.",
    nik: "A NIK has 16 digits.",
    birth_date: "Write the date of birth in digits, such as 17 5 1990.",
    sex: "Choose female or male.",
    relation: "Choose how they are related to you.",
    phone: "Write an Indonesian mobile number, such as 0812-3456-7890.",
  },
);

type Rule = keyof ReturnType<typeof rules>;

/** The rule that a field breaks, if it does. */
export const CHECKS: Record<string, (fields: Draft) => Rule | undefined> = {
  name: ({ name = "" }) => (name.trim() ? undefined : "name"),
  nik: ({ nik = "" }) => (/^\d{16}$/.test(nik.replace(/[\s.-]/g, "")) ? undefined : "nik"),
  birth_date: ({ birth_date = "" }) => (dated(birth_date) ? undefined : "birth_date"),
  sex: ({ sex = "" }) => (sex ? undefined : "sex"),
  relation: ({ relation = "" }) => (relation ? undefined : "relation"),
  phone: ({ phone = "" }) =>
    /^(0|\+?62)8\d{7,11}$/.test(phone.replace(/[\s.()-]/g, "")) ? undefined : "phone",
};

/** Birth date and sex as the NIK has them (digits 7 to 12: DDMMYY, 40 added to a woman's day). */
export function bornBy(nik: string): Draft {
  const digits = nik.replace(/\D/g, "");
  const day = Number(digits.slice(6, 8));
  const year = Number(digits.slice(10, 12));
  const century = 2000 + year > new Date().getFullYear() ? 1900 : 2000;
  const birth_date = `${century + year}-${digits.slice(8, 10)}-${
    String(day % 40).padStart(2, "0")
  }`;
  return dated(birth_date) ? { birth_date, sex: day > 40 ? "female" : "male" } : {};
}
