/** Who of an office's staff, or which of its devices, works at this page.
 *
 * The access token lives in this page's memory, as long as the shift or the device; a page that is
 * loaded anew has it again by a cookie that no script sees. */

import { useEffect, useState } from "preact/hooks";
import { type Answer, ask } from "./api.ts";
import { client } from "./client.ts";
import type { components } from "./contract.d.ts";
import { patient } from "./patient.ts";
import { COOKIE } from "./session.ts";
import { language } from "./words.ts";

export type Tokens = components["schemas"]["StaffTokens"];

/** What a link says behind the # sign, which no server is sent. */
export interface Link {
  /** The token by which somebody makes their passkey. */
  daftar?: string;
  /** The token by which a device, or on one machine somebody, is signed in at once. */
  masuk?: string;
}

let now: Tokens | null | undefined;

/** The API as staff call it: with who they are, and in their language. */
export const desk = client(async (request) => {
  request.headers.set("Accept-Language", language());
  if (now) request.headers.set("Authorization", `Bearer ${now.access_token}`);
  const sent = now;
  const answer = await patient(request);
  if (answer.status === 401 && sent && sent === now) become(null);
  return answer;
});

/** Who works here: nobody if null, and not known yet if undefined. */
export const staff = (): Tokens | null | undefined => now;

/** Somebody works here from now on, or nobody. */
export function become(tokens: Tokens | null): void {
  now = tokens;
  dispatchEvent(new Event("staff"));
}

export function useStaff(): Tokens | null | undefined {
  const [seen, setSeen] = useState(staff);
  useEffect(() => {
    const look = () => setSeen(staff());
    addEventListener("staff", look);
    look(); // what was between the first drawing and this
    return () => removeEventListener("staff", look);
  }, []);
  return seen;
}

/** What the address says behind its # sign; it is taken out of the address at once. */
export function fromLink(): Link {
  const found = /^#(daftar|masuk)=/.test(location.hash)
    ? Object.fromEntries(new URLSearchParams(location.hash.slice(1)))
    : {};
  if ("daftar" in found || "masuk" in found) {
    history.replaceState(null, "", location.pathname + location.search);
  }
  return found;
}

/** Be who this browser was before, or who a link says: nobody if it ended. A service that does not
 * answer leaves it open. */
export async function resume(link: Link): Promise<Answer<Tokens>> {
  const answer = await ask(
    desk.POST("/v1/staff/sessions/refresh", {
      params: { header: COOKIE },
      body: link.masuk ? { refresh_token: link.masuk } : {},
    }),
  );
  if (answer.ok) become(answer.ok);
  else if (answer.problem.status >= 400 && answer.problem.status < 500) become(null);
  return answer;
}

/** Whoever is out already is out. */
export async function signOut(): Promise<Answer<unknown>> {
  const done = await ask<unknown>(desk.DELETE("/v1/staff/sessions/current", {}));
  if (done.problem && done.problem.status !== 401) return done;
  become(null);
  return { ok: {} };
}
