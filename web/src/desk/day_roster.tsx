/** Who is to come on a day: all pages of it, and the ways to other days. */

import { type Answer, ask } from "../api.ts";
import type { components } from "../contract.d.ts";
import { to } from "../router.ts";
import { desk } from "../staff.ts";

export type Expected = components["schemas"]["Expected"];

export interface DayRoster {
  date: string;
  bookings: Expected[];
}

/** Of a date, or of today. */
export async function rosterOf(date?: string): Promise<Answer<DayRoster>> {
  const bookings: Expected[] = [];
  for (let day = date, after: string | undefined;;) {
    const page = await ask(
      desk.GET("/v1/desk/roster", { params: { query: { date: day, after } } }),
    );
    if (page.problem) return page;
    bookings.push(...page.ok.bookings);
    day = page.ok.date;
    after = page.ok.next;
    if (!after) return { ok: { date: day, bookings } };
  }
}

/** The ways to the day before and to the day after. */
export function Days(props: { room: string; date: string; before: string; after: string }) {
  const { room, date, before, after } = props;
  if (!date) return null;
  return (
    <>
      <a class="button second" href={to(room, plus(date, -1))}>{before}</a>
      <a class="button second" href={to(room, plus(date, 1))}>{after}</a>
    </>
  );
}

/** A date so many days after another. */
export function plus(date: string, days: number): string {
  const at = new Date(`${date}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}
