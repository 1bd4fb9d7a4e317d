/** A supervisor's day at a glance: its line, its counters, how long people waited. */

import type { Problem } from "../api.ts";
import { clock, longDate, zoneOf } from "../dates.ts";
import { type Place, to } from "../router.ts";
import { Facts, Page, Trouble, Waiting } from "../ui.tsx";
import { words } from "../words.ts";
import { Line, number, Waits } from "./charts.tsx";
import { Counters, minutesBetween, since } from "./counters.tsx";
import { dateOf, OtherDay } from "./pick.tsx";
import { type Day, useDay } from "./watched.ts";

const said = words(
  {
    title: "Hari ini",
    another: "Hari lain",
    toToday: "Kembali ke hari ini",
    asOf: (time: string) => `Keadaan pukul ${time}, diperbarui sendiri`,
    then: (time: string) => `Dilihat pukul ${time}`,
    old: "Yang Anda lihat mungkin sudah lama. Halaman ini terus mencoba.",
    closed: "Antrean hari ini sudah ditutup: tidak ada yang dapat lapor hadir lagi.",
    off: "Hari ini kantor tidak melayani.",
    figures: "Ringkasan",
    waiting: "Menunggu sekarang",
    numbers: (n: number) => `${n} nomor`,
    served: "Sudah dilayani",
    people: (n: number) => `${n} orang`,
    came: "Datang dari yang memesan",
    of: (n: number, all: number) => `${n} dari ${all} orang`,
    missed: "Panggilan terlewat",
    turnedAway: "Tidak sempat dilayani",
    half: "Separuh dipanggil dalam",
    most: "9 dari 10 dipanggil dalam",
    longest: "Panggilan terlama",
    noShow: "Tidak datang",
    minutes: (n: string) => `${n} menit`,
    none: "belum ada",
    more: "Pengaturan hari ini",
    close: "Tutup antrean hari ini",
    places: "Tempat tiap jam",
    closures: "Tutup atau buka satu hari",
  },
  {
    title: "Today",
    another: "Another day",
    toToday: "Back to today",
    asOf: (time: string) => `As of ${time}, refreshes by itself`,
    then: (time: string) => `Looked at ${time}`,
    old: "What you see may be old. This page keeps trying.",
    closed: "Today's line is closed: nobody can check in any more.",
    off: "The office does not serve today.",
    figures: "In numbers",
    waiting: "Waiting now",
    numbers: (n: number) => n === 1 ? "1 number" : `${n} numbers`,
    served: "Served",
    people: (n: number) => n === 1 ? "1 person" : `${n} people`,
    came: "Came, of those who booked",
    of: (n: number, all: number) => `${n} of ${all} people`,
    missed: "Missed their call",
    turnedAway: "Turned away",
    half: "Half were called within",
    most: "9 of 10 were called within",
    longest: "Longest call",
    noShow: "Did not come",
    minutes: (n: string) => `${n} minutes`,
    none: "none yet",
    more: "Change today",
    close: "Close today's line",
    places: "Places of each slot",
    closures: "Close or open a day",
  },
);

function DayPage({ place }: { place: Place }) {
  const w = said();
  const date = dateOf(place);
  const asked = useDay(date);
  const { ok: day, problem, again } = asked;
  return (
    <Page title={date ? longDate(date) : w.title} above={date ? w.another : undefined} wide>
      {date && (
        <p>
          <a href={to("hari")}>{w.toToday}</a>
        </p>
      )}
      {problem && (day ? <Old problem={problem} /> : <Trouble problem={problem} again={again} />)}
      {day ? <Shown day={day} today={!date} again={again} /> : !problem && <Waiting />}
    </Page>
  );
}

/** What is shown stays, with its time; it is asked for again by itself. */
function Old({ problem }: { problem: Problem }) {
  return (
    <div class="notice warn" role="status">
      <h2>{problem.title}</h2>
      <p>{said().old}</p>
    </div>
  );
}

function Shown({ day, today, again }: { day: Day; today: boolean; again: () => void }) {
  const w = said();
  const time = `${clock(day.as_of.slice(11, 16))} ${zoneOf(day.as_of)}`;
  return (
    <>
      <p class="hint">{longDate(day.date)}. {today ? w.asOf(time) : w.then(time)}.</p>
      {today && day.status === "closed" && (
        <div class="notice warn">
          <p>{day.closed_at ? w.closed : w.off}</p>
        </div>
      )}
      <section class="in-numbers">
        <h2 class="unseen">{w.figures}</h2>
        <Facts rows={figures(day, today)} />
      </section>
      {today && <Counters day={day} changed={again} />}
      <div class="charts">
        <Line day={day} />
        <Waits day={day} />
      </div>
      {today && (
        <section>
          <h2>{w.more}</h2>
          <p class="actions">
            {day.status === "open" && (
              <a class="button second" href={to("tutup-antrean")}>{w.close}</a>
            )}
            <a class="button second" href={to("tempat", day.date)}>{w.places}</a>
            <a class="button second" href={to("penutupan", day.date)}>{w.closures}</a>
          </p>
        </section>
      )}
      <section>
        <h2>{w.another}</h2>
        <OtherDay room="hari" date={day.date} max={today ? day.date : undefined} />
      </section>
    </>
  );
}

function figures(day: Day, today: boolean): [string, string][] {
  const w = said();
  const minutes = (value?: number) => value === undefined ? w.none : w.minutes(number(value));
  return [
    ...(today ? [[w.waiting, w.numbers(day.waiting)] as [string, string]] : []),
    [w.served, w.people(day.served)],
    [w.came, w.of(day.came, day.expected)],
    [w.half, minutes(day.wait_p50_minutes)],
    [w.most, minutes(day.wait_p90_minutes)],
    [w.longest, minutes(longestCall(day))],
    [w.missed, w.people(day.missed)],
    [w.turnedAway, w.people(day.turned_away)],
    ...(day.no_show_rate === undefined
      ? []
      : [[w.noShow, `${number(Math.round(day.no_show_rate * 100))}%`] as [string, string]]),
  ];
}

/** In minutes; calls that nobody has followed yet count as well. */
function longestCall(day: Day): number | undefined {
  const calls = day.at_counters
    .filter(({ state }) => state === "called")
    .map((one) => minutesBetween(since(one), day.as_of));
  if (day.longest_call_minutes !== undefined) calls.push(day.longest_call_minutes);
  return calls.length ? Math.max(...calls) : undefined;
}

export const pages = { hari: DayPage };
