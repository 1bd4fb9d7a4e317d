/** A supervisor's day at a glance. */

import { Page } from "../ui.tsx";
import { words } from "../words.ts";

const said = words({ title: "Hari ini" }, { title: "Today" });

function Day() {
  return <Page title={said().title}>{null}</Page>;
}

export const pages = { hari: Day };
