/** Places by lot, loaded at once: asking for them, what becomes of it, and asking no more. */

import { AskPage } from "./lot_ask.tsx";
import { EntryPage } from "./lot_entry.tsx";
import { WithdrawPage } from "./lot_withdraw.tsx";

export const pages = { ajukan: AskPage, permohonan: EntryPage, tarik: WithdrawPage };
