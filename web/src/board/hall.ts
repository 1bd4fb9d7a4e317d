/** What a board knows of its hall: the day as it stands, the office, and the digits of the minute. */

import { useEffect, useState } from "preact/hooks";
import { ask } from "../api.ts";
import type { components } from "../contract.d.ts";
import { learnTime, serviceTime } from "../service_time.ts";
import { desk, type Link, resume, staff } from "../staff.ts";
import { unsaid } from "./calls.ts";
import { errand } from "./errand.ts";
import { renewal } from "./renewal.ts";
import type { Sound, Voice } from "./voice.ts";

type Schemas = components["schemas"];
export type Today = Schemas["Today"];
export type Office = Schemas["OfficeDetail"];
type Presence = Schemas["Presence"];

const BEAT_MS = 1000;
const LOOK_MS = 3000;

/** What is older is old, and says so. */
const OLD_MS = 30_000;

/** So many looks without an answer, one after the other, and the connection is lost. */
const LOST_LOOKS = 3;

/** The office takes the digits of a minute until the end of the next one. */
const DIGITS_MS = 45_000;

const AGAIN_MS = 10_000;
const SIGN_IN_MS = 600_000;
const HOUR_MS = 3_600_000;

export type News = "fresh" | "old" | "lost";

export interface Hall {
  /** Milliseconds since 1970, by the service's clock. */
  now: number;
  news: News;
  sound: Sound;
  today?: Today;
  office?: Office;
  /** Nobody knows such an office. */
  nowhere?: boolean;
  digits?: string;
}

/** The hall of an office, looked at every few seconds for as long as the screen hangs there. What is
 * newly called is said by `voice`. */
export function useHall(office_id: string, voice: Voice, link: Link): Hall {
  const [seen, setSeen] = useState<Hall>(() => ({
    now: serviceTime(),
    news: "fresh",
    sound: voice.sound(),
  }));
  useEffect(() => {
    const path = `/v1/offices/${encodeURIComponent(office_id)}`;
    const call = unsaid();
    let today: Today | undefined, office: Office | undefined, presence: Presence | undefined;
    let nowhere = false, failed = 0;

    const age = () => today ? serviceTime() - Date.parse(today.as_of) : Infinity;
    const news = (): News => {
      if (failed >= LOST_LOOKS || navigator.onLine === false) return "lost";
      return today && age() > OLD_MS ? "old" : "fresh";
    };

    const looks = errand(
      (stop) => read<Today>(`${path}/today`, stop),
      (answer) => {
        failed = answer ? 0 : failed + 1;
        if (!answer || !isLater(answer, today, age())) return;
        today = answer;
        call(answer.called, serviceTime()).forEach(voice.say);
      },
      () => LOOK_MS,
    );
    const learns = errand(
      (stop) => read<Office>(path, stop),
      (answer) => {
        nowhere = answer === null;
        office = answer || office;
      },
      () => office ? HOUR_MS : AGAIN_MS,
    );
    const digits = errand(
      () => ask(desk.GET("/v1/desk/presence")),
      (answer) => {
        presence = answer?.ok ?? presence;
      },
      () => staff()?.office_id === office_id && !isGood(presence, 0) ? LOOK_MS : Infinity,
    );
    const signsIn = errand(
      () => resume(link),
      () => undefined,
      () => staff() ? Infinity : staff() === null ? SIGN_IN_MS : AGAIN_MS,
    );
    const renews = renewal(() => ({
      hour: today && Number(localTime(serviceTime(), today.as_of).slice(0, 2)),
      well: news() === "fresh",
    }));
    const errands = [looks, learns, digits, signsIn, renews, voice.beat];

    const beat = () => {
      const now = performance.now();
      errands.forEach((one) => one(now));
      const told = staff()?.office_id === office_id && isGood(presence, DIGITS_MS);
      setSeen({
        now: serviceTime(),
        news: news(),
        sound: voice.sound(),
        today,
        office,
        nowhere,
        digits: told ? presence!.presence : undefined,
      });
    };
    beat();
    const timer = setInterval(beat, BEAT_MS);
    return () => clearInterval(timer);
  }, [office_id]);
  return seen;
}

const isGood = (presence: Presence | undefined, longer: number): boolean =>
  presence !== undefined && serviceTime() < Date.parse(presence.until) + longer;

/** An edge may answer with what another one told earlier; then what is known stays. */
const isLater = (answer: Today, before: Today | undefined, age: number): boolean =>
  !before || age > OLD_MS || Date.parse(answer.as_of) >= Date.parse(before.as_of);

/** `2026-12-07T09:41:05` in the office's time, which another instant is told in. */
export function localTime(now: number, told: string): string {
  const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)$/.exec(told) ?? ["", "+", "0", "0"];
  const ahead = Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  return new Date(now + ahead).toISOString().slice(0, 19);
}

/** What is public, read to its end; `null` if there is no such thing. */
async function read<T>(path: string, stop: AbortSignal): Promise<T | null> {
  const answer = await fetch(path, { signal: stop, headers: { "Accept-Language": "id" } });
  learnTime(answer);
  if (answer.status === 404) return null;
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return await answer.json();
}
