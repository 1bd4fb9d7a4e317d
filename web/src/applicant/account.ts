/** The account's pages, loaded at once. */

import { FamilyPage } from "./family.tsx";
import { AccountPage } from "./holder.tsx";
import { PhonePage } from "./phone.tsx";
import { RemindersPage } from "./reminders.tsx";
import { RequestsPage } from "./requests.tsx";
import { WithoutSmsPage } from "./without_sms.tsx";

export const pages = {
  akun: AccountPage,
  keluarga: FamilyPage,
  permintaan: RequestsPage,
  pengingat: RemindersPage,
  "tanpa-sms": WithoutSmsPage,
  telepon: PhonePage,
};
