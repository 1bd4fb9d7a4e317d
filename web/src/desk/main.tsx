/** The staff's page: who signs in, what is around its rooms, and which of them is shown. */

import { type ComponentType, render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useSend } from "../form.tsx";
import { type Place, to, usePlace } from "../router.ts";
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
    gone: "Halaman ini tidak dapat dimuat. Periksa sambungan, lalu muat ulang.",
    reload: "Muat ulang",
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
    gone: "This page could not be loaded. Check the connection, then reload it.",
    reload: "Reload",
  },
);

type Room = Record<string, ComponentType<{ place: Place }>>;

/** The rooms of supervisors, by the first part of their place; loaded when somebody enters one. */
const ROOMS: [places: string[], load: () => Promise<{ pages: Room }>][] = [
  [["hari"], () => import("./day.tsx")],
  [["tutup-antrean"], () => import("./close.tsx")],
  [["tempat"], () => import("./places.tsx")],
  [["penutupan"], () => import("./closures.tsx")],
  [["daftar-hadir", "catat-hadir"], () => import("./roster.tsx")],
  [["tidak-terkabari"], () => import("./unsent.tsx")],
  [["laporan"], () => import("./report.tsx")],
  [["petugas"], () => import("./team.tsx")],
];

const loaded: Room = { "": Counter as Room[string] };

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
      <Current place={role === "supervisor" ? place : []} />
    </>
  );
}

function Current(props: { place: Place }) {
  const name = props.place[0] ?? "";
  const [, setLoaded] = useState("");
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    if (name in loaded) return;
    const room = ROOMS.find(([places]) => places.includes(name));
    if (!room) return location.replace(to());
    setFailed(false);
    room[1]().then(({ pages }) => {
      Object.assign(loaded, pages);
      setLoaded(name);
    }, () => setFailed(true));
  }, [name]);
  const Found = loaded[name];
  if (Found) return <Found key={props.place.join("/")} place={props.place} />;
  return (
    <main id="main">
      {failed && (
        <div class="notice bad" role="alert">
          <p>{said().gone}</p>
          <button type="button" class="second" onClick={() => location.reload()}>
            {said().reload}
          </button>
        </div>
      )}
    </main>
  );
}

render(<App />, document.body);
