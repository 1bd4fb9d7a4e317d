/** What a board knows of its hall: the day as it stands, the office, and the digits of the minute. */

import { useEffect, useState } from "preact/hooks";
import { ask } from "../api.ts";
import type { components } from "../contract.d.ts";
import { localTime } from "../dates.ts";
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

/** Where nothing newer has come for so long, what is shown is old, and says so. */
const OLD_MS = 30_000;

/** How much too fast the clock of a machine may go: nine seconds a day. */
const DRIFT = 1e-4;

/** So many looks without an answer, one after the other, and the connection is lost. */
const LOST_LOOKS = 3;

/** The office takes the digits of a minute until the end of the next one. */
const DIGITS_MS = 45_000;

const AGAIN_MS = 10_000;
const SIGN_IN_MS = 600_000;
const HOUR_MS = 3_600_000;

/** A session lasts as long as it is asked for now and then. */
const RENEW_MS = 24 * HOUR_MS;

export type News = "fresh" | "old" | "lost";

export interface Hall {
  news: News;
  sound: Sound;
  today?: Today;
  /** By the service's clock, in milliseconds since 1970; once there is a day. */
  now: number;
  office?: Office;
  /** Nobody knows such an office. */
  nowhere?: boolean;
  digits?: string;
}

/** The hall of an office, looked at every few seconds for as long as the screen hangs there. What is
 * newly called is said by `voice`. */
export function useHall(office_id: string, voice: Voice, link: Link): Hall {
  const [seen, setSeen] = useState<Hall>(() => ({
    now: 0,
    news: "fresh",
    sound: voice.sound(),
  }));
  useEffect(() => {
    const path = `/v1/offices/${encodeURIComponent(office_id)}`;
    const call = unsaid();
    let today: Today | undefined, office: Office | undefined, presence: Presence | undefined;
    let nowhere = false, failed = 0, brokeAt = -Infinity;

    // The service tells the time with each day that it shows, a little late; the best counts.
    let began = 0, heardAt = -Infinity;
    const now = () => began + performance.now();
    const hear = (asOf: number) => {
      const at = performance.now(), behind = (at - heardAt) * DRIFT;
      began = isOld() ? asOf - at : Math.max(began - behind, asOf - at);
      heardAt = at;
    };
    const isOld = () => performance.now() - heardAt > OLD_MS;
    const news = (): News => {
      if (failed >= LOST_LOOKS || navigator.onLine === false) return "lost";
      return today && isOld() ? "old" : "fresh";
    };

    const looks = errand(
      (stop) => read<Today>(`${path}/today`, stop),
      (answer) => {
        failed = answer ? 0 : failed + 1;
        const asOf = answer ? Date.parse(answer.as_of) : 0;
        // An edge may tell what another one has told before.
        if (!answer || (today && asOf <= Date.parse(today.as_of) && !isOld())) return;
        if (!today || asOf !== Date.parse(today.as_of)) hear(asOf);
        today = answer;
        call(answer.called, now()).forEach(voice.say);
      },
      () => LOOK_MS,
    );
    const learns = errand(
      (stop) => read<Office>(path, stop),
      (answer) => {
        nowhere = answer === null && !office;
        office = answer || office;
      },
      () => office ? HOUR_MS : AGAIN_MS,
    );
    const isGood = (longer: number) =>
      presence !== undefined && now() < Date.parse(presence.until) + longer;
    const digits = errand(
      () => ask(desk.GET("/v1/desk/presence")),
      (answer) => {
        presence = answer?.ok ?? presence;
      },
      () => staff()?.office_id === office_id && !isGood(0) ? LOOK_MS : Infinity,
    );
    const signsIn = errand(
      () => resume(link),
      () => undefined,
      () => staff() ? RENEW_MS : staff() === null ? SIGN_IN_MS : AGAIN_MS,
    );
    const renews = renewal(() => ({
      hour: today && Number(localTime(now(), today.as_of).slice(11, 13)),
      well: news() === "fresh" && performance.now() - brokeAt > OLD_MS,
    }));
    const errands = [looks, learns, digits, signsIn, renews, voice.beat];

    const beat = () => {
      errands.forEach((one) => one(performance.now()));
      const told = staff()?.office_id === office_id && isGood(DIGITS_MS);
      setSeen({
        now: now(),
        news: news(),
        sound: voice.sound(),
        today,
        office,
        nowhere,
        digits: told ? presence!.presence : undefined,
      });
    };
    const broke = () => {
      brokeAt = performance.now();
    };
    beat();
    const timer = setInterval(beat, BEAT_MS);
    addEventListener("error", broke);
    return () => {
      clearInterval(timer);
      removeEventListener("error", broke);
    };
  }, [office_id]);
  return seen;
}

/** What is public, read to its end; `null` if there is no such thing. */
async function read<T>(path: string, stop: AbortSignal): Promise<T | null> {
  const answer = await fetch(path, { signal: stop, headers: { "Accept-Language": "id" } });
  if (answer.status === 404) return null;
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return await answer.json();
}
