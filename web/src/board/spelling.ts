/** How a call is said: the names of the recorded words (static/voice), in their order. */

const UNITS = [...Array(12).keys()].map(String);

/** All that there are. */
export const WORDS = [
  "nomor-antrean",
  "loket",
  ...UNITS,
  "100",
  "belas",
  "puluh",
  "ratus",
  ..."abcdefghijklmnopqrstuvwxyz",
];

/** `nomor antrean C tujuh belas, loket tiga` of `C17` and `3`. */
export const spelled = (ticket: string, counter: string): string[] => [
  "nomor-antrean",
  ...said(ticket),
  "loket",
  ...said(counter),
];

const said = (name: string): string[] =>
  (name.toLowerCase().match(/[a-z]|\d+/g) ?? [])
    .flatMap((part) => /\d/.test(part) ? number(part) : [part]);

/** In words up to 999; by its digits beyond. */
function number(digits: string): string[] {
  const n = Number(digits), more = (rest: number) => rest ? number(String(rest)) : [];
  if (n < UNITS.length) return [UNITS[n]];
  if (n < 20) return [UNITS[n - 10], "belas"];
  if (n < 100) return [UNITS[Math.floor(n / 10)], "puluh", ...more(n % 10)];
  if (n < 200) return ["100", ...more(n - 100)];
  if (n < 1000) return [UNITS[Math.floor(n / 100)], "ratus", ...more(n % 100)];
  return [...digits];
}
