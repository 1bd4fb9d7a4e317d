/** The board in the hall: who is called, and how the day goes. */

import { render } from "preact";
import { Page } from "../ui.tsx";
import { words } from "../words.ts";

const said = words({ title: "Antrean hari ini" }, { title: "Today's line" });

render(<Page title={said().title}>{null}</Page>, document.body);
