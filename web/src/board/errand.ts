/** Something that a screen asks for again and again, for as long as it hangs on the wall. */

/** An answer that has not come whole by then is given up. */
const PATIENCE_MS = 8000;

/** Called with every beat, and with `performance.now()`. */
export type Errand = (now: number) => void;

/** Ask whenever `every()` milliseconds have passed since it was asked last, and tell what came of it:
 * `undefined` if nothing did. Never two at a time, and none that hangs holds up the next. */
export function errand<T>(
  ask: (stop: AbortSignal) => Promise<T>,
  told: (answer: T | undefined) => void,
  every: () => number,
): Errand {
  let asked = -Number.MAX_VALUE; // `every` may say never, by Infinity
  let running: AbortController | undefined;
  return (now) => {
    if (running && now - asked > PATIENCE_MS) {
      running.abort();
      running = undefined;
      told(undefined);
    }
    if (running || now - asked < every()) return;
    asked = now;
    const mine = running = new AbortController();
    const ended = (answer?: T) => {
      if (running !== mine) return; // given up before
      running = undefined;
      told(answer);
    };
    ask(mine.signal).then(ended, () => ended());
  };
}
