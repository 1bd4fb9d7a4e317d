/** What is shown without an answer of the service: tickets that are kept, and how old they are. */

import type { Problem } from "../api.ts";
import { here, timeOfDay } from "../dates.ts";
import { words } from "../words.ts";

const said = words(
  {
    silent: "Tidak ada sambungan ke layanan",
    asOf: (at: string) => `Keadaan ${at}. Tiket tetap dapat Anda tunjukkan di kantor.`,
    at: (time: string) => `pukul ${time}`,
    again: "Coba lagi",
  },
  {
    silent: "No connection to the service",
    asOf: (at: string) => `As of ${at}. You can show the ticket at the office all the same.`,
    at: (time: string) => time,
    again: "Try again",
  },
);

/** Whether nobody has said that what is kept is wrong. */
export const isSilent = (problem?: Problem): boolean =>
  !problem || problem.status === 0 || problem.status >= 500;

export function Kept(props: { at: number; problem?: Problem; again: () => void }) {
  const w = said();
  const at = new Date(props.at);
  const today = at.toDateString() === new Date().toDateString();
  const old = w.asOf(today ? w.at(timeOfDay(at)) : here(at.toISOString()));
  if (!props.problem) return <p class="as-of">{old}</p>;
  return (
    <div class="notice warn" role="status">
      <h2>{w.silent}</h2>
      <p>{old}</p>
      <button type="button" class="second" onClick={props.again}>{w.again}</button>
    </div>
  );
}
