/** The draws of a day, for everybody: what was drawn, among whom, who has won, and how to check. */

import { useState } from "preact/hooks";
import { api, ask, type Office, officeOf, useAsked } from "../api.ts";
import { clock, longDate, shortDate, zoned, zoneName } from "../dates.ts";
import { Field, Progressing, useSend } from "../form.tsx";
import { type Place, to } from "../router.ts";
import { until } from "../service_time.ts";
import { Facts, Page, Trouble, Wait } from "../ui.tsx";
import { words } from "../words.ts";
import { inZone } from "./in_zone.ts";
import { number, times } from "./lot.ts";
import { Pages } from "./draws_pages.tsx";
import { type Drawn, type Found, next, type Result, type Room, type Row } from "./draws_found.ts";

const said = words(
  {
    title: "Undian tempat",
    none: "Tempat untuk tanggal ini belum diundi.",
    noneAt: (at: string) => `Tempat untuk tanggal ini diundi ${at}.`,
    noLot: "Kantor ini tidak mengundi tempatnya pada tanggal ini.",
    ask: "Ajukan permohonan",
    calendar: "Lihat kalender",
    drawnAt: (at: string) => `Diundi ${at}`,
    running: "Undian ini sedang dijalankan; hasilnya segera tampil.",
    rooms: "Tempat yang diundi",
    entries: "Permohonan",
    placed: "Permohonan yang mendapat tempat",
    when: "Hari",
    time: "Jam",
    places: "Tempat",
    results: "Hasil",
    list: "Daftar peserta",
    entry: "Nomor permohonan",
    people: "Orang",
    days: "Hari yang diminta",
    windows: "Jam yang diminta",
    lots: "Jumlah nomor undian",
    outcome: "Keterangan",
    placedNow: "mendapat tempat",
    notAsking: "tidak lagi ikut",
    noPlace: "tempat sudah tidak ada",
    skipped: "sedang diperiksa",
    find: "Cari nomor permohonan Anda",
    findHint: "Nomor ini ada pada halaman permohonan Anda. Daftar tidak memuat nama siapa pun.",
    isIn: (place: string) => `Ada dalam daftar, baris ${place}.`,
    wins: "Permohonan ini mendapat tempat.",
    loses: "Permohonan ini tidak mendapat tempat dalam undian ini.",
    isOut: "Tidak ada dalam daftar undian ini.",
    partly: (loaded: string, all: string) =>
      `Tidak ada di antara ${loaded} dari ${all} baris yang sudah dimuat.`,
    others: (n: string) => `Jam pada hari lain dalam undian yang sama (${n})`,
    proof: "Sidik daftar, tanda tangan, dan kunci publik",
    check: "Cara memeriksa undian ini",
    checkOwn: "Cari nomor permohonan Anda dalam daftar: dengan itu Anda tahu bahwa Anda ikut.",
    checkAll: "Siapa pun dapat menghitung ulang seluruh hasil dari daftar dan tanda tangannya, " +
      "dengan Python dan program yang kami terbitkan:",
    checkKey: "Tanda tangan baru dibuat setelah daftar dibekukan, sehingga tidak ada yang tahu " +
      "hasilnya sebelum itu. Kunci publiknya sama pada setiap undian.",
    hash: "Sidik daftar (SHA-256)",
    signature: "Tanda tangan",
    key: "Kunci publik",
    more: "Muat undian berikutnya",
    noMore: "Tidak ada undian lain sampai saat ini.",
    all: "Muat seluruh daftar",
  },
  {
    title: "Places by lot",
    none: "The places of this day have not been drawn yet.",
    noneAt: (at: string) => `The places of this day are drawn ${at}.`,
    noLot: "This office does not give the places of this day by lot.",
    ask: "Ask for a place by lot",
    calendar: "See the calendar",
    drawnAt: (at: string) => `Drawn ${at}`,
    running: "This draw is under way; its results will be here in a moment.",
    rooms: "Places that were drawn",
    entries: "Entries",
    placed: "Entries that won a place",
    when: "Day",
    time: "Time",
    places: "Places",
    results: "Results",
    list: "Who took part",
    entry: "Entry number",
    people: "People",
    days: "Days asked for",
    windows: "Times asked for",
    lots: "Lots",
    outcome: "Outcome",
    placedNow: "has won the place",
    notAsking: "no longer takes part",
    noPlace: "the place was gone",
    skipped: "is being looked into",
    find: "Find your entry number",
    findHint: "It is on the page of your entry. The list names nobody.",
    isIn: (place: string) => `It is on the list, row ${place}.`,
    wins: "This entry has won a place.",
    loses: "This entry has won no place in this draw.",
    isOut: "It is not on the list of this draw.",
    partly: (loaded: string, all: string) =>
      `It is not among the ${loaded} of ${all} rows that are loaded.`,
    others: (n: string) => `Windows of other days in the same draw (${n})`,
    proof: "Digest of the list, signature and public key",
    check: "How to check this draw",
    checkOwn: "Find your entry number on the list: then you know that you took part.",
    checkAll: "Anybody can work out all results again from the list and its signature, with " +
      "Python and the program that we publish:",
    checkKey:
      "The signature is made only once the list is frozen, so nobody knows the results before. " +
      "Its public key is the same in every draw.",
    hash: "Digest of the list (SHA-256)",
    signature: "Signature",
    key: "Public key",
    more: "Load the next draw",
    noMore: "There is no other draw so far.",
    all: "Load the whole list",
  },
);

function DrawsPage({ place: [, office_id = "", date = "", entry = ""] }: { place: Place }) {
  const w = said();
  const asked = useAsked(async () => {
    const [office, day, found] = await Promise.all([
      officeOf(office_id),
      ask(api.GET("/v1/offices/{office_id}/days/{date}", {
        params: { path: { office_id, date } },
      })),
      next(office_id, date, { draws: [] }),
    ]);
    if (office.problem) return office;
    if (day.problem) return day;
    if (found.problem) return found;
    return { ok: { office: office.ok, drawAt: day.ok.draw_at, found: found.ok } };
  }, [office_id, date]);
  const office = asked.ok?.office;
  return (
    <Page
      title={w.title}
      above={`${office?.name ?? " "} · ${date && longDate(date)}`}
      back={to("kantor", office_id, date)}
    >
      <Wait asked={asked}>
        {({ office, drawAt, found }) =>
          found.draws.length
            ? <Draws office={office} date={date} found={found} entry={entry} />
            : <None office={office} date={date} drawAt={drawAt} />}
      </Wait>
    </Page>
  );
}

function None(props: { office: Office & { by_lot?: boolean }; date: string; drawAt?: string }) {
  const w = said();
  const { office: { office_id, by_lot }, date, drawAt } = props;
  const toCome = drawAt && until(drawAt) > 0;
  return (
    <div class="notice">
      <p>{toCome ? w.noneAt(zoned(drawAt)) : by_lot ? w.none : w.noLot}</p>
      {by_lot
        ? <a class="button" href={to("ajukan", office_id, "hari", date)}>{w.ask}</a>
        : <a href={to("kantor", office_id)}>{w.calendar}</a>}
    </div>
  );
}

function Draws(props: { office: Office; date: string; found: Found; entry: string }) {
  const w = said();
  const { office, date } = props;
  const [found, setFound] = useState(props.found);
  const [entry, seek] = useState(props.entry);
  const more = useSend(() => next(office.office_id, date, found), setFound);
  const url = `${location.origin}/v1/offices/${office.office_id}/days/${date}/draw`;
  return (
    <>
      <Field
        name="entry"
        label={w.find}
        hint={w.findHint}
        value={entry}
        autoComplete="off"
        onInput={(typed) => seek(typed.trim())}
      />
      {found.draws.map((draw, n) => (
        <DrawShown
          key={draw.at}
          draw={draw}
          office={office}
          date={date}
          entry={entry}
          // A list whose draw is the last one that was found may go on in the next page.
          load={n === found.draws.length - 1 && draw.list.length < draw.entries
            ? more.send
            : undefined}
        />
      ))}
      {more.problem && <Trouble problem={more.problem} />}
      <Progressing sending={more} />
      {found.next
        ? (
          <button
            type="button"
            class="button second"
            aria-disabled={more.busy || undefined}
            onClick={more.send}
          >
            {w.more}
          </button>
        )
        : <p class="hint" role="status">{w.noMore}</p>}
      <section>
        <h2>{w.check}</h2>
        <p>{w.checkOwn}</p>
        <p>{w.checkAll}</p>
        <pre><code>python -m infra.ops.verify_draw {url}</code></pre>
        <p>{w.checkKey}</p>
      </section>
    </>
  );
}

function Rooms(props: { caption: string; rooms: Room[]; zone: string }) {
  const w = said();
  return (
    <Pages<Room>
      caption={props.caption}
      columns={[w.when, w.time, w.places]}
      rows={props.rooms}
      row={([day, start, places]) => [
        shortDate(day),
        `${clock(start)} ${props.zone}`,
        number(places),
      ]}
    />
  );
}

/** What came of a line of the results. */
function outcome(done: string): string {
  const w = said();
  const known: Record<string, string> = {
    placed: w.placedNow,
    "not-asking": w.notAsking,
    "no-place": w.noPlace,
    skipped: w.skipped,
  };
  return known[done] ?? done;
}

function DrawShown(props: {
  draw: Drawn;
  office: Office;
  date: string;
  /** Whom somebody looks for. */
  entry: string;
  /** Loads more of its list, if there is more. */
  load?: () => void;
}) {
  const w = said();
  const { draw, office, date, entry, load } = props;
  const { list, results } = draw;
  const others = draw.rooms.filter(([day]) => day !== date);
  const zone = zoneName(office.time_zone);
  const row = entry ? list.findIndex(([id]) => id === entry) : -1;
  const won = results?.findIndex(([id]) => id === entry) ?? -1;
  const placed = results?.filter(([, , , , done]) => done === "placed").length;
  const days = ([, , from, last]: Row) =>
    from === last ? shortDate(from) : `${shortDate(from)} – ${shortDate(last)}`;
  return (
    <section>
      <h2>{w.drawnAt(inZone(draw.at, office.time_zone))}</h2>
      {!results && <p class="notice warn">{w.running}</p>}
      {entry && (
        <p class={row < 0 ? "notice warn" : "notice"} role="status">
          {row >= 0
            ? `${w.isIn(number(row + 1))} ${results ? won < 0 ? w.loses : w.wins : ""}`
            : load
            ? w.partly(number(list.length), number(draw.entries))
            : w.isOut}
        </p>
      )}
      <Facts
        rows={[
          [w.entries, number(draw.entries)],
          ...(placed === undefined ? [] : [[w.placed, number(placed)] as [string, string]]),
        ]}
      />
      <Rooms caption={w.rooms} rooms={draw.rooms.filter(([day]) => day === date)} zone={zone} />
      {results && results.length > 0 && (
        <Pages<Result>
          caption={w.results}
          columns={[w.entry, w.people, w.when, w.time, w.outcome]}
          rows={results}
          wanted={won}
          row={([id, people, day, start, done]) => [
            <code>{id}</code>,
            people,
            shortDate(day),
            clock(start),
            outcome(done),
          ]}
        />
      )}
      <Pages<Row>
        caption={w.list}
        columns={[w.entry, w.people, w.days, w.windows, w.lots]}
        rows={list}
        wanted={row}
        row={(one) => [
          <code>{one[0]}</code>,
          one[1],
          days(one),
          times(one[4]),
          Math.min(1 + one[5], draw.cap),
        ]}
      />
      {load && <button type="button" class="button second" onClick={load}>{w.all}</button>}
      {others.length > 0 && (
        <details>
          <summary>{w.others(number(others.length))}</summary>
          <Rooms caption={w.rooms} rooms={others} zone={zone} />
        </details>
      )}
      <details>
        <summary>{w.proof}</summary>
        <dl class="facts proof">
          {[[w.hash, draw.list_hash], [w.signature, draw.signature], [w.key, draw.public_key]]
            .map(([term, what]) =>
              what && (
                <div key={term}>
                  <dt>{term}</dt>
                  <dd>
                    <code>{what}</code>
                  </dd>
                </div>
              )
            )}
        </dl>
      </details>
    </section>
  );
}

export const pages = { undian: DrawsPage };
