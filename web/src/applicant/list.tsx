/** My bookings, also those that somebody else made for me. */

import { useState } from "preact/hooks";
import { api, ask, type Booking, type Office, offices, useAsked } from "../api.ts";
import { atTime, longDate, zoneName } from "../dates.ts";
import { Progressing, useSend } from "../form.tsx";
import { to } from "../router.ts";
import { signedIn, useSignedIn } from "../session.ts";
import { keepTicket, tickets } from "../tickets.ts";
import { AsOf, Page, SignInFirst, Trouble, Wait } from "../ui.tsx";
import { isSilent, Kept } from "./kept.tsx";
import { Lots, useLots } from "./lots_list.tsx";
import { isComing, Status } from "./status.tsx";
import { OfferPasskey } from "./without_sms.tsx";
import { words } from "../words.ts";

const said = words(
  {
    title: "Pesanan saya",
    none: "Anda tidak memiliki pesanan yang berlaku.",
    book: "Pesan tempat",
    more: "Tampilkan lebih banyak",
    coming: "Yang berlaku",
    past: "Yang lain",
    byOther: "Dipesankan oleh orang lain",
    byLot: "Didapat lewat undian",
  },
  {
    title: "My bookings",
    none: "You have no active booking.",
    book: "Book a place",
    more: "Show more",
    coming: "Active",
    past: "Others",
    byOther: "Booked for you by somebody else",
    byLot: "Won by lot",
  },
);

export function BookingsPage() {
  const known = useSignedIn();
  return <Page title={said().title}>{known ? <Bookings /> : <SignInFirst />}</Page>;
}

function Bookings() {
  const w = said();
  const [pages, setPages] = useState<Booking[]>([]);
  const [next, setNext] = useState<string>();
  const first = useAsked(async () => {
    const [bookings, known] = await Promise.all([
      ask(api.GET("/v1/bookings")),
      offices(),
    ]);
    if (bookings.problem) return bookings;
    if (known.problem) return known;
    bookings.ok.bookings.forEach((one) => {
      const office = known.ok.offices.find(({ office_id }) => office_id === one.office_id);
      if (office && signedIn()) keepTicket(one, office);
    });
    setPages([]);
    setNext(bookings.ok.next);
    return { ok: { bookings: bookings.ok.bookings, offices: known.ok.offices } };
  }, []);
  const lots = useLots();
  const more = useSend(
    () => ask(api.GET("/v1/bookings", { params: { query: { after: next } } })),
    (answer) => {
      setPages([...pages, ...answer.bookings]);
      setNext(answer.next);
    },
  );
  const before = first.problem && isSilent(first.problem) ? tickets() : [];
  if (before.length) {
    const at = Math.min(...before.map((one) => one.at));
    return (
      <>
        <Kept at={at} problem={first.problem} again={first.again} />
        <List
          title={w.coming}
          bookings={before.map(({ booking }) => booking)}
          offices={before.map(({ office }) => office)}
        />
      </>
    );
  }
  return (
    <Wait asked={first}>
      {({ bookings, offices }) => {
        const all = [...bookings, ...pages];
        const coming = all.filter(isComing).sort((a, b) => a.date < b.date ? -1 : 1);
        const past = all.filter((one) => !isComing(one));
        return (
          <>
            <AsOf asked={first} />
            {!coming.length && !lots.ok?.some(({ status }) => status === "waiting") && (
              <div class="notice">
                <p>{w.none}</p>
                <a class="button" href={to()}>{w.book}</a>
              </div>
            )}
            <List title={w.coming} bookings={coming} offices={offices} />
            <Lots asked={lots} offices={offices} />
            <List title={w.past} bookings={past} offices={offices} />
            <OfferPasskey />
            {more.problem && <Trouble problem={more.problem} />}
            <Progressing sending={more} />
            {next && (
              <button
                type="button"
                class="second"
                aria-disabled={more.busy || undefined}
                onClick={more.send}
              >
                {w.more}
              </button>
            )}
          </>
        );
      }}
    </Wait>
  );
}

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
                <strong>
                  {longDate(one.date)}, {atTime(one.start)}
                  {office && ` ${zoneName(office.time_zone)}`}
                </strong>
                <span>{office?.name ?? one.office_id}</span>
                {one.drawn_at && <span class="hint">{w.byLot}</span>}
                {one.made_by === "other" && <span class="hint">{w.byOther}</span>}
              </a>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
