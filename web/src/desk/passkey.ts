/** A passkey of staff: made by a link, and used to sign in. */

import { type Answer, api, ask } from "../api.ts";
import type { components } from "../contract.d.ts";
import { made, used } from "../passkey.ts";
import { COOKIE } from "../session.ts";

export type Tokens = components["schemas"]["StaffTokens"];

const path = (token: string) => ({ params: { path: { token } } });

/** Make the passkey that a link is for. */
export async function enrol(token: string): Promise<Answer<unknown>> {
  const asked = await ask(
    api.POST("/v1/staff/enrolments/{token}", { ...path(token), body: {} }),
  );
  if (asked.problem) return asked;
  const credential = await made(asked.ok.options);
  if (credential.problem) return credential;
  const body = { credential: credential.ok };
  return await ask(api.POST("/v1/staff/enrolments/{token}", { ...path(token), body }));
}

/** Sign in with a passkey that this device has, whosever it is. */
export async function signIn(): Promise<Answer<Tokens>> {
  const asked = await ask(api.POST("/v1/staff/sessions", {}));
  if (asked.problem) return asked;
  const { session_id, options } = asked.ok;
  const credential = await used(options);
  if (credential.problem) return credential;
  return await ask(
    api.POST("/v1/staff/sessions/{session_id}/verification", {
      params: { path: { session_id }, header: COOKIE },
      body: { credential: credential.ok },
    }),
  );
}
