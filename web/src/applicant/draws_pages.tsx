/** A long table, of which a page is shown. */

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { words } from "../words.ts";
import { number } from "./lot.ts";

const said = words(
  {
    shown: (from: string, to: string, of: string) => `${from}–${to} dari ${of}`,
    before: "Sebelumnya",
    after: "Berikutnya",
  },
  {
    shown: (from: string, to: string, of: string) => `${from}–${to} of ${of}`,
    before: "Previous",
    after: "Next",
  },
);

const ROWS = 20;

export function Pages<R>(props: {
  caption: string;
  columns: string[];
  rows: R[];
  row: (row: R) => ComponentChildren[];
  /** The row that somebody looks for. */
  wanted?: number;
}) {
  const w = said();
  const { rows, wanted = -1 } = props;
  const [first, setFirst] = useState(0);
  const [sought, setSought] = useState(-1);
  if (wanted !== sought) {
    setSought(wanted);
    if (wanted >= 0) setFirst(wanted - wanted % ROWS);
  }
  const shown = rows.slice(first, first + ROWS);
  const step = (by: number, label: string, there: boolean) => (
    <button
      type="button"
      class="second"
      aria-disabled={!there || undefined}
      onClick={() => there && setFirst(first + by)}
    >
      {label}
    </button>
  );
  return (
    <div class="pages">
      <table class="listed">
        <caption>{props.caption}</caption>
        <thead>
          <tr>{props.columns.map((name) => <th scope="col" key={name}>{name}</th>)}</tr>
        </thead>
        <tbody>
          {shown.map((row, n) => (
            <tr key={first + n} class={first + n === wanted ? "wanted" : undefined}>
              {props.row(row).map((cell, m) => <td key={m} data-name={props.columns[m]}>{cell}
              </td>)}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > ROWS && (
        <p class="turning">
          {step(-ROWS, w.before, first > 0)}
          <span>
            {w.shown(number(first + 1), number(first + shown.length), number(rows.length))}
          </span>
          {step(ROWS, w.after, first + ROWS < rows.length)}
        </p>
      )}
    </div>
  );
}
