/** Sending a booking, and what can be done where it is refused. */

import { useEffect, useState } from "preact/hooks";
import { api, ask, type Problem, useAsked } from "../api.ts";
import { clock, shortDate } from "../dates.ts";
import { Progressing, useSend } from "../form.tsx";
import { withProof } from "../proof.ts";
import { goInstead, to } from "../router.ts";
import { signedIn } from "../session.ts";
import { forgetTrip, newKey, people, plan, type Trip, trip } from "../trip.ts";
import { Page, Trouble } from "../ui.tsx";
import { type Chosen, isChosen, timesOf } from "./chosen.tsx";
import { words } from "../words.ts";

const said = words(
  {
    check: "Periksa pesanan Anda",
    book: "Pesan tempat",
    sending: "Memesan tempat Anda",
    dontLeave: "Jangan tutup halaman ini. Mengulang tidak membuat pesanan ganda.",
    again: "Coba lagi",
    others: "Masih ada tempat di sini",
    left: (n: number) => `sisa ${n}`,
    otherTime: "Pilih jam lain",
    mine: "Lihat pesanan saya",
    family2: "Lihat keluarga saya",
  },
  {
    check: "Check your booking",
    book: "Book the place",
    sending: "Booking your place",
    dontLeave: "Do not close this page. Trying again does not book twice.",
    again: "Try again",
    others: "There are still places here",
    left: (n: number) => `${n} left`,
    otherTime: "Choose another time",
    mine: "See my bookings",
    family2: "See my family",
  },
);

/** Sends what was checked, by itself: however often it is shown, it is one booking. */
export function SendPage() {
  const w = said();
  const [now, setNow] = useState(trip);
  const sending = useSend(
    (progress, stop) => booked(now, progress, stop),
    (made) => {
      forgetTrip();
      goInstead("tiket", made.code, "baru");
    },
  );
  const ready = isChosen(now) && now.service && now.who && now.who !== "family";
  useEffect(() => {
    if (!signedIn()) goInstead("masuk");
    else if (!ready) goInstead(isChosen(now) ? "siapa" : "pesanan");
    else sending.send();
  }, [now]);
  if (!ready) return null;
  const { problem } = sending;
  const again = () =>
    problem?.type.startsWith("idempotency-key") ? setNow(plan({ key: newKey() })) : sending.send();
  const title = sending.busy || !problem ? w.sending : w.check;
  return (
    <Page title={title} back={sending.busy ? undefined : to("periksa")}>
      {sending.busy && <p class="lead">{w.dontLeave}</p>}
      <Progressing sending={sending} />
      {problem && (
        <Trouble problem={problem}>
          <Remedy problem={problem} trip={now as Trip & Chosen} again={again} />
        </Trouble>
      )}
      {!sending.busy && !problem && (
        <button type="button" class="button" onClick={sending.send}>{w.book}</button>
      )}
    </Page>
  );
}

async function booked(
  now: Trip,
  progress: (tries: number) => void,
  stop: AbortSignal,
) {
  let applicants = people(now.who);
  if (!applicants.length) {
    const me = await ask(api.GET("/v1/me"));
    if (me.problem) return me;
    applicants = [me.ok.applicant_id];
  }
  const { office_id, date, start, service, key } = now as Required<Trip>;
  const body = { office_id, date, start, service, applicants };
  return await withProof(
    (proof) =>
      ask(
        api.POST("/v1/bookings", {
          params: { header: { "Idempotency-Key": key, ...proof } },
          body,
        }),
      ),
    key,
    progress,
    stop,
  );
}

interface Offer {
  office_id: string;
  date: string;
  start: string;
  left: number;
}

/** What somebody can do about a booking that was refused. */
function Remedy(props: { problem: Problem; trip: Trip & Chosen; again: () => void }) {
  const w = said();
  const { problem, trip: now } = props;
  const offers = (problem.alternatives ?? []) as Offer[];
  switch (problem.type) {
    case "slot-full":
      return (
        <>
          {offers.length > 0 && (
            <>
              <h3>{w.others}</h3>
              <Offers offers={offers} />
            </>
          )}
          <a class="button second" href={timesOf(now)}>{w.otherTime}</a>
        </>
      );
    case "no-such-slot":
    case "not-released":
    case "office-closed":
      return <a class="button second" href={to("kantor", now.office_id)}>{w.otherTime}</a>;
    case "already-booked":
      return <a class="button second" href={to("pesanan")}>{w.mine}</a>;
    case "consent-needed":
    case "no-such-applicant":
      return <a class="button second" href={to("keluarga")}>{w.family2}</a>;
    default:
      return <button type="button" class="second" onClick={props.again}>{w.again}</button>;
  }
}

function Offers({ offers }: { offers: Offer[] }) {
  const w = said();
  const offices = useAsked(() => ask(api.GET("/v1/offices")), []);
  const named = (id: string) => offices.ok?.offices.find((one) => one.office_id === id)?.name ?? id;
  return (
    <ul class="slots">
      {offers.map(({ office_id, date, start, left }) => (
        <li key={office_id + date + start}>
          <a
            class="slot"
            href={to("periksa")}
            onClick={() => plan({ office_id, date, start })}
          >
            <strong>{shortDate(date)}, {clock(start)}</strong> <span>{named(office_id)}</span>{" "}
            <span class="left">{w.left(left)}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}
