/** The ticket: numbers, when to come, the QR, and what can be done with the booking. */

import { useState } from "preact/hooks";
import { api, ask, type Booking, type Office, officeOf, type Problem, useAsked } from "../api.ts";
import { clock, longDate, zoneName } from "../dates.ts";
import { download } from "../download.ts";
import { type Place, to } from "../router.ts";
import { serviceTime } from "../service_time.ts";
import { signedIn, useSignedIn } from "../session.ts";
import { forgetTicket, keepTicket, ticketOf } from "../tickets.ts";
import { Facts, Page, SignInFirst, Trouble, Wait } from "../ui.tsx";
import { nameOf, useHousehold } from "./household.ts";
import { isSilent, Kept } from "./kept.tsx";
import { Offer } from "./reminders.tsx";
import { OfferPasskey } from "./without_sms.tsx";
import { Qr } from "../qr.tsx";
import { isComing, Status } from "./status.tsx";
import { Won } from "./won.tsx";
import { words } from "../words.ts";

const said = words(
  {
    ticket: "Tiket",
    done: "Tempat Anda sudah dipesan",
    number: "Nomor antrean",
    numbers: "Nomor antrean",
    called: "Dipanggil sebagai",
    arrive: "Datang mulai",
    later: (time: string) =>
      `Semula pukul ${time}. Antrean sedang panjang; giliran Anda tidak berubah.`,
    served: "Dilayani",
    between: (a: string, b: string, zone: string) => `${a} sampai ${b} ${zone}`,
    office: "Kantor",
    code: "Kode pesanan",
    purpose: "Keperluan",
    new: "Paspor baru",
    renewal: "Penggantian paspor",
    qr: "Kode QR tiket Anda",
    show: "Tunjukkan kode QR ini di kantor. Bawalah KTP asli dan syarat lainnya.",
    absent: "Jika dua kali tidak hadir dalam 90 hari, Anda tidak dapat memesan selama 30 hari.",
    counts: "Ketidakhadiran ini dihitung.",
    turnedAway: "Kantor tutup sebelum Anda sempat dilayani. Kami mohon maaf. Hal ini tidak " +
      "dicatat sebagai ketidakhadiran Anda, dan Anda dapat langsung memesan lagi.",
    byOffice:
      "Kantor imigrasi membatalkan pesanan ini. Pembatalan ini tidak dicatat sebagai pembatalan Anda.",
    book: "Pesan tempat lain",
    line: "Antrean hari ini dan lapor hadir",
    calendar: "Simpan ke kalender",
    move: "Pindahkan",
    cancel: "Batalkan pesanan",
    disown: "Keluar dari pesanan ini",
    tooLate: "Pada hari kedatangan, pesanan tidak dapat lagi dipindahkan atau dibatalkan.",
    moved: "Pesanan ini sudah pernah dipindahkan dan tidak dapat dipindahkan lagi.",
    notice: "Pesanan orang lain untuk Anda: Anda hanya melihat nomor Anda sendiri.",
  },
  {
    ticket: "Ticket",
    done: "Your place is booked",
    number: "Queue number",
    numbers: "Queue numbers",
    called: "Called as",
    arrive: "Come from",
    later: (time: string) =>
      `First it was ${time}. The queue is long; your turn stays where it was.`,
    served: "Served",
    between: (a: string, b: string, zone: string) => `${a} to ${b} ${zone}`,
    office: "Office",
    code: "Booking code",
    purpose: "Purpose",
    new: "A new passport",
    renewal: "Replacing a passport",
    qr: "The QR code of your ticket",
    show: "Show this QR code at the office. Bring your original KTP and what else is required.",
    absent: "If you do not come twice in 90 days, you cannot book for 30.",
    counts: "This absence counts.",
    turnedAway: "The office closed before it could serve you. We are sorry. It does not count " +
      "against you, and you can book again at once.",
    byOffice: "The immigration office has cancelled this booking. It does not count against you.",
    book: "Book another place",
    line: "Today's queue and check-in",
    calendar: "Save to calendar",
    move: "Move it",
    cancel: "Cancel the booking",
    disown: "Leave this booking",
    tooLate: "On its day a booking can no longer be moved or cancelled.",
    moved: "This booking has been moved once and cannot be moved again.",
    notice: "Somebody else booked this for you: you see only your own number.",
  },
);

export function TicketPage({ place }: { place: Place }) {
  const w = said();
  const [, code = "", fresh] = place;
  const known = useSignedIn();
  const asked = useAsked(async () => {
    const booking = await ask(api.GET("/v1/bookings/{code}", { params: { path: { code } } }));
    if (booking.problem?.status === 404) forgetTicket(code);
    if (booking.problem) return booking;
    const office = await officeOf(booking.ok.office_id);
    if (office.problem) return office;
    if (signedIn()) keepTicket(booking.ok, office.ok);
    return { ok: { booking: booking.ok, office: office.ok } };
  }, [code]);
  const { ok, problem, again } = asked;
  const before = known && !ok && isSilent(problem) ? ticketOf(code) : undefined;
  return (
    <Page title={fresh ? w.done : w.ticket} back={fresh ? undefined : to("pesanan")}>
      {before
        ? (
          <>
            <Kept at={before.at} problem={problem} again={again} />
            <Ticket {...before} silent />
          </>
        )
        : known
        ? (
          <Wait asked={asked}>
            {({ booking, office }) => <Ticket {...{ booking, office }} />}
          </Wait>
        )
        : <SignInFirst />}
    </Page>
  );
}

function Ticket(props: {
  booking: Booking;
  office: Office;
  /** Without network there is nothing to be done about it. */
  silent?: boolean;
}) {
  const { booking, office, silent } = props;
  const w = said();
  const number = booking.places.length > 1 ? w.numbers : w.number;
  const numbers = booking.places.map(({ queue_number }) => queue_number).join(", ");
  const zone = zoneName(office.time_zone);
  const valid = isComing(booking);
  const mine = booking.made_by === "me";
  const date = today(office.time_zone);
  const changeable = date < booking.date;
  return (
    <>
      <article class={`ticket ${booking.status}`}>
        <header>
          <p>{office.name}</p>
          <Status booking={booking} />
        </header>
        <div class="stub">
          <div>
            <p class="label">{booking.ticket ? w.called : number}</p>
            <p class="number">{booking.ticket ?? numbers}</p>
            <p class="label">{w.arrive}</p>
            <p class="arrive">{clock(booking.come_at ?? booking.arrive_from)} {zone}</p>
            <p>{longDate(booking.date)}</p>
            {booking.come_at && <p class="hint">{w.later(clock(booking.arrive_from))}</p>}
          </div>
          {valid && <Qr text={booking.qr} label={w.qr} />}
        </div>
        <Facts
          rows={[
            ...(booking.ticket ? [[number, numbers] as [string, string]] : []),
            [w.served, w.between(clock(booking.start), clock(booking.end), zone)],
            [w.office, `${office.name}, ${office.city}`],
            [w.purpose, booking.service === "new" ? w.new : w.renewal],
            [w.code, <code key="code">{booking.code}</code>],
          ]}
        />
        {mine && booking.places.length > 1 && !silent && <Names booking={booking} />}
        {valid && <p class="foot">{w.show} {w.absent}</p>}
      </article>
      {booking.drawn_at && <Won booking={booking} office={office} valid={valid} />}
      {!mine && <p class="hint">{w.notice}</p>}
      {booking.cancelled_by === "office" && (
        <div class="notice warn">
          <p>{w.byOffice}</p>
          <a href={to()}>{w.book}</a>
        </div>
      )}
      {booking.outcome === "turned_away" && (
        <div class="notice warn">
          <p>{w.turnedAway}</p>
          <a href={to()}>{w.book}</a>
        </div>
      )}
      {(booking.outcome === "absent" || booking.outcome === "no_show") && (
        <p class="hint">{w.counts} {w.absent}</p>
      )}
      {valid && !silent && <Offer />}
      {valid && !silent && (
        <p class="actions">
          {booking.date === date && (
            <a class="button" href={to("hari-ini", booking.code)}>{w.line}</a>
          )}
          <Calendar code={booking.code} second={!changeable} />
          {changeable && mine && booking.reschedules_left > 0 && (
            <a class="button second" href={to("pindah", booking.code)}>{w.move}</a>
          )}
          {changeable && (
            <a class="button second" href={to(mine ? "batal" : "keluar-dari", booking.code)}>
              {mine ? w.cancel : w.disown}
            </a>
          )}
        </p>
      )}
      {valid && !changeable && <p class="hint">{w.tooLate}</p>}
      {valid && changeable && mine && !booking.reschedules_left && <p class="hint">{w.moved}</p>}
      {!silent && <OfferPasskey />}
    </>
  );
}

/** Which date it is in a zone. */
const today = (timeZone: string): string =>
  new Intl.DateTimeFormat("sv-SE", { timeZone }).format(serviceTime());

/** Whose number is whose, where several come. */
function Names({ booking }: { booking: Booking }) {
  const household = useHousehold();
  const rows = household.ok && booking.places.map(({ applicant_id, queue_number }) => {
    const name = nameOf(household.ok!, applicant_id) ?? " ";
    return [name, queue_number] as [string, number];
  });
  return rows ? <Facts rows={rows} /> : null;
}

function Calendar({ code, second }: { code: string; second: boolean }) {
  const [problem, setProblem] = useState<Problem>();
  const save = async () => {
    const path = "/v1/bookings/{code}/ticket.ics";
    const file = await ask(api.GET(path, { params: { path: { code } }, parseAs: "blob" }));
    setProblem(file.problem);
    if (file.ok) download(file.ok as unknown as Blob, `antrian-paspor-${code}.ics`);
  };
  return (
    <>
      {problem && <Trouble problem={problem} />}
      <button type="button" class={second ? "button second" : "button"} onClick={save}>
        {said().calendar}
      </button>
    </>
  );
}
