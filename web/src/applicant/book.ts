/** From a time to a booking, loaded at once: what for, who comes, check, send. */

import { CheckPage } from "./check.tsx";
import { WhoPage } from "./people.tsx";
import { SendPage } from "./send.tsx";
import { ServicePage } from "./service.tsx";

export const pages = { pesan: ServicePage, siapa: WhoPage, periksa: CheckPage, kirim: SendPage };
