/** Under which number somebody waits today, once they have checked in; kept for the tab. */

import { draft, keepDraft } from "../draft.ts";

const FORM = "visit";
const LIFE_MS = 12 * 3_600_000;

/** What the board calls the people of a booking, if they have checked in here. */
export const labelOf = (code: string): string | undefined => draft(FORM)[code];

export const keepLabel = (code: string, label: string): void =>
  keepDraft(FORM, { ...draft(FORM), [code]: label }, LIFE_MS);
