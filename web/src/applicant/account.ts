/** The account's pages, loaded at once. */

import { FamilyPage } from "./family.tsx";
import { AccountPage } from "./holder.tsx";
import { PhonePage } from "./phone.tsx";
import { RemindersPage } from "./reminders.tsx";
import { RequestsPage } from "./requests.tsx";

export const pages = {
  akun: AccountPage,
  keluarga: FamilyPage,
  permintaan: RequestsPage,
  pengingat: RemindersPage,
  telepon: PhonePage,
};
