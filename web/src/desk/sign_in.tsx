/** How staff make a passkey by a link, and sign in with it. */

import { Progressing, type Sending, useSend } from "../form.tsx";
import { become, isOusted, resume } from "../staff.ts";
import { Page, Trouble } from "../ui.tsx";
import { words } from "../words.ts";
import { enrol, signIn } from "./passkey.ts";

const said = words(
  {
    enrolTitle: "Buat kunci sandi",
    enrolHint: "Tautan ini untuk Anda saja dan berlaku satu kali. Kunci sandi disimpan di " +
      "perangkat ini atau di kunci keamanan Anda, dan dibuka dengan PIN atau sidik jari.",
    enrol: "Buat kunci sandi",
    enrolled: "Kunci sandi Anda sudah dibuat. Sekarang Anda dapat masuk.",
    title: "Masuk sebagai petugas",
    hint: "Gunakan kunci sandi Anda. Kehilangan kunci? Hubungi penyelia kantor Anda.",
    signIn: "Masuk dengan kunci sandi",
    ousted: "Orang lain sudah masuk di tab lain",
    oustedHint:
      "Satu peramban hanya untuk satu petugas. Anda sudah keluar di tab ini; tombol yang " +
      "terakhir Anda tekan mungkin belum terkirim: periksalah di papan.",
    goOn: "Lanjutkan di sini sebagai orang itu",
  },
  {
    enrolTitle: "Make a passkey",
    enrolHint: "This link is for you alone and works once. The passkey is kept on this device or " +
      "on your security key, and opens with a PIN or a finger.",
    enrol: "Make a passkey",
    enrolled: "Your passkey is made. You can sign in now.",
    title: "Sign in as staff",
    hint: "Use your passkey. Lost it? Ask your office's supervisor.",
    signIn: "Sign in with a passkey",
    ousted: "Somebody else has signed in in another tab",
    oustedHint:
      "One browser is for one person at a time. You are signed out in this tab; what you " +
      "pressed last may not have been sent, so check the board.",
    goOn: "Continue here as that person",
  },
);

export function Enrol(props: { token: string; done: () => void }) {
  const w = said();
  const sending = useSend(() => enrol(props.token), props.done);
  return (
    <Page title={w.enrolTitle}>
      <p>{w.enrolHint}</p>
      <Act label={w.enrol} sending={sending} />
    </Page>
  );
}

export function SignIn(props: { enrolled: boolean }) {
  const w = said();
  const sending = useSend(signIn, (tokens) => become(tokens));
  const ousted = isOusted();
  return (
    <Page title={w.title}>
      {ousted && <Ousted />}
      {!ousted && <p role="status">{props.enrolled ? w.enrolled : w.hint}</p>}
      <Act label={w.signIn} sending={sending} />
    </Page>
  );
}

/** Why whoever worked here does so no more, and how the other person can work here too. */
function Ousted() {
  const w = said();
  const sending = useSend(() => resume({}), () => undefined);
  return (
    <div class="notice warn" role="alert">
      <h2>{w.ousted}</h2>
      <p>{w.oustedHint}</p>
      {sending.problem && <Trouble problem={sending.problem} />}
      <button
        type="button"
        class="second"
        aria-disabled={sending.busy || undefined}
        onClick={sending.send}
      >
        {w.goOn}
      </button>
    </div>
  );
}

function Act(props: { label: string; sending: Sending }) {
  const { problem, send, busy } = props.sending;
  return (
    <>
      {problem && <Trouble problem={problem} />}
      <button type="button" class="button" aria-disabled={busy || undefined} onClick={send}>
        {props.label}
      </button>
      <Progressing sending={props.sending} />
    </>
  );
}
