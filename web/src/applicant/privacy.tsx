/** What is held of somebody, who has seen it, the file with all of it, and its end. */

import { useState } from "preact/hooks";
import { type Answer, api, ask, useAsked } from "../api.ts";
import type { components } from "../contract.d.ts";
import { birthDate, here } from "../dates.ts";
import { download } from "../download.ts";
import { type Errors, Form, Progressing, useSend } from "../form.tsx";
import { goInstead, to } from "../router.ts";
import { forget, useSignedIn } from "../session.ts";
import { Facts, Page, SignInFirst, Trouble, Wait } from "../ui.tsx";
import { words } from "../words.ts";
import { forgetPasskey } from "./passkeys.ts";

const said = words(
  {
    title: "Data Anda",
    held: "Apa yang disimpan",
    name: "Nama",
    nik: "NIK",
    born: "Tanggal lahir",
    phone: "Nomor ponsel",
    none: "tidak ada",
    consented: "Tanggal persetujuan Anda",
    family: "Anggota keluarga",
    bookings: "Pesanan",
    sessions: "Sesi yang masuk",
    namedBy: "Akun lain yang mencantumkan Anda",
    seen: "Siapa yang melihat data Anda",
    nobody: "Selain Anda sendiri, belum ada.",
    ownLooks: (n: number) => `Anda sendiri melihatnya ${n} kali`,
    you: "Anda sendiri",
    code: "Layanan ini, untuk mengirim atau memeriksa kode",
    machine: (name: string) => `Layanan ini, otomatis (${name})`,
    operator: (name: string) => `Petugas (${name})`,
    why: "Alasan",
    older: "Yang lebih lama ada dalam berkas di bawah ini.",
    file: "Unduh semua data",
    fileHint: "Sebuah berkas JSON dengan semua yang disimpan tentang Anda dan keluarga Anda.",
    erase: "Hapus akun dan semua data",
    eraseTitle: "Hapus akun Anda?",
    eraseCosts: "Nama, NIK, nomor ponsel, dan anggota keluarga Anda segera dihapus. " +
      "Ini tidak dapat dibatalkan. Pesanan yang masih berlaku harus dibatalkan dahulu.",
    sure: "Saya mengerti dan ingin menghapus akun saya.",
    mustTick: "Centang bahwa Anda mengerti.",
    eraseDo: "Hapus akun saya",
    keep: "Tidak, biarkan",
  },
  {
    title: "Your data",
    held: "What is held",
    name: "Name",
    nik: "NIK",
    born: "Date of birth",
    phone: "Mobile number",
    none: "none",
    consented: "You agreed on",
    family: "Family members",
    bookings: "Bookings",
    sessions: "Signed-in sessions",
    namedBy: "Other accounts that name you",
    seen: "Who has seen your data",
    nobody: "Nobody yet but yourself.",
    ownLooks: (n: number) => n === 1 ? "You have looked once" : `You have looked ${n} times`,
    you: "Yourself",
    code: "This service, to send or check a code",
    machine: (name: string) => `This service, by itself (${name})`,
    operator: (name: string) => `An official (${name})`,
    why: "Why",
    older: "Earlier ones are in the file below.",
    file: "Download all data",
    fileHint: "A JSON file with all that is held about you and your family.",
    erase: "Erase the account and all data",
    eraseTitle: "Erase your account?",
    eraseCosts: "Your name, NIK, mobile number and family members are erased at once. " +
      "This cannot be undone. Active bookings must be cancelled first.",
    sure: "I understand and want to erase my account.",
    mustTick: "Tick that you understand.",
    eraseDo: "Erase my account",
    keep: "No, keep it",
  },
);

type Export = components["schemas"]["Export"];

function DataPage() {
  const known = useSignedIn();
  return <Page title={said().title} back={to("akun")}>{known ? <Data /> : <SignInFirst />}</Page>;
}

function Data() {
  const asked = useAsked(() => ask(api.GET("/v1/me/export")), []);
  return <Wait asked={asked}>{(held) => <Held held={held} />}</Wait>;
}

function Held({ held }: { held: Export }) {
  const w = said();
  const { account } = held;
  const mine = `account:${account.account_id}`;
  const own = held.disclosures.filter(({ by }) => by === mine);
  const others = held.disclosures.filter(({ by }) => by !== mine);
  const saving = useSend(() => whole(held), (all) => {
    const text = JSON.stringify(all, null, 2);
    download(new Blob([text], { type: "application/json" }), "antrian-paspor.json");
  });
  return (
    <>
      <h2>{w.held}</h2>
      <Facts
        rows={[
          [w.name, account.name],
          [w.nik, account.nik],
          [w.born, birthDate(account.birth_date)],
          [w.phone, account.phone ?? w.none],
          [w.consented, here(held.consented_at)],
          [w.family, held.family.map(({ name }) => name).join(", ") || w.none],
          [w.bookings, held.bookings.length],
          [w.sessions, held.sessions.length],
          [w.namedBy, held.named_by.length],
        ]}
      />
      <h2>{w.seen}</h2>
      {others.length ? <Looks looks={others} /> : <p>{w.nobody}</p>}
      {own.length > 0 && (
        <details>
          <summary>{w.ownLooks(own.length)}</summary>
          <Looks looks={own} />
        </details>
      )}
      {held.next && <p class="hint">{w.older}</p>}
      <p class="hint">{w.fileHint}</p>
      {saving.problem && <Trouble problem={saving.problem} />}
      <Progressing sending={saving} />
      <p class="actions">
        <button type="button" class="button" onClick={saving.send}>{w.file}</button>
        <a class="button second" href={to("hapus")}>{w.erase}</a>
      </p>
    </>
  );
}

/** All that is held: an answer has the last hundred disclosures, and says where to go on. */
async function whole(first: Export): Promise<Answer<Export>> {
  const { next, ...all } = first;
  let after = next;
  while (after) {
    const more = await ask(api.GET("/v1/me/export", { params: { query: { after } } }));
    if (more.problem) return more;
    all.disclosures = [...all.disclosures, ...more.ok.disclosures];
    after = more.ok.next;
  }
  return { ok: all };
}

function Looks({ looks }: { looks: Export["disclosures"] }) {
  const w = said();
  return (
    <ul class="cards">
      {looks.map(({ at, by, reason }) => {
        const [kind, who] = by.split(/:(.*)/s);
        const name = kind === "account"
          ? w.you
          : kind === "challenge"
          ? w.code
          : kind === "function"
          ? w.machine(who)
          : w.operator(who);
        return (
          <li class="card" key={at + by}>
            <strong>{name}</strong>
            <span>{here(at)}</span>
            <span class="hint">{w.why}: {reason}</span>
          </li>
        );
      })}
    </ul>
  );
}

function ErasePage() {
  const known = useSignedIn();
  return (
    <Page title={said().eraseTitle} back={to("data")}>
      {known ? <Erase /> : <SignInFirst />}
    </Page>
  );
}

function Erase() {
  const w = said();
  const [sure, setSure] = useState(false);
  const [errors, setErrors] = useState<Errors>({});
  const sending = useSend(() => ask(api.DELETE("/v1/me")), () => {
    forget();
    forgetPasskey();
    goInstead();
  });
  const submit = () => {
    setErrors(sure ? {} : { sure: w.mustTick });
    if (sure) sending.send();
  };
  return (
    <Form
      danger
      errors={errors}
      sending={sending}
      submit={w.eraseDo}
      instead={{ href: to("data"), label: w.keep }}
      onSubmit={submit}
    >
      <div class="notice warn">
        <p>{w.eraseCosts}</p>
      </div>
      <div class={errors.sure ? "field wrong" : "field"}>
        {errors.sure && <p class="error" id="sure-error">{errors.sure}</p>}
        <label class="choice">
          <input
            type="checkbox"
            name="sure"
            checked={sure}
            aria-describedby={errors.sure ? "sure-error" : undefined}
            onChange={(event) => setSure(event.currentTarget.checked)}
          />
          <span>{w.sure}</span>
        </label>
      </div>
    </Form>
  );
}

export const pages = { data: DataPage, hapus: ErasePage };
