/** How it stands, in a few numbers: who waits, how late we are, how fast I am. */

import { language, words } from "../words.ts";
import type { View } from "./attend.ts";
import type { Chosen } from "./chosen.ts";

const said = words(
  {
    steps: (numbers: string) => `Tahap ${numbers}`,
    waiting: "Menunggu loket ini",
    late: "Keterlambatan",
    minutes: (n: number) => `${n} menit`,
    onTime: "tepat waktu",
    served: "Sudah saya layani",
    people: (n: number) => `${n} orang`,
    pace: "Menit per orang",
    mine: (own: string, office: string) => `saya ${own}, kantor ${office}`,
    office: (minutes: string) => `rata-rata kantor ${minutes}`,
  },
  {
    steps: (numbers: string) => `Step ${numbers}`,
    waiting: "Waiting for this counter",
    late: "Delay",
    minutes: (n: number) => n === 1 ? "1 minute" : `${n} minutes`,
    onTime: "on time",
    served: "Served by me",
    people: (n: number) => n === 1 ? "1 person" : `${n} people`,
    pace: "Minutes a person",
    mine: (own: string, office: string) => `mine ${own}, office ${office}`,
    office: (minutes: string) => `office average ${minutes}`,
  },
);

const decimal = (minutes: number): string =>
  minutes.toLocaleString(language() === "en" ? "en" : "id", { maximumFractionDigits: 1 });

export function Figures(props: { title: string; at: Chosen; view: View }) {
  const w = said();
  const { counter, office } = props.view;
  const steps = counter?.open ? counter.steps : props.at.steps;
  const several = office && office.steps.length > 1;
  const usual = office && steps.length
    ? steps.reduce((sum, step) => sum + office.pace[step], 0) / steps.length
    : undefined;
  const pace = usual === undefined
    ? "–"
    : counter?.pace === undefined
    ? w.office(decimal(usual))
    : w.mine(decimal(counter.pace), decimal(usual));
  const late = office?.lag_minutes ?? 0;
  return (
    <div class="figures">
      <div class="which">
        <h1 tabIndex={-1}>{props.title}</h1>
        {several && <p>{w.steps(steps.map((step) => step + 1).join(", "))}</p>}
      </div>
      <dl>
        <Figure term={w.waiting}>{counter?.waiting ?? "–"}</Figure>
        <Figure term={w.late} class={late > 0 ? "late" : ""}>
          {late ? w.minutes(late) : w.onTime}
        </Figure>
        <Figure term={w.served}>{w.people(counter?.served ?? 0)}</Figure>
        <Figure term={w.pace}>{pace}</Figure>
      </dl>
    </div>
  );
}

function Figure(props: { term: string; class?: string; children: string | number }) {
  return (
    <div class={props.class}>
      <dt>{props.term}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}
