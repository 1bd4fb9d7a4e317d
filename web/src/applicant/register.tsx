/** Registering: who somebody is, on small pages, and their consent. */

import { useState } from "preact/hooks";
import { api, ask } from "../api.ts";
import { birthDate } from "../dates.ts";
import type { Draft } from "../draft.ts";
import {
  Choices,
  dated,
  DateField,
  type Errors,
  Field,
  Form,
  useDraft,
  useSend,
} from "../form.tsx";
import { withProof } from "../proof.ts";
import { go, type Place, to } from "../router.ts";
import { checking } from "../trip.ts";
import { Facts, Page } from "../ui.tsx";
import type { Challenge } from "./code.tsx";
import { bornBy, CHECKS, rules } from "./person.ts";
import { words } from "../words.ts";

const said = words(
  {
    step: (n: number, of: number) => `Pendaftaran, langkah ${n} dari ${of}`,
    next: "Lanjut",
    name: "Siapa nama Anda?",
    nameLabel: "Nama lengkap seperti pada KTP",
    nik: "Berapa NIK Anda?",
    nikLabel: "NIK",
    nikHint: "16 angka pada KTP atau Kartu Keluarga. Satu NIK hanya untuk satu orang.",
    born: "Kapan Anda lahir?",
    bornLabel: "Tanggal lahir",
    bornHint: "Menurut NIK Anda. Perbaiki bila berbeda dari KTP.",
    sex: "Jenis kelamin pada KTP Anda",
    female: "Perempuan",
    male: "Laki-laki",
    phone: "Berapa nomor ponsel Anda?",
    phoneLabel: "Nomor ponsel",
    phoneHint: "Kami mengirim kode lewat SMS ke nomor ini. Misalnya 0812-3456-7890.",
    consent: "Periksa dan setujui",
    change: "Ubah",
    held: "Data ini disimpan terenkripsi di Indonesia, hanya untuk pesanan Anda, dan dapat Anda " +
      "hapus kapan saja.",
    agree: "Saya menyetujui pemrosesan data saya untuk pesanan ini.",
    mustAgree: "Tanpa persetujuan Anda, kami tidak dapat mendaftarkan Anda.",
    send: "Setuju dan kirim kode",
  },
  {
    step: (n: number, of: number) => `Registration, step ${n} of ${of}`,
    next: "Continue",
    name: "What is your name?",
    nameLabel: "Full name as on your KTP",
    nik: "What is your NIK?",
    nikLabel: "NIK",
    nikHint: "The 16 digits on your KTP or family card. A NIK is one person's alone.",
    born: "When were you born?",
    bornLabel: "Date of birth",
    bornHint: "As your NIK has it. Correct it if your KTP says otherwise.",
    sex: "Sex on your KTP",
    female: "Female",
    male: "Male",
    phone: "What is your mobile number?",
    phoneLabel: "Mobile number",
    phoneHint: "We send a code to it by SMS. For example 0812-3456-7890.",
    consent: "Check and agree",
    change: "Change",
    held: "These data are kept encrypted in Indonesia, only for your bookings, and you can erase " +
      "them at any time.",
    agree: "I agree to the processing of my data for this booking.",
    mustAgree: "We cannot register you unless you agree.",
    send: "Agree and send the code",
  },
);

const STEPS = ["nama", "nik", "lahir", "kelamin", "telepon", "setuju"] as const;

type Step = (typeof STEPS)[number];

const FIELDS: Record<Step, string> = {
  nama: "name",
  nik: "nik",
  lahir: "birth_date",
  kelamin: "sex",
  telepon: "phone",
  setuju: "consent",
};

export function RegisterPage({ place }: { place: Place }) {
  const w = said();
  const found = STEPS.find((step) => step === place[1]) ?? "nama";
  const { fields, put } = useDraft("registration");
  const missing = STEPS.slice(0, STEPS.indexOf(found)).find((step) => !checked(step, fields));
  const step = missing ?? found;
  const at = STEPS.indexOf(step);
  const props = { fields, put, next: () => go("daftar", STEPS[at + 1]) };
  const titles = { nama: w.name, nik: w.nik, lahir: w.born, kelamin: w.sex, telepon: w.phone };
  return (
    <Page
      title={step === "setuju" ? w.consent : titles[step]}
      above={w.step(at + 1, STEPS.length)}
      back={at ? to("daftar", STEPS[at - 1]) : to(...checking())}
    >
      {step === "setuju" ? <Agree {...props} /> : <Ask step={step} {...props} />}
    </Page>
  );
}

const checked = (step: Step, fields: Draft): boolean => !CHECKS[FIELDS[step]]?.(fields);

interface Asking {
  fields: Draft;
  put: (more: Draft) => void;
  next: () => void;
}

function Ask({ step, fields, put, next }: Asking & { step: Exclude<Step, "setuju"> }) {
  const w = said();
  const [errors, setErrors] = useState<Errors>({});
  const name = FIELDS[step];
  const value = fields[name] ?? "";
  const submit = () => {
    const wrong = CHECKS[name](fields);
    if (wrong) return setErrors({ [name]: rules()[wrong] });
    if (step === "nik" && !fields.birth_date) put(bornBy(fields.nik));
    if (step === "lahir") put({ birth_date: dated(value)! });
    next();
  };
  const about = {
    name,
    value,
    error: errors[name],
    // What an earlier NIK told of its holder is not true of another's.
    onInput: (text: string) =>
      put({ [name]: text, ...(step === "nik" && { birth_date: "", sex: "" }) }),
  };
  return (
    <Form errors={errors} submit={w.next} onSubmit={submit}>
      {step === "nama" && <Field {...about} label={w.nameLabel} autoComplete="name" />}
      {step === "nik" && (
        <Field
          {...about}
          label={w.nikLabel}
          hint={w.nikHint}
          inputMode="numeric"
          autoComplete="off"
          maxLength={24}
        />
      )}
      {step === "lahir" && <DateField {...about} label={w.bornLabel} hint={w.bornHint} />}
      {step === "kelamin" && (
        <Choices
          {...about}
          label={w.sex}
          quiet
          onChoose={about.onInput}
          options={[{ value: "female", label: w.female }, {
            value: "male",
            label: w.male,
          }]}
        />
      )}
      {step === "telepon" && (
        <Field
          {...about}
          label={w.phoneLabel}
          hint={w.phoneHint}
          type="tel"
          autoComplete="tel"
        />
      )}
    </Form>
  );
}

function Agree({ fields, put }: Asking) {
  const w = said();
  const [errors, setErrors] = useState<Errors>({});
  const { name, nik, birth_date, phone } = fields;
  const sex = fields.sex as "female" | "male";
  const sending = useSend(
    (progress, stop) =>
      withProof(
        (proof) =>
          ask(
            api.POST("/v1/registrations", {
              params: { header: proof },
              body: {
                name,
                nik: nik.replace(/\D/g, ""),
                birth_date,
                sex,
                phone,
                consent: true,
              },
            }),
          ),
        "",
        progress,
        stop,
      ),
    (sent) => {
      const challenge: Challenge = {
        kind: "registration",
        id: sent.registration_id,
        ...sent,
        phone,
      };
      code.put(challenge as unknown as Draft);
      go("kode");
    },
  );
  const code = useDraft("code");
  const submit = () => {
    if (fields.consent !== "yes") return setErrors({ consent: w.mustAgree });
    setErrors({});
    sending.send();
  };
  const change = (step: Step) => ({ href: to("daftar", step), label: w.change });
  return (
    <Form errors={errors} sending={sending} submit={w.send} onSubmit={submit}>
      <Facts
        rows={[
          [w.nameLabel, name, change("nama")],
          [w.nikLabel, nik, change("nik")],
          [w.bornLabel, birthDate(birth_date), change("lahir")],
          [w.sex, sex === "female" ? w.female : w.male, change("kelamin")],
          [w.phoneLabel, phone, change("telepon")],
        ]}
      />
      <p>{w.held}</p>
      <div class={errors.consent ? "field wrong" : "field"}>
        {errors.consent && <p class="error" id="consent-error">{errors.consent}</p>}
        <label class="choice">
          <input
            type="checkbox"
            name="consent"
            checked={fields.consent === "yes"}
            aria-describedby={errors.consent ? "consent-error" : undefined}
            onChange={(event) => put({ consent: event.currentTarget.checked ? "yes" : "" })}
          />
          <span>{w.agree}</span>
        </label>
      </div>
    </Form>
  );
}
