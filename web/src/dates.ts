/** Dates (`2026-12-07`) and times (`08:30`) are strings in an office's own time, never instants. */

import { language } from "./words.ts";

const ZONES: Record<string, string> = {
  "Asia/Jakarta": "WIB",
  "Asia/Pontianak": "WIB",
  "Asia/Makassar": "WITA",
  "Asia/Jayapura": "WIT",
};

const OFFSETS: Record<string, string> = { "+07:00": "WIB", "+08:00": "WITA", "+09:00": "WIT" };

export const zoneName = (zone: string): string => ZONES[zone] ?? zone;

function formatted(date: string, parts: Intl.DateTimeFormatOptions): string {
  const locale = language() === "en" ? "en-GB" : "id-ID";
  const day = new Date(`${date}T00:00:00Z`);
  // An address can have anything in place of a date; the service's answer says so.
  if (Number.isNaN(day.getTime())) return date;
  return new Intl.DateTimeFormat(locale, { ...parts, timeZone: "UTC" }).format(day);
}

/** `Senin, 7 Desember 2026` */
export const longDate = (date: string): string =>
  formatted(date, { weekday: "long", day: "numeric", month: "long", year: "numeric" });

/** `17 Mei 1990`: nobody knows on which day of the week they were born. */
export const birthDate = (date: string): string =>
  formatted(date, { day: "numeric", month: "long", year: "numeric" });

/** `Sen, 7 Des` */
export const shortDate = (date: string): string =>
  formatted(date, { weekday: "short", day: "numeric", month: "short" });

/** `Desember 2026`, of any date in it or of `2026-12` */
export const monthName = (month: string): string =>
  formatted(`${month.slice(0, 7)}-01`, { month: "long", year: "numeric" });

/** Monday to Sunday. */
export const weekdays = (length: "long" | "short"): string[] =>
  [...Array(7).keys()].map((day) => formatted(`2024-01-0${day + 1}`, { weekday: length }));

/** 0 for Monday to 6 for Sunday. */
export const weekday = (date: string): number =>
  (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;

/** `08.30` in Indonesian, `08:30` in English. */
export const clock = (time: string): string => language() === "en" ? time : time.replace(":", ".");

/** `pukul 08.00`, of an office's `08:00`. */
export const atTime = (time: string): string =>
  `${language() === "en" ? "at" : "pukul"} ${clock(time)}`;

/** `Senin, 7 Desember 2026, pukul 00.00 WIB` of an instant that is told in the office's time. */
export function instant(at: string, zone?: string): string {
  const name = zone ? ` ${zoneName(zone)}` : "";
  return `${longDate(at.slice(0, 10))}, ${atTime(at.slice(11, 16))}${name}`;
}

/** `WIB`, by the offset of an instant that is told in the office's time. */
export const zoneOf = (at: string): string => OFFSETS[at.slice(-6)] ?? "";

/** The same with the zone that its offset has in Indonesia. */
export const zoned = (at: string): string => `${instant(at)} ${zoneOf(at)}`.trim();

/** The same of an instant in UTC, as the clock of this phone shows it. */
export function here(at: string): string {
  const local = new Date(Date.parse(at) - new Date(at).getTimezoneOffset() * 60_000);
  return instant(local.toISOString());
}

/** `09.41`, as the clock of this phone shows it. */
export const timeOfDay = (at: Date): string =>
  clock(`${String(at.getHours()).padStart(2, "0")}:${String(at.getMinutes()).padStart(2, "0")}`);

/** `2026-12-07T09:41:05` in the office's time, which another instant is told in. */
export function localTime(now: number, told: string): string {
  const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)$/.exec(told) ?? ["", "+", "0", "0"];
  const ahead = Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  return new Date(now + ahead).toISOString().slice(0, 19);
}
