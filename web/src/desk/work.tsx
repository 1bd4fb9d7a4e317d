/** The one screen of whoever serves people: who is here now, what comes next, and who arrives. */

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { clock } from "../dates.ts";
import { isTaken, useKeys } from "../scanner.ts";
import { useTitle } from "../ui.tsx";
import { words } from "../words.ts";
import { type Act, acts, KEYS, pressed } from "./acts.ts";
import { useArrivals } from "./arrivals.ts";
import { type Attendance, useAttendance, type View } from "./attend.ts";
import { Camera } from "./camera.tsx";
import { Card } from "./card.tsx";
import type { Chosen } from "./chosen.ts";
import { Figures } from "./figures.tsx";
import { useLetters } from "./letters.ts";
import { Names } from "./names.tsx";
import { Situation } from "./situation.tsx";
import { WalkInForm } from "./walk_in.tsx";

const said = words(
  {
    title: (counter: string) => `Loket ${counter}`,
    open: "Buka loket",
    next: "Panggil berikutnya",
    serve: "Mulai layani",
    finishAndNext: "Selesai & panggil berikutnya",
    sendOnAndNext: "Ke tahap berikutnya & panggil",
    finish: "Selesai",
    sendOn: "Ke tahap berikutnya",
    recall: "Panggil lagi",
    noShow: "Tidak datang",
    undo: "Urungkan",
    leave: "Tutup loket",
    goOn: "Lanjutkan di sini",
    another: "Ganti loket",
    closed: "Loket tutup",
    free: "Tidak ada orang di loket",
    called: "Dipanggil",
    serving: "Dilayani",
    nobody: "Belum ada yang menunggu",
    since: (time: string) => `sejak pukul ${time}`,
    arrivals: "Kedatangan",
    scan: "Pindai tiket kapan saja: hasilnya tampil di sini.",
    camera: "Kamera",
    walkIn: "Tanpa pesanan",
    actions: "Tindakan",
    letters: "Tombol pintas huruf:",
    on: "aktif",
    off: "nonaktif",
    sending: "Mengirim …",
  },
  {
    title: (counter: string) => `Counter ${counter}`,
    open: "Open the counter",
    next: "Call next",
    serve: "Serve",
    finishAndNext: "Finish and call next",
    sendOnAndNext: "Send on and call next",
    finish: "Finish",
    sendOn: "Send on",
    recall: "Call again",
    noShow: "Did not come",
    undo: "Undo",
    leave: "Close the counter",
    goOn: "Go on here",
    another: "Change counter",
    closed: "The counter is closed",
    free: "Nobody is at the counter",
    called: "Called",
    serving: "Being served",
    nobody: "Nobody is waiting yet",
    since: (time: string) => `since ${time}`,
    arrivals: "Arrivals",
    scan: "Scan a ticket at any time: what comes of it is shown here.",
    camera: "Camera",
    walkIn: "Without a booking",
    actions: "Actions",
    letters: "Letter shortcuts:",
    on: "on",
    off: "off",
    sending: "Sending …",
  },
);

type Panel = "camera" | "walkIn" | undefined;

const TICK_MS = 5000;

export function Work(props: { at: Chosen; opens: boolean; leave: () => void }) {
  const w = said();
  const { at } = props;
  const here = useAttendance(at.counter, props.opens ? pressed("open", at.steps) : undefined);
  const arrivals = useArrivals(here.refresh);
  const [panel, setPanel] = useState<Panel>();
  const now = useNow();
  const letters = useLetters();
  const { counter, busy, taken } = here;
  const possible = counter && !taken ? acts(counter, here.office?.steps ?? at.steps) : undefined;
  const callsNext = possible && /next/i.test(possible.first);
  const title = w.title(at.counter);

  const act = (one: Act) => {
    arrivals.clear();
    here.press(pressed(one, at.steps));
  };
  const first = () => {
    if (busy) return;
    if (taken) here.goOn();
    else if (possible) act(possible.first);
  };
  const scan = (qr: string) => arrivals.scan(qr);
  const show = (one: Panel) => {
    arrivals.clear();
    setPanel(one);
  };

  useKeys({
    scan,
    key: (key) => {
      if (key === "Escape") return setPanel(undefined);
      if (key === "Enter" || key === " ") return isTaken() ? undefined : first();
      if (!letters.on) return;
      if (document.activeElement?.closest("form") || busy || taken) return;
      if (key === "C") return show("camera");
      if (key === "W") return show("walkIn");
      const wanted = possible?.others.find((one) => KEYS[one] === key);
      if (wanted) act(wanted);
    },
  });

  useTitle(counter?.ticket ? `${counter.ticket} · ${title}` : title);
  const gone = here.problem?.type === "no-such-counter";
  useEffect(() => {
    if (gone) props.leave();
  }, [gone]);

  return (
    <main id="main" class={letters.on ? "wide desk" : "wide desk no-letters"}>
      <div>
        <Figures title={title} at={at} view={here} />
        <Situation view={here} now={now} />
      </div>
      <section class="now" aria-label={w.actions}>
        <Present view={here} see={here.seen} />
        <First
          view={here}
          label={taken ? w.goOn : possible && w[possible.first]}
          hint={callsNext && !counter?.waiting ? w.nobody : undefined}
          onPress={first}
        />
        <div class="others">
          {possible?.others.map((one) => (
            <button
              key={one}
              type="button"
              class="second"
              aria-disabled={busy || undefined}
              aria-keyshortcuts={letters.on ? KEYS[one] : undefined}
              onClick={() => act(one)}
            >
              {one === "undo" ? `${w.undo} ${counter?.undo}` : w[one]}
              <kbd aria-hidden="true">{KEYS[one]}</kbd>
            </button>
          ))}
          {counter && !counter.open && !counter.ticket && !busy && (
            <button type="button" class="second" onClick={props.leave}>{w.another}</button>
          )}
        </div>
      </section>
      <section class="arrivals" aria-label={w.arrivals}>
        {panel === "walkIn" && (
          <WalkInForm
            give={arrivals.give}
            close={() => setPanel(undefined)}
          />
        )}
        {panel === "camera" && <Camera scan={scan} close={() => setPanel(undefined)} />}
        <Card arrivals={arrivals} />
        {!panel && !arrivals.came && !arrivals.open && <p class="idle">{w.scan}</p>}
        {!panel && (
          <div class="ways">
            <button
              type="button"
              class="second"
              aria-keyshortcuts={letters.on ? "W" : undefined}
              onClick={() => show("walkIn")}
            >
              {w.walkIn} <kbd aria-hidden="true">W</kbd>
            </button>
            <button
              type="button"
              class="second"
              aria-keyshortcuts={letters.on ? "C" : undefined}
              onClick={() => show("camera")}
            >
              {w.camera} <kbd aria-hidden="true">C</kbd>
            </button>
            <button
              type="button"
              role="switch"
              class="plain letters"
              aria-checked={letters.on}
              onClick={() => letters.turn(!letters.on)}
            >
              {w.letters} <span aria-hidden="true">{letters.on ? w.on : w.off}</span>
            </button>
          </div>
        )}
      </section>
    </main>
  );
}

/** Who is at the counter, as large as can be. */
function Present(props: { view: View; see: Attendance["seen"] }) {
  const w = said();
  const { counter } = props.view;
  const state = counter?.state;
  const several = (props.view.names?.length ?? 0) > 2;
  const since = state === "serving" ? counter?.served_at : counter?.called_at;
  const word = state === "called" || state === "serving" ? w[state] : undefined;
  return (
    <div class={`present ${state ?? ""} ${several ? "many" : ""}`} aria-live="polite">
      {word
        ? (
          <p class="head">
            <span class="label">{counter!.ticket}</span>
            <span class="state">{word} {since && w.since(clock(since.slice(11, 16)))}</span>
          </p>
        )
        : counter && <p class="nobody">{counter.open ? w.free : w.closed}</p>}
      <Names view={props.view} see={props.see} />
    </div>
  );
}

/** The one thing that comes next. It keeps the focus, so that the space bar alone serves a day. */
function First(props: { view: View; label?: string; hint?: string; onPress: () => void }) {
  const w = said();
  const { busy, lost } = props.view;
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    const elsewhere = document.activeElement?.closest(".arrivals, header");
    if (!busy && !elsewhere) button.current?.focus({ preventScroll: true });
  }, [busy, props.label]);
  return (
    <button
      ref={button}
      type="button"
      class="button first"
      aria-disabled={busy || !props.label || undefined}
      onClick={props.onPress}
    >
      {props.label ?? "…"}
      <small>{lost ? w.sending : props.hint}</small>
    </button>
  );
}

function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}
