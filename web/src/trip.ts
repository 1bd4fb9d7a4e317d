/** Where, when and for whom somebody is about to book, or to ask by lot; kept for the tab. It names
 * no person. */

import { type Draft, draft, forgetDraft, keepDraft } from "./draft.ts";
import { until } from "./service_time.ts";

export interface Trip {
  office_id?: string;
  date?: string;
  start?: string;
  /** Of whoever asks by lot: the first and the last day that would do, … */
  from?: string;
  to?: string;
  /** … the last day of waiting, and … */
  until?: string;
  /** … the starts of the windows that would do, the best first; any of them, if there are none. */
  windows?: string;
  /** The instant from which its places can be had, if that is still to come. */
  opens_at?: string;
  service?: "new" | "renewal";
  /** `me`, `family` (they are told once registered), or what the account calls those who come. */
  who?: string;
  /** The Idempotency-Key: the same wish is sent under the same key, however often. */
  key?: string;
  /** The code of the booking that is being moved, if one is. */
  moving?: string;
}

const FORM = "trip";
const LIFE_MS = 30 * 60_000;

export const trip = (): Trip => draft(FORM) as Trip;

/** Take a wish down; another wish gets another key. */
export function plan(more: Trip): Trip {
  const before = trip();
  const after = { ...before, ...more };
  const same = JSON.stringify(before) === JSON.stringify(after);
  if (!same || !after.key) after.key = newKey();
  const wait = after.opens_at ? Math.max(0, until(after.opens_at)) : 0;
  keepDraft(FORM, after as Draft, wait + LIFE_MS);
  return after;
}

/** Take down a wish for a certain time, which is no asking by lot. */
export const planTime = (more: Trip): Trip => plan({ ...more, from: undefined });

export const newKey = (): string => crypto.getRandomValues(new Uint32Array(4)).join("-");

export const forgetTrip = (): void => forgetDraft(FORM);

/** Where everything that was chosen is checked. */
export function checking(): string[] {
  const { from, office_id = "" } = trip();
  return from ? ["ajukan", office_id, "periksa"] : ["periksa"];
}

/** The ids of those who come, once they are known. */
export const people = (who: string | undefined): string[] =>
  who && who !== "me" && who !== "family" ? who.split(",") : [];
