/** For whoever stays: pages that open without network, and that can be put on the home screen. It
 * is loaded once something is shown, and is no part of the first load. */

import { noteSpoken } from "./spoken.ts";
import { scriptUrl } from "./trusted.ts";

const link = document.createElement("link");
link.rel = "manifest";
link.href = "/manifest.webmanifest";
document.head.append(link);

// A browser may refuse it, as in a private window: then there is nothing to open without network.
navigator.serviceWorker?.register(scriptUrl("/sw.js")).catch(() => undefined);

const note = () => void noteSpoken(document.documentElement.lang).catch(() => undefined);
addEventListener("language", note);
note();
