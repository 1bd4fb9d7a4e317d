/** What is so at the counter where somebody works: looked at every few seconds while the tab is
 * seen, and changed by presses, of which one at a time is under way. */

import { useEffect, useRef, useState } from "preact/hooks";
import { ask, type Problem } from "../api.ts";
import type { components } from "../contract.d.ts";
import { desk } from "../staff.ts";
import {
  type Counter,
  keepPress,
  keptPress,
  type Press,
  type Pressed,
  pressOf,
  send,
} from "./press.ts";
import { untilAnswered } from "./until_answered.ts";

export type Counters = components["schemas"]["Counters"];
export type Named = components["schemas"]["Named"];

export interface View {
  counter?: Counter;
  /** Who is called or served there, where that can be told. */
  names?: Named[];
  /** How it stands at the office. */
  office?: Counters;
  /** When the service last said how it stands, by the clock of this machine. */
  heardAt: number;
  /** A press is under way, or was a moment ago: a double click is one press. */
  busy: boolean;
  /** It has had no answer yet, and is sent again. */
  lost: boolean;
  /** Somebody else has changed the counter: found at a look, or because a press was refused. */
  taken?: "found" | "refused";
  /** Why a press was not done. */
  problem?: Problem;
}

export interface Attendance {
  press: (pressed: Pressed) => void;
  /** Go on with a counter that somebody else has changed. */
  goOn: () => void;
  /** Look at once: somebody has come. */
  refresh: () => void;
  /** Note that somebody's KTP was seen. */
  seen: (queue_number: number) => void;
}

const FREE_MS = 5000;
const BUSY_MS = 15_000;
const SLOW_MS = 4000;
const SETTLE_MS = 300;

/** `opening` is pressed at once, if the counter is closed. */
export function useAttendance(id: string, opening?: Pressed): View & Attendance {
  const [view, setView] = useState<View>({ heardAt: 0, busy: true, lost: false });
  const attendance = useRef<Attendance | null>(null);
  useEffect(() => {
    const leave = new AbortController();
    attendance.current = attend(id, opening, setView, leave.signal);
    return () => leave.abort();
  }, [id]);
  return {
    ...view,
    press: (pressed) => attendance.current?.press(pressed),
    goOn: () => attendance.current?.goOn(),
    refresh: () => attendance.current?.refresh(),
    seen: (queue_number) => attendance.current?.seen(queue_number),
  };
}

function attend(
  id: string,
  opening: Pressed | undefined,
  tell: (view: View) => void,
  left: AbortSignal,
): Attendance {
  let view: View = { heardAt: Date.now(), busy: true, lost: false };
  let timer = 0, pressing = false;

  const put = (more: Partial<View>) => {
    if (!left.aborted) tell(view = { ...view, ...more });
  };

  /** Take over how the counter is. Presses and looks at all counters come without names. */
  const adopt = (counter: Counter, more: Partial<View> = {}) => {
    const same = counter.ticket !== undefined && counter.ticket === view.counter?.ticket;
    put({ counter, names: counter.names ?? (same ? view.names : undefined), ...more });
  };

  const look = async () => {
    const path = { counter: id };
    const answer = await ask(desk.GET("/v1/desk/counters/{counter}", { params: { path } }));
    if (answer.ok) heed(answer.ok);
    else if (!view.counter) put({ problem: answer.problem });
  };

  /** See to how the counter is found, unless a press has changed it since. */
  const heed = (found: Counter) => {
    const known = view.counter;
    if (pressing || (known && found.turn < known.turn)) return;
    const is = (one?: Counter) => [one?.open, one?.ticket, one?.state].join();
    const foreign = known && found.turn > known.turn && is(found) !== is(known);
    const problem = known && view.problem;
    adopt(found, { heardAt: Date.now(), problem, ...(foreign && { taken: "found" }) });
  };

  const poll = async () => {
    clearTimeout(timer);
    const answer = await ask(desk.GET("/v1/desk/counters", {}));
    if (left.aborted) return;
    if (answer.ok) {
      put({ office: answer.ok, heardAt: Date.now() });
      const mine = answer.ok.counters.find(({ counter }) => counter === id);
      if (mine) heed(mine);
      if (isNameless(view) && !pressing) await look();
    }
    again();
  };

  const again = (after = view.counter?.open && !view.counter.ticket ? FREE_MS : BUSY_MS) => {
    clearTimeout(timer);
    if (!document.hidden && !left.aborted) {
      timer = setTimeout(poll, after * (1 + Math.random() / 4));
    }
  };

  const sending = async (one: Press) => {
    pressing = true;
    keepPress(one);
    put({ busy: true, problem: undefined });
    const slow = setTimeout(() => put({ lost: true }), SLOW_MS);
    const answer = await untilAnswered(() => send(one), () => put({ lost: true }), left);
    clearTimeout(slow);
    pressing = false;
    if (!answer) return; // the tab keeps it, and sends it when it is loaded again
    keepPress(undefined);
    const { ok, problem } = answer;
    if (ok) adopt(ok, { lost: false, heardAt: Date.now() });
    else if (problem.type === "counter-changed") {
      adopt(problem.counter as Counter, { lost: false, taken: "refused" });
    } else put({ lost: false, problem });
    setTimeout(() => put({ busy: false }), SETTLE_MS);
    if (isNameless(view) || problem) await look();
    again();
  };

  const seen = async (queue_number: number) => {
    const { counter, names } = view;
    if (pressing || !counter?.ticket || !names) return;
    pressing = true;
    put({ busy: true, problem: undefined });
    const answer = await untilAnswered(
      () =>
        ask(
          desk.POST("/v1/desk/counters/{counter}/seen", {
            params: { path: { counter: id } },
            body: { ticket: counter.ticket!, queue_number },
          }),
        ),
      () => put({ lost: true }),
      left,
    );
    pressing = false;
    if (!answer) return;
    put({ busy: false, lost: false, problem: answer.problem });
    const proven = (one: Named): Named =>
      one.queue_number === queue_number ? { ...one, proof: "seen" } : one;
    if (answer.ok && view.counter?.ticket === counter.ticket) {
      put({ names: view.names?.map(proven) });
    }
  };

  const refresh = () => again(0);
  document.addEventListener("visibilitychange", refresh, { signal: left });
  addEventListener("online", refresh, { signal: left });
  left.addEventListener("abort", () => clearTimeout(timer));
  /** Nothing can be pressed before it is known what is so, and what was pressed before is done. */
  const begin = async () => {
    await look();
    const before = keptPress();
    if (before?.counter === id) await sending(before);
    else if (view.counter && !view.counter.open && opening) {
      await sending(pressOf(view.counter, opening));
    } else put({ busy: false });
    refresh();
  };
  begin();

  return {
    press: (pressed) => {
      if (!view.busy && !view.taken && view.counter) sending(pressOf(view.counter, pressed));
    },
    goOn: () => put({ taken: undefined, problem: undefined }),
    refresh,
    seen,
  };
}

/** Whether people of a booking stand there whose names are not known yet. */
const isNameless = ({ counter, names }: View): boolean =>
  counter?.ticket !== undefined && !names && isBooked(counter.ticket);

/** Whether a ticket is a booking's; W and P are the letters of those who came without one. */
export const isBooked = (label: string): boolean => !/^[WP]\d/.test(label);
