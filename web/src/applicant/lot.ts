/** What somebody asks for by lot, and how it is told. */

import { clock, longDate, shortDate } from "../dates.ts";
import { language, words } from "../words.ts";
import type { Trip } from "../trip.ts";
import type { components } from "../contract.d.ts";

export type Entry = components["schemas"]["Entry"];

/** A wish as it is taken down, once its days are chosen. */
export type Lot = Trip & { office_id: string; from: string; to: string; until: string };

const said = words(
  {
    to: "sampai",
    any: "Jam berapa pun",
    then: "lalu",
  },
  {
    to: "to",
    any: "Any time",
    then: "then",
  },
);

/** What each part of a wish is called. */
export const parts = words(
  {
    office: "Kantor",
    days: "Hari",
    times: "Jam",
    purpose: "Keperluan",
    new: "Paspor baru",
    renewal: "Penggantian paspor",
    people: "Yang datang",
    until: "Menunggu sampai",
  },
  {
    office: "Office",
    days: "Days",
    times: "Time",
    purpose: "Purpose",
    new: "A new passport",
    renewal: "Replacing a passport",
    people: "Who comes",
    until: "Waiting until",
  },
);

interface Span {
  from: string;
  to: string;
}

/** `Sen, 7 Des sampai Jum, 11 Des` */
export const span = ({ from, to }: Span): string =>
  from === to ? longDate(from) : `${shortDate(from)} ${said().to} ${shortDate(to)}`;

export const startsOf = (windows: string | undefined): string[] =>
  windows ? windows.split(",") : [];

/** `08.00, lalu 10.00`, the best first. */
export const times = (starts: string[]): string =>
  starts.length ? starts.map(clock).join(`, ${said().then} `) : said().any;

export const number = (n: number): string =>
  new Intl.NumberFormat(language() === "en" ? "en-GB" : "id-ID").format(n);
