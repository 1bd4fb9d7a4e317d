/** How staff make a passkey by a link, and sign in with it. */

import { Progressing, type Sending, useSend } from "../form.tsx";
import { become } from "../staff.ts";
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
  const sending = useSend(signIn, become);
  return (
    <Page title={w.title}>
      <p role="status">{props.enrolled ? w.enrolled : w.hint}</p>
      <Act label={w.signIn} sending={sending} />
    </Page>
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
