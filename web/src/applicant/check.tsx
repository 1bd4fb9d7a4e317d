/** Everything that was chosen, to be checked before it is sent. */

import type { ComponentChildren } from "preact";
import { officeOf, useAsked } from "../api.ts";
import { clock, longDate, zoneName } from "../dates.ts";
import { to } from "../router.ts";
import { sessionLost, useSignedIn } from "../session.ts";
import { people, type Trip, trip } from "../trip.ts";
import { Facts, Page, Trouble } from "../ui.tsx";
import { type Chosen, isChosen, Nothing, serviceOf, timesOf } from "./chosen.tsx";
import { nameOf, useHousehold } from "./household.ts";
import { ofBooking, Who } from "./people.tsx";
import { words } from "../words.ts";

const said = words(
  {
    new: "Paspor baru",
    renewal: "Penggantian paspor",
    me: "Saya sendiri",
    family: "Saya dan keluarga, atau keluarga saja",
    check: "Periksa pesanan Anda",
    office: "Kantor",
    day: "Hari",
    time: "Jam",
    purpose: "Keperluan",
    people: "Yang datang",
    change: "Ubah",
    rules: "Pesanan dapat dipindahkan satu kali dan dibatalkan sampai akhir hari sebelumnya.",
    register: "Daftar untuk memesan",
    registerHint: "Siapkan KTP Anda. Pendaftaran memerlukan sekitar dua menit.",
    haveAccount: "Saya sudah punya akun",
    lost: "Sesi Anda telah berakhir. Silakan masuk lagi; pilihan Anda tidak hilang.",
    signIn: "Masuk dan pesan tempat",
    book: "Pesan tempat",
  },
  {
    new: "A new passport",
    renewal: "Replacing a passport",
    me: "Only me",
    family: "My family and I, or only my family",
    check: "Check your booking",
    office: "Office",
    day: "Day",
    time: "Time",
    purpose: "Purpose",
    people: "Who comes",
    change: "Change",
    rules: "A booking can be moved once, and cancelled until the end of the day before.",
    register: "Register to book",
    registerHint: "Have your KTP at hand. Registering takes about two minutes.",
    haveAccount: "I have an account",
    lost: "Your session has ended. Sign in again; what you have chosen is not lost.",
    signIn: "Sign in and book the place",
    book: "Book the place",
  },
);

export function CheckPage() {
  const known = useSignedIn();
  const now = trip();
  if (!isChosen(now) || !now.service || !now.who) return <Nothing />;
  const unnamed = now.who === "me" || now.who === "family";
  if (known && now.who === "family") return <Who {...ofBooking(now)} />;
  return known && !unnamed
    ? <CheckOfAccount trip={now} who={now.who} />
    : <Check trip={now} who={now.who === "family" ? said().family : said().me} />;
}

function CheckOfAccount(props: { trip: Trip & Chosen; who: string }) {
  const household = useHousehold();
  const names = household.ok &&
    people(props.who).map((id) => nameOf(household.ok!, id)).filter(Boolean);
  return (
    <Check
      trip={props.trip}
      who={names ? <ul>{names.map((name) => <li key={name}>{name}</li>)}</ul> : " "}
    />
  );
}

function Check(props: { trip: Trip & Chosen; who: ComponentChildren }) {
  const w = said();
  const { trip: now } = props;
  const known = useSignedIn();
  const office = useAsked(() => officeOf(now.office_id), []);
  const change = (href: string) => ({ href, label: w.change });
  const zone = office.ok ? ` ${zoneName(office.ok.time_zone)}` : "";
  return (
    <Page title={w.check} back={to("siapa")}>
      {office.problem && <Trouble problem={office.problem} again={office.again} />}
      <Facts
        rows={[
          [w.office, office.ok?.name ?? " ", change(to())],
          [w.day, longDate(now.date), change(to("kantor", now.office_id))],
          [w.time, `${clock(now.start)}${zone}`, change(timesOf(now))],
          [w.purpose, now.service === "new" ? w.new : w.renewal, change(serviceOf(now))],
          [w.people, props.who, change(to("siapa"))],
        ]}
      />
      <p class="hint">{w.rules}</p>
      {known ? <a class="button" href={to("kirim")}>{w.book}</a> : sessionLost()
        ? (
          <>
            <p>{w.lost}</p>
            <a class="button" href={to("masuk", "kirim")}>{w.signIn}</a>
          </>
        )
        : (
          <>
            <p>{w.registerHint}</p>
            <p class="actions">
              <a class="button" href={to("daftar", "nama")}>{w.register}</a>
              <a class="button second" href={to("masuk", "kirim")}>{w.haveAccount}</a>
            </p>
          </>
        )}
    </Page>
  );
}
