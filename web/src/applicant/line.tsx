/** The day itself: who is being served, how long it takes still, and saying that one is there. */

import { useEffect, useState } from "preact/hooks";
import { api, ask, type Booking, type Office, useAsked } from "../api.ts";
import type { components } from "../contract.d.ts";
import { clock, zoneName } from "../dates.ts";
import { type Errors, Field, Form, useSend } from "../form.tsx";
import { keep, kept } from "../kept.ts";
import { type Place, to } from "../router.ts";
import { useSignedIn } from "../session.ts";
import { Facts, Page, SignInFirst, Wait } from "../ui.tsx";
import { words } from "../words.ts";

const said = words(
  {
    title: "Hari ini di kantor",
    asOf: (time: string) => `Keadaan pukul ${time}, diperbarui sendiri`,
    serving: "Sedang dilayani",
    nobody: "Belum ada yang dipanggil.",
    counter: (name: string) => `Loket ${name}`,
    closed: "Antrean hari ini sudah ditutup.",
    late: (minutes: number) => `Antrean terlambat sekitar ${minutes} menit.`,
    yours: "Giliran Anda",
    place: (n: number) => n === 0 ? "Anda yang berikutnya" : `${n} nomor di depan Anda`,
    call: "Kira-kira dipanggil",
    between: (a: string, b: string) => `pukul ${a} sampai ${b}`,
    leave: "Berangkat dari rumah pukul",
    minutes: "Lama perjalanan Anda (menit)",
    called: (counter: string) => `Anda dipanggil ke loket ${counter}`,
    checkIn: "Sudah sampai di kantor?",
    checkInHint: "Empat angka di papan kantor; berganti setiap menit.",
    digits: "Angka di papan",
    fourDigits: "Tulis empat angka.",
    here: "Saya sudah sampai",
  },
  {
    title: "Today at the office",
    asOf: (time: string) => `As of ${time}, refreshes by itself`,
    serving: "Now serving",
    nobody: "Nobody has been called yet.",
    counter: (name: string) => `Counter ${name}`,
    closed: "Today's queue is closed.",
    late: (minutes: number) => `The queue is about ${minutes} minutes late.`,
    yours: "Your turn",
    place: (n: number) => n === 0 ? "You are next" : `${n} numbers before yours`,
    call: "You are called at about",
    between: (a: string, b: string) => `${a} to ${b}`,
    leave: "Leave home at",
    minutes: "How long your way takes (minutes)",
    called: (counter: string) => `You are called to counter ${counter}`,
    checkIn: "Are you at the office?",
    checkInHint: "The four digits on the office's board; new each minute.",
    digits: "Digits on the board",
    fourDigits: "Write four digits.",
    here: "I am here",
  },
);

type Today = components["schemas"]["Today"];
type CheckedIn = components["schemas"]["CheckedIn"];

const ROUND = 1000;

function LinePage({ place: [, code = ""] }: { place: Place }) {
  const w = said();
  const known = useSignedIn();
  const asked = useAsked(async () => {
    const booking = await ask(api.GET("/v1/bookings/{code}", { params: { path: { code } } }));
    if (booking.problem) return booking;
    const office = await ask(
      api.GET("/v1/offices/{office_id}", { params: { path: { office_id: booking.ok.office_id } } }),
    );
    if (office.problem) return office;
    return { ok: { booking: booking.ok, office: office.ok } };
  }, [code]);
  return (
    <Page title={w.title} back={to("tiket", code)} above={asked.ok?.office.name ?? " "}>
      {known ? <Wait asked={asked}>{(ok) => <Line {...ok} />}</Wait> : <SignInFirst />}
    </Page>
  );
}

function Line({ booking, office }: { booking: Booking; office: Office }) {
  const { office_id } = office;
  const [label, setLabel] = useState(() => kept("sessionStorage", `ticket-${booking.code}`));
  const today = useAsked(
    () => ask(api.GET("/v1/offices/{office_id}/today", { params: { path: { office_id } } })),
    [office_id],
  );
  // It asks again by itself, as often as the service says: seldom far from one's turn.
  useEffect(() => {
    if (!today.ok) return;
    const timer = setTimeout(today.again, today.ok.poll_after * ROUND);
    return () => clearTimeout(timer);
  }, [today.at]);
  const arrived = ({ ticket }: CheckedIn) => {
    keep("sessionStorage", `ticket-${booking.code}`, ticket);
    setLabel(ticket);
    today.again();
  };
  return (
    <Wait asked={today}>
      {(board) => (
        <>
          <p class="as-of">{said().asOf(clock(board.as_of.slice(11, 16)))}</p>
          {label ? <Turn label={label} board={board} zone={zoneName(office.time_zone)} /> : (
            <>
              <Leave arrive_from={booking.arrive_from} />
              <CheckIn code={booking.code} done={arrived} />
            </>
          )}
          <Serving board={board} />
        </>
      )}
    </Wait>
  );
}

/** Where somebody is in the line, and when they are called: a range, for nobody knows it exactly. */
function Turn({ label, board, zone }: { label: string; board: Today; zone: string }) {
  const w = said();
  const at = board.serving.find(({ ticket }) => ticket === label);
  const position = board.line.findIndex(({ ticket }) => ticket === label);
  const waiting = board.line[position];
  const time = (instant: string) => clock(instant.slice(11, 16));
  return (
    <section>
      <h2>{w.yours}</h2>
      <div class="notice" role="status">
        <p class="number">{label}</p>
        {at && <p class="arrive">{w.called(at.counter)}</p>}
        {waiting && (
          <>
            <p class="arrive">{w.place(position)}</p>
            <p>{w.call} {w.between(time(waiting.from), time(waiting.until))} {zone}</p>
          </>
        )}
        {board.status === "closed" && <p>{w.closed}</p>}
      </div>
    </section>
  );
}

function Serving({ board }: { board: Today }) {
  const w = said();
  return (
    <section>
      <h2>{w.serving}</h2>
      {board.lag_minutes > 0 && <p>{w.late(board.lag_minutes)}</p>}
      {board.serving.length
        ? (
          <Facts
            rows={board.serving.map(({ counter, ticket }) => [w.counter(counter), ticket])}
          />
        )
        : <p>{w.nobody}</p>}
    </section>
  );
}

/** Says that its holder is there, which the digits on the office's board show. */
function CheckIn({ code, done }: { code: string; done: (ok: CheckedIn) => void }) {
  const w = said();
  const [presence, setPresence] = useState("");
  const [errors, setErrors] = useState<Errors>({});
  const sending = useSend(
    () =>
      ask(
        api.POST("/v1/bookings/{code}/check-in", {
          params: { path: { code } },
          body: { presence },
        }),
      ),
    done,
  );
  const submit = () => {
    const wrong: Errors = /^\d{4}$/.test(presence) ? {} : { presence: w.fourDigits };
    setErrors(wrong);
    if (!wrong.presence) sending.send();
  };
  return (
    <section>
      <h2>{w.checkIn}</h2>
      <Form errors={errors} sending={sending} submit={w.here} onSubmit={submit}>
        <Field
          name="presence"
          label={w.digits}
          hint={w.checkInHint}
          error={errors.presence}
          value={presence}
          inputMode="numeric"
          autoComplete="off"
          maxLength={4}
          short
          onInput={(text) => setPresence(text.replace(/\D/g, ""))}
        />
      </Form>
    </section>
  );
}

/** When to leave home for the time that somebody was told, by how long their way takes. */
function Leave({ arrive_from }: { arrive_from: string }) {
  const w = said();
  const [way, setWay] = useState("30");
  const minutes = toMinutes(arrive_from) - Number(way);
  return (
    <section>
      <Field
        name="way"
        label={w.minutes}
        value={way}
        inputMode="numeric"
        maxLength={3}
        short
        onInput={(text) => setWay(text.replace(/\D/g, ""))}
      />
      <p role="status">
        {w.leave} <strong>{clock(toTime(minutes))}</strong>
      </p>
    </section>
  );
}

const toMinutes = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

function toTime(minutes: number): string {
  const inDay = (minutes + 1440) % 1440;
  const two = (n: number) => String(n).padStart(2, "0");
  return `${two(Math.floor(inDay / 60))}:${two(inDay % 60)}`;
}

export const pages = { "hari-ini": LinePage };
