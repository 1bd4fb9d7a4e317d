/** How the days of a week went, and the same as a table for a spreadsheet. */

import { ask, useAsked } from "../api.ts";
import type { components } from "../contract.d.ts";
import { shortDate } from "../dates.ts";
import { download } from "../download.ts";
import { useSend } from "../form.tsx";
import { type Place, to } from "../router.ts";
import { desk, staff } from "../staff.ts";
import { Page, Trouble, Wait } from "../ui.tsx";
import { language, words } from "../words.ts";
import { plus } from "./day_roster.tsx";

const said = words(
  {
    title: "Laporan",
    span: (first: string, last: string) => `${first} sampai ${last}`,
    earlier: "Tujuh hari sebelumnya",
    later: "Tujuh hari sesudahnya",
    csv: "Unduh sebagai CSV",
    none: "Kantor tidak melayani pada hari-hari ini.",
    table: "Hari demi hari",
    date: "Hari",
    expected: "Dipesan",
    came: "Datang",
    served: "Dilayani",
    missed: "Panggilan terlewat",
    turnedAway: "Tidak sempat dilayani",
    noShow: "Tidak datang",
    p50: "Separuh dipanggil dalam",
    p90: "9 dari 10 dipanggil dalam",
    longest: "Panggilan terlama",
    counters: "Loket",
    minutes: (n: string) => `${n} mnt`,
    note:
      "Orang, bukan nomor. Menunggu dihitung dari jam yang diminta, atau dari jam datang bila " +
      "lebih lambat. Berkas CSV juga memuat waktu tunggu tiap jam.",
  },
  {
    title: "Report",
    span: (first: string, last: string) => `${first} to ${last}`,
    earlier: "Seven days earlier",
    later: "Seven days later",
    csv: "Download as CSV",
    none: "The office did not serve on these days.",
    table: "Day by day",
    date: "Day",
    expected: "Booked",
    came: "Came",
    served: "Served",
    missed: "Missed their call",
    turnedAway: "Turned away",
    noShow: "Did not come",
    p50: "Half were called within",
    p90: "9 of 10 were called within",
    longest: "Longest call",
    counters: "Counters",
    minutes: (n: string) => `${n} min`,
    note: "People, not tickets. A wait begins at the time that people were told, or when they " +
      "came if that was later. The CSV file has the waits of each hour, too.",
  },
);

type Day = components["schemas"]["DayReport"];
type Reports = components["schemas"]["Reports"];

const WEEK = 7;

/** Today at the office, as far as this PC's clock knows; the service has its own. */
const today = (): string => {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
};

function Report({ place }: { place: Place }) {
  const w = said();
  const last = place[1] ?? today();
  const first = plus(last, 1 - WEEK);
  const span = { from: first, to: last };
  const asked = useAsked(
    () => ask(desk.GET("/v1/desk/report", { params: { query: span } })),
    [last],
  );
  const csv = useSend(
    () =>
      ask(
        desk.GET("/v1/desk/report", {
          params: { query: span },
          headers: { Accept: "text/csv" },
          parseAs: "blob",
        }),
      ),
    (file) => download(file as unknown as Blob, `${staff()?.office_id}-${first}-${last}.csv`),
  );
  return (
    <Page title={w.title} wide>
      <p class="lead">{w.span(shortDate(first), shortDate(last))}</p>
      <p class="actions">
        <a class="button second" href={to("laporan", plus(last, -WEEK))}>{w.earlier}</a>
        {last < today() && (
          <a class="button second" href={to("laporan", plus(last, WEEK))}>{w.later}</a>
        )}
        <button
          type="button"
          class="button"
          aria-disabled={csv.busy || undefined}
          onClick={csv.send}
        >
          {w.csv}
        </button>
      </p>
      {csv.problem && <Trouble problem={csv.problem} />}
      <Wait asked={asked}>
        {(ok) =>
          (ok as Reports).days.length ? <Days days={(ok as Reports).days} /> : <p>{w.none}</p>}
      </Wait>
    </Page>
  );
}

function Days(props: { days: Day[] }) {
  const w = said();
  const minutes = (n?: number) => n === undefined ? "–" : w.minutes(told(n));
  const columns: [string, (day: Day) => string | number][] = [
    [w.expected, (day) => day.expected],
    [w.came, (day) => day.came],
    [w.served, (day) => day.served],
    [w.noShow, (day) => day.no_show_rate === undefined ? "–" : `${told(day.no_show_rate * 100)}%`],
    [w.missed, (day) => day.missed],
    [w.turnedAway, (day) => day.turned_away],
    [w.p50, (day) => minutes(day.wait_p50_minutes)],
    [w.p90, (day) => minutes(day.wait_p90_minutes)],
    [w.longest, (day) => minutes(day.longest_call_minutes)],
    [w.counters, (day) => day.counters],
  ];
  return (
    <>
      <div class="scrolled" role="region" aria-label={w.table} tabIndex={0}>
        <table class="sheet numbers">
          <thead>
            <tr>
              <th scope="col">{w.date}</th>
              {columns.map(([name]) => <th key={name} scope="col">{name}</th>)}
            </tr>
          </thead>
          <tbody>
            {props.days.map((day) => (
              <tr key={day.date}>
                <th scope="row">{shortDate(day.date)}</th>
                {columns.map(([name, of]) => <td key={name}>{of(day)}</td>)}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="hint">{w.note}</p>
    </>
  );
}

const told = (n: number): string =>
  new Intl.NumberFormat(language() === "en" ? "en-GB" : "id-ID", { maximumFractionDigits: 1 })
    .format(n);

export const pages = { laporan: Report };
