/** The staff's page: who signs in, what is around its rooms, and which of them is shown. */

import { type ComponentChildren, render } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { officeOf, type Problem, useAsked } from "../api.ts";
import { useSend } from "../form.tsx";
import { Current, type Rooms } from "../rooms.tsx";
import { to, usePlace } from "../router.ts";
import { fromLink, resume, signOut, type Tokens, useStaff } from "../staff.ts";
import { Emblem, Page, Site, Trouble, Waiting } from "../ui.tsx";
import { language, speak, words } from "../words.ts";
import { Counter } from "./counter.tsx";
import { Enrol, SignIn } from "./sign_in.tsx";
import { sendNow, untilAnswered } from "./until_answered.ts";

const said = words(
  {
    desk: "Halaman petugas",
    menu: "Menu",
    counter: "Loket",
    day: "Hari ini",
    places: "Tempat",
    demand: "Undian",
    closures: "Penutupan",
    roster: "Daftar hadir",
    untold: "Perlu ditelepon",
    report: "Laporan",
    team: "Petugas",
    clerk: "Petugas loket",
    supervisor: "Penyelia",
    kiosk: "Kios",
    board: "Papan",
    signOut: "Keluar",
  },
  {
    desk: "Staff page",
    menu: "Menu",
    counter: "Counter",
    day: "Today",
    places: "Places",
    demand: "Draws",
    closures: "Closures",
    roster: "Roster",
    untold: "To call",
    report: "Report",
    team: "Staff",
    clerk: "Clerk",
    supervisor: "Supervisor",
    kiosk: "Kiosk",
    board: "Board",
    signOut: "Sign out",
  },
);

/** The rooms of supervisors, by the first part of their place; loaded when somebody enters one. */
const ROOMS: Rooms = [
  [["hari"], () => import("./day.tsx")],
  [["tutup-antrean"], () => import("./close.tsx")],
  [["tempat"], () => import("./places.tsx")],
  [["undian"], () => import("./demand.tsx")],
  [["penutupan"], () => import("./closures.tsx")],
  [["daftar-hadir", "catat-hadir"], () => import("./roster.tsx")],
  [["tidak-terkabari"], () => import("./untold.tsx")],
  [["laporan"], () => import("./report.tsx")],
  [["petugas"], () => import("./team.tsx")],
];

const { daftar: enrolment = "", ...link } = fromLink();

function App() {
  const tokens = useStaff();
  const [enrolling, setEnrolling] = useState(enrolment);
  const [unanswered, setUnanswered] = useState<Problem>();
  const [, setLanguage] = useState(language);
  useEffect(() => {
    const another = () => /^#(daftar|masuk)=/.test(location.hash) && location.reload();
    const changed = () => setLanguage(language());
    addEventListener("hashchange", another);
    addEventListener("language", changed);
    return () => {
      removeEventListener("hashchange", another);
      removeEventListener("language", changed);
    };
  }, []);
  useEffect(() => {
    if (enrolling) return;
    const stop = new AbortController();
    const first = (problem: Problem) => setUnanswered((before) => before ?? problem);
    void untilAnswered(() => resume(link), first, stop.signal);
    return () => stop.abort();
  }, [enrolling]);
  if (tokens && !enrolling) return <Inside tokens={tokens} />;
  return (
    <>
      <Head name="Antrian Paspor" />
      {enrolling
        ? <Enrol token={enrolling} done={() => setEnrolling("")} />
        : tokens === undefined
        ? <Asking unanswered={unanswered} />
        : <SignIn enrolled={enrolment !== ""} />}
    </>
  );
}

/** What is shown until it is known who works here. */
function Asking({ unanswered }: { unanswered?: Problem }) {
  if (!unanswered) {
    return (
      <main id="main">
        <Waiting />
      </main>
    );
  }
  return (
    <Page title={said().desk}>
      <Trouble problem={unanswered} again={sendNow} />
    </Page>
  );
}

/** The band at the top: whose page this is, the other language, and what else is given. */
function Head(props: { name: ComponentChildren; children?: ComponentChildren }) {
  const other = language() === "en" ? "id" : "en";
  return (
    <header>
      <div class="bar staff">
        <span class="brand">
          <Emblem />
          <span>{props.name}</span>
        </span>
        <button type="button" class="language" lang={other} onClick={() => speak(other)}>
          {other === "en" ? "English" : "Indonesia"}
        </button>
        {props.children}
      </div>
    </header>
  );
}

function Inside(props: { tokens: Tokens }) {
  const w = said();
  const { role, office_id } = props.tokens;
  const place = usePlace();
  const office = useAsked(() => officeOf(office_id), [office_id]);
  const name = office.ok?.name ?? (office.problem ? office_id : "");
  const short = name.replace(COMMON, "Kanim ");
  const sending = useSend(signOut, () => undefined);
  return (
    <Site.Provider value={name ? short : "Antrian Paspor"}>
      <Head name={<Whose role={w[role]} name={name} short={short} />}>
        <button
          type="button"
          class="sign-out"
          aria-disabled={sending.busy || undefined}
          onClick={sending.send}
        >
          {w.signOut}
        </button>
        {role === "supervisor" && <Menu here={place[0] ?? ""} />}
      </Head>
      {sending.problem && <Trouble problem={sending.problem} />}
      <Current place={role === "supervisor" ? place : []} front={Counter} rooms={ROOMS} />
    </Site.Provider>
  );
}

/** What the names of all offices begin with; where there is little room, it is left out. */
const COMMON = /^Kantor Imigrasi( Kelas I{1,3})?( Khusus)?( Non)?( TPI)? /;

function Whose({ role, name, short }: { role: string; name: string; short: string }) {
  if (!name) return <>{role}</>;
  return (
    <>
      {role}, <span class="whole">{name}</span>
      <span class="short">{short}</span>
    </>
  );
}

/** The way to every room of a supervisor; on a phone it is one row, moved to where one is. */
function Menu({ here }: { here: string }) {
  const w = said();
  const nav = useRef<HTMLElement>(null);
  useEffect(() => {
    const now = nav.current?.querySelector("[aria-current]");
    now?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [here]);
  const room = (name: string, label: string) => (
    <a href={to(name)} aria-current={here === name ? "page" : undefined}>{label}</a>
  );
  return (
    <nav aria-label={w.menu} ref={nav}>
      {room("", w.counter)}
      {room("hari", w.day)}
      {room("tempat", w.places)}
      {room("undian", w.demand)}
      {room("penutupan", w.closures)}
      {room("daftar-hadir", w.roster)}
      {room("tidak-terkabari", w.untold)}
      {room("laporan", w.report)}
      {room("petugas", w.team)}
    </nav>
  );
}

render(<App />, document.body);
