/** What somebody has typed and chosen, kept for this tab until it is sent (docs/adr/0043).
 *
 * Phones with little memory throw a page away while its owner looks for the code in their SMS. */

import { keep, kept } from "./kept.ts";

const PREFIX = "draft-";
const LIFE_MS = 30 * 60_000;

/** Where, when and for whom somebody wants to book. */
const TRIP = "trip";

/** Forms in which people tell who they are and how far they have to come, and their visit. */
const PERSONAL = ["registration", "relative", "phone", "code", "visit", "way"];

/** Texts by field. */
export type Draft = Record<string, string>;

export function draft(form: string): Draft {
  const text = kept("sessionStorage", PREFIX + form);
  if (!text) return {};
  const { until, fields } = JSON.parse(text) as { until: number; fields: Draft };
  if (Date.now() < until) return fields;
  forgetDraft(form);
  return {};
}

export function keepDraft(form: string, fields: Draft, life = LIFE_MS): void {
  keep("sessionStorage", PREFIX + form, JSON.stringify({ until: Date.now() + life, fields }));
}

export function forgetDraft(form: string): void {
  keep("sessionStorage", PREFIX + form, null);
}

/** Forget everything, as its owner leaves. */
export const forgetDrafts = (): void => [TRIP, ...PERSONAL].forEach(forgetDraft);

/** Forget who they were, but not what they wanted, for whoever signs in again. */
export const forgetPerson = (): void => PERSONAL.forEach(forgetDraft);

/** Forget what is too old, though nobody comes back to its form. */
export const forgetOldDrafts = (): void => [TRIP, ...PERSONAL].forEach((form) => void draft(form));
