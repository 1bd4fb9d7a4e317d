/** Whom neither push nor SMS has surely told: they are called by telephone. */

import { useState } from "preact/hooks";
import { ask, useAsked } from "../api.ts";
import type { components } from "../contract.d.ts";
import { clock, longDate } from "../dates.ts";
import { Progressing, useSend } from "../form.tsx";
import { desk } from "../staff.ts";
import { AsOf, Facts, Page, Trouble, Wait } from "../ui.tsx";
import { words } from "../words.ts";

const said = words(
  {
    title: "Perlu ditelepon",
    hint:
      "Kabar kepada orang-orang ini gagal, atau tidak jelas apakah terkirim. Teleponlah mereka. " +
      "Nomor telepon hanya untuk itu; setiap kali nomor dilihat, itu dicatat.",
    nobody: "Semua kabar sudah terkirim. Tidak ada yang perlu ditelepon.",
    heading: (ticket: string) => `Nomor ${ticket}`,
    come: "Diminta datang",
    people: "Orang",
    tell: "Sampaikan",
    at: (date: string, time: string) => `${date}, pukul ${time}`,
    evening: "Ingatkan akan kunjungan mereka besok.",
    soon: "Ingatkan akan kunjungan mereka hari ini.",
    closure: "Kantor tutup pada hari itu. Pesanan dibatalkan, tidak dihitung, dan mereka dapat " +
      "memesan hari lain.",
    later: "Antrean panjang: datanglah nanti. Giliran mereka tidak hilang.",
    laterAt: (time: string) => `Antrean panjang: datanglah pukul ${time}. Giliran tidak hilang.`,
    turned_away: "Maaf, kantor tutup sebelum mereka dilayani. Mereka dapat langsung memesan lagi.",
    won: "Mereka mendapat tempat lewat undian.",
    show: "Lihat nomor telepon",
    noPhone: "tidak ada nomor lagi",
    called: "Sudah saya telepon",
    done: (ticket: string) => `Nomor ${ticket} sudah dikabari.`,
  },
  {
    title: "To call",
    hint: "These people were not told, or nobody knows whether they were. Call them. The phone " +
      "number is for that alone; each time one is shown, that is recorded.",
    nobody: "All messages were sent. Nobody needs to be called.",
    heading: (ticket: string) => `Ticket ${ticket}`,
    come: "Told to come",
    people: "People",
    tell: "Tell them",
    at: (date: string, time: string) => `${date}, at ${time}`,
    evening: "Remind them of their visit tomorrow.",
    soon: "Remind them of their visit today.",
    closure: "The office is closed on that day. The booking is cancelled, it is not counted, and " +
      "they can book another day.",
    later: "The line is long: they should come later. They keep their place.",
    laterAt: (time: string) =>
      `The line is long: they should come at ${time}. They keep their place.`,
    turned_away: "Sorry, the office closed before they were served. They can book again at once.",
    won: "They have won a place by lot.",
    show: "Show the phone number",
    noPhone: "no number any more",
    called: "I have called them",
    done: (ticket: string) => `Ticket ${ticket} has been told.`,
  },
);

type Row = components["schemas"]["Untold"];
type Contact = components["schemas"]["Contact"];

function Untold() {
  const w = said();
  const asked = useAsked(() => ask(desk.GET("/v1/desk/untold")), []);
  const [gone, setGone] = useState<string[]>([]);
  const named = (row: Row) => `${row.date} ${row.ticket}`;
  return (
    <Page title={w.title} wide>
      <p>{w.hint}</p>
      <AsOf asked={asked} />
      <p role="status" class="meant">
        {gone.length ? w.done(gone[gone.length - 1].split(" ")[1]) : ""}
      </p>
      <Wait asked={asked}>
        {({ bookings }) => {
          const left = bookings.filter((row) => !gone.includes(named(row)));
          if (!left.length) return <p>{w.nobody}</p>;
          return (
            <ul class="cards to-call">
              {left.map((row) => (
                <li key={named(row)} class="card">
                  <Call row={row} done={() => setGone((before) => [...before, named(row)])} />
                </li>
              ))}
            </ul>
          );
        }}
      </Wait>
    </Page>
  );
}

function Call(props: { row: Row; done: () => void }) {
  const w = said();
  const { row } = props;
  const path = { params: { path: { date: row.date, ticket: row.ticket } } };
  const notices = row.notices.map(({ notice }) => notice);
  const [contacts, setContacts] = useState<Contact[]>();
  const showing = useSend(
    () => ask(desk.GET("/v1/desk/untold/{date}/{ticket}", path)),
    (ok) => setContacts(ok.contacts),
  );
  const calling = useSend<unknown>(
    () =>
      ask<unknown>(
        desk.POST("/v1/desk/untold/{date}/{ticket}/called", { ...path, body: { notices } }),
      ),
    props.done,
  );
  const problem = showing.problem ?? calling.problem;
  const time = clock(row.come_at.slice(11, 16));
  const later = row.come_later_at;
  const words = notices.map((notice) =>
    notice === "later" && later ? w.laterAt(clock(later.slice(11, 16))) : w[notice]
  );
  return (
    <>
      <h2>{w.heading(row.ticket)}</h2>
      <Facts
        rows={[
          [w.come, w.at(longDate(row.date), time)],
          [w.people, row.people],
          [w.tell, words.join(" ")],
          ...(contacts ?? []).map((one): [string, preact.ComponentChildren] => [
            one.name,
            one.phone ? <a href={`tel:${one.phone}`}>{one.phone}</a> : w.noPhone,
          ]),
        ]}
      />
      {problem && <Trouble problem={problem} />}
      <p class="actions">
        {!contacts && (
          <button type="button" class="button" onClick={showing.send}>
            {w.show} <span class="unseen">{row.ticket}</span>
          </button>
        )}
        {contacts && (
          <button type="button" class="button" onClick={calling.send}>
            {w.called} <span class="unseen">{row.ticket}</span>
          </button>
        )}
      </p>
      <Progressing sending={showing.busy ? showing : calling} />
    </>
  );
}

export const pages = { "tidak-terkabari": Untold };
