/** Keys of two kinds: those that a person presses, and those of a scanner, which is a keyboard too.
 *
 * A scanner's keys come under 50 ms apart and end with Enter. So a key is a person's once no other
 * has followed it for a moment; what a scanner types goes to nothing that has the focus. */

import { useEffect, useRef } from "preact/hooks";

const APART_MS = 50;
const SHORTEST = 6;

export interface Heard {
  /** A key that a person has pressed, by its name, in capitals. */
  key?: (key: string) => void;
  /** What a scanner has read. */
  scan: (text: string) => void;
}

/** Hear keys for as long as this is shown. */
export function useKeys(heard: Heard): void {
  const latest = useRef(heard);
  latest.current = heard;
  useEffect(() => {
    const left = new AbortController();
    hear({
      key: (key) => latest.current.key?.(key),
      scan: (text) => latest.current.scan(text),
    }, left.signal);
    return () => left.abort();
  }, []);
}

function hear(heard: Required<Heard>, stop: AbortSignal): void {
  let typed = "", last = -Infinity, waiting = 0;
  const down = (event: KeyboardEvent) => {
    const { key, timeStamp } = event;
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (event.repeat) {
      // A key that is held down presses once.
      if (key === "Enter" || key === " ") event.preventDefault();
      return;
    }
    const fast = timeStamp - last <= APART_MS;
    last = timeStamp;
    if (key === "Shift") return;
    clearTimeout(waiting);
    if (!fast) typed = "";
    if (key.length === 1) {
      typed += key;
      if (typed.length > 1) swallow(event);
      else waiting = setTimeout(() => heard.key(key.toUpperCase()), APART_MS + 10);
      return;
    }
    const read = typed;
    typed = "";
    if (key === "Enter" && read.length >= SHORTEST) {
      swallow(event);
      heard.scan(read.toUpperCase()); // a ticket's QR has no small letters, but Caps Lock makes some
    } else if (key === "Enter" && read.length > 1) swallow(event);
    else heard.key(key);
  };
  addEventListener("keydown", down, { capture: true, signal: stop });
  stop.addEventListener("abort", () => clearTimeout(waiting));
}

function swallow(event: KeyboardEvent): void {
  event.preventDefault();
  event.stopPropagation();
}

/** Whether a key means something else where the focus is. */
export const isTaken = (): boolean =>
  document.activeElement?.closest("button, a, input, summary, select, textarea") != null;
