/** Closing a day to come, with why and what its people are told; and opening it again. */

import { useState } from "preact/hooks";
import { ask, useAsked } from "../api.ts";
import type { components } from "../contract.d.ts";
import { longDate } from "../dates.ts";
import { type Errors, Field, Form, useSend } from "../form.tsx";
import { type Place, to } from "../router.ts";
import { desk } from "../staff.ts";
import { AsOf, Facts, Page, Wait } from "../ui.tsx";
import { language, words } from "../words.ts";
import { Message } from "./message.tsx";
import { dateOf, OtherDay } from "./pick.tsx";

const said = words(
  {
    title: "Penutupan",
    lead: "Di sini Anda menutup satu hari layanan kantor ini, atau membukanya kembali.",
    choose: "Pilih hari",
    declared: "Penutupan yang akan datang",
    none: "Kantor ini tidak menutup hari apa pun yang akan datang.",
    open: "Pada tanggal ini kantor melayani seperti biasa.",
    begun: "Layanan hari itu sudah dimulai",
    begunDo: "Sudah ada yang lapor hadir, sehingga harinya tidak dapat ditutup. " +
      "Antreannya dapat ditutup sebelum waktunya.",
    closeLine: "Tutup antrean hari ini",
    noHours: "Menurut jadwal mingguannya kantor ini tidak melayani pada hari itu.",
    closed: "Kantor tutup pada tanggal ini",
    holiday: "Hari libur menurut keputusan bersama menteri",
    holidayDo: "Kantor dapat tetap melayani pada tanggal ini jika hal itu sudah diputuskan.",
    alsoHoliday: (holiday: string) =>
      `Tanggal ini juga hari libur menurut keputusan bersama menteri: ${holiday}. ` +
      "Jika Anda membukanya, kantor melayani pada hari libur itu.",
    pending: (bookings: number, people: number) =>
      `${bookings} pesanan untuk ${people} orang belum dibatalkan; itu terjadi dalam lima menit. ` +
      "Jika Anda membukanya kembali sebelum itu, pesanan tetap berlaku.",
    reopenDo: "Yang sudah dibatalkan tetap batal, dan orang-orangnya diberi tahu.",
    reopen: "Buka kembali tanggal ini",
    serve: "Layani pada hari libur ini",
    affected: "Pesanan yang dibatalkan",
    count: (bookings: number, people: number) => `${bookings} pesanan, ${people} orang`,
    nobody: "Belum ada pesanan untuk tanggal ini, jadi tidak ada yang perlu diberi tahu.",
    uncounted:
      "Pembatalan ini tidak dihitung terhadap siapa pun. SMS mulai dikirim dalam lima menit.",
    code: "Sebagai ganti [KODE] ada kode pesanan masing-masing.",
    why: "Alasan, dalam bahasa Indonesia",
    whyHint: "Dibaca pemohon di kalender. Contoh: Banjir",
    whyEn: "Alasan, dalam bahasa Inggris",
    whyEnHint: "Contoh: Flood",
    needed: "Tulis alasannya.",
    neededEn: "Tulis alasannya dalam bahasa Inggris.",
    close: "Tutup pada tanggal ini",
    keep: "Jangan ditutup",
  },
  {
    title: "Closures",
    lead: "Here you close a day of service of this office, or open it again.",
    choose: "Choose a day",
    declared: "Closures to come",
    none: "This office closes on no day to come.",
    open: "The office serves on this day as usual.",
    begun: "The day has begun",
    begunDo: "People have checked in, so the day cannot be closed any more. " +
      "Its line can be closed early.",
    closeLine: "Close today's line",
    noHours: "By its weekly hours this office does not serve on that day.",
    closed: "This day is closed",
    holiday: "A holiday by the ministers' joint decree",
    holidayDo: "The office can serve on this day all the same, if that has been decided.",
    alsoHoliday: (holiday: string) =>
      `This day is a holiday by the ministers' joint decree as well: ${holiday}. ` +
      "If you open it, the office serves on that holiday.",
    pending: (bookings: number, people: number) =>
      `${bookings === 1 ? "1 booking" : `${bookings} bookings`} for ` +
      `${people === 1 ? "1 person" : `${people} people`} will be cancelled within five minutes. ` +
      "If you open the day before that, they stand.",
    reopenDo: "What has been cancelled stays cancelled, and its people are told.",
    reopen: "Open this day again",
    serve: "Serve on this holiday",
    affected: "Bookings that are cancelled",
    count: (bookings: number, people: number) =>
      `${bookings} ${bookings === 1 ? "booking" : "bookings"}, ` +
      `${people} ${people === 1 ? "person" : "people"}`,
    nobody: "Nobody has booked for this day yet, so there is nobody to be told.",
    uncounted: "This counts against nobody. The SMS begin to go out within five minutes.",
    code: "In place of [KODE] each has the code of its booking.",
    why: "Why, in Indonesian",
    whyHint: "Applicants read it in the calendar. For example: Banjir",
    whyEn: "Why, in English",
    whyEnHint: "For example: Flood",
    needed: "Write why.",
    neededEn: "Write the reason in English.",
    close: "Close this day",
    keep: "Leave it open",
  },
);

type DayToCome = components["schemas"]["DayToCome"];

function ClosuresPage({ place }: { place: Place }) {
  const w = said();
  const date = dateOf(place);
  return date
    ? (
      <Page title={longDate(date)} above={w.title} back={to("penutupan")}>
        <OtherDay room="penutupan" date={date} />
        <One date={date} />
      </Page>
    )
    : (
      <Page title={w.title}>
        <p>{w.lead}</p>
        <section>
          <h2>{w.choose}</h2>
          <OtherDay room="penutupan" date="" />
        </section>
        <Declared />
      </Page>
    );
}

function Declared() {
  const w = said();
  const asked = useAsked(() => ask(desk.GET("/v1/desk/closures", {})), []);
  return (
    <section>
      <h2>{w.declared}</h2>
      <Wait asked={asked}>
        {({ closures }) =>
          closures.length
            ? (
              <ul class="cards">
                {closures.map(({ date, reason }) => (
                  <li key={date}>
                    <a class="card" href={to("penutupan", date)}>
                      <strong>{longDate(date)}</strong>
                      <span>{reason[language()]}</span>
                    </a>
                  </li>
                ))}
              </ul>
            )
            : <p>{w.none}</p>}
      </Wait>
    </section>
  );
}

function One({ date }: { date: string }) {
  const asked = useAsked(
    () => ask(desk.GET("/v1/desk/closures/{date}", { params: { path: { date } } })),
    [date],
  );
  return (
    <Wait asked={asked}>
      {(day) => (
        <>
          <AsOf asked={asked} />
          <Standing day={day} changed={asked.again} />
        </>
      )}
    </Wait>
  );
}

function Standing({ day, changed }: { day: DayToCome; changed: () => void }) {
  const w = said();
  switch (day.standing) {
    case "open":
      return <Close day={day} changed={changed} />;
    case "begun":
      return (
        <div class="notice warn">
          <h2>{w.begun}</h2>
          <p>{w.begunDo}</p>
          <a href={to("tutup-antrean")}>{w.closeLine}</a>
        </div>
      );
    case "no-hours":
      return <p>{w.noHours}</p>;
    default:
      return <Reopen day={day} changed={changed} />;
  }
}

function Close({ day, changed }: { day: DayToCome; changed: () => void }) {
  const w = said();
  const [id, setId] = useState("");
  const [en, setEn] = useState("");
  const [errors, setErrors] = useState<Errors>({});
  const { date } = day;
  const sending = useSend(
    () => ask(desk.POST("/v1/desk/closures", { body: { date, reason: { id, en } } })),
    changed,
  );
  const send = () => {
    const wrong = { id: id.trim() ? undefined : w.needed, en: en.trim() ? undefined : w.neededEn };
    setErrors(wrong);
    if (!wrong.id && !wrong.en) sending.send();
  };
  return (
    <Form
      errors={errors}
      sending={sending}
      submit={w.close}
      danger
      instead={{ href: to("penutupan"), label: w.keep }}
      onSubmit={send}
    >
      <p>{w.open}</p>
      <Field
        name="id"
        label={w.why}
        hint={w.whyHint}
        error={errors.id}
        value={id}
        maxLength={120}
        onInput={setId}
      />
      <Field
        name="en"
        label={w.whyEn}
        hint={w.whyEnHint}
        error={errors.en}
        value={en}
        maxLength={120}
        onInput={setEn}
      />
      {day.bookings === 0 ? <p>{w.nobody}</p> : (
        <>
          <Facts rows={[[w.affected, w.count(day.bookings, day.people)]]} />
          <Message>{day.message}</Message>
          <p class="hint">{w.code} {w.uncounted}</p>
        </>
      )}
    </Form>
  );
}

function Reopen({ day, changed }: { day: DayToCome; changed: () => void }) {
  const w = said();
  const { date, standing, reason, bookings, people } = day;
  const also = day.holiday?.[language()];
  const sending = useSend(
    () => ask(desk.DELETE("/v1/desk/closures/{date}", { params: { path: { date } } })),
    changed,
  );
  const holiday = standing === "holiday";
  return (
    <Form sending={sending} submit={also ? w.serve : w.reopen} onSubmit={sending.send}>
      <div class="notice warn" role="status">
        <h2>{holiday ? w.holiday : w.closed}</h2>
        <p>{reason?.[language()]}</p>
        {bookings > 0 && <p>{w.pending(bookings, people)}</p>}
      </div>
      {also && !holiday && <p>{w.alsoHoliday(also)}</p>}
      <p>{holiday ? w.holidayDo : w.reopenDo}</p>
    </Form>
  );
}

export const pages = { penutupan: ClosuresPage };
