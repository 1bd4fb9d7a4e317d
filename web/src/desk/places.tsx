/** The places of a day's slots: how many are held and left, and a way to have more or fewer. */

import { useState } from "preact/hooks";
import { ask, useAsked } from "../api.ts";
import type { components } from "../contract.d.ts";
import { clock, longDate, zoned } from "../dates.ts";
import { Form, useSend } from "../form.tsx";
import type { Place } from "../router.ts";
import { desk } from "../staff.ts";
import { AsOf, Facts, Page, Wait } from "../ui.tsx";
import { words } from "../words.ts";
import { dateOf, OtherDay, Pick } from "./pick.tsx";

const said = words(
  {
    title: "Tempat tiap jam",
    lead: "Tempat dapat ditambah kapan saja, dan dikurangi sejauh belum dipesan.",
    none: "Tanggal ini belum disiapkan, atau kantor tidak melayani.",
    span: (from: string, until: string) => `${from}–${until}`,
    places: "Tempat",
    held: "Dipesan",
    left: "Sisa",
    all: (span: string) => `Tempat pukul ${span}`,
    save: "Simpan",
    saved: (places: number, left: number) => `Tersimpan: ${places} tempat, sisa ${left}.`,
    opens: (at: string) =>
      `Belum dibuka. Sampai ${at} jumlah tempatnya mengikuti pengaturan kantor.`,
  },
  {
    title: "Places of each slot",
    lead: "There can be more places at any time, and fewer as far as they are not taken.",
    none: "This day is not ready yet, or the office does not serve.",
    span: (from: string, until: string) => `${from}–${until}`,
    places: "Places",
    held: "Taken",
    left: "Left",
    all: (span: string) => `Places at ${span}`,
    save: "Save",
    saved: (places: number, left: number) => `Saved: ${places} places, ${left} of them left.`,
    opens: (at: string) => `Not released yet. Until ${at} its places follow the office's template.`,
  },
);

type Slot = components["schemas"]["SlotPlaces"];

function PlacesPage({ place }: { place: Place }) {
  const w = said();
  const date = dateOf(place);
  const asked = useAsked(
    () => ask(desk.GET("/v1/desk/places", { params: { query: date ? { date } : {} } })),
    [date],
  );
  return (
    <Page title={w.title} above={asked.ok ? longDate(asked.ok.date) : " "} wide>
      <p class="lead">{w.lead}</p>
      <Wait asked={asked}>
        {(day) => (
          <>
            <OtherDay room="tempat" date={day.date} />
            <AsOf asked={asked} />
            {day.slots.length === 0 && <p>{w.none}</p>}
            <ul class="stands">
              {day.slots.map((slot) => (
                <li class="stand" key={slot.start}>
                  <One date={day.date} slot={slot} />
                </li>
              ))}
            </ul>
          </>
        )}
      </Wait>
    </Page>
  );
}

function One({ date, slot }: { date: string; slot: Slot }) {
  const w = said();
  const [now, setNow] = useState(slot);
  const [wanted, setWanted] = useState(String(slot.places));
  const [saved, setSaved] = useState(false);
  const { start } = slot;
  const span = w.span(clock(now.start), clock(now.end));
  const sending = useSend(
    () => ask(desk.POST("/v1/desk/places", { body: { date, start, places: Number(wanted) } })),
    (ok) => {
      setNow(ok);
      setSaved(true);
    },
  );
  return (
    <>
      <h2>{span}</h2>
      <Facts
        rows={[
          [w.places, String(now.places)],
          [w.held, String(now.held)],
          [w.left, String(now.left)],
        ]}
      />
      {now.opens_at ? <p class="hint">{w.opens(zoned(now.opens_at))}</p> : (
        <Form
          sending={sending}
          submit={w.save}
          onSubmit={() => {
            setSaved(false);
            if (/^\d+$/.test(wanted)) sending.send();
          }}
        >
          <Pick
            type="number"
            name={`places-${start}`}
            label={w.all(span)}
            value={wanted}
            min="0"
            onInput={setWanted}
          />
          <p class="sending" role="status">{saved ? w.saved(now.places, now.left) : ""}</p>
        </Form>
      )}
    </>
  );
}

export const pages = { tempat: PlacesPage };
