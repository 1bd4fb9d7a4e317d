/** The counters of today: who is where since when; a supervisor frees one, or says when it is back. */

import { useRef, useState } from "preact/hooks";
import { ask } from "../api.ts";
import { clock } from "../dates.ts";
import { Form, Progressing, useSend } from "../form.tsx";
import { desk } from "../staff.ts";
import { Trouble } from "../ui.tsx";
import { words } from "../words.ts";
import { Pick } from "./pick.tsx";
import type { Day } from "./watched.ts";

const said = words(
  {
    title: "Loket",
    counter: "Loket",
    called: "Memanggil",
    serving: "Melayani",
    free: "Buka, kosong",
    shut: "Tutup",
    since: (time: string) => `sejak pukul ${time}`,
    minutes: (n: number) => `${n}\u00a0menit`,
    people: (n: number) => `${n} orang`,
    waiting: (n: number) => `${n} nomor menunggu loket ini`,
    away: (time: string) => `Kembali pukul ${time}`,
    longest: "Panggilan terlama",
    long: "Panggilan lama",
    late: "Belum kembali",
    idle: "Ada antrean",
    tap: "Loket yang perlu diperhatikan tampil lebih dahulu. Ketuk satu loket untuk mengaturnya.",
    back: "Kembali pukul",
    backHint: "Selama loket ini kosong, perkiraan giliran semua orang ikut disesuaikan.",
    say: "Simpan waktu kembali",
    release: "Bebaskan loket",
    releaseHint:
      "Loket ditutup. Orang yang ada di sana kembali ke antrean dengan urutannya semula.",
  },
  {
    title: "Counters",
    counter: "Counter",
    called: "Calling",
    serving: "Serving",
    free: "Open, nobody there",
    shut: "Closed",
    since: (time: string) => `since ${time}`,
    minutes: (n: number) => n === 1 ? "1\u00a0minute" : `${n}\u00a0minutes`,
    people: (n: number) => n === 1 ? "1 person" : `${n} people`,
    waiting: (n: number) =>
      n === 1 ? "1 number waits for this counter" : `${n} numbers wait for this counter`,
    away: (time: string) => `Back at ${time}`,
    longest: "Longest call",
    long: "Long call",
    late: "Not back yet",
    idle: "People waiting",
    tap: "Counters that need attention come first. Tap one to change it.",
    back: "Back at",
    backHint: "While nobody is at this counter, everybody's expected turn goes by that.",
    say: "Save when it is back",
    release: "Release the counter",
    releaseHint: "The counter closes. Whoever is there goes back into the line with their place.",
  },
);

type Counter = Day["at_counters"][number];

/** A call that nobody has followed for so long is looked at first. */
const LONG_CALL_MINUTES = 3;

/** So long after the time that was said a counter counts as not back yet; then it has closed. */
const AWAY_MINUTES = 60;

/** All counters, small; those at which something should be done come first. Their order stays while
 * one of them is open. */
export function Counters({ day, changed }: { day: Day; changed: () => void }) {
  const w = said();
  const { as_of } = day;
  const [open, setOpen] = useState("");
  const order = useRef<string[]>([]);
  const longest = day.at_counters
    .filter(({ state }) => state === "called")
    .sort((one, other) => since(one) < since(other) ? -1 : 1)[0]?.counter;
  const noted = day.at_counters.map((one) => ({ one, note: noteOf(one, as_of) }));
  if (!open) {
    const first = noted.filter(({ note }) => note), rest = noted.filter(({ note }) => !note);
    order.current = [...first, ...rest].map(({ one }) => one.counter);
  }
  const at = ({ one }: { one: Counter }) => order.current.indexOf(one.counter);
  return (
    <section>
      <h2>{w.title}</h2>
      <p class="hint">{w.tap}</p>
      <ul class="counters">
        {noted.sort((one, other) => at(one) - at(other)).map(({ one, note }) => (
          <li key={one.counter} class={`stand ${one.state ?? (one.open ? "free" : "shut")}`}>
            <details
              open={open === one.counter}
              onToggle={({ currentTarget }) =>
                setOpen((before) =>
                  currentTarget.open ? one.counter : before === one.counter ? "" : before
                )}
            >
              <summary>
                <Summary one={one} as_of={as_of} longest={one.counter === longest} note={note} />
              </summary>
              {one.ticket && (
                <p>
                  {w.people(one.people ?? 1)}, {w.since(time(since(one)))}
                </p>
              )}
              {one.open && <p class="hint">{w.waiting(one.waiting)}</p>}
              <Change one={one} as_of={as_of} changed={changed} />
            </details>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Since when somebody is called, or served. */
export const since = (one: Counter): string => one.served_at ?? one.called_at ?? "";

export const minutesBetween = (from: string, until: string): number =>
  Math.max(Math.floor((Date.parse(until) - Date.parse(from)) / 60_000), 0);

const time = (at: string): string => clock(at.slice(11, 16));

/** What should be seen to at a counter, if anything. */
function noteOf(one: Counter, as_of: string): "long" | "late" | "idle" | undefined {
  const away = one.away_until && minutesBetween(as_of, one.away_until) > 0;
  const late = one.away_until ? minutesBetween(one.away_until, as_of) : 0;
  if (one.state === "called" && minutesBetween(since(one), as_of) >= LONG_CALL_MINUTES) {
    return "long";
  }
  if (!one.open && late > 0 && late < AWAY_MINUTES) return "late";
  if (one.open && !one.ticket && one.waiting > 0 && !away) return "idle";
  return undefined;
}

function Summary(props: {
  one: Counter;
  as_of: string;
  longest: boolean;
  note?: "long" | "late" | "idle";
}) {
  const w = said();
  const { one, as_of, longest, note } = props;
  const states = { called: w.called, serving: w.serving } as Record<string, string>;
  const state = states[one.state ?? ""] ?? (one.open ? w.free : w.shut);
  const noted = longest ? w.longest : note && w[note];
  return (
    <>
      <h3>
        <span class="unseen">{w.counter}</span> {one.counter}
      </h3>
      <span class={one.open ? "status booked" : "status"}>{state}</span>
      {one.ticket && (
        <span class="minutes">
          <strong class="label">{one.ticket}</strong> {w.minutes(minutesBetween(since(one), as_of))}
        </span>
      )}
      {noted && <span class="status turned_away">{noted}</span>}
      {one.away_until && one.away_until > as_of && (
        <span class="status">{w.away(time(one.away_until))}</span>
      )}
    </>
  );
}

function Change(props: { one: Counter; as_of: string; changed: () => void }) {
  const { one, as_of, changed } = props;
  const { counter } = one;
  const w = said();
  const [back, setBack] = useState("");
  // The supervisor's clock may be in another zone than the office, whose time is meant.
  const until = `${as_of.slice(0, 10)}T${back}:00${as_of.slice(-6)}`;
  const away = useSend(
    () => ask(desk.POST("/v1/desk/breaks", { body: { counter, until } })),
    changed,
  );
  const release = useSend(
    () => ask(desk.POST("/v1/desk/counters/{counter}/release", { params: { path: { counter } } })),
    changed,
  );
  return (
    <>
      <Form sending={away} submit={w.say} onSubmit={() => back && away.send()}>
        <Pick type="time" name={`until-${counter}`} label={w.back} value={back} onInput={setBack} />
        <p class="hint">{w.backHint}</p>
      </Form>
      {(one.open || one.ticket) && (
        <div class="release">
          {release.problem && <Trouble problem={release.problem} />}
          <p class="hint">{w.releaseHint}</p>
          <button
            type="button"
            class="button danger"
            aria-disabled={release.busy || undefined}
            onClick={release.send}
          >
            {w.release}
          </button>
          <Progressing sending={release} />
        </div>
      )}
    </>
  );
}
