/** A button of the kiosk. */

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

/** Who taps twice means the button that was there, and not the one that has come in its place. */
const CALM_MS = 300;

/** It acts when it is let go, once however long it was pressed: a browser takes a long press for
 * another gesture. A key that is held presses once too: `scanner.ts` sees to that. */
export function Press(props: {
  class?: string;
  onPress: () => void;
  children: ComponentChildren;
}) {
  const [calm, setCalm] = useState(false);
  const down = useRef(false);
  useEffect(() => {
    const timer = setTimeout(() => setCalm(true), CALM_MS);
    return () => clearTimeout(timer);
  }, []);
  const lift = () => {
    down.current = false;
  };
  return (
    <button
      type="button"
      class={props.class ?? "press"}
      disabled={!calm}
      onPointerDown={(event) => {
        down.current = event.isPrimary && event.button === 0;
      }}
      onPointerUp={() => {
        if (down.current) props.onPress();
        lift();
      }}
      onPointerLeave={lift}
      onPointerCancel={lift}
      onContextMenu={(event) => event.preventDefault()}
      onClick={(event) => {
        // Of a keyboard, or of what helps somebody: whoever points has been heard above.
        if (event.detail === 0) props.onPress();
      }}
    >
      {props.children}
    </button>
  );
}
