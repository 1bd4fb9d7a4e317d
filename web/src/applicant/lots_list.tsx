/** What the account asks for by lot, among its bookings. */

import { api, ask, type Asked, type Office, useAsked } from "../api.ts";
import { zoned } from "../dates.ts";
import { to } from "../router.ts";
import { Trouble } from "../ui.tsx";
import { words } from "../words.ts";
import { type Entry, span, times } from "./lot.ts";
import { LotStatus } from "./lot_status.tsx";

const said = words(
  {
    waiting: "Menunggu undian",
    before: (n: number) => `Permohonan undian yang lalu (${n})`,
    next: (at: string) => `Undian berikutnya ${at}`,
    noDraw: "Kantor ini tidak lagi mengundi tempatnya",
  },
  {
    waiting: "Waiting for a draw",
    before: (n: number) => `Earlier entries (${n})`,
    next: (at: string) => `Next draw ${at}`,
    noDraw: "This office no longer gives its places by lot",
  },
);

export const useLots = () =>
  useAsked(async () => {
    const { ok, problem } = await ask(api.GET("/v1/waitlist"));
    return problem ? { problem } : { ok: ok.entries };
  }, []);

export function Lots({ asked, offices }: { asked: Asked<Entry[]>; offices: Office[] }) {
  const w = said();
  if (asked.problem) return <Trouble problem={asked.problem} again={asked.again} />;
  const entries = asked.ok ?? [];
  const waiting = entries.filter(({ status }) => status === "waiting");
  const before = entries.filter(({ status }) => status !== "waiting");
  const cards = (those: Entry[]) => (
    <ul class="cards">
      {those.map((one) => (
        <li key={one.entry_id}>
          <a class="card" href={to("permohonan", one.entry_id)}>
            <LotStatus entry={one} />
            <strong>{span(one)}</strong>
            <span>
              {offices.find(({ office_id }) => office_id === one.office_id)?.name ?? one.office_id}
              {" · "}
              {times(one.windows)}
            </span>
            {one.status === "waiting" && (
              <span class="hint">
                {one.next_draw_at ? w.next(zoned(one.next_draw_at)) : w.noDraw}
              </span>
            )}
          </a>
        </li>
      ))}
    </ul>
  );
  return (
    <>
      {waiting.length > 0 && (
        <section>
          <h2>{w.waiting}</h2>
          {cards(waiting)}
        </section>
      )}
      {before.length > 0 && (
        <details>
          <summary>{w.before(before.length)}</summary>
          {cards(before)}
        </details>
      )}
    </>
  );
}
