/** Who comes: one to five people. */

import { useState } from "preact/hooks";
import { atTime, shortDate } from "../dates.ts";
import { Choices, type Errors, Form } from "../form.tsx";
import { go, to } from "../router.ts";
import { useSignedIn } from "../session.ts";
import { people, plan, trip } from "../trip.ts";
import { Page, Wait } from "../ui.tsx";
import { type Chosen, isChosen, Nothing, serviceOf } from "./chosen.tsx";
import { type Household, useHousehold } from "./household.ts";
import { words } from "../words.ts";

const said = words(
  {
    next: "Lanjut",
    who: "Siapa yang datang?",
    whoHint: "Satu pesanan untuk satu sampai lima orang.",
    me: "Saya sendiri",
    family: "Saya dan keluarga, atau keluarga saja",
    familyHint: "Anda menyebut siapa saja setelah mendaftar",
    noWho: "Pilih siapa yang datang.",
    tick: "Pilih satu orang atau lebih.",
    you: "Anda",
    waits: "Menunggu persetujuannya",
    add: "Tambah anggota keluarga",
  },
  {
    next: "Continue",
    who: "Who comes?",
    whoHint: "One booking is for one to five people.",
    me: "Only me",
    family: "My family and I, or only my family",
    familyHint: "You name them once you have registered",
    noWho: "Choose who comes.",
    tick: "Choose one person or more.",
    you: "You",
    waits: "Has not accepted yet",
    add: "Add a family member",
  },
);

const when = ({ date, start }: Chosen): string => `${shortDate(date)}, ${atTime(start)}`;

export function WhoPage() {
  const now = trip();
  return isChosen(now) ? <Who {...ofBooking(now)} /> : <Nothing />;
}

interface Asking {
  above: string;
  back: string;
  /** Once it is known who comes. */
  next: () => void;
}

/** How it is asked of whoever books. */
export const ofBooking = (now: Chosen): Asking => ({
  above: when(now),
  back: serviceOf(now),
  next: () => go("periksa"),
});

export function Who(props: Asking) {
  return useSignedIn() ? <WhoOfAccount {...props} /> : <WhoOfVisitor {...props} />;
}

function WhoOfVisitor(props: Asking) {
  const w = said();
  const [who, choose] = useState(trip().who);
  const [errors, setErrors] = useState<Errors>({});
  const submit = () => {
    if (!who) return setErrors({ who: w.noWho });
    plan({ who });
    props.next();
  };
  return (
    <Page title={w.who} above={props.above} back={props.back}>
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

function WhoOfAccount(props: Asking) {
  const household = useHousehold();
  return (
    <Page title={said().who} above={props.above} back={props.back}>
      <Wait asked={household}>{(ok) => <Tick household={ok} next={props.next} />}</Wait>
    </Page>
  );
}

function Tick(props: { household: Household; next: () => void }) {
  const { me, family } = props.household;
  const w = said();
  const allowed = new Set(
    [me, ...family.filter(({ consent }) => consent !== "asked")].map((one) => one.applicant_id),
  );
  const before = people(trip().who).filter((id) => allowed.has(id));
  const [ticked, setTicked] = useState(before.length ? before : [me.applicant_id]);
  const [errors, setErrors] = useState<Errors>({});
  const submit = () => {
    if (!ticked.length) return setErrors({ people: w.tick });
    plan({ who: [...allowed].filter((id) => ticked.includes(id)).join(",") });
    props.next();
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
