/** How a booking stands: in a word, and a colour. */

import type { Booking } from "../api.ts";
import { words } from "../words.ts";

const said = words(
  {
    booked: "Berlaku",
    cancelled: "Dibatalkan",
    abandoned: "Tidak berlaku",
    over: "Sudah lewat",
  },
  {
    booked: "Active",
    cancelled: "Cancelled",
    abandoned: "Not valid",
    over: "Over",
  },
);

export const isComing = (one: Booking): boolean => one.status === "booked" && !isOver(one);

/** Whether its time is over in the westernmost zone, so that no ticket goes too early. */
const isOver = ({ date, end }: Booking): boolean =>
  Date.parse(`${date}T${end}:00+07:00`) < Date.now();

export function Status({ booking }: { booking: Booking }) {
  const w = said();
  const state = booking.status === "booked" && isOver(booking) ? "over" : booking.status;
  return <span class={`status ${state}`}>{w[state]}</span>;
}
