/** What can be pressed at a counter, by how it stands: one thing that comes next, and the others. */

import type { components } from "../contract.d.ts";
import type { Counter, Pressed } from "./press.ts";

export type Act =
  | "open"
  | "next"
  | "serve"
  | "finishAndNext"
  | "sendOnAndNext"
  | "finish"
  | "sendOn"
  | "recall"
  | "noShow"
  | "undo"
  | "leave";

export interface Acts {
  first: Act;
  others: Act[];
}

/** Those that have a key of their own; what comes next has Enter and the space bar. */
export const KEYS: Partial<Record<Act, string>> = {
  finish: "F",
  sendOn: "S",
  recall: "R",
  noShow: "N",
  undo: "U",
  leave: "L",
};

export function acts(counter: Counter, steps: number[]): Acts {
  const undo: Act[] = counter.undo ? ["undo"] : [];
  if (!counter.open) return { first: "open", others: undo };
  if (counter.state === undefined) return { first: "next", others: [...undo, "leave"] };
  if (counter.state === "called") return { first: "serve", others: ["recall", "noShow"] };
  const more = steps.some((step) => step > (counter.step ?? 0));
  const others: Act[] = more ? ["sendOn", "finish", "noShow"] : ["finish", "noShow"];
  return { first: more ? "sendOnAndNext" : "finishAndNext", others };
}

export function pressed(act: Act, steps: number[]): Pressed {
  type Name = components["schemas"]["Press"]["press"];
  const names: Record<Act, Name> = {
    open: "open",
    next: "next",
    serve: "serve",
    finishAndNext: "finish",
    sendOnAndNext: "send_on",
    finish: "finish",
    sendOn: "send_on",
    recall: "recall",
    noShow: "no_show",
    undo: "undo",
    leave: "leave",
  };
  return {
    press: names[act],
    ...(act.endsWith("AndNext") && { and_next: true }),
    ...(act === "open" && { steps }),
  };
}
