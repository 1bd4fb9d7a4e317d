/** What somebody comes for. */

import { useState } from "preact/hooks";
import { atTime, shortDate } from "../dates.ts";
import { Choices, type Errors, Form } from "../form.tsx";
import { go, type Place } from "../router.ts";
import { planTime, type Trip, trip } from "../trip.ts";
import { Page } from "../ui.tsx";
import { isChosen, timesOf } from "./chosen.tsx";
import { words } from "../words.ts";

const said = words(
  {
    service: "Untuk apa Anda datang?",
    new: "Paspor baru",
    newHint: "Belum pernah memiliki paspor",
    renewal: "Penggantian paspor",
    renewalHint: "Masa berlaku habis, halaman penuh, rusak, atau hilang",
    next: "Lanjut",
    noService: "Pilih paspor baru atau penggantian.",
  },
  {
    service: "What do you come for?",
    new: "A new passport",
    newHint: "You have never had one",
    renewal: "Replacing a passport",
    renewalHint: "It has expired, is full, damaged or lost",
    next: "Continue",
    noService: "Choose a new passport or a replacement.",
  },
);

export function ServicePage({ place }: { place: Place }) {
  const [, office_id = "", date = "", start = ""] = place;
  const before = trip();
  const chosen = (service: Trip["service"]) => {
    const same = before.office_id === office_id && before.date === date;
    const opens_at = same ? before.opens_at : undefined;
    planTime({ office_id, date, start, opens_at, service, moving: undefined });
    go(before.who && isChosen(before) ? "periksa" : "siapa");
  };
  return (
    <WhatFor
      above={`${shortDate(date)}, ${atTime(start)}`}
      back={timesOf({ office_id, date, start })}
      chosen={chosen}
    />
  );
}

export function WhatFor(props: {
  above: string;
  back: string;
  chosen: (service: Trip["service"]) => void;
}) {
  const w = said();
  const [service, choose] = useState(trip().service);
  const [errors, setErrors] = useState<Errors>({});
  const submit = () => service ? props.chosen(service) : setErrors({ service: w.noService });
  return (
    <Page title={w.service} above={props.above} back={props.back}>
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
