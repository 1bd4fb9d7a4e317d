/** What somebody does at the kiosk: check in by their QR, or take a number without a booking. */

import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { type Answer, ask, type Problem } from "../api.ts";
import { attempt } from "../attempt.ts";
import type { components } from "../contract.d.ts";
import { clock, localTime } from "../dates.ts";
import { useSend } from "../form.tsx";
import { keep, kept } from "../kept.ts";
import { useKeys } from "../scanner.ts";
import { serviceTime } from "../service_time.ts";
import { desk } from "../staff.ts";
import { type Today, useToday } from "../today.ts";
import { newKey } from "../trip.ts";
import { Emblem } from "../ui.tsx";
import { type Language, language, speak, words } from "../words.ts";
import { Idle } from "./idle.tsx";
import { Press } from "./press.tsx";
import { type Slip, Slipped } from "./slip.tsx";

type Wish = components["schemas"]["chalicelib.api.desk_requests.WalkIn"];

const said = words(
  {
    welcome: "Selamat datang",
    booked: "Sudah memesan?",
    scan: "Pindai kode QR tiket Anda pada alat pemindai.",
    walkIn: "Tanpa pesanan: ambil nomor",
    later: "Sekarang belum ada tempat. Tekan untuk tahu kapan dapat datang.",
    closed: "Hari ini kemungkinan tidak ada tempat lagi.",
    service: "Untuk apa Anda datang?",
    new: "Paspor baru",
    newHint: "Belum pernah punya paspor",
    renewal: "Penggantian paspor",
    renewalHint: "Habis masa berlaku, penuh, hilang, atau rusak",
    people: "Berapa orang yang mengurus paspor?",
    person: (n: number) => `${n} orang`,
    priority: "Adakah yang perlu didahulukan?",
    none: "Tidak ada",
    elderly: "Lanjut usia, di atas 60 tahun",
    toddler: "Anak di bawah 5 tahun",
    pregnant: "Ibu hamil",
    disabled: "Penyandang disabilitas",
    sending: "Mengambil nomor Anda …",
    checking: "Memeriksa tiket Anda …",
    again: "Coba lagi",
    sameNumber: "Mencoba lagi tidak menghasilkan nomor kedua.",
    start: "Kembali ke awal",
    done: "Selesai",
    yours: "Ini nomor Anda",
    here: "Anda sudah lapor hadir",
    help: "Perlu bantuan? Panggil petugas.",
    lost: "Sambungan terputus",
    lostDo: "Kios ini belum dapat dipakai. Panggil petugas.",
    come: (time: string) => `Silakan datang pukul ${time}`,
    noPaper: "Kertas habis: nomor tampil di layar untuk dipotret.",
    staff: "Untuk petugas",
    paper: "Kertas kios",
    paperOut: "Kertas habis",
    paperIn: "Kertas sudah diisi",
    paperIs: "Nomor dicetak di kertas.",
    paperIsNot: "Nomor tidak dicetak; orang diminta memotret kodenya.",
  },
  {
    welcome: "Welcome",
    booked: "Do you have a booking?",
    scan: "Scan the QR code of your ticket at the scanner.",
    walkIn: "No booking: take a number",
    later: "There is no room now. Press to learn when to come.",
    closed: "There is probably no more room today.",
    service: "What do you come for?",
    new: "A new passport",
    newHint: "You never had one",
    renewal: "Another passport",
    renewalHint: "Expired, full, lost or damaged",
    people: "For how many people?",
    person: (n: number) => n === 1 ? "1 person" : `${n} people`,
    priority: "Does anybody need to go first?",
    none: "Nobody",
    elderly: "Elderly, over 60",
    toddler: "A child under 5",
    pregnant: "Pregnant",
    disabled: "Disabled",
    sending: "Taking your number …",
    checking: "Looking at your ticket …",
    again: "Try again",
    sameNumber: "Trying again makes no second number.",
    start: "Back to the start",
    done: "Done",
    yours: "This is your number",
    here: "You have checked in",
    help: "Do you need help? Call the staff.",
    lost: "There is no connection",
    lostDo: "This kiosk cannot be used now. Please call the staff.",
    come: (time: string) => `Please come at ${time}`,
    noPaper: "Out of paper: numbers are shown on the screen, to be photographed.",
    staff: "For staff",
    paper: "The kiosk's paper",
    paperOut: "Out of paper",
    paperIn: "Paper is in",
    paperIs: "Numbers are printed on paper.",
    paperIsNot: "Numbers are not printed; people are asked to photograph the code.",
  },
);

const PEOPLE = [1, 2, 3, 4, 5];
const PRIORITIES = ["elderly", "toddler", "pregnant", "disabled"] as const;

/** The place of staff's word that there is no paper; nothing personal. */
const NO_PAPER = "antrian-no-paper";

const LOOKS_AGAIN_MS = 5000;

type Step =
  | { at: "start" | "service" | "staff" }
  | { at: "people" | "priority"; wish: Partial<Wish> }
  | { at: "taking"; wish: Wish; key: string }
  | { at: "checking"; qr: string }
  | { at: "done"; title: "yours" | "here"; slip: Slip };

/** The kiosk of an office that is signed in, from one visitor to the next. */
export function Visit({ office_id, office }: { office_id: string; office: string }) {
  const [step, setStep] = useState<Step>({ at: "start" });
  const [visit, setVisit] = useState(0);
  const [paper, setPaper] = useState(() => !kept("localStorage", NO_PAPER));
  const over = () => {
    speak("id");
    setVisit((before) => before + 1);
    setStep({ at: "start" });
  };
  const scans = step.at === "start" || step.at === "done";
  useKeys({ scan: (qr) => scans && setStep({ at: "checking", qr }) });
  const refill = (there: boolean) => {
    keep("localStorage", NO_PAPER, there ? null : "yes");
    setPaper(there);
  };
  const done = (title: "yours" | "here") => (told: Told) => {
    const now = localTime(serviceTime(), told.call?.from ?? told.due ?? "");
    const { ticket, call } = told;
    setStep({ at: "done", title, slip: { ticket, call, office_id, office, told: now } });
  };
  const shown = () => {
    switch (step.at) {
      case "start":
        return <Start office_id={office_id} paper={paper} go={setStep} />;
      case "service":
        return <Service go={setStep} over={over} />;
      case "people":
        return <People wish={step.wish} go={setStep} over={over} />;
      case "priority":
        return <Priority wish={step.wish} go={setStep} over={over} />;
      case "taking":
        return <Taking {...step} done={done("yours")} over={over} />;
      case "checking":
        return <Checking qr={step.qr} done={done("here")} over={over} />;
      case "done":
        return <Done {...step} paper={paper} over={over} />;
      case "staff":
        return <Staff paper={paper} refill={refill} over={over} />;
    }
  };
  return (
    <>
      <Band name={office} />
      <div class="visit" key={`${visit} ${step.at} ${language()}`}>{shown()}</div>
    </>
  );
}

/** Whose kiosk this is. */
function Band({ name }: { name: string }) {
  return (
    <header>
      <div class="bar">
        <span class="brand">
          <Emblem />
          {name}
        </span>
      </div>
    </header>
  );
}

type Go = (step: Step) => void;

interface Told {
  ticket: string;
  call?: { from: string; until: string };
  due?: string;
}

/** A screen: its heading takes the focus, so that it is read and the next key is its own. */
function Screen(props: {
  title: string;
  children: ComponentChildren;
  over?: () => void;
  /** What is said of leaving, if it is the end. */
  end?: string;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <main id="main" class="kiosk">
      <h1 ref={heading} tabIndex={-1}>{props.title}</h1>
      {props.children}
      {props.over && (
        <footer>
          <Idle over={props.over} />
          <Press class="press quiet" onPress={props.over}>{props.end ?? said().start}</Press>
        </footer>
      )}
    </main>
  );
}

function Start(props: { office_id: string; paper: boolean; go: Go }) {
  const w = said();
  const { board, problem, again } = useToday(props.office_id);
  useEffect(() => {
    if (!problem) return;
    const timer = setInterval(() => again(), LOOKS_AGAIN_MS);
    return () => clearInterval(timer);
  }, [problem]);
  return (
    <Screen title={w.welcome}>
      <Languages />
      {problem
        ? (
          <div class="trouble" role="alert">
            <h2>{w.lost}</h2>
            <p>{w.lostDo}</p>
          </div>
        )
        : (
          <div class="ways">
            <section class="way">
              <h2>{w.booked}</h2>
              <p>{w.scan}</p>
            </section>
            <Press onPress={() => props.go({ at: "service" })}>
              <strong>{w.walkIn}</strong>
              <Room board={board} />
            </Press>
          </div>
        )}
      {!props.paper && <p class="notice warn">{w.noPaper}</p>}
      <footer>
        <p>{w.help}</p>
        <Press class="press quiet" onPress={() => props.go({ at: "staff" })}>{w.staff}</Press>
      </footer>
    </Screen>
  );
}

function Room({ board }: { board?: Today }) {
  const w = said();
  if (!board || board.walk_ins === "open") return null;
  return <small>{board.walk_ins === "later" ? w.later : w.closed}</small>;
}

function Languages() {
  const button = (code: Language, name: string) => (
    <Press
      class={code === language() ? "press language now" : "press language"}
      onPress={() => speak(code)}
    >
      <span lang={code}>{name}</span>
    </Press>
  );
  return (
    <div class="languages">
      {button("id", "Bahasa Indonesia")}
      {button("en", "English")}
    </div>
  );
}

function Service({ go, over }: { go: Go; over: () => void }) {
  const w = said();
  const button = (service: Wish["service"], name: string, hint: string) => (
    <Press onPress={() => go({ at: "people", wish: { service } })}>
      <strong>{name}</strong>
      <small>{hint}</small>
    </Press>
  );
  return (
    <Screen title={w.service} over={over}>
      <div class="ways">
        {button("new", w.new, w.newHint)}
        {button("renewal", w.renewal, w.renewalHint)}
      </div>
    </Screen>
  );
}

function People({ wish, go, over }: { wish: Partial<Wish>; go: Go; over: () => void }) {
  const w = said();
  return (
    <Screen title={w.people} over={over}>
      <div class="ways few">
        {PEOPLE.map((people) => (
          <Press
            key={people}
            onPress={() => go({ at: "priority", wish: { ...wish, people } })}
          >
            <strong>{w.person(people)}</strong>
          </Press>
        ))}
      </div>
    </Screen>
  );
}

/** The last question: its answer takes the number. The key is made here, one for a visit, and is
 * sent with every try until there is an answer. */
function Priority({ wish, go, over }: { wish: Partial<Wish>; go: Go; over: () => void }) {
  const w = said();
  const key = useRef(newKey());
  const take = (priority?: Wish["priority"]) =>
    go({ at: "taking", wish: { ...wish as Wish, priority }, key: key.current });
  return (
    <Screen title={w.priority} over={over}>
      <div class="ways few">
        <Press onPress={() => take()}>
          <strong>{w.none}</strong>
        </Press>
        {PRIORITIES.map((one) => (
          <Press key={one} onPress={() => take(one)}>
            <strong>{w[one]}</strong>
          </Press>
        ))}
      </div>
    </Screen>
  );
}

function Taking(props: { wish: Wish; key: string; done: (told: Told) => void; over: () => void }) {
  const w = said();
  const send = (stop: AbortSignal) =>
    attempt<Told>({
      stop,
      tell: () => undefined,
      prepare: () => Promise.resolve(undefined),
      send: () =>
        ask(desk.POST("/v1/desk/walk-ins", {
          params: { header: { "Idempotency-Key": props.key } },
          body: props.wish,
        })),
    });
  return <Sent {...props} title={w.sending} send={send} hint={w.sameNumber} />;
}

function Checking(props: { qr: string; done: (told: Told) => void; over: () => void }) {
  const w = said();
  const send = () => ask<Told>(desk.POST("/v1/desk/check-ins", { body: { qr: props.qr } }));
  return <Sent {...props} title={w.checking} send={send} />;
}

/** Something that is sent as soon as it is shown, until it is answered. */
function Sent(props: {
  title: string;
  hint?: string;
  send: (stop: AbortSignal) => Promise<Answer<Told>>;
  done: (told: Told) => void;
  over: () => void;
}) {
  const w = said();
  const { send, problem } = useSend((_, stop) => props.send(stop), props.done);
  useEffect(() => void send(), []);
  if (!problem) {
    return (
      <Screen title={props.title}>
        <p class="waiting" role="status">{props.hint}</p>
      </Screen>
    );
  }
  const mayGoOn = problem.status === 0 || problem.status >= 500 || problem.status === 429;
  return (
    <Screen title={problem.title} over={props.over}>
      <div class="trouble" role="alert">
        <Come problem={problem} />
        <p>{problem.status === 0 ? w.lostDo : problem.detail}</p>
      </div>
      {mayGoOn
        ? (
          <Press onPress={send}>
            <strong>{w.again}</strong>
            {props.hint && <small>{props.hint}</small>}
          </Press>
        )
        : <p>{w.help}</p>}
    </Screen>
  );
}

/** When to come, as large as everything that people are to remember. */
function Come({ problem }: { problem: Problem }) {
  if (typeof problem.come_at !== "string") return null;
  return <h2>{said().come(clock(problem.come_at.slice(11, 16)))}</h2>;
}

function Done(props: {
  title: "yours" | "here";
  slip: Slip;
  paper: boolean;
  over: () => void;
}) {
  const w = said();
  return (
    <Screen title={w[props.title]} over={props.over} end={w.done}>
      <Slipped slip={props.slip} paper={props.paper} />
    </Screen>
  );
}

function Staff(props: { paper: boolean; refill: (there: boolean) => void; over: () => void }) {
  const w = said();
  return (
    <Screen title={w.paper} over={props.over}>
      <p role="status">{props.paper ? w.paperIs : w.paperIsNot}</p>
      <Press onPress={() => props.refill(!props.paper)}>
        <strong>{props.paper ? w.paperOut : w.paperIn}</strong>
      </Press>
    </Screen>
  );
}
