/** That somebody has checked in today, and what they were told then; kept for the tab. */

import type { components } from "../contract.d.ts";
import { draft, keepDraft } from "../draft.ts";

const FORM = "visit";
const LIFE_MS = 12 * 3_600_000;

export type CheckedIn = components["schemas"]["CheckedIn"];

/** `at`: when it was, by the clock of this phone. */
export type Visit = CheckedIn & { at: number };

export function visitOf(code: string): Visit | undefined {
  const known = draft(FORM)[code];
  return known ? JSON.parse(known) as Visit : undefined;
}

export function keepVisit(code: string, answer: CheckedIn): Visit {
  const visit = { ...answer, at: Date.now() };
  keepDraft(FORM, { ...draft(FORM), [code]: JSON.stringify(visit) }, LIFE_MS);
  return visit;
}
