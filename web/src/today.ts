/** An office's day as it stands, asked for anew as often as the service says, seldom where one's own
 * turn is far, and not at all while nobody looks at the tab. */

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { api, ask, type Problem } from "./api.ts";
import type { components } from "./contract.d.ts";

export type Today = components["schemas"]["Today"];

export interface Watched {
  board?: Today;
  /** When the board came, by the clock of this phone … */
  at: number;
  /** … and after how many seconds it is asked for anew. */
  every: number;
  /** Why the last question was not answered, if it was not. */
  problem?: Problem;
  /** Ask again in so many milliseconds, whenever it would have been. */
  again: (after?: number) => void;
}

const FAILED_S = 10;
const LONGEST_S = 60;

/** Phones that began to look in one moment do not go on asking in one moment. */
const jittered = (seconds: number): number => seconds * 1000 * (1 + Math.random() / 4);

/** The day of an office; `far` says whether it will be long until one's own turn. */
export function useToday(office_id: string, far?: (board: Today) => boolean): Watched {
  const [seen, setSeen] = useState<Omit<Watched, "again">>({ at: 0, every: 0 });
  const loop = useRef<((after?: number) => void) | null>(null);
  useEffect(() => {
    let timer = 0, asking = false, gone = false, failures = 0;
    const look = async () => {
      asking = true;
      const answer = await ask(
        api.GET("/v1/offices/{office_id}/today", { params: { path: { office_id } } }),
      );
      asking = false;
      if (gone) return;
      failures = answer.ok ? 0 : failures + 1;
      if (answer.ok) {
        const every = far?.(answer.ok) ? LONGEST_S : answer.ok.poll_after;
        setSeen({ board: answer.ok, at: Date.now(), every });
        again(jittered(every));
      } else {
        setSeen((before) => ({ ...before, problem: answer.problem }));
        again(jittered(Math.min(FAILED_S * 2 ** (failures - 1), LONGEST_S)));
      }
    };
    const again = (after = 0) => {
      clearTimeout(timer);
      if (!document.hidden && !asking) timer = setTimeout(look, after);
    };
    const turned = () => again();
    loop.current = again;
    again();
    document.addEventListener("visibilitychange", turned);
    return () => {
      gone = true;
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", turned);
    };
  }, [office_id]);
  return { ...seen, again: useCallback((after) => loop.current?.(after), []) };
}

/** How old a board is in minutes, if it is older than it should be; looked at every few seconds. */
export function useAge({ board, at, every }: Watched): number | undefined {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 5000);
    return () => clearInterval(timer);
  }, []);
  const age = now - at;
  if (!board || age < Math.max(3 * every, LONGEST_S) * 1000) return undefined;
  return Math.round(age / 60_000);
}
