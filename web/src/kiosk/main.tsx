/** The kiosk at the door: people check in, and take a number without a booking. */

import { render } from "preact";
import { Page } from "../ui.tsx";
import { words } from "../words.ts";

const said = words({ title: "Selamat datang" }, { title: "Welcome" });

render(<Page title={said().title}>{null}</Page>, document.body);
