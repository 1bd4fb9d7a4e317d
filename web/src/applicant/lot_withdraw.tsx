/** Asking no more, after one question. */

import { api, ask, useAsked } from "../api.ts";
import { Form, useSend } from "../form.tsx";
import { goInstead, type Place, to } from "../router.ts";
import { Facts, Page, Wait } from "../ui.tsx";
import { words } from "../words.ts";
import { parts, span, times } from "./lot.ts";
import { entryOf } from "./lot_entry.tsx";

const said = words(
  {
    title: "Tarik permohonan?",
    costs: "Anda tidak ikut diundi lagi, dan nomor undian yang sudah terkumpul hilang. " +
      "Anda dapat mengajukan permohonan baru kapan saja.",
    submit: "Ya, tarik permohonan",
    keep: "Tidak, biarkan",
    ticket: "Lihat tiket",
  },
  {
    title: "Withdraw?",
    costs: "You take part in no more draws, and the lots that you have gathered are gone. " +
      "You can ask again at any time.",
    submit: "Yes, withdraw",
    keep: "No, keep it",
    ticket: "See the ticket",
  },
);

export function WithdrawPage({ place: [, entry_id = ""] }: { place: Place }) {
  const w = said(), part = parts();
  const asked = useAsked(() => entryOf(entry_id), [entry_id]);
  const sending = useSend(
    () => ask(api.DELETE("/v1/waitlist/{entry_id}", { params: { path: { entry_id } } })),
    () => goInstead("permohonan", entry_id),
  );
  const back = to("permohonan", entry_id);
  return (
    <Page title={w.title} back={back}>
      <Wait asked={asked}>
        {(entry) => (
          <Form
            danger
            sending={sending}
            submit={w.submit}
            instead={{ href: back, label: w.keep }}
            remedy={({ type, code }) =>
              type === "already-won" && (
                <a class="button second" href={to("tiket", String(code))}>{w.ticket}</a>
              )}
            onSubmit={sending.send}
          >
            <Facts rows={[[part.days, span(entry)], [part.times, times(entry.windows)]]} />
            <div class="notice warn">
              <p>{w.costs}</p>
            </div>
          </Form>
        )}
      </Wait>
    </Page>
  );
}
