/** Who is to come on a day: which day it is, and all pages of it. */

import { type Answer, ask } from "../api.ts";
import type { components } from "../contract.d.ts";
import { goInstead } from "../router.ts";
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

/** Which day is shown; another one is another place. */
export function Dated(props: { name: string; label: string; date: string; last?: string }) {
  return (
    <div class="field">
      <label for="date">{props.label}</label>
      <input
        type={"date" as "text"}
        id="date"
        name="date"
        value={props.date}
        max={props.last}
        onChange={(event) => {
          const { value } = event.currentTarget;
          if (value) goInstead(props.name, value);
        }}
      />
    </div>
  );
}
