/** The service's clock, by the `Date` of its answers: the clock of a phone is often wrong.
 *
 * `Date` has whole seconds and was written before the answer came, so it tells how late it is there
 * *at least*. Of all answers the best counts: nobody comes too early, and each a little later than
 * the next one. */

let began = -Infinity;

/** Learn from an answer; also an old one out of a cache does no harm. */
export function learnTime({ headers }: Response): void {
  const told = Date.parse(headers.get("Date") ?? "");
  if (told) began = Math.max(began, told - performance.now());
}

/** Whether any answer has told it. */
export const timeIsKnown = (): boolean => began > 0;

/** Milliseconds since 1970, as the service counts them; as the phone does, until it has answered. */
export const serviceTime = (): number => began > 0 ? began + performance.now() : Date.now();

/** Milliseconds until an instant. */
export const until = (instant: string): number => Date.parse(instant) - serviceTime();
