/** What every page is made of. */

import { type ComponentChildren, createContext } from "preact";
import { useContext, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { type Asked, asksForSignIn, mayPass, type Problem } from "./api.ts";
import { timeOfDay } from "./dates.ts";
import { to } from "./router.ts";
import { sessionLost } from "./session.ts";
import { forgetTrip, trip } from "./trip.ts";
import { words } from "./words.ts";

const said = words(
  {
    back: "Kembali",
    loading: "Memuat …",
    again: "Coba lagi",
    asOf: (time: string) => `Keadaan pukul ${time}`,
    refresh: "Perbarui",
    signIn: "Masuk",
    signInFirst: "Masuklah dahulu",
    whySignIn: "Halaman ini hanya untuk Anda yang sudah masuk.",
    lost: "Sesi Anda telah berakhir",
    whyLost: "Masuklah lagi. Yang sudah Anda pilih tidak hilang.",
    register: "Pesan tempat pertama Anda",
    moving: (code: string) => `Anda sedang memindahkan pesanan ${code}. Pilih waktu yang baru.`,
    keep: "Jangan dipindahkan",
  },
  {
    back: "Back",
    loading: "Loading …",
    again: "Try again",
    asOf: (time: string) => `As of ${time}`,
    refresh: "Refresh",
    signIn: "Sign in",
    signInFirst: "Sign in first",
    whySignIn: "This page is for you once you are signed in.",
    lost: "Your session has ended",
    whyLost: "Sign in again. What you have chosen is not lost.",
    register: "Book your first place",
    moving: (code: string) => `You are moving booking ${code}. Choose the new time.`,
    keep: "Leave it where it is",
  },
);

/** Whose pages these are, as the title of each says. */
export const Site = createContext("Antrian Paspor");

export function useTitle(title: string): void {
  const site = useContext(Site);
  useEffect(() => {
    document.title = `${title} · ${site}`;
  }, [title, site]);
}

let opened = 0;

/** A page: its heading takes the focus when somebody comes from another one. */
export function Page(props: {
  title: string;
  back?: string;
  above?: string;
  wide?: boolean;
  /** Where somebody looks for a place: told here if it is for a booking that they move. */
  finding?: boolean;
  children: ComponentChildren;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
    if (opened++) {
      scrollTo(0, 0);
      heading.current?.focus({ preventScroll: true });
    }
  }, []);
  useTitle(props.title);
  return (
    <main id="main" class={props.wide ? "wide" : ""}>
      {props.back !== undefined && (
        <a class="back" href={props.back}>
          <span aria-hidden="true">‹</span> {said().back}
        </a>
      )}
      {props.above && <p class="above">{props.above}</p>}
      <h1 ref={heading} tabIndex={-1}>{props.title}</h1>
      {props.finding && <Moving />}
      {props.children}
    </main>
  );
}

function Moving() {
  const { moving } = trip();
  if (!moving) return null;
  return (
    <div class="notice">
      <p>{said().moving(moving)}</p>
      <a href={to("tiket", moving)} onClick={forgetTrip}>{said().keep}</a>
    </div>
  );
}

/** What was asked for, or words about why it is not there yet. */
export function Wait<T>(props: { asked: Asked<T>; children: (ok: T) => ComponentChildren }) {
  const { ok, problem, again } = props.asked;
  const waiting = ok === undefined && !problem;
  return (
    <>
      {waiting && <Waiting />}
      {problem && <Trouble problem={problem} again={again} />}
      {ok !== undefined && !problem && props.children(ok)}
    </>
  );
}

/** A wait, with words after a second. */
export function Waiting() {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), 1000);
    return () => clearTimeout(timer);
  }, []);
  return <p class="waiting" role="status">{slow ? said().loading : " "}</p>;
}

/** A problem in words, and what to do. */
export function Trouble(props: {
  problem: Problem;
  again?: () => void;
  children?: ComponentChildren;
}) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => box.current?.focus(), [props.problem]);
  if (asksForSignIn(props.problem)) return <SignInFirst />;
  return (
    <div class="notice bad" role="alert" tabIndex={-1} ref={box}>
      <h2>{props.problem.title}</h2>
      <p>{props.problem.detail}</p>
      {props.children}
      {props.again && mayPass(props.problem) && (
        <button type="button" class="second" onClick={props.again}>{said().again}</button>
      )}
    </div>
  );
}

/** What somebody sees on a page that is for those who are signed in. */
export function SignInFirst() {
  const w = said();
  const lost = sessionLost();
  return (
    <div class="notice">
      <h2>{lost ? w.lost : w.signInFirst}</h2>
      <p>{lost ? w.whyLost : w.whySignIn}</p>
      <p class="actions">
        <a class="button" href={to("masuk")}>{w.signIn}</a>
        <a class="button second" href={to()}>{w.register}</a>
      </p>
    </div>
  );
}

/** How old what is shown is, and a way to have it anew. */
export function AsOf(props: { asked: Asked<unknown> }) {
  const { at, again } = props.asked;
  if (!at) return null;
  return (
    <p class="as-of">
      {said().asOf(timeOfDay(at))}
      <button type="button" class="plain" onClick={again}>{said().refresh}</button>
    </p>
  );
}

/** Terms and what they are. */
export function Facts(props: {
  rows: [term: string, what: ComponentChildren, change?: { href: string; label: string }][];
}) {
  return (
    <dl class="facts">
      {props.rows.map(([term, what, change]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{what}</dd>
          {change && (
            <dd class="change">
              <a href={change.href}>
                {change.label} <span class="unseen">{term.toLowerCase()}</span>
              </a>
            </dd>
          )}
        </div>
      ))}
    </dl>
  );
}

/** A passport, in the header of all pages. */
export const Emblem = () => (
  <svg viewBox="0 0 32 32" width="32" height="32" aria-hidden="true">
    <rect x="6" y="3" width="20" height="26" rx="3" />
    <circle cx="16" cy="13" r="5" />
    <path d="M11 23h10" />
  </svg>
);
