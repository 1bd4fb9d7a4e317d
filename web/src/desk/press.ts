/** A press of a counter's button: it names the turn that was seen and has a key of its own, so that
 * it may be sent again without being done again. Until it is answered the tab keeps it. */

import { type Answer, ask } from "../api.ts";
import type { components } from "../contract.d.ts";
import { keep, kept } from "../kept.ts";
import { desk, staff } from "../staff.ts";
import { newKey } from "../trip.ts";

export type Counter = components["schemas"]["Counter"];
export type Pressed = Omit<components["schemas"]["Press"], "turn">;

export interface Press {
  counter: string;
  key: string;
  /** Who has pressed it: another tab may have signed in somebody else since. */
  by: string;
  body: components["schemas"]["Press"];
}

const NAME = "antrian-press";

// Whoever signs in next has not pressed it.
addEventListener("staff", () => staff() === null && keepPress(undefined));

/** What whoever works here has pressed, without an answer. */
export function keptPress(): Press | undefined {
  const one: Press | null = JSON.parse(kept("sessionStorage", NAME) ?? "null");
  return one && one.by === staff()?.staff_id ? one : undefined;
}

export const keepPress = (one: Press | undefined): void =>
  keep("sessionStorage", NAME, one ? JSON.stringify(one) : null);

export const pressOf = (counter: Counter, pressed: Pressed): Press => ({
  counter: counter.counter,
  key: newKey(),
  by: staff()!.staff_id,
  body: { ...pressed, turn: counter.turn },
});

export const send = ({ counter, key, body }: Press): Promise<Answer<Counter>> =>
  ask(
    desk.POST("/v1/desk/counters/{counter}/presses", {
      params: { path: { counter }, header: { "Idempotency-Key": key } },
      body,
    }),
  );
