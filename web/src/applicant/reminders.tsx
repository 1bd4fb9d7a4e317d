/** Reminders on this phone: asked for on the ticket, listed and ended from the account. */

import { useEffect, useState } from "preact/hooks";
import { type Answer, api, ask, type Problem, useAsked } from "../api.ts";
import { here } from "../dates.ts";
import { to } from "../router.ts";
import { useSignedIn } from "../session.ts";
import { Page, SignInFirst, Trouble, Wait } from "../ui.tsx";
import { words } from "../words.ts";
import { type State, state, subscribe, unsubscribe } from "./pushes.ts";

const said = words(
  {
    title: "Pengingat di ponsel",
    offer: "Ingatkan saya di ponsel ini",
    why: "Sehari sebelumnya, dua jam sebelumnya, dan bila ada perubahan. Gratis bagi Anda. " +
      "Jika tidak sampai, kami mengirim SMS.",
    on: "Pengingat aktif di ponsel ini.",
    off: "Pengingat belum aktif di ponsel ini. Anda diberi tahu lewat SMS.",
    end: "Hentikan di ponsel ini",
    denied: "Notifikasi dari situs ini diblokir di ponsel Anda. Izinkan di setelan peramban bila " +
      "Anda menginginkannya. Anda tetap diberi tahu lewat SMS.",
    never: "Peramban ini tidak mengenal notifikasi. Anda diberi tahu lewat SMS.",
    homeScreen: "Di iPhone, pengingat tersedia setelah aplikasi ini ada di layar utama: ketuk " +
      "Bagikan, lalu Tambah ke Layar Utama, dan bukalah dari sana. Sampai saat itu Anda diberi " +
      "tahu lewat SMS.",
    devices: "Ponsel dan komputer yang menerima pengingat",
    since: (when: string) => `Sejak ${when}`,
    endOther: "Hentikan",
    none: "Belum ada.",
  },
  {
    title: "Reminders on your phone",
    offer: "Remind me on this phone",
    why: "The day before, two hours before, and if something changes. It costs you nothing. " +
      "If it does not arrive, we send an SMS.",
    on: "Reminders are on for this phone.",
    off: "Reminders are not on for this phone. You are told by SMS.",
    end: "Stop them on this phone",
    denied: "Notifications of this site are blocked on your phone. Allow them in the settings of " +
      "the browser if you want them. You are still told by SMS.",
    never: "This browser knows no notifications. You are told by SMS.",
    homeScreen: "On an iPhone, reminders work once this app is on the home screen: tap Share, " +
      "then Add to Home Screen, and open it from there. Until then you are told by SMS.",
    devices: "Phones and computers that get reminders",
    since: (when: string) => `Since ${when}`,
    endOther: "Stop",
    none: "None yet.",
  },
);

interface Here {
  now?: State;
  problem?: Problem;
  change: (how: () => Promise<Answer<State>>) => void;
}

/** How this phone stands, and a way to change that. */
function useHere(): Here {
  const [now, setNow] = useState<State>();
  const [problem, setProblem] = useState<Problem>();
  useEffect(() => {
    let wanted = true;
    state().then((found) => wanted && setNow(found));
    return () => {
      wanted = false;
    };
  }, []);
  const change = async (how: () => Promise<Answer<State>>) => {
    const answer = await how();
    setProblem(answer.problem);
    if (answer.ok) setNow(answer.ok);
  };
  return { now, problem, change };
}

/** On a ticket: only where there is something to be asked, or said. */
export function Offer() {
  const w = said();
  const { now, problem, change } = useHere();
  if (now === "home-screen") return <p class="hint">{w.homeScreen}</p>;
  if (now === "on") return <p class="hint">{w.on}</p>;
  if (now !== "off") return null;
  return (
    <div class="notice">
      <p>{w.why}</p>
      {problem && <Trouble problem={problem} />}
      <button type="button" class="second" onClick={() => change(subscribe)}>{w.offer}</button>
    </div>
  );
}

export function RemindersPage() {
  const known = useSignedIn();
  return (
    <Page title={said().title} back={to("akun")}>{known ? <Reminders /> : <SignInFirst />}</Page>
  );
}

function Reminders() {
  const w = said();
  const phone = useHere();
  const devices = useAsked(() => ask(api.GET("/v1/me/pushes")), [phone.now]);
  const [problem, setProblem] = useState<Problem>();
  const end = async (push_id: string) => {
    const path = { params: { path: { push_id } } };
    const gone = await ask(api.DELETE("/v1/me/pushes/{push_id}", path));
    setProblem(gone.problem);
    if (!gone.problem) devices.again();
  };
  return (
    <>
      <ThisPhone {...phone} />
      <h2>{w.devices}</h2>
      {problem && <Trouble problem={problem} />}
      <Wait asked={devices}>
        {({ pushes }) =>
          pushes.length
            ? (
              <ul class="cards">
                {pushes.map(({ push_id, since }) => (
                  <li class="card" key={push_id}>
                    <span>{w.since(here(since))}</span>
                    <p class="actions">
                      <button type="button" class="second" onClick={() => end(push_id)}>
                        {w.endOther} <span class="unseen">{here(since)}</span>
                      </button>
                    </p>
                  </li>
                ))}
              </ul>
            )
            : <p>{w.none}</p>}
      </Wait>
    </>
  );
}

function ThisPhone({ now, problem, change }: Here) {
  const w = said();
  const told = {
    on: w.on,
    off: w.off,
    denied: w.denied,
    never: w.never,
    "home-screen": w.homeScreen,
  };
  return (
    <>
      {problem && <Trouble problem={problem} />}
      {now && <p>{told[now]}</p>}
      {now === "off" && (
        <>
          <p class="hint">{w.why}</p>
          <button type="button" class="button" onClick={() => change(subscribe)}>{w.offer}</button>
        </>
      )}
      {now === "on" && (
        <button
          type="button"
          class="button second"
          onClick={() => change(unsubscribe)}
        >
          {w.end}
        </button>
      )}
    </>
  );
}
