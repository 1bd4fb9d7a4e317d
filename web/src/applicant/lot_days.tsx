/** Which days would do, and until when somebody waits. */

import { useState } from "preact/hooks";
import { api, ask, officeOf, useAsked } from "../api.ts";
import { longDate } from "../dates.ts";
import { Form } from "../form.tsx";
import { go, to } from "../router.ts";
import { plan, trip } from "../trip.ts";
import { Page, Wait } from "../ui.tsx";
import { words } from "../words.ts";
import { DrawTimes, toCome } from "./lot_draws.tsx";
import type { components } from "../contract.d.ts";

type CalendarDay = components["schemas"]["CalendarDay"];

const said = words(
  {
    title: "Pada hari apa saja Anda dapat datang?",
    hint: "Makin banyak hari, makin sering permohonan Anda ikut diundi. Anda mendapat paling " +
      "banyak satu tempat, dan semua yang ikut dilayani pada jam yang sama.",
    from: "Hari pertama",
    to: "Hari terakhir",
    until: "Menunggu sampai",
    untilHint: "Sesudah tanggal ini Anda tidak ikut diundi lagi. Paling lama 30 hari.",
    next: "Lanjut",
    drawn: "Jadwal undian",
    returns: "Untuk hari yang sudah dibuka, tempat yang dibatalkan orang lain diundi setiap " +
      "15 menit.",
    none: "Saat ini tidak ada hari yang dapat diundi.",
    noDraw: "Kantor ini tidak mengundi tempatnya. Pesanlah langsung dari kalendernya.",
    calendar: "Lihat kalender",
  },
  {
    title: "On which days can you come?",
    hint: "The more days, the more draws you take part in. You win one place at most, and all " +
      "of you are served in the same window.",
    from: "First day",
    to: "Last day",
    until: "Wait until",
    untilHint: "After this day you take part in no more draws. 30 days at most.",
    next: "Continue",
    drawn: "When they are drawn",
    returns: "On days that are open already, places that others cancel are drawn every " +
      "15 minutes.",
    none: "At the moment there is no day to be drawn.",
    noDraw: "This office does not give its places by lot. Book one from its calendar.",
    calendar: "See the calendar",
  },
);

const LOOKS_AHEAD = 62;

/** Windows sooner than that are not drawn: who wins has to notice it. */
const NOTICE_DAYS = 2;
const WAITS_DAYS = 30;
const USUAL_DAYS = 14;

export function LotDays({ office_id, date }: { office_id: string; date?: string }) {
  const w = said();
  const asked = useAsked(async () => {
    const calendar = api.GET("/v1/offices/{office_id}/calendar", {
      params: { path: { office_id }, query: { days: LOOKS_AHEAD } },
    });
    const [office, known] = await Promise.all([officeOf(office_id), ask(calendar)]);
    if (office.problem) return office;
    if (known.problem) return known;
    return { ok: { office: office.ok, days: known.ok.days } };
  }, [office_id]);
  return (
    <Page title={w.title} above={asked.ok?.office.name ?? " "} back={to("kantor", office_id)}>
      <Wait asked={asked}>
        {({ office, days }) => {
          const drawn = days.slice(NOTICE_DAYS).filter(({ status }) => status !== "closed");
          if (!office.by_lot || !drawn.length) {
            return (
              <div class="notice warn">
                <p>{office.by_lot ? w.none : w.noDraw}</p>
                <a href={to("kantor", office_id)}>{w.calendar}</a>
              </div>
            );
          }
          return <Days office_id={office_id} days={days} drawn={drawn} date={date} />;
        }}
      </Wait>
    </Page>
  );
}

function Days(props: {
  office_id: string;
  /** From today on. */
  days: CalendarDay[];
  drawn: CalendarDay[];
  date?: string;
}) {
  const w = said();
  const { office_id, drawn } = props;
  const all = drawn.map(({ date }) => date);
  const before = trip();
  const same = before.office_id === office_id ? before : {};
  const among = (...dates: (string | undefined)[]) => dates.find((one) => one && all.includes(one));
  const [[soon] = []] = toCome(drawn).map(([, those]) => those);
  const [from, setFrom] = useState(among(props.date, same.from, soon?.date) ?? all[0]);
  const later = all.filter((one) => one >= from);
  const usual = later.filter((_, n) => n < USUAL_DAYS).at(-1)!;
  const [last, setLast] = useState(among(props.date, same.to));
  const to = last && last >= from ? last : props.date ? from : usual;
  /** The days until which somebody may wait who asks for none after this one. */
  const waitsFor = (to: string) =>
    props.days.slice(1, WAITS_DAYS + 1).map(({ date }) => date).filter((one) => one <= to);
  const waits = waitsFor(to);
  const shorter = same.until !== waitsFor(same.to ?? "").at(-1);
  const [chosen, setUntil] = useState(shorter ? same.until : undefined);
  const until = chosen && waits.includes(chosen) ? chosen : waits.at(-1)!;
  const asks = drawn.filter(({ date }) => from <= date && date <= to);
  const submit = () => {
    plan({
      office_id,
      from,
      to,
      until,
      date: undefined,
      start: undefined,
      opens_at: undefined,
      moving: undefined,
      ...(same.from === undefined && { windows: undefined }),
    });
    go("ajukan", office_id, "jam");
  };
  return (
    <Form submit={w.next} onSubmit={submit}>
      <p class="hint">{w.hint}</p>
      <Dates name="from" label={w.from} dates={all} value={from} choose={setFrom} />
      <Dates name="to" label={w.to} dates={later} value={to} choose={setLast} />
      <div class="notice">
        <h2>{w.drawn}</h2>
        <DrawTimes days={asks} />
        {asks.some(({ status }) => status !== "not_released") && <p>{w.returns}</p>}
      </div>
      <Dates
        name="until"
        label={w.until}
        hint={w.untilHint}
        dates={waits}
        value={until}
        choose={setUntil}
      />
    </Form>
  );
}

function Dates(props: {
  name: string;
  label: string;
  hint?: string;
  dates: string[];
  value: string;
  choose: (date: string) => void;
}) {
  const { name, label, hint, dates, value, choose } = props;
  return (
    <div class="field">
      <label for={name}>{label}</label>
      {hint && <p class="hint" id={`${name}-hint`}>{hint}</p>}
      <select
        id={name}
        name={name}
        value={value}
        aria-describedby={hint && `${name}-hint`}
        onChange={(event) => choose(event.currentTarget.value)}
      >
        {dates.map((date) => <option key={date} value={date}>{longDate(date)}</option>)}
      </select>
    </div>
  );
}
