/** Which counter somebody works at, and for which steps of a visit. */

import { useState } from "preact/hooks";
import { ask, useAsked } from "../api.ts";
import { type Errors, Form } from "../form.tsx";
import { desk } from "../staff.ts";
import { Page, Wait } from "../ui.tsx";
import { words } from "../words.ts";
import type { Counters } from "./attend.ts";
import type { Chosen } from "./chosen.ts";
import type { Counter } from "./press.ts";

const said = words(
  {
    title: "Pilih loket Anda",
    counters: "Loket",
    counter: (name: string) => `Loket ${name}`,
    free: "tutup",
    open: "buka, kosong",
    at: (ticket: string) => `melayani ${ticket}`,
    which: "Pilih satu loket.",
    steps: "Tahap yang dilayani",
    step: (n: number) => `Tahap ${n}`,
    atLeast: "Pilih sedikitnya satu tahap.",
    taken:
      "Loket ini sedang dibuka. Bila Anda mengambil alih, tab atau komputer yang lain diberi " +
      "tahu begitu menekan tombol berikutnya.",
    start: "Buka loket",
    takeOver: "Ambil alih loket",
  },
  {
    title: "Choose your counter",
    counters: "Counter",
    counter: (name: string) => `Counter ${name}`,
    free: "closed",
    open: "open, nobody there",
    at: (ticket: string) => `serving ${ticket}`,
    which: "Choose a counter.",
    steps: "Steps that it serves",
    step: (n: number) => `Step ${n}`,
    atLeast: "Choose at least one step.",
    taken: "This counter is open. If you take it over, the other tab or computer is told at its " +
      "next press.",
    start: "Open the counter",
    takeOver: "Take the counter over",
  },
);

export function Choose(props: {
  office_id: string;
  /** With whether nobody has it open, so that it is opened at once. */
  choose: (one: Chosen, free: boolean) => void;
}) {
  const asked = useAsked(() => ask(desk.GET("/v1/desk/counters", {})), []);
  return (
    <Page title={said().title} wide>
      <Wait asked={asked}>{(ok) => <Choice {...props} office={ok} />}</Wait>
    </Page>
  );
}

function Choice(props: {
  office_id: string;
  office: Counters;
  choose: (one: Chosen, free: boolean) => void;
}) {
  const w = said();
  const { office_id, office } = props;
  const [counter, setCounter] = useState<Counter>();
  const [steps, setSteps] = useState(office.steps);
  const [errors, setErrors] = useState<Errors>({});
  const several = office.steps.length > 1 && !counter?.open;
  const submit = () => {
    const wrong: Errors = {
      counter: counter ? undefined : w.which,
      steps: steps.length ? undefined : w.atLeast,
    };
    setErrors(wrong);
    if (!counter || wrong.steps) return;
    const chosen = counter.open ? counter.steps : steps;
    props.choose({ office_id, counter: counter.counter, steps: chosen }, !counter.open);
  };
  const how = (one: Counter) => one.ticket ? w.at(one.ticket) : one.open ? w.open : w.free;
  return (
    <Form
      errors={errors}
      submit={counter?.open ? w.takeOver : w.start}
      onSubmit={submit}
    >
      <fieldset class={errors.counter ? "field wrong" : "field"}>
        <legend>{w.counters}</legend>
        {errors.counter && <p class="error">{errors.counter}</p>}
        <div class="tiles">
          {office.counters.map((one) => (
            <label class="choice" key={one.counter}>
              <input
                type="radio"
                name="counter"
                value={one.counter}
                checked={one.counter === counter?.counter}
                onChange={() => setCounter(one)}
              />
              <span>
                {w.counter(one.counter)}
                <small>{how(one)}</small>
              </span>
            </label>
          ))}
        </div>
      </fieldset>
      {counter?.open && <p class="notice warn" role="status">{w.taken}</p>}
      {several && (
        <fieldset class={errors.steps ? "field wrong" : "field"}>
          <legend>{w.steps}</legend>
          {errors.steps && <p class="error">{errors.steps}</p>}
          <div class="tiles">
            {office.steps.map((step) => (
              <label class="choice" key={step}>
                <input
                  type="checkbox"
                  name="steps"
                  checked={steps.includes(step)}
                  onChange={({ currentTarget }) =>
                    setSteps(
                      office.steps.filter((one) =>
                        one === step ? currentTarget.checked : steps.includes(one)
                      ),
                    )}
                />
                <span>{w.step(step + 1)}</span>
              </label>
            ))}
          </div>
        </fieldset>
      )}
    </Form>
  );
}
