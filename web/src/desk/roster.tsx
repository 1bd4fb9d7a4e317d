/** The roster of a day, to be printed for a morning without network, and entered afterwards. */

import { useEffect, useRef } from "preact/hooks";
import { type Office, officeOf, useAsked } from "../api.ts";
import { clock, longDate, timeOfDay, zoneName } from "../dates.ts";
import { type Place, to } from "../router.ts";
import { staff } from "../staff.ts";
import { AsOf, Page, Wait } from "../ui.tsx";
import { words } from "../words.ts";
import { Entering } from "./arrivals.tsx";
import { type DayRoster, Days, rosterOf } from "./day_roster.tsx";

const said = words(
  {
    title: "Daftar hadir",
    hint: "Untuk pagi tanpa jaringan: cetak daftar ini, tulis dengan tangan siapa yang datang, " +
      "lalu catat di sini. Nama disingkat; setiap kali daftar dibuka, itu dicatat.",
    before: "Hari sebelumnya",
    after: "Hari berikutnya",
    print: "Cetak",
    enter: "Catat siapa yang datang",
    nobody: "Tidak ada pesanan untuk hari ini.",
    caption: (orders: number, people: number) => `${orders} pesanan, ${people} orang`,
    ticket: "Nomor",
    come: "Diminta datang",
    people: "Orang",
    initials: "Inisial",
    arrived: "Jam datang",
    served: "Dilayani",
    printed: "Dicetak pukul",
  },
  {
    title: "Roster",
    hint: "For a morning without network: print this list, write by hand who comes, and enter it " +
      "here afterwards. Names are shortened; each time the list is opened, that is recorded.",
    before: "The day before",
    after: "The day after",
    print: "Print",
    enter: "Enter who came",
    nobody: "There are no bookings for this day.",
    caption: (orders: number, people: number) => `${orders} bookings, ${people} people`,
    ticket: "Ticket",
    come: "Told to come",
    people: "People",
    initials: "Initials",
    arrived: "Came at",
    served: "Served",
    printed: "Printed at",
  },
);

function Roster({ place }: { place: Place }) {
  const w = said();
  const asked = useAsked(() => rosterOf(place[1]), [place[1]]);
  const office = useAsked(() => officeOf(staff()!.office_id), []);
  const date = asked.ok?.date ?? place[1] ?? "";
  return (
    <Page title={w.title} wide>
      <p class="screen">{w.hint}</p>
      <div class="actions screen">
        <Days room="daftar-hadir" date={date} before={w.before} after={w.after} />
        <button type="button" class="button" onClick={() => print()}>{w.print}</button>
        <a class="button second" href={to("catat-hadir", ...place.slice(1))}>{w.enter}</a>
      </div>
      <div class="screen">
        <AsOf asked={asked} />
      </div>
      <Wait asked={asked}>{(ok) => <Sheet roster={ok} office={office.ok} />}</Wait>
    </Page>
  );
}

function Sheet(props: { roster: DayRoster; office?: Office }) {
  const w = said();
  const { date, bookings } = props.roster;
  const printed = useRef<HTMLElement>(null);
  useEffect(() => {
    const now = () => {
      if (printed.current) printed.current.textContent = timeOfDay(new Date());
    };
    now();
    addEventListener("beforeprint", now);
    return () => removeEventListener("beforeprint", now);
  }, []);
  const people = bookings.reduce((sum, one) => sum + one.people, 0);
  return (
    <>
      <p class="sheet-head">
        <strong>{props.office?.name ?? staff()?.office_id}</strong>
        <span>{longDate(date)}</span>
        <span class="paper">
          {w.printed} <span ref={printed} /> {props.office ? zoneName(props.office.time_zone) : ""}
        </span>
      </p>
      {bookings.length === 0 && <p>{w.nobody}</p>}
      {bookings.length > 0 && (
        <div class="scrolled" role="region" aria-label={w.title} tabIndex={0}>
          <table class="sheet">
            <caption>{w.caption(bookings.length, people)}</caption>
            <thead>
              <tr>
                <th scope="col">{w.ticket}</th>
                <th scope="col">{w.come}</th>
                <th scope="col">{w.people}</th>
                <th scope="col">{w.initials}</th>
                <th scope="col" class="paper">{w.arrived}</th>
                <th scope="col" class="paper">{w.served}</th>
              </tr>
            </thead>
            <tbody>
              {bookings.map((one) => (
                <tr key={one.ticket}>
                  <th scope="row">{one.ticket}</th>
                  <td>{clock(one.come_at.slice(11, 16))}</td>
                  <td>{one.people}</td>
                  <td>{one.initials?.join(", ") ?? "–"}</td>
                  <td class="paper box" />
                  <td class="paper box tick" />
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}

export const pages = { "daftar-hadir": Roster, "catat-hadir": Entering };
