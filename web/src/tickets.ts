/** Tickets for when there is no network, kept by the browser until the visit is over or somebody
 * signs out (docs/adr/0054). They say what a printed ticket says: numbers, place, time and QR; they
 * name nobody. */

import type { Booking, Office } from "./api.ts";
import { keep, kept } from "./kept.ts";
import { serviceTime } from "./service_time.ts";

export interface Ticket {
  booking: Booking;
  office: Office;
  /** When the service said so, by the clock of this phone, in milliseconds. */
  at: number;
}

const NAME = "antrian-tickets";

/** Whether its visit may be to come or under way: until its day is over in the westernmost zone. */
const lasts = ({ status, outcome, date }: Booking): boolean =>
  status === "booked" && !outcome && serviceTime() < Date.parse(`${date}T24:00:00+07:00`);

const read = (): Ticket[] => JSON.parse(kept("localStorage", NAME) ?? "[]");

const write = (tickets: Ticket[]): void =>
  keep("localStorage", NAME, tickets.length ? JSON.stringify(tickets) : null);

/** Those that are kept, the next visit first. */
export const tickets = (): Ticket[] =>
  read().filter(({ booking }) => lasts(booking))
    .sort((a, b) => a.booking.date < b.booking.date ? -1 : 1);

export const ticketOf = (code: string): Ticket | undefined =>
  tickets().find(({ booking }) => booking.code === code);

/** Keep what has been heard of a booking, and forget it if its visit is no longer to come. */
export function keepTicket(booking: Booking, office: Office): void {
  const nameless = { ...booking, places: booking.places.map(withoutName) };
  write([
    ...tickets().filter((one) => one.booking.code !== booking.code),
    ...(lasts(booking) ? [{ booking: nameless, office, at: Date.now() }] : []),
  ]);
}

/** What an account calls a person is of no use without the network. */
const withoutName = ({ queue_number }: Booking["places"][number]) => ({
  applicant_id: "",
  queue_number,
});

export const forgetTicket = (code: string): void =>
  write(tickets().filter(({ booking }) => booking.code !== code));

export const forgetTickets = (): void => write([]);

/** Forget those whose visit is over, though nobody looks at them any more. */
export const forgetOldTickets = (): void => write(tickets());
