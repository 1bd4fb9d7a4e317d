/** A new version of the page is taken by the page itself: nobody comes to a screen on a wall. */

import { type Errand, errand } from "./errand.ts";

const EVERY_MS = 3_600_000;
const WHEN_UNWELL_MS = 60_000;

/** So long something is wrong before the page is opened anew, whichever version there is. */
const UNWELL_MS = 600_000;

/** At night nobody is in the hall: from two to four, office time. */
const isNight = (hour: number | undefined): boolean => hour === 2 || hour === 3;

/** The page looks for a new version once an hour, and takes it at night; where nothing new was shown
 * for ten minutes it opens anew at once. Never before the new page and its files were seen to come:
 * a browser without an answer shows a page of its own, and that one never looks again. */
export function renewal(how: () => { hour?: number; well: boolean }): Errand {
  const opened = performance.now();
  let unwellSince: number | undefined;
  const looks = errand(
    async (stop) => {
      const page = await fetched(location.pathname, stop);
      const files = filesOf(await page.text());
      await Promise.all(files.map((file) => fetched(file, stop).then((answer) => answer.blob())));
      return files;
    },
    (files) => {
      if (!files?.length) return;
      const { hour, well } = how();
      const own = [...document.querySelectorAll<HTMLElement>("head [src], head [href]")]
        .map((one) => one.getAttribute("src") ?? one.getAttribute("href"));
      const isNew = files.some((file) => !own.includes(file));
      if ((isNew && well && isNight(hour)) || isUnwell(performance.now())) location.reload();
    },
    () => {
      if (unwellSince !== undefined) return WHEN_UNWELL_MS;
      return performance.now() - opened < EVERY_MS ? Infinity : EVERY_MS;
    },
  );
  const isUnwell = (now: number) => unwellSince !== undefined && now - unwellSince > UNWELL_MS;
  return (now) => {
    if (how().well) unwellSince = undefined;
    else unwellSince ??= now;
    looks(now);
  };
}

const filesOf = (html: string): string[] =>
  [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, file]) => file);

async function fetched(path: string, stop: AbortSignal): Promise<Response> {
  const answer = await fetch(path, { cache: "no-cache", signal: stop });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer;
}
