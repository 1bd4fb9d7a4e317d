/** Fields of a desk: a date, a time or a number, as the browser asks for them. */

import { useState } from "preact/hooks";
import { go, type Place, to } from "../router.ts";
import { words } from "../words.ts";

const said = words(
  { date: "Tanggal", show: "Tampilkan", before: "Hari sebelumnya", after: "Hari berikutnya" },
  { date: "Date", show: "Show", before: "The day before", after: "The day after" },
);

export function Pick(props: {
  type: "date" | "time" | "number";
  name: string;
  label: string;
  value: string;
  min?: string;
  max?: string;
  onInput: (value: string) => void;
}) {
  const { name, label, onInput, ...rest } = props;
  return (
    <div class="field pick">
      <label for={name}>{label}</label>
      <input
        {...rest}
        id={name}
        name={name}
        required
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    </div>
  );
}

/** The date that a place names, if there is such a day. */
export const dateOf = ([, date = ""]: Place): string | undefined =>
  /^\d{4}-\d\d-\d\d$/.test(date) && Date.parse(date) ? date : undefined;

/** The date so many days later. */
export function later(date: string, days: number): string {
  const at = new Date(`${date}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}

/** A way to another day of a room: the one before, the one after, or any. */
export function OtherDay(props: { room: string; date: string; min?: string; max?: string }) {
  const { room, date, ...span } = props;
  const w = said();
  const [wanted, setWanted] = useState(date);
  const towards = (days: number, label: string, sign: string) => {
    const day = later(date, days);
    if ((span.min && day < span.min) || (span.max && day > span.max)) return null;
    return (
      <a class="button second" href={to(room, day)}>
        <span aria-hidden="true">{sign}</span>
        <span class="unseen">{label}</span>
      </a>
    );
  };
  return (
    <form
      class="other-day"
      onSubmit={(event) => {
        event.preventDefault();
        go(room, wanted);
      }}
    >
      {date && towards(-1, w.before, "‹")}
      <Pick
        type="date"
        name="date"
        label={w.date}
        value={wanted}
        {...span}
        onInput={setWanted}
      />
      {date && towards(1, w.after, "›")}
      <button type="submit" class="second">{w.show}</button>
    </form>
  );
}
