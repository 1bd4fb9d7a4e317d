/** The counter of a clerk. */

import { Page } from "../ui.tsx";
import { words } from "../words.ts";

const said = words({ title: "Loket" }, { title: "Counter" });

export function Counter() {
  return <Page title={said().title}>{null}</Page>;
}
