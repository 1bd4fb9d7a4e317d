/** Which counter somebody works at in this tab, and for which steps; it outlives a reload. */

import { keep, kept } from "../kept.ts";

export interface Chosen {
  office_id: string;
  counter: string;
  steps: number[];
}

const NAME = "antrian-counter";

/** What was chosen at this office, if anything was. */
export function chosen(office_id: string): Chosen | undefined {
  const one = JSON.parse(kept("sessionStorage", NAME) ?? "null") as Chosen | null;
  return one?.office_id === office_id ? one : undefined;
}

export const keepChosen = (one: Chosen | undefined): void =>
  keep("sessionStorage", NAME, one ? JSON.stringify(one) : null);
