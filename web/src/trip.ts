/** Where, when and for whom somebody is about to book; kept for the tab. It names no person. */

import { type Draft, draft, forgetDraft, keepDraft } from "./draft.ts";
import { until } from "./service_time.ts";

export interface Trip {
  office_id?: string;
  date?: string;
  start?: string;
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

export const newKey = (): string => crypto.getRandomValues(new Uint32Array(4)).join("-");

export const forgetTrip = (): void => forgetDraft(FORM);

/** The ids of those who come, once they are known. */
export const people = (who: string | undefined): string[] =>
  who && who !== "me" && who !== "family" ? who.split(",") : [];
