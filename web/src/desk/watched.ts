/** A day of the office as its supervisor sees it: today's is asked for anew by itself, but not while
 * nobody looks at the tab. */

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { ask, type Asked } from "../api.ts";
import type { components } from "../contract.d.ts";
import { desk } from "../staff.ts";
import { language } from "../words.ts";

export type Day = components["schemas"]["DayAtWork"];

const EVERY_MS = 15_000;

/** A day by its date; today's, and watched, without one. */
export function useDay(date?: string): Asked<Day> {
  const [seen, setSeen] = useState<Omit<Asked<Day>, "again">>({});
  const loop = useRef<() => void>(() => undefined);
  useEffect(() => {
    let timer = 0, gone = false, latest = 0;
    const look = async () => {
      clearTimeout(timer);
      if (document.hidden) return;
      const mine = ++latest;
      const query = date ? { date } : {};
      const answer = await ask(desk.GET("/v1/desk/day", { params: { query } }));
      if (gone || mine !== latest) return;
      // What was seen before stays, with its time, while there is no answer.
      setSeen((before) => answer.ok ? { ok: answer.ok, at: new Date() } : { ...before, ...answer });
      if (!date) timer = setTimeout(look, EVERY_MS);
    };
    const turned = () => void (date || look());
    loop.current = look;
    look();
    document.addEventListener("visibilitychange", turned);
    return () => {
      gone = true;
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", turned);
    };
  }, [date, language()]);
  return { ...seen, again: useCallback(() => loop.current(), []) };
}
