/** The draws of a day as they are published, a page of a list at a time. */

import { type Answer, api, ask } from "../api.ts";
import type { components } from "../contract.d.ts";

type Draw = components["schemas"]["Draw"];

/** Entry, people, first and last day, windows, how often it has lost. */
export type Row = [string, number, string, string, string[], number];
/** Date, start, places. */
export type Room = [string, string, number];
/** Entry, people, date, start, what came of it. */
export type Result = [string, number, string, string, string];

export interface Drawn extends Omit<Draw, "rooms" | "list" | "results"> {
  rooms: Room[];
  list: Row[];
  results?: Result[];
}

export interface Found {
  draws: Drawn[];
  /** What to ask for next; nothing where all was asked for that there is. */
  next?: string;
}

/** What is found so far, with one more page; pages without a draw of the day are passed over. */
export async function next(office_id: string, date: string, found: Found): Promise<Answer<Found>> {
  let page = found.next;
  do {
    const answer = await ask(
      api.GET("/v1/offices/{office_id}/days/{date}/draw", {
        params: { path: { office_id, date }, query: { page } },
      }),
    );
    if (answer.problem) return answer;
    page = answer.ok.next;
    const [draw] = answer.ok.draws as Drawn[];
    if (draw) return { ok: { draws: joined(found.draws, draw), next: page } };
  } while (page);
  return { ok: { draws: found.draws } };
}

/** The list of a draw comes in pages, each with all else that there is of it. */
function joined(draws: Drawn[], draw: Drawn): Drawn[] {
  const last = draws.at(-1);
  if (last?.at !== draw.at) return [...draws, draw];
  return [...draws.slice(0, -1), { ...draw, list: [...last.list, ...draw.list] }];
}
