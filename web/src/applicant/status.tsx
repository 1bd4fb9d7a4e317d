/** How a booking stands, or how its visit ended: in a word, and a colour. */

import type { Booking } from "../api.ts";
import { serviceTime } from "../service_time.ts";
import { words } from "../words.ts";

const said = words(
  {
    booked: "Berlaku",
    cancelled: "Dibatalkan",
    abandoned: "Tidak berlaku",
    over: "Sudah lewat",
    served: "Selesai dilayani",
    no_show: "Panggilan terlewat",
    turned_away: "Belum sempat dilayani",
    absent: "Tidak hadir",
  },
  {
    booked: "Active",
    cancelled: "Cancelled",
    abandoned: "Not valid",
    over: "Over",
    served: "Served",
    no_show: "Missed the call",
    turned_away: "Not served any more",
    absent: "Did not come",
  },
);

export const isComing = (one: Booking): boolean =>
  one.status === "booked" && !one.outcome && !isOver(one);

/** Whether its time is over in the westernmost zone, so that no ticket goes too early. */
const isOver = ({ date, end }: Booking): boolean =>
  Date.parse(`${date}T${end}:00+07:00`) < serviceTime();

export function Status({ booking }: { booking: Booking }) {
  const w = said();
  const { status, outcome } = booking;
  const state = status === "booked" ? outcome ?? (isOver(booking) ? "over" : status) : status;
  return <span class={`status ${state}`}>{w[state]}</span>;
}
