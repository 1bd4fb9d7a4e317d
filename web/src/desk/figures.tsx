/** How it stands, in a few numbers: who waits, how late we are, how fast I am. */

import { timeOfDay } from "../dates.ts";
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
    office: (minutes: string) => `kantor ${minutes}`,
    old: (time: string) => `Tidak ada kabar baru sejak pukul ${time}. Memeriksa sambungan …`,
  },
  {
    steps: (numbers: string) => `Step ${numbers}`,
    waiting: "Waiting for this counter",
    late: "We are late by",
    minutes: (n: number) => n === 1 ? "1 minute" : `${n} minutes`,
    onTime: "on time",
    served: "Served by me",
    people: (n: number) => n === 1 ? "1 person" : `${n} people`,
    pace: "Minutes a person",
    mine: (own: string, office: string) => `mine ${own}, office ${office}`,
    office: (minutes: string) => `office ${minutes}`,
    old: (time: string) => `Nothing new has come since ${time}. Checking the connection …`,
  },
);

const OLD_MS = 45_000;

const decimal = (minutes: number): string =>
  minutes.toLocaleString(language() === "en" ? "en" : "id", { maximumFractionDigits: 1 });

export function Figures(props: { title: string; at: Chosen; view: View; now: number }) {
  const w = said();
  const { counter, office, heardAt } = props.view;
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
    <>
      <div class="figures">
        <div class="which">
          <h1 tabIndex={-1}>{props.title}</h1>
          {several && <p>{w.steps(steps.map((step) => step + 1).join(", "))}</p>}
        </div>
        <dl>
          <Figure term={w.waiting} strong>{counter?.waiting ?? "–"}</Figure>
          <Figure term={w.late} strong class={late > 0 ? "late" : ""}>
            {late ? w.minutes(late) : w.onTime}
          </Figure>
          <Figure term={w.served}>{w.people(counter?.served ?? 0)}</Figure>
          <Figure term={w.pace}>{pace}</Figure>
        </dl>
      </div>
      {props.now - heardAt > OLD_MS && heardAt > 0 && (
        <p class="old" role="status">{w.old(timeOfDay(new Date(heardAt)))}</p>
      )}
    </>
  );
}

function Figure(props: {
  term: string;
  strong?: boolean;
  class?: string;
  children: string | number;
}) {
  return (
    <div class={props.class}>
      <dt>{props.term}</dt>
      <dd>{props.strong ? <strong>{props.children}</strong> : props.children}</dd>
    </div>
  );
}
