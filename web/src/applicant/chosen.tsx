/** What somebody has chosen so far, and where to change it. */

import { to } from "../router.ts";
import type { Trip } from "../trip.ts";
import { Page } from "../ui.tsx";
import { words } from "../words.ts";

const said = words(
  {
    nothing: "Belum ada yang dipilih",
    nothingHint: "Pilih kantor, hari, dan jam dahulu.",
    begin: "Pilih kantor",
  },
  {
    nothing: "Nothing is chosen yet",
    nothingHint: "Choose an office, a day and a time first.",
    begin: "Choose an office",
  },
);

export interface Chosen {
  office_id: string;
  date: string;
  start: string;
}

export const isChosen = (plan: Trip): plan is Trip & Chosen =>
  Boolean(plan.office_id && plan.date && plan.start);

export const timesOf = ({ office_id, date }: Chosen) => to("kantor", office_id, date);

export const serviceOf = ({ office_id, date, start }: Chosen) =>
  to("pesan", office_id, date, start);

export function Nothing() {
  const w = said();
  return (
    <Page title={w.nothing}>
      <p>{w.nothingHint}</p>
      <a class="button" href={to()}>{w.begin}</a>
    </Page>
  );
}
