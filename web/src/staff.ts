/** Who of an office's staff, or which of its devices, works at this page.
 *
 * The access token lives in this page's memory, as long as the shift or the device; a page that is
 * loaded anew has it again by a cookie that no script sees. */

import { useEffect, useState } from "preact/hooks";
import { type Answer, ask, mayPass } from "./api.ts";
import { client } from "./client.ts";
import type { components } from "./contract.d.ts";
import { keep, kept } from "./kept.ts";
import { patient } from "./patient.ts";
import { COOKIE } from "./session.ts";
import { language } from "./words.ts";

export type Tokens = components["schemas"]["StaffTokens"];

/** What a link says behind the # sign, which no server is sent. */
export interface Link {
  /** The token by which somebody makes their passkey, or a device is signed in, once. */
  daftar?: string;
  /** On one machine, the token of a session that there is. */
  masuk?: string;
}

let now: Tokens | null | undefined;
let ousted = false;

/** Who of the staff has signed in last in this browser, by their id: one person works in all of its
 * tabs, and the session of whoever worked in another one ends. */
const LAST = "antrian-desk";

addEventListener("storage", ({ key }) => key === LAST && heed());
addEventListener("pageshow", () => heed());

const isPerson = ({ role }: Tokens): boolean => role === "clerk" || role === "supervisor";

/** Hear of somebody else who has signed in since. */
function heed(): void {
  const last = kept("localStorage", LAST);
  if (!now || !isPerson(now) || !last || last === now.staff_id) return;
  const { access_token } = now;
  become(null, true);
  // Without cookies: the answer takes one away, and by now it is the other person's.
  fetch("/v1/staff/sessions/current", {
    method: "DELETE",
    credentials: "omit",
    headers: { Authorization: `Bearer ${access_token}` },
  }).catch(() => undefined); // then it ends with the shift
}

/** The API as staff call it: with who they are, and in their language. */
export const desk = client(async (request) => {
  heed();
  request.headers.set("Accept-Language", language());
  if (now) request.headers.set("Authorization", `Bearer ${now.access_token}`);
  const sent = now;
  const answer = await patient(request);
  if (answer.status === 401 && sent && sent === now) become(null);
  return answer;
});

/** Who works here: nobody if null, and not known yet if undefined. */
export const staff = (): Tokens | null | undefined => now;

/** Whether nobody does because somebody else has signed in in another tab. */
export const isOusted = (): boolean => ousted;

/** Somebody works here from now on, or nobody. */
export function become(tokens: Tokens | null, byAnother = false): void {
  now = tokens;
  ousted = byAnother;
  if (tokens && isPerson(tokens)) keep("localStorage", LAST, tokens.staff_id);
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

/** Be who a link says, or who this browser was before: nobody if that ended. A service that does not
 * answer leaves it open. A link has had its use once there is an answer. */
export async function resume(link: Link): Promise<Answer<Tokens>> {
  if (link.daftar) {
    const { ok, problem } = await opens(link.daftar);
    if (problem && mayPass(problem)) return { problem };
    delete link.daftar;
    if (ok?.session) {
      become(ok.session);
      return { ok: ok.session };
    }
  }
  const answer = await ask(
    desk.POST("/v1/staff/sessions/refresh", {
      params: { header: COOKIE },
      body: link.masuk ? { refresh_token: link.masuk } : {},
    }),
  );
  if (answer.problem && mayPass(answer.problem)) return answer;
  delete link.masuk;
  become(answer.ok ?? null);
  return answer;
}

/** Open a device by its link. That of a person opens nothing: they make a passkey at the desk. */
const opens = (token: string) =>
  ask(
    desk.POST("/v1/staff/enrolments/{token}", {
      params: { path: { token }, header: COOKIE },
      body: {},
    }),
  );

/** Whoever is out already is out. */
export async function signOut(): Promise<Answer<unknown>> {
  const done = await ask<unknown>(desk.DELETE("/v1/staff/sessions/current", {}));
  if (done.problem && done.problem.status !== 401) return done;
  keep("localStorage", LAST, null);
  become(null);
  return { ok: {} };
}
