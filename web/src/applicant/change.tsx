/** Moving a booking, cancelling it, and leaving one that somebody else made; each says its cost. */

import type { ComponentChildren } from "preact";
import { api, ask, type Booking, type Office, officeOf, offices, useAsked } from "../api.ts";
import { atTime, longDate, zoneName } from "../dates.ts";
import { Form, useSend } from "../form.tsx";
import { go, goInstead, type Place, to } from "../router.ts";
import { forgetTicket } from "../tickets.ts";
import { forgetTrip, newKey, plan, trip } from "../trip.ts";
import { Facts, Page, Wait } from "../ui.tsx";
import { words } from "../words.ts";
import { declineUntil } from "./won.tsx";

const said = words(
  {
    cancel: "Batalkan pesanan?",
    cancelCosts: "Tempat Anda diberikan kepada orang lain dan tidak dapat diminta kembali.",
    cancelPause: "Siapa pun yang membatalkan dua kali dalam 30 hari tidak dapat memesan selama " +
      "30 hari berikutnya. Bagi kerabat tanpa akun sendiri, jeda ini berlaku setelah satu kali " +
      "pembatalan.",
    declined: (at: string) =>
      `Tempat ini didapat lewat undian. Sampai ${at} pembatalan tidak dihitung (satu kali dalam ` +
      "30 hari).",
    cancelDo: "Ya, batalkan pesanan",
    keep: "Tidak, biarkan",
    disown: "Keluar dari pesanan ini?",
    disownCosts: "Nomor antrean Anda hilang, dan Anda dapat memesan sendiri. " +
      "Orang yang memesannya tidak dapat lagi memesankan tempat untuk Anda tanpa persetujuan baru.",
    disownDo: "Ya, keluarkan saya",
    move: "Pindahkan pesanan?",
    moveCosts: "Pesanan hanya dapat dipindahkan satu kali. Anda mendapat nomor antrean baru; " +
      "nomor yang lama hilang. Selama Anda memilih, tempat yang lama tetap milik Anda.",
    moveDo: "Pilih waktu baru",
    confirm: "Pindahkan ke waktu ini?",
    confirmDo: "Pindahkan pesanan",
    before: "Sekarang",
    after: "Menjadi",
    otherTime: "Pilih waktu lain",
    when: "Waktu",
    code: "Kode pesanan",
  },
  {
    cancel: "Cancel the booking?",
    cancelCosts: "Your place is given to somebody else and cannot be asked back.",
    cancelPause: "Whoever cancels twice within 30 days cannot book for 30 more. A relative " +
      "without an account of their own cannot after one cancellation.",
    declined: (at: string) =>
      `This place was won by lot. Until ${at} cancelling it does not count (once in 30 days).`,
    cancelDo: "Yes, cancel the booking",
    keep: "No, keep it",
    disown: "Leave this booking?",
    disownCosts: "Your queue number is gone, and you can book for yourself. " +
      "Whoever made it cannot book for you any more, unless you agree anew.",
    disownDo: "Yes, take me out",
    move: "Move the booking?",
    moveCosts: "A booking can be moved only once. You get a new queue number; the old one is " +
      "gone. While you choose, your old place stays yours.",
    moveDo: "Choose the new time",
    confirm: "Move it to this time?",
    confirmDo: "Move the booking",
    before: "Now",
    after: "Then",
    otherTime: "Choose another time",
    when: "Time",
    code: "Booking code",
  },
);

const bookingOf = (code: string) =>
  ask(api.GET("/v1/bookings/{code}", { params: { path: { code } } }));

/** A question about a booking, with what it costs above the button. */
function About(props: {
  code: string;
  title: string;
  children: (booking: Booking) => ComponentChildren;
}) {
  const w = said();
  const asked = useAsked(() => bookingOf(props.code), [props.code]);
  return (
    <Page title={props.title} back={to("tiket", props.code)}>
      <Wait asked={asked}>
        {(booking) => (
          <>
            <Facts
              rows={[
                [w.when, `${longDate(booking.date)}, ${atTime(booking.start)}`],
                [w.code, booking.code],
              ]}
            />
            {props.children(booking)}
          </>
        )}
      </Wait>
    </Page>
  );
}

function CancelPage({ place: [, code = ""] }: { place: Place }) {
  const w = said();
  return (
    <About code={code} title={w.cancel}>
      {(booking) => <Cancel code={code} booking={booking} />}
    </About>
  );
}

function Cancel({ code, booking }: { code: string; booking: Booking }) {
  const w = said();
  const office = useAsked(() => officeOf(booking.office_id), [booking.office_id]);
  const late = office.ok && declineUntil(booking, office.ok);
  const sending = useSend(
    () => ask(api.DELETE("/v1/bookings/{code}", { params: { path: { code } } })),
    () => {
      forgetTicket(code);
      goInstead("tiket", code);
    },
  );
  return (
    <Form
      danger
      sending={sending}
      submit={w.cancelDo}
      instead={{ href: to("tiket", code), label: w.keep }}
      onSubmit={sending.send}
    >
      <div class="notice warn">
        <p>{w.cancelCosts}</p>
        <p>{w.cancelPause}</p>
        {late && <p>{w.declined(late)}</p>}
      </div>
    </Form>
  );
}

function DisownPage({ place: [, code = ""] }: { place: Place }) {
  const w = said();
  return (
    <About code={code} title={w.disown}>
      {() => <Disown code={code} />}
    </About>
  );
}

function Disown({ code }: { code: string }) {
  const w = said();
  const sending = useSend(
    () => ask(api.POST("/v1/bookings/{code}/disown", { params: { path: { code } } })),
    () => {
      forgetTicket(code);
      goInstead("pesanan");
    },
  );
  return (
    <Form
      danger
      sending={sending}
      submit={w.disownDo}
      instead={{ href: to("tiket", code), label: w.keep }}
      onSubmit={sending.send}
    >
      <div class="notice warn">
        <p>{w.disownCosts}</p>
      </div>
    </Form>
  );
}

function MovePage({ place: [, code = "", office_id, date, start] }: { place: Place }) {
  const w = said();
  if (office_id && date && start) return <Confirm code={code} to={{ office_id, date, start }} />;
  return (
    <About code={code} title={w.move}>
      {(booking) => (
        <>
          <div class="notice warn">
            <p>{w.moveCosts}</p>
          </div>
          <p class="actions">
            <button
              type="button"
              class="button"
              onClick={() => {
                forgetTrip();
                plan({ moving: code });
                go("kantor", booking.office_id);
              }}
            >
              {w.moveDo}
            </button>
            <a class="button second" href={to("tiket", code)}>{w.keep}</a>
          </p>
        </>
      )}
    </About>
  );
}

interface Target {
  office_id: string;
  date: string;
  start: string;
}

function Confirm(props: { code: string; to: Target }) {
  const w = said();
  const { code, to: target } = props;
  const asked = useAsked(async () => {
    const [booking, known] = await Promise.all([bookingOf(code), offices()]);
    if (booking.problem) return booking;
    if (known.problem) return known;
    return { ok: { booking: booking.ok, offices: known.ok.offices } };
  }, [code]);
  const sending = useSend(
    () => {
      const { key = newKey() } = plan({ ...trip(), moving: code, ...target });
      return ask(
        api.POST("/v1/bookings/{code}/reschedule", {
          params: { path: { code }, header: { "Idempotency-Key": key } },
          body: target,
        }),
      );
    },
    () => {
      forgetTrip();
      forgetTicket(code);
      goInstead("tiket", code);
    },
  );
  const back = to("kantor", target.office_id, target.date);
  const placed = ({ office_id, date, start }: Target, offices: Office[]) => {
    const office = offices.find((one) => one.office_id === office_id);
    const zone = office ? ` ${zoneName(office.time_zone)}` : "";
    return `${longDate(date)}, ${atTime(start)}${zone}, ${office?.name ?? office_id}`;
  };
  return (
    <Page title={w.confirm} back={back}>
      <Wait asked={asked}>
        {({ booking, offices }) => (
          <Form sending={sending} submit={w.confirmDo} onSubmit={sending.send}>
            <Facts
              rows={[
                [w.before, placed(booking, offices)],
                [w.after, <strong key="after">{placed(target, offices)}</strong>],
              ]}
            />
            <p class="hint">{w.moveCosts}</p>
            <p>
              <a href={back}>{w.otherTime}</a>
            </p>
          </Form>
        )}
      </Wait>
    </Page>
  );
}

export const pages = { batal: CancelPage, "keluar-dari": DisownPage, pindah: MovePage };
