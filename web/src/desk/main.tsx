/** The staff's page: who signs in, what is around its rooms, and which of them is shown. */

import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useSend } from "../form.tsx";
import { Current, type Rooms } from "../rooms.tsx";
import { to, usePlace } from "../router.ts";
import { fromLink, resume, signOut, type Tokens, useStaff } from "../staff.ts";
import { Trouble, Waiting } from "../ui.tsx";
import { language, speak, words } from "../words.ts";
import { Counter } from "./counter.tsx";
import { Enrol, SignIn } from "./sign_in.tsx";

const said = words(
  {
    menu: "Menu",
    counter: "Loket",
    day: "Hari ini",
    places: "Tempat",
    closures: "Penutupan",
    roster: "Daftar hadir",
    unsent: "Belum terkabari",
    report: "Laporan",
    team: "Petugas",
    as: (role: string, office: string) => `${role}, kantor ${office}`,
    clerk: "Petugas loket",
    supervisor: "Penyelia",
    kiosk: "Kios",
    board: "Papan",
    signOut: "Keluar",
  },
  {
    menu: "Menu",
    counter: "Counter",
    day: "Today",
    places: "Places",
    closures: "Closures",
    roster: "Roster",
    unsent: "To call",
    report: "Report",
    team: "Staff",
    as: (role: string, office: string) => `${role}, office ${office}`,
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
  [["penutupan"], () => import("./closures.tsx")],
  [["daftar-hadir", "catat-hadir"], () => import("./roster.tsx")],
  [["tidak-terkabari"], () => import("./unsent.tsx")],
  [["laporan"], () => import("./report.tsx")],
  [["petugas"], () => import("./team.tsx")],
];

const link = fromLink();

function App() {
  const tokens = useStaff();
  const [enrolling, setEnrolling] = useState(link.daftar ?? "");
  const [enrolled, setEnrolled] = useState(false);
  const [, setLanguage] = useState(language);
  useEffect(() => {
    const another = () => /^#(daftar|masuk)=/.test(location.hash) && location.reload();
    const changed = () => setLanguage(language());
    addEventListener("hashchange", another);
    addEventListener("language", changed);
    if (!link.daftar) resume(link);
    return () => {
      removeEventListener("hashchange", another);
      removeEventListener("language", changed);
    };
  }, []);
  const done = () => {
    setEnrolling("");
    setEnrolled(true);
    resume({});
  };
  if (enrolling) return <Enrol token={enrolling} done={done} />;
  if (tokens === undefined) {
    return (
      <main id="main">
        <Waiting />
      </main>
    );
  }
  return tokens ? <Inside tokens={tokens} /> : <SignIn enrolled={enrolled} />;
}

function Inside(props: { tokens: Tokens }) {
  const w = said();
  const { role, office_id } = props.tokens;
  const place = usePlace();
  const sending = useSend(signOut, () => undefined);
  const other = language() === "en" ? "id" : "en";
  const room = (name: string, label: string) => (
    <a href={to(name)} aria-current={(place[0] ?? "") === name ? "page" : undefined}>{label}</a>
  );
  return (
    <>
      <header>
        <div class="bar">
          <span class="brand">{w.as(w[role], office_id)}</span>
          <button type="button" class="language" lang={other} onClick={() => speak(other)}>
            {other === "en" ? "English" : "Indonesia"}
          </button>
          <nav aria-label={w.menu}>
            {role === "supervisor" && (
              <>
                {room("", w.counter)}
                {room("hari", w.day)}
                {room("tempat", w.places)}
                {room("penutupan", w.closures)}
                {room("daftar-hadir", w.roster)}
                {room("tidak-terkabari", w.unsent)}
                {room("laporan", w.report)}
                {room("petugas", w.team)}
              </>
            )}
            <button type="button" aria-disabled={sending.busy || undefined} onClick={sending.send}>
              {w.signOut}
            </button>
          </nav>
        </div>
      </header>
      {sending.problem && <Trouble problem={sending.problem} />}
      <Current place={role === "supervisor" ? place : []} front={Counter} rooms={ROOMS} />
    </>
  );
}

render(<App />, document.body);
