/** My bookings and their tickets, loaded at once. */

import { BookingsPage } from "./list.tsx";
import { TicketPage } from "./ticket.tsx";

export const pages = { pesanan: BookingsPage, tiket: TicketPage };
