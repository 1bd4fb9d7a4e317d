/** How an entry stands: in a word, and a colour. */

import { words } from "../words.ts";
import type { Entry } from "./lot.ts";

const said = words(
  {
    waiting: "Menunggu undian",
    won: "Mendapat tempat",
    withdrawn: "Ditarik",
    ended: "Berakhir",
  },
  {
    waiting: "Waiting for the draw",
    won: "Has won a place",
    withdrawn: "Withdrawn",
    ended: "Over",
  },
);

export const LotStatus = ({ entry: { status } }: { entry: Entry }) => (
  <span class={`status lot-${status}`}>{said()[status]}</span>
);
