/** One entry: how it stands, when it is drawn next, and its place in the last draw. */

import { api, ask, type Office, officeOf, useAsked } from "../api.ts";
import { localTime, longDate, zoned } from "../dates.ts";
import { type Place, to } from "../router.ts";
import { useSignedIn } from "../session.ts";
import { AsOf, Facts, Page, SignInFirst, Wait } from "../ui.tsx";
import { words } from "../words.ts";
import { nameOf, useHousehold } from "./household.ts";
import { type Entry, number, parts, span, times } from "./lot.ts";
import { LotStatus } from "./lot_status.tsx";

const said = words(
  {
    title: "Permohonan undian",
    fresh: "Permohonan Anda sudah masuk",
    freshHint: "Anda tidak perlu menunggu di depan ponsel. Jika terpilih, Anda langsung " +
      "mendapat tempat dan diberi tahu antara pukul 07.00 dan 20.00.",
    next: "Undian berikutnya",
    lots: "Jumlah nomor undian Anda",
    lotsGrow: "Setiap hari undian tanpa hasil menambah satu nomor, paling banyak lima.",
    last: "Undian terakhir",
    place: (place: string, of: string) => `urutan ${place} dari ${of}`,
    seeLast: "Lihat undian itu",
    id: "Nomor permohonan",
    idHint: "Dengan nomor ini Anda menemukan diri Anda dalam daftar undian, yang terbuka untuk " +
      "umum dan tidak memuat nama.",
    noDraw: "Kantor ini tidak lagi mengundi tempatnya. Anda dapat memesan langsung dari " +
      "kalendernya.",
    calendar: "Lihat kalender",
    won: "Permohonan ini mendapat tempat. Tempat itu sudah menjadi pesanan Anda.",
    ticket: "Lihat tiket",
    withdrawn: "Permohonan ini sudah ditarik dan tidak ikut diundi lagi.",
    ended: "Permohonan ini sudah berakhir: waktunya sudah lewat, atau salah seorang sudah " +
      "mempunyai pesanan atau tidak dapat ikut diundi lagi.",
    askAgain: "Ajukan permohonan baru",
    withdraw: "Tarik permohonan",
  },
  {
    title: "A place by lot",
    fresh: "You take part in the draw",
    freshHint: "You need not wait by your phone. If you are drawn you have your place at once, " +
      "and are told between 07:00 and 20:00.",
    next: "Next draw",
    lots: "Your lots",
    lotsGrow: "Each day of draws without a win adds one, up to five.",
    last: "Last draw",
    place: (place: string, of: string) => `place ${place} of ${of}`,
    seeLast: "See that draw",
    id: "Entry number",
    idHint: "With this number you can find yourself on the list of a draw, which everybody may " +
      "see and which has no names.",
    noDraw: "This office no longer gives its places by lot. You can book from its " +
      "calendar.",
    calendar: "See the calendar",
    won: "This entry has won a place, which is your booking now.",
    ticket: "See the ticket",
    withdrawn: "This entry has been withdrawn and takes part in no more draws.",
    ended: "This entry is over: its time has passed, or one of its people has a booking or can " +
      "no longer take part.",
    askAgain: "Ask again",
    withdraw: "Withdraw",
  },
);

export const entryOf = (entry_id: string) =>
  ask(api.GET("/v1/waitlist/{entry_id}", { params: { path: { entry_id } } }));

export function EntryPage({ place: [, entry_id = "", fresh] }: { place: Place }) {
  const w = said();
  const known = useSignedIn();
  const asked = useAsked(async () => {
    const entry = await entryOf(entry_id);
    if (entry.problem) return entry;
    const office = await officeOf(entry.ok.office_id);
    return office.problem ? office : { ok: { entry: entry.ok, office: office.ok } };
  }, [entry_id]);
  return (
    <Page title={fresh ? w.fresh : w.title} back={to("pesanan")}>
      {known
        ? (
          <Wait asked={asked}>
            {({ entry, office }) => (
              <>
                {!fresh && <AsOf asked={asked} />}
                {fresh && <p class="lead">{w.freshHint}</p>}
                <LotStatus entry={entry} />
                <Outcome entry={entry} />
                <Shown entry={entry} office={office} />
              </>
            )}
          </Wait>
        )
        : <SignInFirst />}
    </Page>
  );
}

/** What has become of it, and what can be done. */
function Outcome({ entry }: { entry: Entry }) {
  const w = said();
  const { status, office_id, booking } = entry;
  if (status === "waiting") {
    return entry.next_draw_at ? null : (
      <div class="notice warn">
        <p>{w.noDraw}</p>
        <a href={to("kantor", office_id)}>{w.calendar}</a>
      </div>
    );
  }
  if (status === "won" && booking) {
    return (
      <div class="notice">
        <p>{w.won}</p>
        <a class="button" href={to("tiket", booking)}>{w.ticket}</a>
      </div>
    );
  }
  return (
    <div class="notice warn">
      <p>{status === "withdrawn" ? w.withdrawn : w.ended}</p>
      <a href={to("ajukan", office_id)}>{w.askAgain}</a>
    </div>
  );
}

/** The date on which an entry waits for the last time: its `until` is the midnight after it. */
const lastDay = (until: string): string => localTime(Date.parse(until) - 1000, until).slice(0, 10);

function Shown({ entry, office }: { entry: Entry; office: Office }) {
  const w = said(), part = parts();
  const household = useHousehold();
  const names = household.ok &&
    entry.applicants.map((id) => nameOf(household.ok!, id)).filter(Boolean).join(", ");
  const waiting = entry.status === "waiting";
  const { last_draw, next_draw_at, lots } = entry;
  const rows: Parameters<typeof Facts>[0]["rows"] = [
    [part.office, office.name],
    [part.days, span(entry)],
    [part.times, times(entry.windows)],
    [part.purpose, entry.service === "new" ? part.new : part.renewal],
    [part.people, names || " "],
  ];
  if (waiting && next_draw_at) rows.unshift([w.next, <strong>{zoned(next_draw_at)}</strong>]);
  if (last_draw) {
    const { place, of, at, date } = last_draw;
    const seen = to("undian", office.office_id, date, entry.entry_id);
    rows.splice(waiting ? 1 : 0, 0, [
      w.last,
      <>
        {w.place(number(place), number(of))} ({zoned(at)})
        <p>
          <a href={seen}>{w.seeLast}</a>
        </p>
      </>,
    ]);
  }
  if (lots) {
    rows.push([
      w.lots,
      <>
        {lots}
        <p class="hint">{w.lotsGrow}</p>
      </>,
    ]);
  }
  if (waiting) rows.push([part.until, longDate(lastDay(entry.until))]);
  rows.push([w.id, <code>{entry.entry_id}</code>]);
  return (
    <>
      <Facts rows={rows} />
      <p class="hint">{w.idHint}</p>
      {waiting && (
        <p class="actions">
          <a class="button second" href={to("tarik", entry.entry_id)}>{w.withdraw}</a>
        </p>
      )}
    </>
  );
}
