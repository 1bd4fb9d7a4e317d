/** Who is signed in. The access token lives in this page's memory; the refresh token in a cookie
 * that no script can read. Storage knows only *that* somebody is signed in. */

import { useEffect, useState } from "preact/hooks";
import { keep, kept } from "./kept.ts";
import { patient } from "./patient.ts";
import { forgetTickets } from "./tickets.ts";
import { forgetDrafts, forgetPerson } from "./draft.ts";

interface Tokens {
  access_token: string;
  expires_in: number;
}

export const COOKIE = { "Antrian-Session": "cookie" } as const;

const FLAG = "antrian-signed-in";
const SPARE_MS = 30_000;

let known = kept("localStorage", FLAG) !== null;
let lost = false;
let token = "";
let goodUntil = 0;

// Another tab has signed out, or somebody in; a page that a browser brings back has not heard of it.
addEventListener("storage", ({ key, newValue }) => {
  if (key === FLAG || key === null) hear(newValue !== null);
});
addEventListener("pageshow", ({ persisted }) => {
  const somebody = kept("localStorage", FLAG) !== null;
  if (persisted && (known || somebody)) hear(somebody);
});

function hear(somebody: boolean): void {
  if (!somebody) forgetDrafts();
  follow(somebody);
}

export const signedIn = (): boolean => known;

/** Whether a session has ended without anybody asking for it. */
export const sessionLost = (): boolean => lost;

export function begin(tokens: Tokens): void {
  if (!known) keep("localStorage", FLAG, String(Date.now()));
  known = true;
  lost = false;
  token = tokens.access_token;
  goodUntil = Date.now() + tokens.expires_in * 1000 - SPARE_MS;
  dispatchEvent(new Event("session"));
}

/** Nobody is signed in any more, here and in the other tabs. */
function end(): void {
  forgetPerson();
  forgetTickets();
  keep("localStorage", FLAG, null);
  follow(false);
}

function follow(somebody: boolean): void {
  known = somebody;
  token = "";
  goodUntil = 0;
  dispatchEvent(new Event("session"));
}

/** An access token that is good for a moment, or for so many milliseconds; nothing if nobody is
 * signed in. */
export async function accessToken(ms = 0): Promise<string> {
  if (!known) return "";
  return Date.now() + ms < goodUntil ? token : await renewed(token, ms);
}

/** A token in place of one that is refused or old. One tab asks at a time: they share the cookie. */
export async function renewed(old: string, ms = 0): Promise<string> {
  const ask = async () => {
    if (token !== old && Date.now() + ms < goodUntil) return;
    const before = token;
    const answer = await patient("/v1/sessions/refresh", { method: "POST", headers: COOKIE });
    const tokens = answer.ok ? await answer.json() as Tokens : undefined;
    if (!known || token !== before) return; // somebody has signed out meanwhile, or in
    if (tokens) begin(tokens);
    else if (answer.status === 401) {
      lost = true;
      end();
    } else throw new Error("no session for now");
  };
  await (navigator.locks ? navigator.locks.request("session", ask) : ask());
  return token;
}

export async function signOut(): Promise<boolean> {
  const answer = await patient("/v1/sessions/current", {
    method: "DELETE",
    headers: { ...COOKIE, ...(token ? { Authorization: `Bearer ${token}` } : {}) },
  }).catch(() => null);
  if (!answer || (!answer.ok && answer.status !== 401)) return false;
  forget();
  return true;
}

/** Forget whoever was here and all that they did: they have left, or their account is gone. */
export function forget(): void {
  forgetDrafts();
  end();
}

export function useSignedIn(): boolean {
  const [now, setNow] = useState(signedIn);
  useEffect(() => {
    const look = () => setNow(signedIn());
    addEventListener("session", look);
    look(); // what was between the first drawing and this
    return () => removeEventListener("session", look);
  }, []);
  return now;
}
