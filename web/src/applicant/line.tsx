/** The day itself: who is being served, how long it takes still, and one's own turn. */

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { api, ask, type Booking, type Office, officeOf, useAsked } from "../api.ts";
import { clock, longDate, zoneName } from "../dates.ts";
import { type Place, to } from "../router.ts";
import { useSignedIn } from "../session.ts";
import { Facts, Page, SignInFirst, Trouble, Wait, Waiting } from "../ui.tsx";
import { words } from "../words.ts";
import { CheckIn } from "./check_in.tsx";
import { Leave } from "./leave.tsx";
import { type Today, useAge, useToday, type Watched } from "../today.ts";
import { Status } from "./status.tsx";
import { keepVisit, type Visit, visitOf } from "./visit.ts";

const said = words(
  {
    title: "Antrean hari ini",
    asOf: (time: string) => `Keadaan pukul ${time}, diperbarui sendiri`,
    old: (minutes: number) => `Keadaan ini sudah ${minutes} menit yang lalu`,
    oldDo: "Ponsel Anda tidak mendapat kabar baru. Perhatikan layar dan panggilan di kantor.",
    refresh: "Perbarui",
    otherDay: (date: string) => `Pesanan Anda bukan untuk hari ini, melainkan ${date}.`,
    otherDayDo: "Bukalah halaman ini lagi pada hari itu.",
    notValid: "Pesanan ini tidak berlaku lagi.",
    over: "Kunjungan Anda sudah selesai.",
    ticket: "Lihat tiket",
    told: "Datang mulai",
    called_as: "Dipanggil sebagai",
    yours: "Giliran Anda",
    here: "Anda sudah lapor hadir.",
    number: "Nomor Anda",
    next: "Anda yang berikutnya",
    ahead: (n: number) => `${n} nomor di depan Anda`,
    call: (from: string, until: string) =>
      `Perkiraan dipanggil: antara pukul ${from} dan ${until}.`,
    step: (n: number) => `Sekarang menunggu tahap ${n}.`,
    called: (counter: string) => `Anda dipanggil ke loket\u00a0${counter}`,
    calledDo: "Silakan ke loket itu sekarang.",
    gone: "Nomor Anda tidak ada dalam antrean",
    goneDo: "Jika kunjungan Anda belum selesai, mungkin panggilan Anda terlewat. " +
      "Ketik angka di layar kantor sekali lagi untuk mengantre kembali.",
    goneAsk: "Mungkin nomor itu sudah dipanggil. Tanyakan kepada petugas di kantor.",
    otherTicket: (ticket: string, date: string) => `Nomor ${ticket} berlaku pada ${date}.`,
    closed: "Antrean hari ini sudah ditutup.",
    closedDo: "Jika Anda belum dilayani, bicaralah dengan petugas di kantor.",
    serving: "Sedang dilayani",
    nobody: "Belum ada yang dipanggil.",
    counter: (name: string) => `Loket ${name}`,
    late: (minutes: number) => `Antrean terlambat sekitar ${minutes} menit.`,
    waiting: (n: number) => `Menunggu: ${n} nomor`,
    between: (from: string, until: string) => `${from} sampai ${until}`,
    walkIns: "Tanpa pesanan",
    open: "masih dilayani sekarang",
    later: "dilayani nanti hari ini",
    no: "tidak dilayani lagi hari ini",
  },
  {
    title: "Today's queue",
    asOf: (time: string) => `As of ${time}, refreshes by itself`,
    old: (minutes: number) => `This is ${minutes} minutes old`,
    oldDo: "Your phone hears nothing new. Watch the screen and listen for calls at the office.",
    refresh: "Refresh",
    otherDay: (date: string) => `Your booking is not for today but for ${date}.`,
    otherDayDo: "Open this page again on that day.",
    notValid: "This booking is no longer valid.",
    over: "Your visit is over.",
    ticket: "See the ticket",
    told: "Come from",
    called_as: "Called as",
    yours: "Your turn",
    here: "You have checked in.",
    number: "Your number",
    next: "You are next",
    ahead: (n: number) => n === 1 ? "1 number before yours" : `${n} numbers before yours`,
    call: (from: string, until: string) => `Your call is expected between ${from} and ${until}.`,
    step: (n: number) => `Now waiting for step ${n}.`,
    called: (counter: string) => `You are called to counter\u00a0${counter}`,
    calledDo: "Please go to that counter now.",
    gone: "Your number is not in the queue",
    goneDo: "If your visit is not over, you may have missed your call. " +
      "Type the digits of the office's screen once more to join the queue again.",
    goneAsk: "It may have been called already. Please ask the staff at the office.",
    otherTicket: (ticket: string, date: string) => `Number ${ticket} was for ${date}.`,
    closed: "Today's queue is closed.",
    closedDo: "If you have not been served, talk to the staff at the office.",
    serving: "Now serving",
    nobody: "Nobody has been called yet.",
    counter: (name: string) => `Counter ${name}`,
    late: (minutes: number) =>
      minutes === 1
        ? "The queue is about a minute late."
        : `The queue is about ${minutes} minutes late.`,
    waiting: (n: number) => n === 1 ? "Waiting: 1 number" : `Waiting: ${n} numbers`,
    between: (from: string, until: string) => `${from} to ${until}`,
    walkIns: "Without a booking",
    open: "served now",
    later: "served later today",
    no: "no longer served today",
  },
);

/** Whoever is called within this looks as often as the service says. */
const NEAR_MS = 10 * 60_000;

const toldTo = (booking: Booking): string => booking.come_at ?? booking.arrive_from;

/** After a check-in the board that everybody shares may be a second old. */
const BOARD_LAGS_MS = 3000;

/** `09.41` of an instant that is told in the office's time. */
const time = (instant: string): string => clock(instant.slice(11, 16));

/** Nothing else of an address is taken for a number. */
const LABEL = /^[A-Z]{1,2}\d{1,5}$/, DATE = /^\d{4}-\d\d-\d\d$/;

/** What anybody may see of an office's day; and of the number on a slip of its kiosk. */
function QueuePage({ place: [, office_id = "", ticket = "", date = ""] }: { place: Place }) {
  const office = useAsked(() => officeOf(office_id), [office_id]);
  return (
    <Page title={said().title} above={office.ok?.name ?? " "} back={to("kantor", office_id)}>
      <Wait asked={office}>
        {({ time_zone }) => (
          <Board office_id={office_id} zone={zoneName(time_zone)}>
            {(board) =>
              LABEL.test(ticket) && DATE.test(date) &&
              <Slip ticket={ticket} date={date} board={board} zone={zoneName(time_zone)} />}
          </Board>
        )}
      </Wait>
    </Page>
  );
}

/** How it stands with a number that somebody took at the kiosk. */
function Slip(props: { ticket: string; date: string; board: Today; zone: string }) {
  const { ticket, date, board, zone } = props;
  const w = said();
  if (board.date !== date) {
    return <p class="notice warn">{w.otherTicket(ticket, longDate(date))}</p>;
  }
  const turn = turnOf(ticket, board);
  if (turn) return <Turn label={ticket} turn={turn} zone={zone} />;
  return (
    <div class="notice warn" role="status">
      <h2>{w.gone}: {ticket}</h2>
      <p>{board.status === "closed" ? w.closedDo : w.goneAsk}</p>
    </div>
  );
}

/** The day of a booking. */
function LinePage({ place: [, code = ""] }: { place: Place }) {
  const known = useSignedIn();
  const asked = useAsked(async () => {
    const booking = await ask(api.GET("/v1/bookings/{code}", { params: { path: { code } } }));
    if (booking.problem) return booking;
    const office = await officeOf(booking.ok.office_id);
    if (office.problem) return office;
    return { ok: { booking: booking.ok, office: office.ok } };
  }, [code]);
  return (
    <Page title={said().title} above={asked.ok?.office.name ?? " "} back={to("tiket", code)}>
      {known ? <Wait asked={asked}>{(ok) => <Line {...ok} />}</Wait> : <SignInFirst />}
    </Page>
  );
}

function Line({ booking, office }: { booking: Booking; office: Office }) {
  const w = said();
  const zone = zoneName(office.time_zone);
  if (booking.status !== "booked" || booking.outcome) {
    return (
      <div class="notice warn">
        {booking.outcome && <Status booking={booking} />}
        <p>{booking.outcome ? w.over : w.notValid}</p>
        <a href={to("tiket", booking.code)}>{w.ticket}</a>
      </div>
    );
  }
  return (
    <Board office_id={office.office_id} zone={zone} far={(board) => isFar(booking, board)}>
      {(board, watched) =>
        board.date === booking.date
          ? <Own booking={booking} board={board} watched={watched} zone={zone} />
          : (
            <div class="notice warn">
              <p>{w.otherDay(longDate(booking.date))}</p>
              {booking.date > board.date && <p>{w.otherDayDo}</p>}
              <a href={to("tiket", booking.code)}>{w.ticket}</a>
            </div>
          )}
    </Board>
  );
}

/** An office's day; what is one's own in it stands above the rest. */
function Board(props: {
  office_id: string;
  zone: string;
  far?: (board: Today) => boolean;
  children: (board: Today, watched: Watched) => ComponentChildren;
}) {
  const w = said();
  const watched = useToday(props.office_id, props.far);
  const { board, problem, again } = watched;
  const age = useAge(watched);
  if (!board) return problem ? <Trouble problem={problem} again={() => again()} /> : <Waiting />;
  return (
    <>
      {age === undefined
        ? <p class="hint">{w.asOf(`${time(board.as_of)} ${props.zone}`)}</p>
        : (
          <div class="notice warn" role="status">
            <h2>{w.old(age)}</h2>
            <p>{w.oldDo}</p>
            <button type="button" class="second" onClick={() => again()}>{w.refresh}</button>
          </div>
        )}
      {props.children(board, watched)}
      <Serving board={board} />
    </>
  );
}

function Serving({ board }: { board: Today }) {
  const w = said();
  const walkIns = { open: w.open, later: w.later, closed: w.no };
  return (
    <section>
      <h2>{w.serving}</h2>
      {board.status === "closed" && <p>{w.closed}</p>}
      {board.lag_minutes > 0 && <p>{w.late(board.lag_minutes)}</p>}
      {!board.serving.length && board.status === "open" && <p>{w.nobody}</p>}
      {board.serving.length > 0 && (
        <div class="counters">
          <Facts
            rows={board.serving.map(({ counter, ticket }) => [w.counter(counter), ticket])}
          />
        </div>
      )}
      {board.line.length > 0 && (
        <details>
          <summary>{w.waiting(board.line.length)}</summary>
          <Facts
            rows={board.line.map(({ ticket, from, until }) => [
              ticket,
              w.between(time(from), time(until)),
            ])}
          />
        </details>
      )}
      <p class="hint">{w.walkIns}: {walkIns[board.walk_ins]}.</p>
    </section>
  );
}

/** One's own turn, or the way to get into the line. */
function Own(props: { booking: Booking; board: Today; watched: Watched; zone: string }) {
  const { booking, board, watched, zone } = props;
  const w = said();
  const [visit, setVisit] = useState(() => visitOf(booking.code));
  const young = visit !== undefined && watched.at < visit.at + BOARD_LAGS_MS;
  useEffect(() => {
    if (young) watched.again(BOARD_LAGS_MS);
  }, [visit, watched.at]);
  const label = booking.ticket ?? visit?.ticket;
  const turn = label && (turnOf(label, board) ?? (young ? turnThen(visit) : undefined));
  if (turn) {
    return (
      <section>
        <h2>{w.yours}</h2>
        <Turn label={label} turn={turn} zone={zone} />
      </section>
    );
  }
  const told = toldTo(booking);
  const early = board.as_of.slice(11, 16) < told;
  return (
    <>
      {visit
        ? (
          <div class="notice warn" role="status">
            <h2>{w.gone}: {visit.ticket}</h2>
            <p>{board.status === "closed" ? w.closedDo : w.goneDo}</p>
          </div>
        )
        : (
          <Facts
            rows={[
              [w.told, `${clock(told)} ${zone}`],
              ...(label ? [[w.called_as, label] as [string, string]] : []),
            ]}
          />
        )}
      {early && !visit && <Leave arrive_from={told} zone={zone} />}
      {board.status === "open" && (
        <CheckIn
          booking={booking}
          again={visit !== undefined}
          done={(answer) => setVisit(keepVisit(booking.code, answer))}
        />
      )}
    </>
  );
}

type TurnNow =
  | { counter: string }
  | { ahead: number; step: number; from: string; until: string }
  | "here";

/** How it stands with a number; nothing if it neither waits nor is called. */
function turnOf(label: string, board: Today): TurnNow | undefined {
  const own = board.line.find(({ ticket }) => ticket === label);
  if (!own) return board.serving.find(({ ticket }) => ticket === label);
  return { ...own, ahead: board.line.filter(({ step }) => step === own.step).indexOf(own) };
}

/** Whether nobody calls the people of a booking soon, or they need not even be there yet. */
function isFar(booking: Booking, board: Today): boolean {
  const label = booking.ticket ?? visitOf(booking.code)?.ticket;
  const turn = label ? turnOf(label, board) : undefined;
  if (!turn) return board.as_of.slice(11, 16) < toldTo(booking);
  return turn !== "here" && "from" in turn &&
    Date.parse(turn.from) - Date.parse(board.as_of) > NEAR_MS;
}

/** What the answer to a check-in said, until there is a board that can know of it. */
const turnThen = ({ call, place = 1 }: Visit): TurnNow =>
  call ? { ...call, ahead: place - 1, step: 0 } : "here";

function Turn({ label, turn, zone }: { label: string; turn: TurnNow; zone: string }) {
  const w = said();
  return (
    <div class={turn !== "here" && "counter" in turn ? "notice called" : "notice"} role="status">
      <p>{w.number}</p>
      <p class="number">{label}</p>
      {turn === "here" ? <p>{w.here}</p> : "counter" in turn
        ? (
          <>
            <p class="arrive">{w.called(turn.counter)}</p>
            <p>{w.calledDo}</p>
          </>
        )
        : (
          <>
            <p class="arrive">{turn.ahead ? w.ahead(turn.ahead) : w.next}</p>
            {turn.step > 0 && <p>{w.step(turn.step + 1)}</p>}
            <p>{w.call(time(turn.from), `${time(turn.until)} ${zone}`)}</p>
          </>
        )}
    </div>
  );
}

export const pages = { "hari-ini": LinePage, antrean: QueuePage };
