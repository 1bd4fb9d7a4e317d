/** Many phones in one process: each has the modules of the page to itself, and a clock of its own
 * that is wrong. Reads a `Release` from stdin, and writes what each phone asked and heard. */

import { AsyncLocalStorage } from "node:async_hooks";
import * as esbuild from "esbuild";
import type { Problem } from "../../web/src/api.ts";
import type { booked } from "../../web/src/applicant/booking.ts";
import type { begin } from "../../web/src/session.ts";
import type { Trip } from "../../web/src/trip.ts";

interface Release {
  trip: Trip;
  people: { access_token: string; refresh_token: string; applicant_id: string }[];
}

interface Asked {
  /** By the true clock of this machine. */
  at: number;
  what: string;
}

interface Phone {
  cookie: string;
  wrong: number;
  asked: Asked[];
}

interface Modules {
  booked: typeof booked;
  begin: typeof begin;
}

const WEB = `${import.meta.dirname}/../../web`;
const ENTRY = `
  export { booked } from "./src/applicant/booking.ts";
  export { begin } from "./src/session.ts";
`;

/** By how much the clock of a phone is wrong, at most; its access token is too old in any case. */
const WRONG_MS = 15 * 60_000;

const current = new AsyncLocalStorage<Phone>();
const trueNow = Date.now;
const send = globalThis.fetch;

Object.assign(globalThis, { document: { documentElement: {} } });
Object.defineProperty(globalThis, "localStorage", { value: undefined });
Object.defineProperty(navigator, "locks", { value: undefined });
Date.now = () => trueNow() + (current.getStore()?.wrong ?? 0);

globalThis.fetch = async (input, init) => {
  const phone = current.getStore()!;
  const request = new Request(input, init);
  const { pathname } = new URL(request.url);
  phone.asked.push({ at: trueNow(), what: `${request.method} ${pathname}` });
  if (pathname.startsWith("/v1/sessions")) request.headers.set("Cookie", phone.cookie);
  const answer = await send(request);
  const cookies = answer.headers.getSetCookie().map((one) => one.split(";")[0]);
  if (cookies.length) phone.cookie = cookies.join("; ");
  return answer;
};

const built = await esbuild.build({
  stdin: { contents: ENTRY, resolveDir: WEB, loader: "ts" },
  absWorkingDir: WEB,
  bundle: true,
  write: false,
  format: "esm",
  jsx: "automatic",
  jsxImportSource: "preact",
  define: { PROOF_WORKER: '""' },
});
await esbuild.stop();
const script = new Blob([built.outputFiles[0].text], { type: "text/javascript" });

/** One phone, from the page that waits to the answer. */
async function plays(trip: Trip, person: Release["people"][number]) {
  const { refresh_token, applicant_id } = person;
  const cookie = `__Secure-antrian=${refresh_token}`;
  const phone: Phone = { cookie, wrong: WRONG_MS * (2 * Math.random() - 1), asked: [] };
  const answer = await current.run(phone, async () => {
    const modules: Modules = await import(URL.createObjectURL(script));
    modules.begin({ access_token: person.access_token, expires_in: 0 });
    const wish = { ...trip, who: applicant_id, key: crypto.randomUUID() };
    return await modules.booked(wish, () => {}, () => {}, new AbortController().signal);
  });
  const { ok, problem } = answer as { ok?: { code: string }; problem?: Problem };
  return {
    asked: phone.asked,
    code: ok?.code ?? null,
    problem: problem?.type ?? null,
    alternatives: (problem?.alternatives as unknown[] | undefined)?.length ?? 0,
  };
}

const { trip, people }: Release = JSON.parse(await new Response(Deno.stdin.readable).text());
console.log(JSON.stringify(await Promise.all(people.map((person) => plays(trip, person)))));
