/** My bookings, and the ticket of one. */

import { useState } from "preact/hooks";
import { api, ask, type Booking, type Office, type Problem, useAsked } from "../api.ts";
import { clock, longDate, zoneName } from "../dates.ts";
import { download } from "../download.ts";
import { type Place, to } from "../router.ts";
import { useSignedIn } from "../session.ts";
import { AsOf, Facts, Page, SignInFirst, Trouble, Wait } from "../ui.tsx";
import { words } from "../words.ts";
import { Qr } from "./qr.tsx";

const said = words(
  {
    title: "Pesanan saya",
    none: "Anda tidak memiliki pesanan yang berlaku.",
    book: "Pesan tempat",
    more: "Tampilkan lebih banyak",
    coming: "Yang berlaku",
    past: "Yang lain",
    booked: "Berlaku",
    cancelled: "Dibatalkan",
    abandoned: "Tidak berlaku",
    over: "Sudah lewat",
    byOther: "Dipesankan oleh orang lain",
    ticket: "Tiket",
    done: "Tempat Anda sudah dipesan",
    number: "Nomor antrean",
    numbers: "Nomor antrean",
    arrive: "Datang mulai",
    served: "Dilayani",
    between: (a: string, b: string, zone: string) => `${a} sampai ${b} ${zone}`,
    day: "Hari",
    office: "Kantor",
    code: "Kode pesanan",
    purpose: "Keperluan",
    new: "Paspor baru",
    renewal: "Penggantian paspor",
    qr: "Kode QR tiket Anda",
    show: "Tunjukkan kode QR ini di kantor. Bawalah KTP asli dan syarat lainnya.",
    calendar: "Simpan ke kalender",
    move: "Pindahkan",
    cancel: "Batalkan pesanan",
    disown: "Keluar dari pesanan ini",
    moved: "Pesanan ini sudah pernah dipindahkan dan tidak dapat dipindahkan lagi.",
    notice: "Pesanan orang lain untuk Anda: Anda hanya melihat nomor Anda sendiri.",
  },
  {
    title: "My bookings",
    none: "You have no active booking.",
    book: "Book a place",
    more: "Show more",
    coming: "Active",
    past: "Others",
    booked: "Active",
    cancelled: "Cancelled",
    abandoned: "Not valid",
    over: "Over",
    byOther: "Booked for you by somebody else",
    ticket: "Ticket",
    done: "Your place is booked",
    number: "Queue number",
    numbers: "Queue numbers",
    arrive: "Come from",
    served: "Served",
    between: (a: string, b: string, zone: string) => `${a} to ${b} ${zone}`,
    day: "Day",
    office: "Office",
    code: "Booking code",
    purpose: "Purpose",
    new: "A new passport",
    renewal: "Replacing a passport",
    qr: "The QR code of your ticket",
    show: "Show this QR code at the office. Bring your original KTP and what else is required.",
    calendar: "Save to calendar",
    move: "Move it",
    cancel: "Cancel the booking",
    disown: "Leave this booking",
    moved: "This booking has been moved once and cannot be moved again.",
    notice: "Somebody else booked this for you: you see only your own number.",
  },
);

function BookingsPage() {
  const known = useSignedIn();
  return <Page title={said().title}>{known ? <Bookings /> : <SignInFirst />}</Page>;
}

function Bookings() {
  const w = said();
  const [pages, setPages] = useState<Booking[]>([]);
  const [next, setNext] = useState<string>();
  const [problem, setProblem] = useState<Problem>();
  const first = useAsked(async () => {
    const [bookings, offices] = await Promise.all([
      ask(api.GET("/v1/bookings")),
      ask(api.GET("/v1/offices")),
    ]);
    if (bookings.problem) return bookings;
    if (offices.problem) return offices;
    setPages([]);
    setNext(bookings.ok.next);
    return { ok: { bookings: bookings.ok.bookings, offices: offices.ok.offices } };
  }, []);
  const more = async () => {
    const answer = await ask(api.GET("/v1/bookings", { params: { query: { after: next } } }));
    setProblem(answer.problem);
    if (!answer.ok) return;
    setPages([...pages, ...answer.ok.bookings]);
    setNext(answer.ok.next);
  };
  return (
    <Wait asked={first}>
      {({ bookings, offices }) => {
        const all = [...bookings, ...pages];
        const coming = all.filter(isComing).sort((a, b) => a.date < b.date ? -1 : 1);
        const past = all.filter((one) => !isComing(one));
        return (
          <>
            <AsOf asked={first} />
            {!coming.length && (
              <div class="notice">
                <p>{w.none}</p>
                <a class="button" href={to()}>{w.book}</a>
              </div>
            )}
            <List title={w.coming} bookings={coming} offices={offices} />
            <List title={w.past} bookings={past} offices={offices} />
            {problem && <Trouble problem={problem} />}
            {next && <button type="button" class="second" onClick={more}>{w.more}</button>}
          </>
        );
      }}
    </Wait>
  );
}

const isComing = (one: Booking): boolean => one.status === "booked" && !isOver(one);

/** Whether its time is over in the westernmost zone, so that no ticket goes too early. */
const isOver = ({ date, end }: Booking): boolean =>
  Date.parse(`${date}T${end}:00+07:00`) < Date.now();

function List(props: { title: string; bookings: Booking[]; offices: Office[] }) {
  const w = said();
  if (!props.bookings.length) return null;
  return (
    <section>
      <h2>{props.title}</h2>
      <ul class="cards">
        {props.bookings.map((one) => {
          const office = props.offices.find(({ office_id }) => office_id === one.office_id);
          return (
            <li key={one.code}>
              <a class="card" href={to("tiket", one.code)}>
                <Status booking={one} />
                <strong>{longDate(one.date)}, {clock(one.start)}</strong>
                <span>{office?.name ?? one.office_id}</span>
                {one.made_by === "other" && <span class="hint">{w.byOther}</span>}
              </a>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Status({ booking }: { booking: Booking }) {
  const w = said();
  const state = booking.status === "booked" && isOver(booking) ? "over" : booking.status;
  return <span class={`status ${state}`}>{w[state]}</span>;
}

function TicketPage({ place }: { place: Place }) {
  const w = said();
  const [, code = "", fresh] = place;
  const known = useSignedIn();
  const asked = useAsked(async () => {
    const booking = await ask(api.GET("/v1/bookings/{code}", { params: { path: { code } } }));
    if (booking.problem) return booking;
    const office = await ask(
      api.GET("/v1/offices/{office_id}", {
        params: { path: { office_id: booking.ok.office_id } },
      }),
    );
    if (office.problem) return office;
    return { ok: { booking: booking.ok, office: office.ok } };
  }, [code]);
  return (
    <Page title={fresh ? w.done : w.ticket} back={fresh ? undefined : to("pesanan")}>
      {known
        ? (
          <Wait asked={asked}>
            {({ booking, office }) => <Ticket {...{ booking, office }} />}
          </Wait>
        )
        : <SignInFirst />}
    </Page>
  );
}

function Ticket({ booking, office }: { booking: Booking; office: Office }) {
  const w = said();
  const numbers = booking.places.map(({ queue_number }) => queue_number);
  const zone = zoneName(office.time_zone);
  const valid = isComing(booking);
  const mine = booking.made_by === "me";
  return (
    <>
      <article class={`ticket ${booking.status}`}>
        <header>
          <p>{office.name}</p>
          <Status booking={booking} />
        </header>
        <div class="stub">
          <div>
            <p class="label">{numbers.length > 1 ? w.numbers : w.number}</p>
            <p class="number">{numbers.join(" · ")}</p>
            <p class="label">{w.arrive}</p>
            <p class="arrive">{clock(booking.arrive_from)} {zone}</p>
            <p>{longDate(booking.date)}</p>
          </div>
          {valid && <Qr text={booking.qr} label={w.qr} />}
        </div>
        <Facts
          rows={[
            [w.served, w.between(clock(booking.start), clock(booking.end), zone)],
            [w.office, `${office.name}, ${office.city}`],
            [w.purpose, booking.service === "new" ? w.new : w.renewal],
            [w.code, <code key="code">{booking.code}</code>],
          ]}
        />
        {valid && <p class="foot">{w.show}</p>}
      </article>
      {!mine && <p class="hint">{w.notice}</p>}
      {valid && (
        <p class="actions">
          <Calendar code={booking.code} />
          {mine && booking.reschedules_left > 0 && (
            <a class="button second" href={to("pindah", booking.code)}>{w.move}</a>
          )}
          {mine
            ? <a class="button second" href={to("batal", booking.code)}>{w.cancel}</a>
            : (
              <a class="button second" href={to("keluar-dari", booking.code)}>
                {w.disown}
              </a>
            )}
        </p>
      )}
      {valid && mine && !booking.reschedules_left && <p class="hint">{w.moved}</p>}
    </>
  );
}

function Calendar({ code }: { code: string }) {
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
      <button type="button" class="button" onClick={save}>{said().calendar}</button>
    </>
  );
}

export const pages = { pesanan: BookingsPage, tiket: TicketPage };
