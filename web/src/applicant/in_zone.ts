/** An instant as the clocks of an office show it: `Senin, 7 Desember 2026, pukul 23.50 WIB`. */

import { instant } from "../dates.ts";

export function inZone(at: string, timeZone: string): string {
  const parts = { timeZone, dateStyle: "short", timeStyle: "short" } as const;
  // Swedish is written as we write instants.
  return instant(new Intl.DateTimeFormat("sv-SE", parts).format(Date.parse(at)), timeZone);
}
