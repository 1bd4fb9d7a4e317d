/** Saying that one is there: the digits on the office's board show it. */

import { useState } from "preact/hooks";
import { api, ask, type Booking, type Problem } from "../api.ts";
import { type Errors, Field, Form, useSend } from "../form.tsx";
import { to } from "../router.ts";
import { words } from "../words.ts";
import type { CheckedIn } from "./visit.ts";

const said = words(
  {
    title: "Sudah sampai di kantor?",
    digits: "Angka di layar kantor",
    hint: "Empat angka yang tampil di layar kantor. Angka itu berganti setiap menit.",
    fourDigits: "Tulis empat angka dari layar kantor.",
    here: "Saya sudah sampai",
    stillHere: "Masih di kantor?",
    waitAgain: "Antre lagi",
    ticket: "Lihat tiket",
    bookings: "Lihat pesanan saya",
    book: "Pesan hari lain",
  },
  {
    title: "Are you at the office?",
    digits: "Digits on the office's screen",
    hint: "Four digits that the office's screen shows. They change every minute.",
    fourDigits: "Write the four digits of the office's screen.",
    here: "I am here",
    stillHere: "Are you still there?",
    waitAgain: "Join the queue again",
    ticket: "See the ticket",
    bookings: "See my bookings",
    book: "Book another day",
  },
);

export function CheckIn(props: {
  booking: Booking;
  /** Whether they have checked in before, and may have missed their call. */
  again: boolean;
  done: (ok: CheckedIn) => void;
}) {
  const { booking, again, done } = props;
  const w = said();
  const { code } = booking;
  const [presence, setPresence] = useState("");
  const [errors, setErrors] = useState<Errors>({});
  const sending = useSend(
    () => {
      const path = "/v1/bookings/{code}/check-in";
      return ask(api.POST(path, { params: { path: { code } }, body: { presence } }));
    },
    done,
  );
  const submit = () => {
    const right = /^\d{4}$/.test(presence);
    setErrors(right ? {} : { presence: w.fourDigits });
    if (right) sending.send();
  };
  return (
    <section>
      <h2>{again ? w.stillHere : w.title}</h2>
      <Form
        errors={errors}
        sending={sending}
        remedy={(problem) => <Remedy problem={problem} booking={booking} />}
        submit={again ? w.waitAgain : w.here}
        onSubmit={submit}
      >
        <Field
          name="presence"
          label={w.digits}
          hint={w.hint}
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

/** Where to go if nothing can be done here. */
function Remedy({ problem, booking }: { problem: Problem; booking: Booking }) {
  const w = said();
  switch (problem.type) {
    case "day-closed":
      return <a href={to("kantor", booking.office_id)}>{w.book}</a>;
    case "other-day":
      return <a href={to("tiket", booking.code)}>{w.ticket}</a>;
    case "already-left":
    case "already-cancelled":
      return <a href={to("pesanan")}>{w.bookings}</a>;
    default:
      return null;
  }
}
