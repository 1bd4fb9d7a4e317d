/** The room of whoever serves people: a counter is chosen, then worked at. */

import { useState } from "preact/hooks";
import { staff } from "../staff.ts";
import { Choose } from "./choose.tsx";
import { type Chosen, chosen, keepChosen } from "./chosen.ts";
import { Work } from "./work.tsx";

export function Counter() {
  const { office_id } = staff()!;
  const [at, setAt] = useState(() => chosen(office_id));
  const [opens, setOpens] = useState(false);
  const choose = (one: Chosen | undefined, free = false) => {
    keepChosen(one);
    setOpens(free);
    setAt(one);
  };
  if (!at) return <Choose office_id={office_id} choose={choose} />;
  return <Work key={at.counter} at={at} opens={opens} leave={() => choose(undefined)} />;
}
