/** Which language the pages speak. The words themselves stand in the page that says them. */

import { keep, kept } from "./kept.ts";

export type Language = "id" | "en";

type Words = Record<string, string | ((...about: never[]) => string)>;
type Same<W extends Words> = { [K in keyof W]: W[K] extends string ? string : W[K] };

const NAME = "antrian-language";
let spoken: Language = kept("localStorage", NAME) === "en" ? "en" : "id";
document.documentElement.lang = spoken;

export const language = (): Language => spoken;

export function speak(wanted: Language): void {
  spoken = wanted;
  keep("localStorage", NAME, wanted);
  document.documentElement.lang = wanted;
  dispatchEvent(new Event("language"));
}

/** A table of words: call it while rendering, for those of the language that is spoken then. */
export function words<W extends Words>(id: W, en: Same<W>): () => Same<W> {
  return () => (spoken === "en" ? en : (id as unknown as Same<W>));
}
