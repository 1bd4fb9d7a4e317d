/** The account: its holder, their family, who asks for them, and the phone. */

import { useState } from "preact/hooks";
import { type Account, api, ask, type Problem, type Relative, useAsked } from "../api.ts";
import type { components } from "../contract.d.ts";
import { here, longDate } from "../dates.ts";
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
import { go, goInstead, type Place, to } from "../router.ts";
import { signOut, useSignedIn } from "../session.ts";
import { trip } from "../trip.ts";
import { Facts, Page, SignInFirst, Trouble, Wait } from "../ui.tsx";
import { words } from "../words.ts";
import { type Challenge, Code } from "./code.tsx";
import { bornBy, CHECKS, rules } from "./person.ts";

const said = words(
  {
    account: "Akun",
    name: "Nama",
    nik: "NIK",
    born: "Tanggal lahir",
    phone: "Nomor ponsel",
    noPhone: "Tidak ada lagi: orang lain telah membuktikan nomor ini miliknya. Gantilah.",
    changePhone: "Ganti",
    claimed: "NIK Anda dipegang akun lain. Pemiliknya ditanyai; sampai ia menjawab Anda tidak " +
      "dapat memesan untuk diri sendiri. Kantor imigrasi dapat membantu: bawalah KTP.",
    family: "Keluarga",
    familyHint: "Orang yang Anda pesankan tempat",
    requests: "Permintaan kepada Anda",
    requestsHint: "Siapa yang ingin memesankan tempat untuk Anda",
    data: "Data Anda",
    dataHint: "Apa yang disimpan, siapa yang melihatnya, unduh, hapus",
    signOut: "Keluar",
    notOut: "Anda belum keluar, karena layanan tidak menjawab. Coba lagi.",
    alone: "Belum ada anggota keluarga.",
    atMost: "Satu akun memuat paling banyak empat orang selain Anda.",
    add: "Tambah anggota keluarga",
    remove: "Hapus",
    removeOf: (name: string) => `Hapus ${name}`,
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
    nobodyAsks: "Tidak ada yang meminta.",
    wants: (relation: string) =>
      `Seseorang menambahkan Anda sebagai ${relation.toLowerCase()} ` +
      "dan ingin memesankan tempat untuk Anda.",
    isYou: "Seseorang menyatakan bahwa ia adalah Anda dan mendaftar dengan NIK Anda.",
    isYouHint: "Jika itu akun Anda sendiri dengan nomor lain, terimalah. Jika bukan, tolaklah.",
    since: (at: string) => `Sejak ${at}`,
    accepted: "Anda menyetujui",
    accept: "Setujui",
    refuse: "Tolak",
    takeBack: "Cabut persetujuan",
    newPhone: "Ganti nomor ponsel",
    newPhoneLabel: "Nomor ponsel yang baru",
    newPhoneHint: "Kami mengirim kode ke nomor baru. Nomor lama diberi tahu lewat SMS.",
    sendCode: "Kirim kode",
  },
  {
    account: "Account",
    name: "Name",
    nik: "NIK",
    born: "Date of birth",
    phone: "Mobile number",
    noPhone: "None any more: somebody else has proven that the number is theirs. Change it.",
    changePhone: "Change",
    claimed: "Another account holds your NIK. Its owner is asked; until they answer you cannot " +
      "book for yourself. An immigration office can help: bring your KTP.",
    family: "Family",
    familyHint: "People you book for",
    requests: "Requests to you",
    requestsHint: "Who wants to book for you",
    data: "Your data",
    dataHint: "What is held, who has seen it, download, erase",
    signOut: "Sign out",
    notOut: "You are not signed out, because the service does not answer. Try again.",
    alone: "There are no family members yet.",
    atMost: "An account can have at most four people besides you.",
    add: "Add a family member",
    remove: "Remove",
    removeOf: (name: string) => `Remove ${name}`,
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
    nobodyAsks: "Nobody asks.",
    wants: (relation: string) =>
      `Somebody has added you as their ${relation.toLowerCase()} ` +
      "and wants to book for you.",
    isYou: "Somebody says that they are you and has registered with your NIK.",
    isYouHint: "If that is an account of your own with another number, accept. If not, refuse.",
    since: (at: string) => `Since ${at}`,
    accepted: "You have accepted",
    accept: "Accept",
    refuse: "Refuse",
    takeBack: "Take back",
    newPhone: "Change your mobile number",
    newPhoneLabel: "The new mobile number",
    newPhoneHint: "We send a code to the new number. The old one is told by SMS.",
    sendCode: "Send the code",
  },
);

function AccountPage() {
  const known = useSignedIn();
  return <Page title={said().account}>{known ? <Overview /> : <SignInFirst />}</Page>;
}

function Overview() {
  const w = said();
  const me = useAsked(() => ask(api.GET("/v1/me")), []);
  const [failed, setFailed] = useState(false);
  const leave = async () => {
    const out = await signOut();
    setFailed(!out);
    if (out) go();
  };
  return (
    <>
      <Wait asked={me}>{(account) => <Holder account={account} />}</Wait>
      <ul class="cards">
        <Card href={to("keluarga")} title={w.family} hint={w.familyHint} />
        <Card href={to("permintaan")} title={w.requests} hint={w.requestsHint} />
        <Card href={to("data")} title={w.data} hint={w.dataHint} />
      </ul>
      {failed && <p class="error" role="alert">{w.notOut}</p>}
      <button type="button" class="button second" onClick={leave}>{w.signOut}</button>
    </>
  );
}

function Holder({ account }: { account: Account }) {
  const w = said();
  return (
    <>
      {account.proof === "claimed" && (
        <div class="notice warn">
          <p>{w.claimed}</p>
        </div>
      )}
      <Facts
        rows={[
          [w.name, account.name],
          [w.nik, account.nik],
          [w.born, longDate(account.birth_date)],
          [w.phone, account.phone ?? w.noPhone, {
            href: to("telepon"),
            label: w.changePhone,
          }],
        ]}
      />
    </>
  );
}

const Card = (props: { href: string; title: string; hint: string }) => (
  <li>
    <a class="card" href={props.href}>
      <strong>{props.title}</strong>
      <span>{props.hint}</span>
    </a>
  </li>
);

function FamilyPage({ place }: { place: Place }) {
  const w = said();
  const known = useSignedIn();
  if (place[1] === "tambah") {
    return (
      <Page title={w.whoIs} back={trip().who !== undefined ? to("siapa") : to("keluarga")}>
        {known ? <Add /> : <SignInFirst />}
      </Page>
    );
  }
  return <Page title={w.family} back={to("akun")}>{known ? <Family /> : <SignInFirst />}</Page>;
}

function Family() {
  const w = said();
  const asked = useAsked(() => ask(api.GET("/v1/me/family")), []);
  const [problem, setProblem] = useState<Problem>();
  const remove = async ({ applicant_id }: Relative) => {
    const path = "/v1/me/family/{applicant_id}";
    const answer = await ask(api.DELETE(path, { params: { path: { applicant_id } } }));
    setProblem(answer.problem);
    if (!answer.problem) asked.again();
  };
  const consents = { asked: w.asked, given: w.given, "not-needed": w.notNeeded };
  return (
    <Wait asked={asked}>
      {({ family }) => (
        <>
          {problem && <Trouble problem={problem} />}
          {!family.length && <p>{w.alone}</p>}
          <ul class="cards">
            {family.map((one) => (
              <li key={one.applicant_id} class="card">
                <span class={`status ${one.consent}`}>{consents[one.consent]}</span>
                <strong>{one.name}</strong>
                <span>{w[one.relation]}</span>
                <button
                  type="button"
                  class="plain"
                  aria-label={w.removeOf(one.name)}
                  onClick={() => remove(one)}
                >
                  {w.remove}
                </button>
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
      goInstead(trip().who !== undefined ? "siapa" : "keluarga");
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

type Question = components["schemas"]["ConsentRequest"];

function RequestsPage() {
  const known = useSignedIn();
  return (
    <Page title={said().requests} back={to("akun")}>
      {known ? <Requests /> : <SignInFirst />}
    </Page>
  );
}

function Requests() {
  const w = said();
  const asked = useAsked(() => ask(api.GET("/v1/me/requests")), []);
  const [problem, setProblem] = useState<Problem>();
  const answer = async (request_id: string, accept: boolean) => {
    const path = { params: { path: { request_id } }, body: { accept } };
    const done = await ask(api.POST("/v1/me/requests/{request_id}", path));
    setProblem(done.problem);
    if (!done.problem) asked.again();
  };
  return (
    <Wait asked={asked}>
      {({ requests }) => (
        <>
          {problem && <Trouble problem={problem} />}
          {!requests.length && <p>{w.nobodyAsks}</p>}
          <ul class="cards">
            {requests.map((one) => <Request key={one.request_id} one={one} answer={answer} />)}
          </ul>
        </>
      )}
    </Wait>
  );
}

function Request(props: { one: Question; answer: (id: string, accept: boolean) => void }) {
  const w = said();
  const { one, answer } = props;
  const self = one.relation === "self";
  return (
    <li class="card">
      {one.accepted && <span class="status given">{w.accepted}</span>}
      <p>{self ? w.isYou : w.wants(w[one.relation])}</p>
      {self && <p class="hint">{w.isYouHint}</p>}
      <p class="hint">{w.since(here(one.asked_at))}</p>
      <p class="actions">
        {!one.accepted && (
          <button
            type="button"
            class="button"
            onClick={() => answer(one.request_id, true)}
          >
            {w.accept}
          </button>
        )}
        <button
          type="button"
          class="button second"
          onClick={() => answer(one.request_id, false)}
        >
          {one.accepted ? w.takeBack : w.refuse}
        </button>
      </p>
    </li>
  );
}

function PhonePage({ place }: { place: Place }) {
  const w = said();
  const known = useSignedIn();
  const code = useDraft("code");
  const challenge = code.fields as unknown as Challenge;
  if (!known) {
    return (
      <Page title={w.newPhone} back={to("akun")}>
        <SignInFirst />
      </Page>
    );
  }
  if (place[1] !== "kode" || challenge.kind !== "phone") return <NewPhone />;
  const params = { path: { change_id: challenge.id } };
  return (
    <Code
      challenge={challenge}
      back={to("telepon")}
      verify={({ code }) =>
        ask(api.POST("/v1/me/phone/{change_id}/verification", { params, body: { code } }))}
      done={() => {
        code.forget();
        goInstead("akun");
      }}
    />
  );
}

function NewPhone() {
  const w = said();
  const { fields, put, forget } = useDraft("phone");
  const code = useDraft("code");
  const [errors, setErrors] = useState<Errors>({});
  const phone = fields.phone ?? "";
  const sending = useSend(
    () => ask(api.POST("/v1/me/phone", { body: { phone } })),
    (sent) => {
      const challenge: Challenge = { kind: "phone", id: sent.change_id, ...sent, phone };
      code.put(challenge as unknown as Draft);
      forget();
      go("telepon", "kode");
    },
  );
  const submit = () => {
    const wrong = CHECKS.phone(fields);
    if (wrong) return setErrors({ phone: rules()[wrong] });
    setErrors({});
    sending.send();
  };
  return (
    <Page title={w.newPhone} back={to("akun")}>
      <Form errors={errors} sending={sending} submit={w.sendCode} onSubmit={submit}>
        <Field
          name="phone"
          label={w.newPhoneLabel}
          hint={w.newPhoneHint}
          error={errors.phone}
          value={phone}
          type="tel"
          autoComplete="tel"
          onInput={(text) => put({ phone: text })}
        />
      </Form>
    </Page>
  );
}

export const pages = {
  akun: AccountPage,
  keluarga: FamilyPage,
  permintaan: RequestsPage,
  telepon: PhonePage,
};
