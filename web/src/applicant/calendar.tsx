/** An office: its days, and the times of one of them. */

import { api, ask, officeOf, useAsked } from "../api.ts";
import {
  clock,
  instant,
  longDate,
  monthName,
  weekday,
  weekdays,
  zoned,
  zoneName,
} from "../dates.ts";
import { type Place, to } from "../router.ts";
import { planTime, trip } from "../trip.ts";
import { isSoon } from "../attempt.ts";
import { AsOf, Page, Wait } from "../ui.tsx";
import { words } from "../words.ts";
import { Countdown } from "./countdown.tsx";
import { DrawTimes } from "./lot_draws.tsx";
import { until } from "../service_time.ts";
import type { components } from "../contract.d.ts";

const said = words(
  {
    pickDay: "Pilih hari",
    open: "ada tempat",
    full: "penuh",
    closed: "tutup",
    not_released: "belum dibuka",
    legend: "Arti tanda",
    next: (at: string) => `Tempat untuk hari berikutnya dibuka pada ${at}.`,
    tapIt: "Ketuk hari itu untuk menyiapkan pesanan Anda.",
    noneOpen: "Saat ini tidak ada hari yang masih memiliki tempat.",
    noneOpenDo: "Tempat yang dibatalkan orang lain kembali beberapa menit kemudian. " +
      "Lihatlah lagi nanti, atau pilih kantor lain.",
    otherOffice: "Pilih kantor lain",
    queue: "Antrean hari ini di kantor ini",
    pickTime: "Pilih jam",
    morning: "Pagi",
    afternoon: "Siang",
    left: (n: number) => `sisa ${n} tempat`,
    until: (time: string) => `sampai ${time}`,
    inZone: (zone: string) => `Semua jam dalam waktu setempat (${zone}).`,
    dayFull: "Semua jam pada tanggal ini sudah penuh.",
    dayClosed: (reason: string) => `Kantor tutup pada tanggal ini${reason && `: ${reason}`}.`,
    dayUnreleased: (at: string) => `Tempat untuk tanggal ini dibuka pada ${at}.`,
    otherDay: "Pilih hari lain",
    prepare: "Siapkan pesanan Anda sekarang",
    prepareHow: "Pilih jam di bawah ini, lalu masuk atau daftar, dan tentukan siapa yang datang. " +
      "Pada saat tempat dibuka, ponsel Anda mengirim pesanan itu dengan sendirinya, satu kali. " +
      "Menekan berkali-kali atau memuat ulang tidak mempercepat.",
    coming: "dibuka nanti",
    soon: "segera dibuka",
    lots: "diundi dahulu",
    lotsLegend: "belum dibuka, diundi dahulu",
    byLot: "Kantor ini mengundi tempatnya",
    byLotHow: "Tempat untuk setiap hari diundi lebih dahulu di antara mereka yang mengajukan " +
      "permohonan. Yang tersisa dapat dipesan siapa saja sejak dibuka.",
    ask: "Ajukan permohonan",
    noneOpenLots: "Tempat yang dibatalkan orang lain diundi setiap 15 menit di antara " +
      "mereka yang mengajukan permohonan.",
    dayLots: (at: string) =>
      `Tempat untuk tanggal ini diundi ${at}. Ajukan permohonan paling lambat satu menit ` +
      "sebelumnya.",
    dayDrawn:
      "Tempat untuk tanggal ini sudah diundi. Yang tersisa segera dibuka untuk semua orang.",
    dayReturns: "Tempat yang dibatalkan orang lain diundi setiap 15 menit di antara mereka " +
      "yang mengajukan permohonan.",
    seeDraws: "Lihat undian tanggal ini",
  },
  {
    pickDay: "Choose a day",
    open: "places left",
    full: "full",
    closed: "closed",
    not_released: "not open yet",
    legend: "What the signs mean",
    next: (at: string) => `Places for the next day open on ${at}.`,
    tapIt: "Tap that day to prepare your booking.",
    noneOpen: "At the moment no day has places left.",
    noneOpenDo: "Places that others cancel come back some minutes later. " +
      "Look again later, or choose another office.",
    otherOffice: "Choose another office",
    queue: "Today's queue at this office",
    pickTime: "Choose a time",
    morning: "Morning",
    afternoon: "Afternoon",
    left: (n: number) => n === 1 ? "1 place left" : `${n} places left`,
    until: (time: string) => `until ${time}`,
    inZone: (zone: string) => `All times are local to the office (${zone}).`,
    dayFull: "All times on this day are full.",
    dayClosed: (reason: string) => `The office is closed on this day${reason && `: ${reason}`}.`,
    dayUnreleased: (at: string) => `Places for this day open on ${at}.`,
    otherDay: "Choose another day",
    prepare: "Prepare your booking now",
    prepareHow: "Choose a time below, then sign in or register, and say who comes. As soon as " +
      "the places open, your phone sends the booking by itself, once. Tapping often or " +
      "reloading makes nothing quicker.",
    coming: "opens later",
    soon: "opens soon",
    lots: "drawn by lot first",
    lotsLegend: "not open yet, drawn by lot first",
    byLot: "This office gives its places by lot",
    byLotHow: "The places of a day go first, by lot, to those who have asked beforehand. What is " +
      "left anybody can book once it opens.",
    ask: "Ask for a place by lot",
    noneOpenLots: "Places that others cancel are drawn every 15 minutes among those who ask.",
    dayLots: (at: string) =>
      `The places of this day are drawn ${at}. Ask at least one minute earlier.`,
    dayDrawn: "The places of this day have been drawn. What is left opens to everybody soon.",
    dayReturns: "Places that others cancel are drawn every 15 minutes among those who ask.",
    seeDraws: "See the draws of this day",
  },
);

type CalendarDay = components["schemas"]["CalendarDay"];
/** More days than offices release places for. */
const LOOKS_AHEAD = 62;
const FEWEST_DAYS = 14;

type DayAnswer = components["schemas"]["Day"];

/** A time to choose; before the release nobody knows how many places are left. */
type Listed = Pick<components["schemas"]["Slot"], "start" | "end"> & { left?: number };

const WEEK = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

const isEarly = ({ start }: Listed): boolean => start < "12:00";

function OfficePage({ place }: { place: Place }) {
  const [, office_id = "", date] = place;
  return date ? <Day office_id={office_id} date={date} /> : <Days office_id={office_id} />;
}

function Days({ office_id }: { office_id: string }) {
  const w = said();
  const office = useAsked(() => officeOf(office_id), [office_id]);
  const calendar = useAsked(
    () =>
      ask(
        api.GET("/v1/offices/{office_id}/calendar", {
          params: { path: { office_id }, query: { days: LOOKS_AHEAD } },
        }),
      ),
    [office_id],
  );
  return (
    <Page title={w.pickDay} above={office.ok?.name ?? " "} back={to()} wide finding>
      <Wait asked={calendar}>
        {({ days }) => (
          <>
            <AsOf asked={calendar} />
            {!days.some((day) => day.status === "open") && (
              <div class="notice warn">
                <h2>{w.noneOpen}</h2>
                <p>{office.ok?.by_lot ? w.noneOpenLots : w.noneOpenDo}</p>
                <a href={to()}>{w.otherOffice}</a>
              </div>
            )}
            {office.ok?.by_lot && !trip().moving && (
              <div class="notice">
                <h2>{w.byLot}</h2>
                <p>{w.byLotHow}</p>
                <DrawTimes days={days} />
                <a class="button" href={to("ajukan", office_id)}>{w.ask}</a>
              </div>
            )}
            <Legend days={upTo(days)} />
            <div class="months">
              {months(upTo(days)).map((month) => (
                <Month key={month[0].date} office_id={office_id} days={month} />
              ))}
            </div>
            {office.ok?.next_release_at && (
              <p class="hint">
                {w.next(instant(office.ok.next_release_at, office.ok.time_zone))}{" "}
                {days.some(opensSoon) && w.tapIt}
              </p>
            )}
            <p>
              <a href={to("antrean", office_id)}>{w.queue}</a>
            </p>
          </>
        )}
      </Wait>
    </Page>
  );
}

const STATUSES = ["open", "full", "closed", "not_released"] as const;

function Legend({ days }: { days: CalendarDay[] }) {
  const w = said();
  const shown = new Set(days.map(({ status }) => status));
  const lots = days.some(isAsked);
  return (
    <ul class="legend" aria-label={w.legend}>
      {STATUSES.filter((status) => shown.has(status)).map((status) => (
        <li key={status}>
          <span class={`day ${status}`} aria-hidden="true">7</span>{" "}
          {status === "not_released" && lots ? w.lotsLegend : w[status]}
        </li>
      ))}
    </ul>
  );
}

/** Whether it goes by lot, and somebody can still ask for it. */
const isAsked = ({ draw_at }: CalendarDay): boolean => draw_at !== undefined && until(draw_at) > 0;

const opensSoon = ({ status, opens_at }: CalendarDay): boolean =>
  status === "not_released" && isSoon(opens_at!);

/** Up to the last day that somebody can do something about: one that opens within a day, too. */
function upTo(days: CalendarDay[]): CalendarDay[] {
  const counts = days.map((day) =>
    day.status === "not_released" ? opensSoon(day) || isAsked(day) : day.status !== "closed"
  );
  const last = counts.lastIndexOf(true);
  return days.slice(0, Math.max(last + 1, FEWEST_DAYS));
}

function months(days: CalendarDay[]): CalendarDay[][] {
  const found = new Map<string, CalendarDay[]>();
  for (const day of days) {
    const month = day.date.slice(0, 7);
    found.set(month, [...(found.get(month) ?? []), day]);
  }
  return [...found.values()];
}

function Month({ office_id, days }: { office_id: string; days: CalendarDay[] }) {
  const cells: (CalendarDay | null)[] = [...Array(weekday(days[0].date)).fill(null), ...days];
  while (cells.length % 7) cells.push(null);
  const weeks = [...Array(cells.length / 7).keys()].map((n) => cells.slice(7 * n, 7 * n + 7));
  const names = weekdays("short");
  return (
    <table class="month">
      <caption>{monthName(days[0].date)}</caption>
      <thead>
        <tr>
          {weekdays("long").map((name, n) => (
            <th scope="col" key={name}>
              <span aria-hidden="true">{names[n]}</span>
              <span class="unseen">{name}</span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {weeks.map((week, n) => (
          <tr key={n}>
            {week.map((day, m) =>
              day ? <DayCell key={day.date} office_id={office_id} day={day} /> : <td key={m} />
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function DayCell({ office_id, day }: { office_id: string; day: CalendarDay }) {
  const w = said();
  const soon = opensSoon(day);
  const lots = isAsked(day) && !trip().moving;
  const state = [soon ? w.soon : w[day.status], lots && w.lots];
  const heard = [longDate(day.date), ...state, day.reason].filter(Boolean).join(", ");
  const number = <span aria-hidden="true">{Number(day.date.slice(8))}</span>;
  const words = <span class="unseen">{heard}</span>;
  return (
    <td>
      {day.status === "open" || soon || lots
        ? (
          <a class={`day ${day.status}`} href={to("kantor", office_id, day.date)}>
            {number}
            {words}
          </a>
        )
        : <span class={`day ${day.status}`}>{number}{words}</span>}
    </td>
  );
}

function Day({ office_id, date }: { office_id: string; date: string }) {
  const w = said();
  const office = useAsked(() => officeOf(office_id), [office_id]);
  const asked = useAsked(
    () =>
      ask(api.GET("/v1/offices/{office_id}/days/{date}", {
        params: { path: { office_id, date } },
      })),
    [office_id, date],
  );
  const back = to("kantor", office_id);
  /** The slots of a day; before its release those that are to come, by the office's hours. */
  const slots = (day: DayAnswer): Listed[] => {
    if (day.status !== "not_released") return day.slots;
    const prepared = isSoon(day.opens_at!) && !trip().moving;
    return prepared && office.ok ? office.ok.opening[WEEK[weekday(date)]] ?? [] : [];
  };
  const where = ({ status, opens_at }: DayAnswer) => ({
    place: [office_id, date] as [string, string],
    opensAt: status === "not_released" ? opens_at : undefined,
  });
  return (
    <Page
      title={w.pickTime}
      above={`${office.ok?.name ?? " "} · ${longDate(date)}`}
      back={back}
    >
      <Wait asked={asked}>
        {(day) => (
          <>
            <AsOf asked={asked} />
            {office.ok?.by_lot && !trip().moving && day.status !== "closed" && (
              <ByLot day={day} office_id={office_id} />
            )}
            {day.status === "not_released" && <Coming opensAt={day.opens_at!} />}
            {day.status !== "open" && day.status !== "not_released" && (
              <div class="notice warn">
                <p>
                  {day.status === "closed" ? w.dayClosed(day.reason ?? "") : w.dayFull}
                </p>
                <a href={back}>{w.otherDay}</a>
              </div>
            )}
            <Slots heading={w.morning} slots={slots(day).filter(isEarly)} {...where(day)} />
            <Slots
              heading={w.afternoon}
              slots={slots(day).filter((one) => !isEarly(one))}
              {...where(day)}
            />
            {office.ok && <p class="hint">{w.inZone(zoneName(office.ok.time_zone))}</p>}
          </>
        )}
      </Wait>
    </Page>
  );
}

/** A day at an office in draw mode: until when to ask for it, or what has been drawn. */
function ByLot({ day, office_id }: { day: DayAnswer; office_id: string }) {
  const w = said();
  const asked = isAsked(day);
  return (
    <div class="notice">
      <p>{asked ? w.dayLots(zoned(day.draw_at!)) : day.draw_at ? w.dayDrawn : w.dayReturns}</p>
      <p class="actions">
        <a class="button" href={to("ajukan", office_id, "hari", day.date)}>{w.ask}</a>
        {!asked && (
          <a class="button second" href={to("undian", office_id, day.date)}>{w.seeDraws}</a>
        )}
      </p>
    </div>
  );
}

/** A day whose places cannot be had yet: how long still, and what to do meanwhile. */
function Coming({ opensAt }: { opensAt: string }) {
  const w = said();
  const soon = isSoon(opensAt);
  return (
    <>
      {soon ? <Countdown opensAt={opensAt} /> : (
        <div class="notice warn">
          <p>{w.dayUnreleased(zoned(opensAt))}</p>
        </div>
      )}
      {soon && !trip().moving && (
        <section>
          <h2>{w.prepare}</h2>
          <p>{w.prepareHow}</p>
        </section>
      )}
    </>
  );
}

function Slots(props: {
  heading: string;
  slots: Listed[];
  place: [office_id: string, date: string];
  /** The release, if it is still to come. */
  opensAt?: string;
}) {
  const w = said();
  const { moving } = trip();
  const [office_id, date] = props.place;
  const way = moving ? ["pindah", moving] : ["pesan"];
  if (!props.slots.length) return null;
  return (
    <section>
      <h2>{props.heading}</h2>
      <ul class="slots">
        {props.slots.map(({ start, end, left = 1 }) => {
          const words = (
            <>
              <strong>{clock(start)}</strong> <span>{w.until(clock(end))}</span>{" "}
              <span class={left ? "left" : "left none"}>
                {props.opensAt ? w.coming : left ? w.left(left) : w.full}
              </span>
            </>
          );
          return (
            <li key={start}>
              {left
                ? (
                  <a
                    class="slot"
                    href={to(...way, office_id, date, start)}
                    onClick={() => planTime({ office_id, date, start, opens_at: props.opensAt })}
                  >
                    {words}
                  </a>
                )
                : <span class="slot">{words}</span>}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

export const pages = { kantor: OfficePage };
