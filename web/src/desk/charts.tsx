/** Charts of a day: bars as SVG in shares of the room that there is, and behind each a table. */

import type { ComponentChildren } from "preact";
import { clock } from "../dates.ts";
import { language, words } from "../words.ts";
import type { Day } from "./watched.ts";

const said = words(
  {
    table: "Angkanya sebagai tabel",
    lineTitle: "Yang menunggu, tiap 15 menit",
    lineSays: (most: number, time: string) =>
      `Diagram batang. Paling banyak ${most} nomor menunggu, pada pukul ${time}.`,
    lineNone: "Belum ada yang lapor hadir.",
    time: "Pukul",
    waiting: "Nomor yang menunggu",
    waitTitle: "Lama menunggu, menurut jam datang",
    waitSays: (longest: string, time: string) =>
      `Diagram batang. Sembilan dari sepuluh dipanggil dalam ${longest} menit bagi yang datang ` +
      `pada jam yang paling lama, pukul ${time}.`,
    waitNone: "Belum ada yang dipanggil.",
    hour: "Datang pukul",
    kind: "Jenis",
    tickets: "Nomor",
    half: "Separuh, menit",
    most: "9 dari 10, menit",
    booked: "Dengan pesanan",
    walkIn: "Tanpa pesanan",
    priority: "Prioritas",
    reading: "Tinggi batang: sembilan dari sepuluh dipanggil dalam waktu itu (menit). " +
      "Garis tebal: separuhnya. Garis putus-putus: sasaran 30 menit.",
    minutes: (n: string) => `${n} menit`,
  },
  {
    table: "The numbers as a table",
    lineTitle: "Waiting, every 15 minutes",
    lineSays: (most: number, time: string) =>
      `Bar chart. At most ${most} numbers waited, at ${time}.`,
    lineNone: "Nobody has checked in yet.",
    time: "Time",
    waiting: "Numbers waiting",
    waitTitle: "How long people waited, by the hour they came",
    waitSays: (longest: string, time: string) =>
      `Bar chart. Of those who came in the slowest hour, at ${time}, nine of ten were called ` +
      `within ${longest} minutes.`,
    waitNone: "Nobody has been called yet.",
    hour: "Came at",
    kind: "Kind",
    tickets: "Numbers",
    half: "Half, minutes",
    most: "9 of 10, minutes",
    booked: "With a booking",
    walkIn: "Without a booking",
    priority: "Priority",
    reading: "Height of a bar: nine of ten were called within that time (minutes). " +
      "Thick line: half of them. Dashed line: the goal of 30 minutes.",
    minutes: (n: string) => `${n} minutes`,
  },
);

const GOAL_MINUTES = 30;
const MOST_LABELS = 8;

const KINDS = ["booked", "walk-in", "priority"] as const;

/** `09.15` of an instant that is told in the office's time. */
const time = (at: string): string => clock(at.slice(11, 16));
const hourOf = (hour: number): string => clock(`${String(hour).padStart(2, "0")}:00`);

/** `12,5` in Indonesian, `12.5` in English. */
export const number = (value: number): string =>
  value.toLocaleString(language() === "en" ? "en-GB" : "id-ID");

/** The waiting line over the day. */
export function Line({ day }: { day: Day }) {
  const w = said();
  const points = day.waiting_by_quarter;
  const peak = points.reduce((most, one) => (one.tickets > most.tickets ? one : most), {
    at: "",
    tickets: 0,
  });
  return (
    <Figure
      title={w.lineTitle}
      none={points.length ? undefined : w.lineNone}
      says={w.lineSays(peak.tickets, time(peak.at))}
      largest={peak.tickets}
      labels={points.map(({ at }) => at.slice(14, 16) === "00" ? Number(at.slice(11, 13)) : null)}
      draw={(top) =>
        points.map(({ at, tickets }, n) => (
          <Bar
            key={at}
            kind="booked"
            x={(n + 0.1) / points.length}
            width={0.8 / points.length}
            height={tickets / top}
          >
            <title>{time(at)}: {tickets}</title>
          </Bar>
        ))}
    >
      <Table
        of={w.lineTitle}
        head={[w.time, w.waiting]}
        rows={points.map((one) => [time(one.at), one.tickets])}
      />
    </Figure>
  );
}

/** How long people waited, by hour and class. */
export function Waits({ day }: { day: Day }) {
  const w = said();
  const names = { booked: w.booked, "walk-in": w.walkIn, priority: w.priority };
  const [some] = day.waits;
  const slowest = day.waits.reduce(
    (most, one) => (most.wait_p90_minutes >= one.wait_p90_minutes ? most : one),
    some ?? { hour: 0, wait_p90_minutes: 0 },
  );
  const hours = day.waits.map(({ hour }) => hour);
  const first = Math.min(...hours);
  const span = some ? Math.max(...hours) - first + 1 : 0;
  return (
    <Figure
      title={w.waitTitle}
      none={span ? undefined : w.waitNone}
      says={w.waitSays(number(slowest.wait_p90_minutes), hourOf(slowest.hour))}
      largest={Math.max(slowest.wait_p90_minutes, GOAL_MINUTES)}
      labels={[...Array(span).keys()].map((n) => first + n)}
      draw={(top) => (
        <>
          <Level class="goal" at={GOAL_MINUTES / top} />
          {day.waits.map((one) => {
            const x = (one.hour - first + (KINDS.indexOf(one.class) + 0.25) / 3.5) / span;
            const width = 0.26 / span;
            return (
              <g key={`${one.hour}-${one.class}`}>
                <Bar kind={one.class} x={x} width={width} height={one.wait_p90_minutes / top}>
                  <title>
                    {hourOf(one.hour)}, {names[one.class]}:{" "}
                    {w.minutes(number(one.wait_p90_minutes))}
                  </title>
                </Bar>
                <Level class="half" at={one.wait_p50_minutes / top} x={x} width={width} />
              </g>
            );
          })}
        </>
      )}
      legend={
        <>
          <ul class="legend">
            {KINDS.map((kind) => (
              <li key={kind}>
                <svg width="18" height="18" aria-hidden="true">
                  <Bar kind={kind} x={0.1} width={0.8} height={0.9} />
                </svg>
                {names[kind]}
              </li>
            ))}
          </ul>
          <p class="hint">{w.reading}</p>
        </>
      }
    >
      <Table
        of={w.waitTitle}
        head={[w.hour, w.kind, w.tickets, w.half, w.most]}
        rows={day.waits.map((one) => [
          hourOf(one.hour),
          names[one.class],
          one.tickets,
          number(one.wait_p50_minutes),
          number(one.wait_p90_minutes),
        ])}
      />
    </Figure>
  );
}

const percent = (share: number): string => `${share * 100}%`;

/** A bar from the bottom up, in shares of the room; each kind has a filling of its own. */
function Bar(props: {
  kind: typeof KINDS[number];
  x: number;
  width: number;
  height: number;
  children?: ComponentChildren;
}) {
  const { kind, x, width, height } = props;
  return (
    <rect
      class={`column ${kind}`}
      {...(kind === "walk-in" && { fill: "url(#hatching)" })}
      x={percent(x)}
      y={percent(1 - height)}
      width={percent(width)}
      height={percent(height)}
    >
      {props.children}
    </rect>
  );
}

/** A line across, or across a bar. */
function Level(props: { class: string; at: number; x?: number; width?: number }) {
  const { at, x = 0, width = 1 } = props;
  const y = percent(1 - at);
  return <line class={props.class} x1={percent(x)} x2={percent(x + width)} y1={y} y2={y} />;
}

/** Where an axis is marked that has room for the largest value: whole numbers, from 0 up. */
function marks(largest: number): number[] {
  const rough = Math.max(largest, 4) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((one) => one * power >= rough)! * power;
  const many = Math.ceil(Math.max(largest, 1) / step);
  return [...Array(many + 1).keys()].map((n) => n * step);
}

function Figure(props: {
  title: string;
  /** What is said in place of a chart that has nothing to show. */
  none?: string;
  says: string;
  largest: number;
  /** The hours below the bars, where there is one. */
  labels: (number | null)[];
  /** What is drawn below this top. */
  draw: (top: number) => ComponentChildren;
  legend?: ComponentChildren;
  /** The table. */
  children: ComponentChildren;
}) {
  if (props.none) {
    return (
      <section class="chart">
        <h2>{props.title}</h2>
        <p>{props.none}</p>
      </section>
    );
  }
  const scale = marks(props.largest);
  const top = scale.at(-1)!;
  const hours = props.labels.filter((hour) => hour !== null);
  const each = Math.ceil(hours.length / MOST_LABELS);
  return (
    <section class="chart">
      <h2>{props.title}</h2>
      <div class="plot" role="img" aria-label={props.says}>
        <div class="scale">{scale.map((mark) => <span key={mark}>{mark}</span>)}</div>
        <svg>
          <pattern id="hatching" width="6" height="6" patternUnits="userSpaceOnUse">
            <path class="hatch" d="M0 6 L6 0 M-1 1 L1 -1 M5 7 L7 5" />
          </pattern>
          {scale.map((mark) => <Level key={mark} class="grid" at={mark / top} />)}
          {props.draw(top)}
        </svg>
        <div class="axis">
          {props.labels.map((hour, n) => {
            const nth = hour === null ? -1 : hours.indexOf(hour);
            return (
              <span key={n} class={nth % 2 ? "second" : ""}>
                {hour !== null && nth % each === 0 && hourOf(hour)}
              </span>
            );
          })}
        </div>
      </div>
      {props.legend}
      <details>
        <summary>{said().table}</summary>
        {props.children}
      </details>
    </section>
  );
}

function Table(props: { of: string; head: string[]; rows: (string | number)[][] }) {
  const about = `${props.of}: ${said().table}`;
  return (
    <div class="scrolled" tabIndex={0} role="region" aria-label={about}>
      <table class="sheet">
        <thead>
          <tr>{props.head.map((name) => <th key={name} scope="col">{name}</th>)}</tr>
        </thead>
        <tbody>
          {props.rows.map(([first, ...rest], n) => (
            <tr key={n}>
              <th scope="row">{first}</th>
              {rest.map((value, at) => <td key={at}>{value}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
