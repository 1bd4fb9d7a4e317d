/** A number for somebody who came without a booking. */

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { words } from "../words.ts";
import type { WalkIn } from "./arrivals.ts";

const said = words(
  {
    title: "Tanpa pesanan",
    people: "Berapa orang",
    service: "Untuk apa",
    new: "Paspor baru",
    renewal: "Penggantian",
    priority: "Didahulukan",
    none: "tidak",
    elderly: "lansia",
    toddler: "balita",
    pregnant: "hamil",
    disabled: "difabel",
    give: "Beri nomor",
    cancel: "Batal",
  },
  {
    title: "Without a booking",
    people: "How many people",
    service: "What for",
    new: "New passport",
    renewal: "Renewal",
    priority: "Priority",
    none: "none",
    elderly: "over 60",
    toddler: "under 5",
    pregnant: "pregnant",
    disabled: "disabled",
    give: "Give a number",
    cancel: "Cancel",
  },
);

const PRIORITIES = ["none", "elderly", "toddler", "pregnant", "disabled"] as const;

export function WalkInForm(props: { give: (to: WalkIn) => void; close: () => void }) {
  const w = said();
  const form = useRef<HTMLFormElement>(null);
  const [people, setPeople] = useState(1);
  const [service, setService] = useState<WalkIn["service"]>("new");
  const [priority, setPriority] = useState<typeof PRIORITIES[number]>("none");
  useLayoutEffect(() => form.current?.querySelector<HTMLElement>(":checked")?.focus(), []);
  const submit = () => {
    props.give({ people, service, ...(priority !== "none" && { priority }) });
    props.close();
  };
  return (
    <form
      class="panel"
      ref={form}
      aria-labelledby="walk-in"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <h2 id="walk-in">{w.title}</h2>
      <Chips
        name="people"
        legend={w.people}
        options={[1, 2, 3, 4, 5].map((n) => [String(n), String(n)])}
        value={String(people)}
        onChoose={(value) => setPeople(Number(value))}
      />
      <Chips
        name="service"
        legend={w.service}
        options={[["new", w.new], ["renewal", w.renewal]]}
        value={service}
        onChoose={(value) => setService(value as WalkIn["service"])}
      />
      <Chips
        name="priority"
        legend={w.priority}
        options={PRIORITIES.map((one) => [one, w[one]])}
        value={priority}
        onChoose={(value) => setPriority(value as typeof priority)}
      />
      <div class="actions">
        <button type="submit" class="button">{w.give}</button>
        <button type="button" class="second" aria-keyshortcuts="Escape" onClick={props.close}>
          {w.cancel} <kbd aria-hidden="true">Esc</kbd>
        </button>
      </div>
    </form>
  );
}

function Chips(props: {
  name: string;
  legend: string;
  options: [value: string, label: string][];
  value: string;
  onChoose: (value: string) => void;
}) {
  return (
    <fieldset class="chips">
      <legend>{props.legend}</legend>
      {props.options.map(([value, label]) => (
        <label class="choice" key={value}>
          <input
            type="radio"
            name={props.name}
            value={value}
            checked={props.value === value}
            onChange={() => props.onChoose(value)}
          />
          <span>{label}</span>
        </label>
      ))}
    </fieldset>
  );
}
