/** The front page: the offices, by search or by distance. */

import { useEffect, useState } from "preact/hooks";
import { type Office, offices as question, useAsked } from "../api.ts";
import { place, to } from "../router.ts";
import { tickets } from "../tickets.ts";
import { Page, Wait } from "../ui.tsx";
import { language, words } from "../words.ts";

const said = words(
  {
    title: "Pilih kantor imigrasi",
    lead:
      "Pesan tempat dari ponsel Anda, lalu datang pada jamnya. Gratis, tanpa antre sejak subuh.",
    search: "Cari kota atau kantor",
    nearest: "Kantor terdekat",
    locating: "Mencari letak Anda …",
    unknown: "Letak Anda tidak diketahui. Izinkan peramban melihat lokasi, atau cari nama kota.",
    stays: "Letak Anda tidak dikirim ke mana pun.",
    count: (n: number) => `${n} kantor`,
    none: "Tidak ada kantor dengan nama itu. Coba nama kota atau provinsi di dekatnya.",
    km: (km: string) => `${km} km dari sini`,
    tickets: "Lihat tiket Anda",
  },
  {
    title: "Choose an immigration office",
    lead: "Book a place from your phone, then come at its time. Free, and no line from dawn.",
    search: "Search for a city or an office",
    nearest: "Nearest offices",
    locating: "Looking for where you are …",
    unknown: "Your location is not known. Allow the browser to see it, or search for a city.",
    stays: "Your location is not sent anywhere.",
    count: (n: number) => n === 1 ? "1 office" : `${n} offices`,
    none: "No office has that name. Try the name of a city or province nearby.",
    km: (km: string) => `${km} km from here`,
    tickets: "See your ticket",
  },
);

interface Point {
  latitude: number;
  longitude: number;
}

/** Asked before anything is drawn, if this is the page that somebody comes to first. */
let first = place().length ? undefined : question();

export function Offices() {
  const w = said();
  const asked = useAsked(() => {
    const answer = first ?? question();
    first = undefined;
    return answer;
  }, []);
  const [sought, setSought] = useState("");
  const [here, setHere] = useState<Point | "asked" | "unknown">();

  const locate = () => {
    setHere("asked");
    const unknown = () => setHere("unknown");
    if (!navigator.geolocation) return unknown();
    navigator.geolocation.getCurrentPosition(({ coords }) => setHere(coords), unknown, {
      timeout: 10_000,
      maximumAge: 600_000,
    });
  };

  return (
    <Page title={w.title} wide finding>
      <p class="lead">{w.lead}</p>
      <div class="search">
        <div class="field">
          <label for="search">{w.search}</label>
          <input
            id="search"
            type="search"
            autoComplete="off"
            value={sought}
            onInput={(event) => setSought(event.currentTarget.value)}
          />
        </div>
        <button type="button" class="button second" onClick={locate}>{w.nearest}</button>
      </div>
      <p class="hint" role="status">
        {here === "asked" ? w.locating : here === "unknown" ? w.unknown : here ? w.stays : ""}
      </p>
      <Wait asked={asked}>
        {({ offices }) => (
          <List
            offices={matching(offices, sought)}
            here={typeof here === "object" ? here : null}
          />
        )}
      </Wait>
      {asked.problem && tickets().length > 0 && (
        <a class="button" href={to("pesanan")}>{w.tickets}</a>
      )}
    </Page>
  );
}

function List(props: { offices: Office[]; here: Point | null }) {
  const w = said();
  const { offices, here } = props;
  const away = (office: Office) => here ? distance(here, office) : 0;
  const sorted = here ? [...offices].sort((a, b) => away(a) - away(b)) : offices;
  useEffect(() => void dispatchEvent(new Event("shown")), []);
  const km = new Intl.NumberFormat(language(), { maximumFractionDigits: 0 });
  return (
    <>
      <p class="count" role="status">{offices.length ? w.count(offices.length) : w.none}</p>
      <ul class="offices">
        {sorted.map((office) => (
          <li key={office.office_id}>
            <a href={to("kantor", office.office_id)}>
              <strong>{office.name}</strong>
              <span>
                {office.city === office.province
                  ? office.city
                  : `${office.city}, ${office.province}`}
              </span>
              {here && <span class="away">{w.km(km.format(away(office)))}</span>}
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}

function matching(offices: Office[], sought: string): Office[] {
  const wanted = sought.toLowerCase().split(/\s+/).filter(Boolean);
  return offices.filter(({ name, city, province }) => {
    const text = `${name} ${city} ${province}`.toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
}

/** Kilometres as the crow flies (haversine). The phone sorts, so its position never leaves it. */
function distance(a: Point, b: Point): number {
  const rad = Math.PI / 180;
  const half = (from: number, to: number) => Math.sin((to - from) * rad / 2) ** 2;
  const h = half(a.latitude, b.latitude) +
    Math.cos(a.latitude * rad) * Math.cos(b.latitude * rad) * half(a.longitude, b.longitude);
  return 2 * 6371 * Math.asin(Math.sqrt(h));
}
