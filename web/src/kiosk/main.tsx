/** The kiosk at the door: people check in, and take a number without a booking. */

import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { officeOf } from "../api.ts";
import { stayAwake } from "../awake.ts";
import { fromLink, resume, useStaff } from "../staff.ts";
import { speak, words } from "../words.ts";
import { Visit } from "./visit.tsx";

const said = words(
  {
    waits: "Kios sedang disiapkan …",
    lost: "Sambungan terputus",
    off: "Kios ini tidak aktif",
    staff: "Panggil petugas.",
  },
  {
    waits: "The kiosk is getting ready …",
    lost: "There is no connection",
    off: "This kiosk is not active",
    staff: "Please call the staff.",
  },
);

const link = fromLink();

const AGAIN_MS = 5000;
const DISABLED_MS = 60_000;

/** A session lasts as long as it is asked for now and then. */
const RENEW_MS = 24 * 3_600_000;

function App() {
  const w = said();
  const tokens = useStaff();
  const [silent, setSilent] = useState(false);
  const [office, setOffice] = useState("");
  const [, setLanguage] = useState("");
  const works = tokens?.role === "kiosk" ? tokens.office_id : undefined;
  useEffect(() => {
    const changed = () => setLanguage(document.documentElement.lang);
    addEventListener("language", changed);
    return () => removeEventListener("language", changed);
  }, []);
  useEffect(() => {
    const look = () => resume(link).then(({ problem }) => setSilent(problem?.status === 0));
    if (tokens === undefined) void look();
    const every = works ? RENEW_MS : tokens === undefined ? AGAIN_MS : DISABLED_MS;
    const timer = setInterval(look, every);
    return () => clearInterval(timer);
  }, [works, tokens === undefined]);
  useEffect(() => {
    if (!works || office) return;
    const look = () => officeOf(works).then(({ ok }) => ok && setOffice(ok.name));
    void look();
    const timer = setInterval(look, AGAIN_MS);
    return () => clearInterval(timer);
  }, [works, office]);
  if (works && office) return <Visit office_id={works} office={office} />;
  const waits = tokens === undefined || works;
  return (
    <main id="main" class="kiosk">
      <h1>{waits ? (silent ? w.lost : w.waits) : w.off}</h1>
      {(!waits || silent) && (
        <div class="trouble" role="alert">
          <h2>{w.staff}</h2>
        </div>
      )}
    </main>
  );
}

speak("id"); // whatever the last visitor spoke before the power went
stayAwake();
render(<App />, document.body);
