/** Which calls are still to be said: each once, and a recall again, for it is of another instant. */

import type { components } from "../contract.d.ts";

export type Call = components["schemas"]["Called"];

/** When the page opens, an older call is shown and not said: it was said already, or is over. */
const FRESH_MS = 60_000;

/** So late a call is said that was made while the network was away. */
const LATE_MS = 600_000;

export const keyOf = ({ ticket, counter, at }: Call): string => `${ticket} ${counter} ${at}`;

/** A memory of what was said, no longer than it is needed. It takes the last calls as a look shows
 * them and the time in milliseconds, and returns those to be said, the earliest first. */
export function unsaid(): (called: Call[], now: number) => Call[] {
  const said = new Map<string, number>();
  let within = FRESH_MS;
  return (called, now) => {
    const found = called.filter((one) =>
      !said.has(keyOf(one)) && now - Date.parse(one.at) < within
    );
    within = LATE_MS;
    called.forEach((one) => said.set(keyOf(one), Date.parse(one.at)));
    said.forEach((at, key) => now - at > 2 * LATE_MS && said.delete(key));
    // Of one instant the later one is told first.
    return found.reverse().sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
  };
}

/** The last call of each ticket, the latest first: somebody who is called again stands there once. */
export const byTicket = (called: Call[]): Call[] =>
  called.filter(({ ticket }, at) => called.findIndex((one) => one.ticket === ticket) === at);
