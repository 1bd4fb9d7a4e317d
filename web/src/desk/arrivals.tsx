/** Who came while there was no network, label by label from the printed roster. */

import { useEffect, useState } from "preact/hooks";
import { ask, useAsked } from "../api.ts";
import { clock, longDate } from "../dates.ts";
import { Choices, type Errors, Field, Form, useSend } from "../form.tsx";
import { type Place, to } from "../router.ts";
import { desk } from "../staff.ts";
import { Page, Wait } from "../ui.tsx";
import { words } from "../words.ts";
import { type DayRoster, Days, type Expected, rosterOf } from "./day_roster.tsx";

const said = words(
  {
    title: "Catat siapa yang datang",
    hint: "Ketik nomor dan jam datang dari daftar yang dicetak. Enter membawa Anda ke isian " +
      "berikutnya. Siapa yang tidak dicatat dihitung tidak datang bila hari ditutup.",
    past: "Hari ini dan enam hari sebelumnya. Bila hari sudah ditutup, hanya yang sudah dilayani " +
      "yang dapat dicatat; catatan tidak datang dihapus.",
    before: "Hari sebelumnya",
    after: "Hari berikutnya",
    ticket: "Nomor",
    ticketHint: "Misalnya A12",
    arrived: "Jam datang",
    arrivedHint: "Misalnya 0805",
    state: "Sekarang mereka",
    served: "Sudah dilayani",
    waiting: "Masih menunggu",
    waitingHint: "Mereka masuk antrean seperti bila lapor hadir pada jam itu.",
    add: "Catat",
    noTicket: "Nomor ini tidak ada dalam daftar.",
    noTime: "Tulis jam, misalnya 0805.",
    who: (one: string, at: string) => `${one}, diminta datang pukul ${at}`,
    doneServed: (ticket: string, at: string) => `${ticket} dicatat: datang ${at}, sudah dilayani.`,
    doneWaiting: (ticket: string, at: string) => `${ticket} dicatat: datang ${at}, menunggu.`,
    left: (n: number) => `Belum dicatat: ${n}`,
    all: "Semua sudah dicatat.",
  },
  {
    title: "Enter who came",
    hint: "Type ticket and time of arrival from the printed list. Enter takes you to the next " +
      "field. Whoever is not entered counts as absent once the day is closed.",
    past: "Today and the six days before. Once a day is closed only those who were served can be " +
      "entered; that they were absent is then taken back.",
    before: "The day before",
    after: "The day after",
    ticket: "Ticket",
    ticketHint: "Such as A12",
    arrived: "Came at",
    arrivedHint: "Such as 0805",
    state: "By now they",
    served: "Have been served",
    waiting: "Still wait",
    waitingHint: "They join the line as if they had checked in at that time.",
    add: "Enter",
    noTicket: "This ticket is not on the list.",
    noTime: "Write a time, such as 0805.",
    who: (one: string, at: string) => `${one}, told to come at ${at}`,
    doneServed: (ticket: string, at: string) => `${ticket} is entered: came ${at}, served.`,
    doneWaiting: (ticket: string, at: string) => `${ticket} is entered: came ${at}, waits.`,
    left: (n: number) => `Not entered yet: ${n}`,
    all: "All are entered.",
  },
);

export function Entering({ place }: { place: Place }) {
  const w = said();
  const asked = useAsked(() => rosterOf(place[1]), [place[1]]);
  return (
    <Page title={w.title} back={to("daftar-hadir", ...place.slice(1))} wide>
      <p>{w.hint}</p>
      <p class="hint">{w.past}</p>
      <div class="actions">
        <Days
          room="catat-hadir"
          date={asked.ok?.date ?? place[1] ?? ""}
          before={w.before}
          after={w.after}
        />
      </div>
      <Wait asked={asked}>{(ok) => <Entry roster={ok} />}</Wait>
    </Page>
  );
}

/** `08:05` of what was typed: `805`, `0805`, `8.05` or `08:05`. */
export function timed(typed: string): string | undefined {
  const found = /^([01]?\d|2[0-3])[.: ]?([0-5]\d)$/.exec(typed.trim());
  return found ? `${found[1].padStart(2, "0")}:${found[2]}` : undefined;
}

const focus = (name: string) => document.querySelector<HTMLElement>(`[name="${name}"]`)?.focus();

function Entry(props: { roster: DayRoster }) {
  const w = said();
  const { date, bookings } = props.roster;
  const [ticket, setTicket] = useState("");
  const [arrived, setArrived] = useState("");
  const [state, setState] = useState("served");
  const [errors, setErrors] = useState<Errors>({});
  const [done, setDone] = useState<string[]>([]);
  const [told, setTold] = useState("");
  const label = ticket.trim().toUpperCase();
  const meant = bookings.find((one) => one.ticket === label);
  const at = timed(arrived);
  const sending = useSend(
    () =>
      ask(
        desk.POST("/v1/desk/arrivals", {
          body: { date, ticket: label, arrived_at: at!, served: state === "served" },
        }),
      ),
    (ok) => {
      const came = clock(ok.arrived_at.slice(11, 16));
      setTold((ok.state === "done" ? w.doneServed : w.doneWaiting)(ok.ticket, came));
      setDone((before) => [...before, ok.ticket]);
      setTicket("");
      setArrived("");
      focus("ticket");
    },
  );
  useEffect(() => focus("ticket"), []);
  const submit = () => {
    if (meant && !arrived) return focus("arrived");
    const wrong = {
      ticket: meant ? undefined : w.noTicket,
      arrived: at ? undefined : w.noTime,
    };
    setErrors(wrong);
    if (meant && at) sending.send();
  };
  const left = bookings.filter((one) => !one.came && !done.includes(one.ticket));
  return (
    <div class="entering">
      <Form errors={errors} sending={sending} submit={w.add} onSubmit={submit}>
        <div class="pair">
          <Field
            name="ticket"
            label={w.ticket}
            hint={w.ticketHint}
            error={errors.ticket}
            value={ticket}
            onInput={setTicket}
            autoComplete="off"
            maxLength={7}
            short
          />
          <Field
            name="arrived"
            label={w.arrived}
            hint={w.arrivedHint}
            error={errors.arrived}
            value={arrived}
            onInput={setArrived}
            inputMode="numeric"
            autoComplete="off"
            maxLength={5}
            short
          />
        </div>
        <p class="meant" role="status">{meant ? w.who(who(meant), comeAt(meant)) : told}</p>
        <Choices
          name="state"
          label={w.state}
          options={[
            { value: "served", label: w.served },
            { value: "waiting", label: w.waiting, hint: w.waitingHint },
          ]}
          value={state}
          onChoose={setState}
        />
      </Form>
      <section>
        <h2>{longDate(date)}</h2>
        <p>{left.length ? w.left(left.length) : w.all}</p>
        <ul class="left-over">
          {left.map((one) => (
            <li key={one.ticket}>
              <strong>{one.ticket}</strong> {comeAt(one)} {who(one)}
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}

const who = (one: Expected): string => one.initials?.join(", ") ?? one.ticket;
const comeAt = (one: Expected): string => clock(one.come_at.slice(11, 16));
