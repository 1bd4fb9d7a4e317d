/** Everything that is asked for, to be checked before it is sent; and what a refusal asks for. */

import { api, ask, officeOf, type Problem, useAsked } from "../api.ts";
import { longDate } from "../dates.ts";
import { Form, useSend } from "../form.tsx";
import { goInstead, to } from "../router.ts";
import { sessionLost, useSignedIn } from "../session.ts";
import { forgetTrip, newKey, people, plan, trip } from "../trip.ts";
import { Facts, Page, Trouble } from "../ui.tsx";
import { words } from "../words.ts";
import { nameOf, useHousehold } from "./household.ts";
import { type Lot, parts, span, startsOf, times } from "./lot.ts";
import { Who } from "./people.tsx";
import type { ComponentChildren } from "preact";

const said = words(
  {
    title: "Periksa permohonan Anda",
    me: "Saya sendiri",
    family: "Saya dan keluarga, atau keluarga saja",
    change: "Ubah",
    rules: "Jika terpilih, Anda langsung mendapat tempat dan tidak perlu berbuat apa-apa. " +
      "Permohonan dapat ditarik kapan saja sebelum itu. Siapa pun yang memesan sendiri, di kantor " +
      "mana pun, tidak lagi ikut diundi.",
    ask: "Ajukan permohonan",
    register: "Daftar untuk mengajukan",
    registerHint: "Siapkan KTP Anda. Pendaftaran memerlukan sekitar dua menit.",
    haveAccount: "Saya sudah punya akun",
    lost: "Sesi Anda telah berakhir. Silakan masuk lagi; pilihan Anda tidak hilang.",
    signIn: "Masuk dan ajukan",
    mine: "Lihat permohonan dan pesanan saya",
    whoComes: "Ubah siapa yang datang",
    toFamily: "Lihat keluarga saya",
    calendar: "Lihat kalender kantor ini",
    toDays: "Ubah hari",
    toTimes: "Ubah jam",
    again: "Coba lagi",
  },
  {
    title: "Check what you ask for",
    me: "Only me",
    family: "My family and I, or only my family",
    change: "Change",
    rules: "If you are drawn, you have your place at once and need do nothing. Until then you " +
      "can withdraw at any time. Whoever books a place themselves, at any office, no longer takes part.",
    ask: "Ask for a place by lot",
    register: "Register to ask",
    registerHint: "Have your KTP at hand. Registering takes about two minutes.",
    haveAccount: "I have an account",
    lost: "Your session has ended. Sign in again; what you have chosen is not lost.",
    signIn: "Sign in and ask",
    mine: "See my entries and bookings",
    whoComes: "Change who comes",
    toFamily: "See my family",
    calendar: "See the calendar of this office",
    toDays: "Change the days",
    toTimes: "Change the times",
    again: "Try again",
  },
);

export function CheckLot({ lot }: { lot: Lot }) {
  const known = useSignedIn();
  const { office_id, who, service } = lot;
  if (!service || !who || (known && who === "family")) {
    const back = to("ajukan", office_id, "keperluan");
    return (
      <Who
        above={span(lot)}
        back={back}
        next={() => goInstead("ajukan", office_id, "periksa")}
      />
    );
  }
  if (!known) return <Check lot={lot} who={who === "family" ? said().family : said().me} />;
  return who === "me" ? <Send lot={lot} who={said().me} /> : <SendOfNamed lot={lot} />;
}

function SendOfNamed({ lot }: { lot: Lot }) {
  const household = useHousehold();
  const names = household.ok &&
    people(lot.who).map((id) => nameOf(household.ok!, id)).filter(Boolean);
  const who = names ? <ul>{names.map((name) => <li key={name}>{name}</li>)}</ul> : " ";
  return <Send lot={lot} who={who} />;
}

function Send({ lot, who }: { lot: Lot; who: ComponentChildren }) {
  const w = said();
  const sending = useSend(
    () => asked(lot),
    ({ entry_id }) => {
      forgetTrip();
      goInstead("permohonan", entry_id, "baru");
    },
  );
  const send = () => {
    if (sending.problem?.type.startsWith("idempotency-key")) plan({ key: newKey() });
    sending.send();
  };
  return (
    <Check lot={lot} who={who}>
      <Form
        sending={sending}
        submit={w.ask}
        remedy={(problem) => <Remedy problem={problem} lot={lot} />}
        onSubmit={send}
      >
        <p class="hint">{w.rules}</p>
      </Form>
    </Check>
  );
}

/** Asks under the key of the wish: sent again it is the same entry. */
async function asked(lot: Lot) {
  let applicants = people(lot.who);
  if (!applicants.length) {
    const me = await ask(api.GET("/v1/me"));
    if (me.problem) return me;
    applicants = [me.ok.applicant_id];
  }
  const { office_id, from, to, until, service = "new" } = lot;
  const body = { office_id, from, to, windows: startsOf(lot.windows), service, applicants, until };
  const { key = newKey() } = trip();
  return await ask(
    api.POST("/v1/waitlist", { params: { header: { "Idempotency-Key": key } }, body }),
  );
}

function Check(props: { lot: Lot; who: ComponentChildren; children?: ComponentChildren }) {
  const w = said(), part = parts();
  const { lot } = props;
  const { office_id } = lot;
  const office = useAsked(() => officeOf(office_id), [office_id]);
  const change = (step: string) => ({ href: to("ajukan", office_id, step), label: w.change });
  return (
    <Page title={w.title} back={to("ajukan", office_id, "siapa")}>
      {office.problem && <Trouble problem={office.problem} again={office.again} />}
      <Facts
        rows={[
          [part.office, office.ok?.name ?? " "],
          [part.days, span(lot), change("hari")],
          [part.times, times(startsOf(lot.windows)), change("jam")],
          [part.purpose, lot.service === "new" ? part.new : part.renewal, change("keperluan")],
          [part.people, props.who, change("siapa")],
          [part.until, longDate(lot.until), change("hari")],
        ]}
      />
      {props.children ?? <Visitor />}
    </Page>
  );
}

function Visitor() {
  const w = said();
  const lost = sessionLost();
  return (
    <>
      <p class="hint">{w.rules}</p>
      <p>{lost ? w.lost : w.registerHint}</p>
      <p class="actions">
        {!lost && <a class="button" href={to("daftar", "nama")}>{w.register}</a>}
        <a class={lost ? "button" : "button second"} href={to("masuk", "ajukan")}>
          {lost ? w.signIn : w.haveAccount}
        </a>
      </p>
    </>
  );
}

/** What somebody can do about a refusal. */
function Remedy({ problem, lot }: { problem: Problem; lot: Lot }) {
  const w = said();
  const step = (name: string, label: string) => (
    <a class="button second" href={to("ajukan", lot.office_id, name)}>{label}</a>
  );
  const mine = <a class="button second" href={to("pesanan")}>{w.mine}</a>;
  switch (problem.type) {
    case "already-asking":
    case "already-booked":
    case "cancelled-too-often":
    case "did-not-come":
    case "barred-from-draws":
      return <p class="actions">{mine}{step("siapa", w.whoComes)}</p>;
    case "consent-needed":
    case "no-such-applicant":
      return <a class="button second" href={to("keluarga")}>{w.toFamily}</a>;
    case "no-draw":
      return <a class="button second" href={to("kantor", lot.office_id)}>{w.calendar}</a>;
    case "invalid":
      return <p class="actions">{step("hari", w.toDays)}{step("jam", w.toTimes)}</p>;
    case "too-many-requests":
      return mine;
    default:
      return null;
  }
}
