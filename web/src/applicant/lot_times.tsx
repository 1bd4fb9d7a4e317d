/** Which times would do, the best first, and what chance each had in the last draws. */

import { useState } from "preact/hooks";
import { type Answer, api, ask, type Office, officeOf, useAsked } from "../api.ts";
import { clock, weekday } from "../dates.ts";
import { Choices, type Errors, Form } from "../form.tsx";
import { plan } from "../trip.ts";
import { Page, Wait } from "../ui.tsx";
import { words } from "../words.ts";
import { inZone } from "./in_zone.ts";
import { type Lot, number, span, startsOf } from "./lot.ts";
import type { components } from "../contract.d.ts";

type Chances = components["schemas"]["Chances"];
type Detail = components["schemas"]["OfficeDetail"];

const said = words(
  {
    title: "Jam berapa Anda ingin datang?",
    next: "Lanjut",
    any: "Jam berapa pun",
    anyHint: (chance: string) => `Peluang terbesar${chance && `: ${chance}`}`,
    some: "Hanya jam yang saya pilih",
    choose: "Pilih jam, mulai dari yang paling Anda inginkan",
    chooseHint: "Urutan memilih adalah urutan keinginan Anda: bila jam pertama sudah habis, " +
      "jam kedua yang dicoba, dan seterusnya.",
    nothing: "Pilih satu jam atau lebih, atau jam berapa pun.",
    rank: (n: number) => `pilihan ke-${n}`,
    chance: (percent: string) => `peluang ${percent}`,
    unknown: "peluang belum diketahui",
    less: "kurang dari 1%",
    about: (n: number) => `sekitar ${n}%`,
    counted: (draws: string, since: string, won: string, entries: string) =>
      `Peluang dihitung dari ${draws} undian terakhir di kantor ini, sejak ${since}: ` +
      `${won} dari ${entries} permohonan mendapat tempat. Peluang satu jam adalah bagian ` +
      "permohonan yang mendapat giliran selagi jam itu masih tersisa. Setiap undian dihitung " +
      "tersendiri; Anda ikut setiap undian selama menunggu.",
    noDraw: "Kantor ini belum pernah mengundi, jadi peluangnya belum diketahui.",
    noChances: "Peluang tidak dapat dimuat saat ini. Anda tetap dapat memilih.",
  },
  {
    title: "At which time would you like to come?",
    next: "Continue",
    any: "Any time",
    anyHint: (chance: string) => `The best chance${chance && `: ${chance}`}`,
    some: "Only the times that I choose",
    choose: "Choose the times, beginning with the one you like best",
    chooseHint: "The order in which you choose is your order of preference: where the first " +
      "time is gone, the second is tried, and so on.",
    nothing: "Choose one time or more, or any time.",
    rank: (n: number) => `choice ${n}`,
    chance: (percent: string) => `chance ${percent}`,
    unknown: "chance not known yet",
    less: "less than 1%",
    about: (n: number) => `about ${n}%`,
    counted: (draws: string, since: string, won: string, entries: string) =>
      `Worked out from the last draws of this office (${draws}), since ${since}: ${won} of ` +
      `${entries} entries won a place. The chance of a time is the share of entries that had ` +
      "their turn while it still had room. Each draw counts by itself; while you wait you take " +
      "part in every one.",
    noDraw: "This office has made no draw yet, so the chances are not known.",
    noChances: "The chances cannot be loaded at the moment. You can choose all the same.",
  },
);

const WEEK = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const DAY_MS = 24 * 3_600_000;

interface Listed {
  start: string;
  end: string;
}

/** The windows that an office has on any day of a span, by the clock. */
function windowsOf({ opening }: Detail, { from, to }: Lot): Listed[] {
  const days = Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS) + 1;
  const found = new Map<string, Listed>();
  for (let n = 0; n < Math.min(days, 7); n++) {
    const day = WEEK[(weekday(from) + n) % 7];
    for (const { start, end } of opening[day] ?? []) found.set(start, { start, end });
  }
  return [...found.values()].sort((a, b) => a.start < b.start ? -1 : 1);
}

const chancesOf = (office_id: string): Promise<Answer<Chances>> =>
  ask(api.GET("/v1/offices/{office_id}/chances", { params: { path: { office_id } } }));

export function LotTimes(props: { lot: Lot; back: string; next: () => void }) {
  const { lot } = props;
  const asked = useAsked(async () => {
    const [office, chances] = await Promise.all([
      officeOf(lot.office_id),
      chancesOf(lot.office_id),
    ]);
    return office.problem ? office : { ok: { office: office.ok, chances: chances.ok } };
  }, [lot.office_id]);
  return (
    <Page title={said().title} above={span(lot)} back={props.back}>
      <Wait asked={asked}>
        {(ok) => <Times {...ok} lot={lot} next={props.next} />}
      </Wait>
    </Page>
  );
}

/** `sekitar 13%`, or that nobody knows. */
function percent(won: number, of: number): string | undefined {
  const w = said();
  if (!of) return undefined;
  const part = (100 * won) / of;
  return part > 0 && part < 1 ? w.less : w.about(Math.round(part));
}

function Times(props: { office: Detail; chances?: Chances; lot: Lot; next: () => void }) {
  const w = said();
  const { office, chances, lot } = props;
  const windows = windowsOf(office, lot);
  const [ticked, tick] = useState(() =>
    startsOf(lot.windows).filter((one) => windows.some(({ start }) => start === one))
  );
  const [which, choose] = useState(ticked.length ? "some" : "any");
  const [errors, setErrors] = useState<Errors>({});
  const chance = (won = 0, of = 0) => {
    const told = percent(won, of);
    return told ? w.chance(told) : chances?.draws ? w.unknown : undefined;
  };
  const submit = () => {
    if (which === "some" && !ticked.length) return setErrors({ windows: w.nothing });
    plan({ windows: which === "some" ? ticked.join(",") : undefined });
    props.next();
  };
  return (
    <Form errors={errors} submit={w.next} onSubmit={submit}>
      <Choices
        name="which"
        label={w.title}
        quiet
        value={which}
        onChoose={choose}
        options={[
          {
            value: "any",
            label: w.any,
            hint: w.anyHint(percent(chances?.won ?? 0, chances?.entries ?? 0) ?? ""),
          },
          { value: "some", label: w.some },
        ]}
      />
      {which === "some" && (
        <fieldset class={errors.windows ? "field wrong" : "field"} aria-describedby="windows-hint">
          <legend>{w.choose}</legend>
          <p class="hint" id="windows-hint">{w.chooseHint}</p>
          {errors.windows && <p class="error">{errors.windows}</p>}
          {windows.map(({ start, end }) => {
            const rank = ticked.indexOf(start) + 1;
            const had = chances?.windows.find((one) =>
              one.start === start
            );
            const told = [rank ? w.rank(rank) : "", chance(had?.won, had?.entries)];
            return (
              <label class="choice" key={start}>
                <input
                  type="checkbox"
                  name="windows"
                  value={start}
                  checked={rank > 0}
                  onChange={() =>
                    tick(
                      rank
                        ? ticked.filter((one) => one !== start)
                        : [...ticked, start],
                    )}
                />
                <span>
                  {clock(start)}–{clock(end)}
                  <small>{told.filter(Boolean).join(" · ")}</small>
                </span>
              </label>
            );
          })}
        </fieldset>
      )}
      <p class="hint">{counted(chances, office)}</p>
    </Form>
  );
}

/** What the chances are of. */
function counted(chances: Chances | undefined, office: Office): string {
  const w = said();
  if (!chances) return w.noChances;
  const { draws, since, won, entries } = chances;
  if (!draws || !since) return w.noDraw;
  return w.counted(number(draws), inZone(since, office.time_zone), number(won), number(entries));
}
