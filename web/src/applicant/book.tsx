/** From a time to a booking: what for, who comes, check, and send. */

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { type Account, api, ask, type Problem, type Relative, useAsked } from "../api.ts";
import { clock, longDate, shortDate, zoneName } from "../dates.ts";
import { Choices, type Errors, Form, Progressing, useSend } from "../form.tsx";
import { withProof } from "../proof.ts";
import { go, goInstead, type Place, to } from "../router.ts";
import { signedIn, useSignedIn } from "../session.ts";
import { forgetTrip, newKey, people, plan, type Trip, trip } from "../trip.ts";
import { Facts, Page, Trouble, Wait } from "../ui.tsx";
import { words } from "../words.ts";

const said = words(
  {
    service: "Untuk apa Anda datang?",
    new: "Paspor baru",
    newHint: "Belum pernah memiliki paspor",
    renewal: "Penggantian paspor",
    renewalHint: "Masa berlaku habis, halaman penuh, rusak, atau hilang",
    next: "Lanjut",
    who: "Siapa yang datang?",
    whoHint: "Satu pesanan untuk satu sampai lima orang.",
    me: "Saya sendiri",
    family: "Saya dan keluarga, atau keluarga saja",
    familyHint: "Anda menyebut siapa saja setelah mendaftar",
    noService: "Pilih paspor baru atau penggantian.",
    noWho: "Pilih siapa yang datang.",
    tick: "Pilih satu orang atau lebih.",
    you: "Anda",
    waits: "Menunggu persetujuannya",
    add: "Tambah anggota keluarga",
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
    book: "Pesan tempat",
    sending: "Memesan tempat Anda",
    dontLeave: "Jangan tutup halaman ini. Mengulang tidak membuat pesanan ganda.",
    again: "Coba lagi",
    others: "Masih ada tempat di sini",
    left: (n: number) => `sisa ${n}`,
    otherTime: "Pilih jam lain",
    mine: "Lihat pesanan saya",
    family2: "Lihat keluarga saya",
    nothing: "Belum ada yang dipilih",
    nothingHint: "Pilih kantor, hari, dan jam dahulu.",
    begin: "Pilih kantor",
  },
  {
    service: "What do you come for?",
    new: "A new passport",
    newHint: "You have never had one",
    renewal: "Replacing a passport",
    renewalHint: "It has expired, is full, damaged or lost",
    next: "Continue",
    who: "Who comes?",
    whoHint: "One booking is for one to five people.",
    me: "Only me",
    family: "My family and I, or only my family",
    familyHint: "You name them once you have registered",
    noService: "Choose a new passport or a replacement.",
    noWho: "Choose who comes.",
    tick: "Choose one person or more.",
    you: "You",
    waits: "Has not accepted yet",
    add: "Add a family member",
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
    book: "Book the place",
    sending: "Booking your place",
    dontLeave: "Do not close this page. Trying again does not book twice.",
    again: "Try again",
    others: "There are still places here",
    left: (n: number) => `${n} left`,
    otherTime: "Choose another time",
    mine: "See my bookings",
    family2: "See my family",
    nothing: "Nothing is chosen yet",
    nothingHint: "Choose an office, a day and a time first.",
    begin: "Choose an office",
  },
);

interface Chosen {
  office_id: string;
  date: string;
  start: string;
}

const isChosen = (plan: Trip): plan is Trip & Chosen =>
  Boolean(plan.office_id && plan.date && plan.start);

const timesOf = ({ office_id, date }: Chosen) => to("kantor", office_id, date);
const serviceOf = ({ office_id, date, start }: Chosen) => to("pesan", office_id, date, start);

function ServicePage({ place }: { place: Place }) {
  const w = said();
  const [, office_id = "", date = "", start = ""] = place;
  const before = trip();
  const [service, choose] = useState(before.service);
  const [errors, setErrors] = useState<Errors>({});
  const submit = () => {
    if (!service) return setErrors({ service: w.noService });
    plan({ office_id, date, start, service, moving: undefined });
    go(before.who && isChosen(before) ? "periksa" : "siapa");
  };
  return (
    <Page
      title={w.service}
      above={`${shortDate(date)}, ${clock(start)}`}
      back={timesOf({ office_id, date, start })}
    >
      <Form errors={errors} submit={w.next} onSubmit={submit}>
        <Choices
          name="service"
          label={w.service}
          quiet
          error={errors.service}
          value={service}
          onChoose={(value) => choose(value as Trip["service"])}
          options={[
            { value: "new", label: w.new, hint: w.newHint },
            { value: "renewal", label: w.renewal, hint: w.renewalHint },
          ]}
        />
      </Form>
    </Page>
  );
}

function WhoPage() {
  const known = useSignedIn();
  const now = trip();
  if (!isChosen(now)) return <Nothing />;
  return known ? <WhoOfAccount trip={now} /> : <WhoOfVisitor trip={now} />;
}

function WhoOfVisitor(props: { trip: Trip & Chosen }) {
  const w = said();
  const [who, choose] = useState(props.trip.who);
  const [errors, setErrors] = useState<Errors>({});
  const submit = () => {
    if (!who) return setErrors({ who: w.noWho });
    plan({ who });
    go("periksa");
  };
  return (
    <Page title={w.who} back={serviceOf(props.trip)}>
      <Form errors={errors} submit={w.next} onSubmit={submit}>
        <Choices
          name="who"
          label={w.who}
          quiet
          hint={w.whoHint}
          error={errors.who}
          value={who}
          onChoose={choose}
          options={[
            { value: "me", label: w.me },
            { value: "family", label: w.family, hint: w.familyHint },
          ]}
        />
      </Form>
    </Page>
  );
}

interface Household {
  me: Account;
  family: Relative[];
}

const useHousehold = () =>
  useAsked(async () => {
    const [me, family] = await Promise.all([
      ask(api.GET("/v1/me")),
      ask(api.GET("/v1/me/family")),
    ]);
    if (me.problem) return me;
    if (family.problem) return family;
    return { ok: { me: me.ok, family: family.ok.family } satisfies Household };
  }, []);

function WhoOfAccount(props: { trip: Trip & Chosen }) {
  const household = useHousehold();
  return (
    <Page title={said().who} back={serviceOf(props.trip)}>
      <Wait asked={household}>{(ok) => <Tick household={ok} who={props.trip.who} />}</Wait>
    </Page>
  );
}

function Tick({ household: { me, family }, who }: { household: Household; who?: string }) {
  const w = said();
  const allowed = new Set(
    [me, ...family.filter(({ consent }) => consent !== "asked")].map((one) => one.applicant_id),
  );
  const before = people(who).filter((id) => allowed.has(id));
  const [ticked, setTicked] = useState(before.length ? before : [me.applicant_id]);
  const [errors, setErrors] = useState<Errors>({});
  const submit = () => {
    if (!ticked.length) return setErrors({ people: w.tick });
    plan({ who: [...allowed].filter((id) => ticked.includes(id)).join(",") });
    go("periksa");
  };
  const person = (id: string, name: string, note?: string) => (
    <label class="choice" key={id}>
      <input
        type="checkbox"
        name="people"
        checked={ticked.includes(id)}
        disabled={!allowed.has(id)}
        onChange={(event) =>
          setTicked(
            event.currentTarget.checked ? [...ticked, id] : ticked.filter((one) => one !== id),
          )}
      />
      <span>
        {name}
        {note && <small>{note}</small>}
      </span>
    </label>
  );
  return (
    <Form errors={errors} submit={w.next} onSubmit={submit}>
      <fieldset class={errors.people ? "field wrong" : "field"}>
        <legend class="unseen">{w.who}</legend>
        <p class="hint">{w.whoHint}</p>
        {errors.people && <p class="error">{errors.people}</p>}
        {person(me.applicant_id, me.name, w.you)}
        {family.map((one) =>
          person(
            one.applicant_id,
            one.name,
            one.consent === "asked" ? w.waits : undefined,
          )
        )}
      </fieldset>
      {family.length < 4 && (
        <p>
          <a href={to("keluarga", "tambah")}>{w.add}</a>
        </p>
      )}
    </Form>
  );
}

function CheckPage() {
  const known = useSignedIn();
  const now = trip();
  if (!isChosen(now) || !now.service || !now.who) return <Nothing />;
  const unnamed = now.who === "me" || now.who === "family";
  if (known && now.who === "family") return <WhoOfAccount trip={now} />;
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

const nameOf = ({ me, family }: Household, id: string) =>
  [me, ...family].find((one) => one.applicant_id === id)?.name;

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
      {known ? <a class="button" href={to("kirim")}>{w.book}</a> : (
        <>
          <p>{w.registerHint}</p>
          <p class="actions">
            <a class="button" href={to("daftar", "nama")}>{w.register}</a>
            <a class="button second" href={to("masuk")}>{w.haveAccount}</a>
          </p>
        </>
      )}
    </Page>
  );
}

const officeOf = (office_id: string) =>
  ask(api.GET("/v1/offices/{office_id}", { params: { path: { office_id } } }));

/** Sends what was checked, by itself: however often it is shown, it is one booking. */
function SendPage() {
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

function Nothing() {
  const w = said();
  return (
    <Page title={w.nothing}>
      <p>{w.nothingHint}</p>
      <a class="button" href={to()}>{w.begin}</a>
    </Page>
  );
}

export const pages = { pesan: ServicePage, siapa: WhoPage, periksa: CheckPage, kirim: SendPage };
