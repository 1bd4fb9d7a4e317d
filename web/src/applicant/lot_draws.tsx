/** Until when to ask for each day that is still to be released. */

import { longDate, shortDate, zoned } from "../dates.ts";
import { until } from "../service_time.ts";
import { words } from "../words.ts";
import type { components } from "../contract.d.ts";

type CalendarDay = components["schemas"]["CalendarDay"];

const said = words(
  {
    to: "sampai",
    drawn: (at: string) => `diundi ${at}`,
    all: (n: number) => `Jadwal undian berikutnya (${n})`,
    minute: "Permohonan yang masuk paling lambat satu menit sebelum undian ikut diundi. " +
      "Siapa yang mengajukan lebih dahulu tidak diutamakan.",
  },
  {
    to: "to",
    drawn: (at: string) => `drawn ${at}`,
    all: (n: number) => `Later draws (${n})`,
    minute: "Whoever asks up to one minute before a draw takes part in it. " +
      "It makes no difference who asks first.",
  },
);

const SHOWN = 2;

/** Days that are drawn in one draw, which is still to come. */
export function toCome(days: CalendarDay[]): [draw_at: string, days: CalendarDay[]][] {
  const found = new Map<string, CalendarDay[]>();
  for (const day of days) {
    const at = day.draw_at;
    if (at && until(at) > 0) found.set(at, [...(found.get(at) ?? []), day]);
  }
  return [...found.entries()];
}

export function DrawTimes({ days }: { days: CalendarDay[] }) {
  const w = said();
  const draws = toCome(days);
  if (!draws.length) return null;
  const listed = (those: typeof draws) => (
    <ul class="draws">
      {those.map(([at, of]) => (
        <li key={at}>
          <strong>
            {of.length === 1
              ? longDate(of[0].date)
              : `${shortDate(of[0].date)} ${w.to} ${shortDate(of.at(-1)!.date)}`}
          </strong>{" "}
          <span>{w.drawn(zoned(at))}</span>
        </li>
      ))}
    </ul>
  );
  const later = draws.slice(SHOWN);
  return (
    <>
      {listed(draws.slice(0, SHOWN))}
      {later.length > 0 && (
        <details>
          <summary>{w.all(later.length)}</summary>
          {listed(later)}
        </details>
      )}
      <p>{w.minute}</p>
    </>
  );
}
