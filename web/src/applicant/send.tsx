/** Sending a booking, and what can be done where it is refused. */

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { officeOf, offices as allOffices, type Problem, useAsked } from "../api.ts";
import type { Stage } from "../attempt.ts";
import { atTime, clock, longDate, shortDate } from "../dates.ts";
import { Progressing, useSend } from "../form.tsx";
import { goInstead, to } from "../router.ts";
import { signedIn } from "../session.ts";
import { forgetTrip, newKey, plan, type Trip, trip } from "../trip.ts";
import { Facts, Page, Trouble } from "../ui.tsx";
import { booked } from "./booking.ts";
import { Countdown } from "./countdown.tsx";
import { type Chosen, isChosen, timesOf } from "./chosen.tsx";
import { words } from "../words.ts";

const said = words(
  {
    check: "Periksa pesanan Anda",
    book: "Pesan tempat",
    sending: "Memesan tempat Anda",
    dontLeave: "Jangan tutup halaman ini. Mengulang tidak membuat pesanan ganda.",
    waiting: "Menunggu tempat dibuka",
    byItself:
      "Pada saat itu halaman ini mengirim pesanan Anda dengan sendirinya, satu kali. Jika " +
      "jam Anda sudah penuh, tempat lain langsung ditunjukkan.",
    stay: "Biarkan halaman ini terbuka dan layar menyala. " +
      "Menekan berkali-kali atau memuat ulang tidak mempercepat.",
    day: "Hari",
    time: "Jam",
    change: "Ubah pesanan",
    searching:
      "Belum ada jawaban. Halaman ini mengirim pesanan yang sama sekali lagi, juga begitu " +
      "sambungan internet kembali. Itu tetap satu pesanan.",
    again: "Coba lagi",
    others: "Masih ada tempat di sini",
    left: (n: number) => `sisa ${n}`,
    otherTime: "Pilih jam lain",
    mine: "Lihat pesanan saya",
    family2: "Lihat keluarga saya",
    whoComes: "Ubah siapa yang datang",
  },
  {
    check: "Check your booking",
    book: "Book the place",
    sending: "Booking your place",
    dontLeave: "Do not close this page. Trying again does not book twice.",
    waiting: "Waiting for the places to open",
    byItself: "At that moment this page sends your booking by itself, once. If your time is full " +
      "by then, other places are shown at once.",
    stay: "Leave this page open and the screen on. " +
      "Tapping often or reloading makes nothing quicker.",
    day: "Day",
    time: "Time",
    change: "Change the booking",
    searching: "There is no answer yet. This page sends the same booking once more, also as soon " +
      "as the connection is back. It stays one booking.",
    again: "Try again",
    others: "There are still places here",
    left: (n: number) => `${n} left`,
    otherTime: "Choose another time",
    mine: "See my bookings",
    family2: "See my family",
    whoComes: "Change who comes",
  },
);

/** Sends what was checked, by itself: however often it is shown, it is one booking. */
export function SendPage() {
  const w = said();
  const [now, setNow] = useState(trip);
  const [stage, setStage] = useState<Stage>("sends");
  const [opensAt, setOpensAt] = useState<string>();
  const tell = (stage: Stage, opensAt?: string) => {
    setStage(stage);
    setOpensAt(opensAt);
  };
  const sending = useSend(
    (progress, stop) => booked(now, tell, progress, stop),
    (made) => {
      forgetTrip();
      goInstead("tiket", made.code, "baru");
    },
  );
  const ready = isChosen(now) && now.service && now.who && now.who !== "family";
  useEffect(() => {
    if (!signedIn()) goInstead("masuk", "kirim");
    else if (!ready) goInstead(isChosen(now) ? "siapa" : "pesanan");
    else sending.send();
  }, [now]);
  useEffect(() => {
    if (sending.problem?.status !== 0) return;
    addEventListener("online", sending.send);
    return () => removeEventListener("online", sending.send);
  }, [sending.problem]);
  useAwake(now.office_id!, opensAt !== undefined);
  if (!ready) return null;
  const { problem } = sending;
  if (sending.busy && opensAt) {
    const works = sending.tries !== undefined && <Progressing sending={sending} />;
    return <Waits trip={now} opensAt={opensAt} works={works} />;
  }
  const again = () =>
    problem?.type.startsWith("idempotency-key") ? setNow(plan({ key: newKey() })) : sending.send();
  const title = sending.busy || !problem ? w.sending : w.check;
  return (
    <Page title={title} back={sending.busy ? undefined : to("periksa")}>
      {sending.busy && <p class="lead">{w.dontLeave}</p>}
      {sending.busy && stage === "again" && (
        <div class="notice warn" role="status">
          <p>{w.searching}</p>
        </div>
      )}
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

function Waits(props: { trip: Trip & Chosen; opensAt: string; works: ComponentChildren }) {
  const w = said();
  const { date, start } = props.trip;
  return (
    <Page title={w.waiting}>
      <Countdown opensAt={props.opensAt} />
      <p>{w.byItself}</p>
      <p>{w.stay}</p>
      {props.works}
      <Facts rows={[[w.day, longDate(date)], [w.time, clock(start)]]} />
      <a class="button second" href={to("periksa")}>{w.change}</a>
    </Page>
  );
}

/** Keeps the screen on while somebody waits. Where the phone has slept all the same, an answer tells
 * the time anew: a timer may have slept with it. */
function useAwake(office_id: string, waits: boolean): void {
  useEffect(() => {
    if (!waits) return;
    let lock: Promise<WakeLockSentinel | undefined> | undefined;
    const hold = () => {
      lock = navigator.wakeLock?.request("screen").catch(() => undefined);
    };
    const seen = () => {
      if (document.hidden) return;
      hold();
      void officeOf(office_id);
    };
    hold();
    document.addEventListener("visibilitychange", seen);
    return () => {
      document.removeEventListener("visibilitychange", seen);
      void lock?.then((held) => held?.release());
    };
  }, [waits]);
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
    case "did-not-come":
    case "cancelled-too-often":
      return (
        <p class="actions">
          <a class="button second" href={to("pesanan")}>{w.mine}</a>
          <a class="button second" href={to("siapa")}>{w.whoComes}</a>
        </p>
      );
    case "consent-needed":
    case "no-such-applicant":
      return <a class="button second" href={to("keluarga")}>{w.family2}</a>;
    default:
      return <button type="button" class="second" onClick={props.again}>{w.again}</button>;
  }
}

function Offers({ offers }: { offers: Offer[] }) {
  const w = said();
  const offices = useAsked(allOffices, []);
  const named = (id: string) => offices.ok?.offices.find((one) => one.office_id === id)?.name ?? id;
  return (
    <ul class="slots">
      {offers.map(({ office_id, date, start, left }) => (
        <li key={office_id + date + start}>
          <a
            class="slot"
            href={to("periksa")}
            onClick={() => plan({ office_id, date, start, opens_at: undefined })}
          >
            <strong>{shortDate(date)}, {atTime(start)}</strong> <span>{named(office_id)}</span>{" "}
            <span class="left">{w.left(left)}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}
