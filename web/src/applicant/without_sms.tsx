/** Signing in without an SMS: offered once somebody has signed in with one, tried first when they
 * come back, listed and ended from the account. Where a phone cannot, nothing is said. */

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { api, ask, type Problem, useAsked } from "../api.ts";
import { here } from "../dates.ts";
import { Progressing, type Sending, useSend } from "../form.tsx";
import { to } from "../router.ts";
import { useSignedIn } from "../session.ts";
import { Page, SignInFirst, Trouble, Wait } from "../ui.tsx";
import { words } from "../words.ts";
import {
  forgetPasskey,
  keepPasskey,
  notWanted,
  offered,
  passkeyHere,
  possible,
  signInByPasskey,
  type Tokens,
} from "./passkeys.ts";

const said = words(
  {
    title: "Masuk tanpa SMS",
    offer: "Aktifkan masuk tanpa SMS",
    why: "Lain kali Anda dapat masuk dengan sidik jari, wajah, atau kunci layar ponsel ini. " +
      "Kode lewat SMS tetap dapat dipakai.",
    notNow: "Tidak, terima kasih",
    done: "Lain kali Anda dapat masuk tanpa SMS di ponsel ini.",
    hint: "Masuklah dengan sidik jari, wajah, atau kunci layar ponsel ini.",
    try: "Masuk tanpa SMS",
    byCode: "Pakai kode lewat SMS",
    on: "Ponsel ini dapat masuk tanpa SMS.",
    never:
      "Ponsel atau peramban ini tidak dapat menyimpan kunci sandi, atau belum memiliki kunci " +
      "layar. Anda masuk dengan kode lewat SMS.",
    list: "Ponsel dan komputer yang dapat masuk tanpa SMS",
    listHint: "Hapus yang tidak Anda kenal atau tidak Anda pakai lagi.",
    thisPhone: "Ponsel ini",
    other: "Perangkat lain",
    since: (when: string) => `Sejak ${when}`,
    used: (when: string) => `Terakhir masuk ${when}`,
    end: "Hapus",
    none: "Belum ada.",
  },
  {
    title: "Sign in without SMS",
    offer: "Turn on sign-in without SMS",
    why: "Next time you can sign in with the fingerprint, face or screen lock of this phone. " +
      "You can still use a code by SMS.",
    notNow: "No, thanks",
    done: "Next time you can sign in without SMS on this phone.",
    hint: "Use the fingerprint, face or screen lock of this phone.",
    try: "Sign in without SMS",
    byCode: "Use a code by SMS",
    on: "This phone can sign in without SMS.",
    never: "This phone or browser cannot keep a passkey, or has no screen lock yet. You sign in " +
      "with a code by SMS.",
    list: "Phones and computers that can sign in without SMS",
    listHint: "Remove those that you do not know or no longer use.",
    thisPhone: "This phone",
    other: "Another device",
    since: (when: string) => `Since ${when}`,
    used: (when: string) => `Last signed in ${when}`,
    end: "Remove",
    none: "None yet.",
  },
);

/** For somebody who has just signed in with an SMS, once. */
export function OfferPasskey() {
  const w = said();
  const [now, setNow] = useState<"unasked" | "asked" | "kept">("unasked");
  useEffect(() => {
    let wanted = true;
    offered().then((yes) => wanted && yes && setNow("asked"));
    return () => {
      wanted = false;
    };
  }, []);
  const keeping = useSend(keepPasskey, () => setNow("kept"));
  if (now === "unasked") return null;
  if (now === "kept") return <p class="hint" role="status">{w.done}</p>;
  const decline = () => {
    notWanted();
    setNow("unasked");
  };
  return (
    <div class="notice">
      <p>{w.why}</p>
      <Doing sending={keeping} />
      <p class="actions">
        <button type="button" class="second" onClick={keeping.send}>{w.offer}</button>
        <button type="button" class="plain" onClick={decline}>{w.notNow}</button>
      </p>
    </div>
  );
}

/** Where this phone has a passkey it comes first, and what is asked for an SMS a tap later. */
export function PasskeyFirst(props: {
  done: (tokens: Tokens) => void;
  children: ComponentChildren;
}) {
  const w = said();
  const [bySms, setBySms] = useState(() => !passkeyHere());
  const signing = useSend(signInByPasskey, props.done);
  useEffect(() => {
    if (!passkeyHere()) setBySms(true); // it was refused
  }, [signing.problem]);
  return (
    <>
      {signing.problem && <Trouble problem={signing.problem} />}
      {bySms ? props.children : (
        <>
          <p>{w.hint}</p>
          <Progressing sending={signing} />
          <p class="actions">
            <button
              type="button"
              class="button"
              aria-disabled={signing.busy || undefined}
              onClick={signing.send}
            >
              {w.try}
            </button>
            <button type="button" class="button second" onClick={() => setBySms(true)}>
              {w.byCode}
            </button>
          </p>
        </>
      )}
    </>
  );
}

export function WithoutSmsPage() {
  const known = useSignedIn();
  return (
    <Page title={said().title} back={to("akun")}>{known ? <Passkeys /> : <SignInFirst />}</Page>
  );
}

function Passkeys() {
  const w = said();
  const [mine, setMine] = useState(passkeyHere);
  const [can, setCan] = useState<boolean>();
  const [problem, setProblem] = useState<Problem>();
  const kept = useAsked(() => ask(api.GET("/v1/me/passkeys")), [mine]);
  const keeping = useSend(keepPasskey, setMine);
  useEffect(() => void possible().then(setCan), []);
  const end = async (passkey_id: string) => {
    const path = { params: { path: { passkey_id } } };
    const gone = await ask(api.DELETE("/v1/me/passkeys/{passkey_id}", path));
    setProblem(gone.problem);
    if (gone.problem) return;
    if (passkey_id === mine) forgetPasskey();
    setMine(passkeyHere());
    kept.again();
  };
  return (
    <>
      {mine && <p>{w.on}</p>}
      {!mine && can === false && <p>{w.never}</p>}
      {!mine && can && (
        <>
          <p>{w.why}</p>
          <Doing sending={keeping} />
          <button type="button" class="button" onClick={keeping.send}>{w.offer}</button>
        </>
      )}
      <h2>{w.list}</h2>
      {problem && <Trouble problem={problem} />}
      <Wait asked={kept}>
        {({ passkeys }) =>
          passkeys.length
            ? (
              <>
                <p class="hint">{w.listHint}</p>
                <ul class="cards">
                  {passkeys.map(({ passkey_id, since, used_at }) => (
                    <li class="card" key={passkey_id}>
                      <strong>{passkey_id === mine ? w.thisPhone : w.other}</strong>
                      <span>{w.since(here(since))}</span>
                      {used_at && <span>{w.used(here(used_at))}</span>}
                      <p class="actions">
                        <button
                          type="button"
                          class="second"
                          onClick={() =>
                            end(passkey_id)}
                        >
                          {w.end} <span class="unseen">{here(since)}</span>
                        </button>
                      </p>
                    </li>
                  ))}
                </ul>
              </>
            )
            : <p>{w.none}</p>}
      </Wait>
    </>
  );
}

const Doing = ({ sending }: { sending: Sending }) => (
  <>
    {sending.problem && <Trouble problem={sending.problem} />}
    <Progressing sending={sending} />
  </>
);
