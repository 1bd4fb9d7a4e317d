/** The staff's page: for now, how one enrols, signs in and out. */

import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { type Answer, api, ask } from "../api.ts";
import { Progressing, useSend } from "../form.tsx";
import { COOKIE } from "../session.ts";
import { Page, Trouble } from "../ui.tsx";
import { words } from "../words.ts";
import { enrol, signIn, type Tokens } from "./passkey.ts";

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
    in: "Anda sudah masuk",
    as: (role: string, office: string) => `${role}, kantor ${office}`,
    clerk: "Petugas loket",
    supervisor: "Penyelia",
    kiosk: "Kios",
    board: "Papan",
    signOut: "Keluar",
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
    in: "You are signed in",
    as: (role: string, office: string) => `${role}, office ${office}`,
    clerk: "Clerk",
    supervisor: "Supervisor",
    kiosk: "Kiosk",
    board: "Board",
    signOut: "Sign out",
  },
);

/** What stands behind the # sign, which no server is sent; it is taken out of the address at once. */
function fromLink(): { daftar?: string; masuk?: string } {
  const found = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
  if (location.hash) history.replaceState(null, "", location.pathname);
  return found;
}

const link = fromLink();

/** A page that is loaded anew has its shift again, by the cookie that no script sees. */
const resume = (): Promise<Answer<Tokens>> =>
  ask(
    api.POST("/v1/staff/sessions/refresh", {
      params: { header: COOKIE },
      body: link.masuk ? { refresh_token: link.masuk } : {},
    }),
  );

function App() {
  const [tokens, setTokens] = useState<Tokens | null>();
  const [enrolling, setEnrolling] = useState(link.daftar ?? "");
  const [enrolled, setEnrolled] = useState(false);
  useEffect(() => {
    addEventListener("hashchange", () => location.reload());
    if (link.daftar) setTokens(null);
    else resume().then(({ ok }) => setTokens(ok ?? null));
  }, []);
  if (tokens === undefined) return <main id="main" />;
  if (tokens) return <Inside tokens={tokens} left={() => setTokens(null)} />;
  if (enrolling) {
    return (
      <Enrol
        token={enrolling}
        done={() => {
          setEnrolling("");
          setEnrolled(true);
        }}
      />
    );
  }
  return <SignIn enrolled={enrolled} done={setTokens} />;
}

function Enrol(props: { token: string; done: () => void }) {
  const w = said();
  const sending = useSend(() => enrol(props.token), props.done);
  return (
    <Page title={w.enrolTitle}>
      <p>{w.enrolHint}</p>
      <Act label={w.enrol} sending={sending} />
    </Page>
  );
}

function SignIn(props: { enrolled: boolean; done: (tokens: Tokens) => void }) {
  const w = said();
  const sending = useSend(signIn, props.done);
  return (
    <Page title={w.title}>
      <p role="status">{props.enrolled ? w.enrolled : w.hint}</p>
      <Act label={w.signIn} sending={sending} />
    </Page>
  );
}

function Inside(props: { tokens: Tokens; left: () => void }) {
  const w = said();
  const { role, office_id, access_token } = props.tokens;
  const sending = useSend(() => signOut(access_token), props.left);
  return (
    <Page title={w.in}>
      <p>{w.as(w[role], office_id)}</p>
      <Act label={w.signOut} sending={sending} />
    </Page>
  );
}

function Act(props: { label: string; sending: ReturnType<typeof useSend> }) {
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

/** Whoever is out already is out. */
async function signOut(token: string): Promise<Answer<unknown>> {
  const done = await ask<unknown>(
    api.DELETE("/v1/staff/sessions/current", { headers: { Authorization: `Bearer ${token}` } }),
  );
  return done.problem && done.problem.status !== 401 ? done : { ok: {} };
}

render(<App />, document.body);
