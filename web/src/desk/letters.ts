/** Letters that press a button, which somebody who speaks to their computer, or whose hand is not
 * steady, must be able to switch off (WCAG 2.2, 2.1.4). This browser keeps it. */

import { useState } from "preact/hooks";
import { keep, kept } from "../kept.ts";

const NAME = "antrian-letters";

export interface Letters {
  on: boolean;
  turn: (on: boolean) => void;
}

export function useLetters(): Letters {
  const [on, setOn] = useState(() => kept("localStorage", NAME) !== "off");
  const turn = (wanted: boolean) => {
    keep("localStorage", NAME, wanted ? null : "off");
    setOn(wanted);
  };
  return { on, turn };
}
