/** The people of an account besides its holder. */

import { useState } from "preact/hooks";
import { api, ask, type Relative, useAsked } from "../api.ts";
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
import { goInstead, type Place, to } from "../router.ts";
import { useSignedIn } from "../session.ts";
import { trip } from "../trip.ts";
import { Facts, Page, SignInFirst, Wait } from "../ui.tsx";
import { bornBy, CHECKS, rules } from "./person.ts";
import { words } from "../words.ts";

const said = words(
  {
    nik: "NIK",
    born: "Tanggal lahir",
    name: "Nama",
    family: "Keluarga",
    alone: "Belum ada anggota keluarga.",
    atMost: "Satu akun memuat paling banyak empat orang selain Anda.",
    add: "Tambah anggota keluarga",
    remove: "Hapus",
    removeOf: (name: string) => `Hapus ${name}`,
    removing: "Hapus dari keluarga Anda?",
    removeCosts: "Data orang ini dihapus dari akun Anda. Selama masih memiliki pesanan yang " +
      "berlaku, ia tidak dapat dihapus.",
    removeDo: "Ya, hapus",
    keep: "Tidak, biarkan",
    gone: "Orang ini tidak ada lagi dalam keluarga Anda.",
    parent: "Orang tua",
    child: "Anak",
    spouse: "Suami atau istri",
    sibling: "Saudara kandung",
    self: "Diri Anda sendiri",
    asked: "Menunggu persetujuannya",
    given: "Sudah menyetujui",
    notNeeded: "Dapat dipesankan",
    whoIs: "Siapa anggota keluarga Anda?",
    consentNote: "Jika ia memiliki akun sendiri, ia ditanyai dahulu dan menyetujui di aplikasinya.",
    fullName: "Nama lengkap seperti pada KTP atau Kartu Keluarga",
    nikHint: "16 angka pada KTP atau Kartu Keluarga",
    sex: "Jenis kelamin",
    female: "Perempuan",
    male: "Laki-laki",
    relation: "Hubungan dengan Anda",
    save: "Simpan",
  },
  {
    nik: "NIK",
    born: "Date of birth",
    name: "Name",
    family: "Family",
    alone: "There are no family members yet.",
    atMost: "An account can have at most four people besides you.",
    add: "Add a family member",
    remove: "Remove",
    removeOf: (name: string) => `Remove ${name}`,
    removing: "Remove from your family?",
    removeCosts: "This person's data are removed from your account. Whoever has an active " +
      "booking cannot be removed.",
    removeDo: "Yes, remove",
    keep: "No, keep",
    gone: "This person is not in your family any more.",
    parent: "Parent",
    child: "Child",
    spouse: "Spouse",
    sibling: "Sibling",
    self: "Yourself",
    asked: "Has not accepted yet",
    given: "Has accepted",
    notNeeded: "Can be booked for",
    whoIs: "Who is the family member?",
    consentNote: "If they have an account of their own, they are asked first, in their app.",
    fullName: "Full name as on the KTP or family card",
    nikHint: "The 16 digits on the KTP or family card",
    sex: "Sex",
    female: "Female",
    male: "Male",
    relation: "How they are related to you",
    save: "Save",
  },
);

export function FamilyPage({ place }: { place: Place }) {
  const w = said();
  const known = useSignedIn();
  if (place[1] === "tambah") {
    return (
      <Page title={w.whoIs} back={to(...whence())}>
        {known ? <Add /> : <SignInFirst />}
      </Page>
    );
  }
  if (place[1] === "hapus" && known) return <RemovePage applicant_id={place[2] ?? ""} />;
  return <Page title={w.family} back={to("akun")}>{known ? <Family /> : <SignInFirst />}</Page>;
}

const family = () => ask(api.GET("/v1/me/family"));

function Family() {
  const w = said();
  const asked = useAsked(family, []);
  const consents = { asked: w.asked, given: w.given, "not-needed": w.notNeeded };
  return (
    <Wait asked={asked}>
      {({ family }) => (
        <>
          {!family.length && <p>{w.alone}</p>}
          <ul class="cards">
            {family.map((one) => (
              <li key={one.applicant_id} class="card">
                <span class={`status ${one.consent}`}>{consents[one.consent]}</span>
                <strong>{one.name}</strong>
                <span>{w[one.relation]}</span>
                <a
                  href={to("keluarga", "hapus", one.applicant_id)}
                  aria-label={w.removeOf(one.name)}
                >
                  {w.remove}
                </a>
              </li>
            ))}
          </ul>
          {family.length < 4
            ? <a class="button" href={to("keluarga", "tambah")}>{w.add}</a>
            : <p class="hint">{w.atMost}</p>}
        </>
      )}
    </Wait>
  );
}

function RemovePage({ applicant_id }: { applicant_id: string }) {
  const w = said();
  const asked = useAsked(family, []);
  return (
    <Page title={w.removing} back={to("keluarga")}>
      <Wait asked={asked}>
        {({ family }) => {
          const found = family.find((one) => one.applicant_id === applicant_id);
          return found ? <Remove relative={found} /> : <p>{w.gone}</p>;
        }}
      </Wait>
    </Page>
  );
}

function Remove({ relative }: { relative: Relative }) {
  const w = said();
  const { applicant_id } = relative;
  const path = { params: { path: { applicant_id } } };
  const sending = useSend(
    () => ask<unknown>(api.DELETE("/v1/me/family/{applicant_id}", path)),
    () => goInstead("keluarga"),
  );
  return (
    <Form
      danger
      sending={sending}
      submit={w.removeDo}
      instead={{ href: to("keluarga"), label: w.keep }}
      onSubmit={sending.send}
    >
      <Facts rows={[[w.name, relative.name], [w.relation, w[relative.relation]]]} />
      <div class="notice warn">
        <p>{w.removeCosts}</p>
      </div>
    </Form>
  );
}

/** Where somebody comes from to add a relative. */
function whence(): string[] {
  const { who, from, office_id = "" } = trip();
  if (from) return ["ajukan", office_id, "siapa"];
  return [who !== undefined ? "siapa" : "keluarga"];
}

const ASKED = ["name", "nik", "birth_date", "sex", "relation"];

function Add() {
  const w = said();
  const { fields, put, forget } = useDraft("relative");
  const [errors, setErrors] = useState<Errors>({});
  const sending = useSend(
    () =>
      ask(
        api.POST("/v1/me/family", {
          body: {
            name: fields.name,
            nik: fields.nik.replace(/\D/g, ""),
            birth_date: dated(fields.birth_date)!,
            sex: fields.sex as "male" | "female",
            relation: fields.relation as "parent",
          },
        }),
      ),
    () => {
      forget();
      goInstead(...whence());
    },
  );
  const submit = () => {
    const wrong = ASKED.map((name) => [name, CHECKS[name](fields)] as const)
      .filter(([, rule]) => rule)
      .map(([name, rule]) => [name, rules()[rule!]]);
    setErrors(Object.fromEntries(wrong));
    if (!wrong.length) sending.send();
  };
  const about = (name: string) => ({
    name,
    value: fields[name] ?? "",
    error: errors[name],
    onInput: (text: string) => put({ [name]: text }),
  });
  const nik = (text: string) =>
    put({ nik: text, ...(CHECKS.nik({ nik: text }) || fields.birth_date ? {} : bornBy(text)) });
  return (
    <Form errors={errors} sending={sending} submit={w.save} onSubmit={submit}>
      <p class="hint">{w.consentNote}</p>
      <Field {...about("name")} label={w.fullName} autoComplete="off" />
      <Field
        {...about("nik")}
        label={w.nik}
        hint={w.nikHint}
        inputMode="numeric"
        autoComplete="off"
        onInput={nik}
      />
      <DateField {...about("birth_date")} label={w.born} />
      <Choices
        {...about("sex")}
        label={w.sex}
        onChoose={about("sex").onInput}
        options={[{ value: "female", label: w.female }, { value: "male", label: w.male }]}
      />
      <Choices
        {...about("relation")}
        label={w.relation}
        onChoose={about("relation").onInput}
        options={(["parent", "child", "spouse", "sibling"] as const).map((value) => ({
          value,
          label: w[value],
        }))}
      />
    </Form>
  );
}
