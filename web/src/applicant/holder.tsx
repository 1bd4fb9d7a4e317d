/** The account: its holder, the ways on from there, and the way out. */

import { type Account, api, ask, noAnswer, useAsked } from "../api.ts";
import { birthDate } from "../dates.ts";
import { Progressing, useSend } from "../form.tsx";
import { go, to } from "../router.ts";
import { signOut, useSignedIn } from "../session.ts";
import { leave as endReminders } from "./pushes.ts";
import { Facts, Page, SignInFirst, Trouble, Wait } from "../ui.tsx";
import { words } from "../words.ts";

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
    reminders: "Pengingat di ponsel",
    remindersHint: "Di ponsel mana Anda diingatkan",
    withoutSms: "Masuk tanpa SMS",
    withoutSmsHint: "Ponsel yang dapat masuk tanpa kode SMS",
    data: "Data Anda",
    dataHint: "Apa yang disimpan, siapa yang melihatnya, unduh, hapus",
    signOut: "Keluar",
    notOut: "Anda belum keluar, karena layanan tidak menjawab. Coba lagi.",
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
    reminders: "Reminders on your phone",
    remindersHint: "On which phones you are reminded",
    withoutSms: "Sign in without SMS",
    withoutSmsHint: "Phones that need no code by SMS",
    data: "Your data",
    dataHint: "What is held, who has seen it, download, erase",
    signOut: "Sign out",
    notOut: "You are not signed out, because the service does not answer. Try again.",
  },
);

export function AccountPage() {
  const known = useSignedIn();
  return <Page title={said().account}>{known ? <Overview /> : <SignInFirst />}</Page>;
}

function Overview() {
  const w = said();
  const me = useAsked(() => ask(api.GET("/v1/me")), []);
  const leaving = useSend(
    async () => {
      await endReminders();
      return (await signOut()) ? { ok: {} } : { problem: notOut() };
    },
    () => go(),
  );
  return (
    <>
      <Wait asked={me}>{(account) => <Holder account={account} />}</Wait>
      <ul class="cards">
        <Card href={to("keluarga")} title={w.family} hint={w.familyHint} />
        <Card href={to("permintaan")} title={w.requests} hint={w.requestsHint} />
        <Card href={to("pengingat")} title={w.reminders} hint={w.remindersHint} />
        <Card href={to("tanpa-sms")} title={w.withoutSms} hint={w.withoutSmsHint} />
        <Card href={to("data")} title={w.data} hint={w.dataHint} />
      </ul>
      {leaving.problem && <Trouble problem={leaving.problem} />}
      <Progressing sending={leaving} />
      <button
        type="button"
        class="button second"
        aria-disabled={leaving.busy || undefined}
        onClick={leaving.send}
      >
        {w.signOut}
      </button>
    </>
  );
}

const notOut = () => ({ ...noAnswer(), detail: said().notOut });

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
          [w.born, birthDate(account.birth_date)],
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
