/** A scanner at the USB port is a keyboard that types faster than anybody, and then Enter. */

/** Keys that follow one another within this are a scanner's. */
const GAP_MS = 50;

/** Fewer are somebody who types fast. */
const SHORTEST = 8;

/** Call `read` with each code that is scanned, until what is returned is called. Its Enter presses no
 * button. */
export function onScan(read: (text: string) => void): () => void {
  let text = "", last = -Infinity;
  const typed = (event: KeyboardEvent) => {
    const follows = event.timeStamp - last < GAP_MS;
    if (event.key === "Enter") {
      const code = text;
      text = "";
      if (!follows || code.length < SHORTEST) return;
      event.preventDefault();
      event.stopPropagation();
      read(code);
    } else if (event.key.length === 1) {
      text = follows ? text + event.key : event.key;
      last = event.timeStamp;
    }
  };
  addEventListener("keydown", typed, { capture: true });
  return () => removeEventListener("keydown", typed, { capture: true });
}
