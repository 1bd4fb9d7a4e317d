/** The board in the hall: who is called where. It says so too, and nobody looks after it. */

import { render } from "preact";
import { fromLink } from "../staff.ts";
import { stayAwake } from "../awake.ts";
import { useHall } from "./hall.ts";
import { Nowhere, Screen } from "./screen.tsx";
import { newVoice } from "./voice.ts";

// One page in both languages, Indonesian first, whatever else this browser has shown.
document.documentElement.lang = "id";

const link = fromLink();
const voice = newVoice();
const office_id = new URLSearchParams(location.search).get("office") ?? "";

function App() {
  const hall = useHall(office_id, voice, link);
  return hall.nowhere ? <Nowhere office_id={office_id} /> : <Screen hall={hall} />;
}

stayAwake();
render(office_id ? <App /> : <Nowhere office_id="" />, document.body);
