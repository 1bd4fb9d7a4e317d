/** This phone's passkey: whether it has one, can have one, and signing in by it. Storage knows only
 * *that* one was kept here, by its id; the phone itself knows whose it is. */

import { type Answer, api, ask } from "../api.ts";
import type { components } from "../contract.d.ts";
import { keep, kept } from "../kept.ts";
import { knowsPasskeys, made, THERE, used } from "../passkey.ts";
import { COOKIE } from "../session.ts";

export type Tokens = components["schemas"]["Tokens"];

const NAME = "antrian-passkey";
const NOT_WANTED = "no";

/** Of one that is known to be here, and not which. */
const SOME = "some";

/** The id of the passkey that was kept here, if there is one. */
export function passkeyHere(): string | undefined {
  const found = kept("localStorage", NAME);
  return found && found !== NOT_WANTED && knowsPasskeys() ? found : undefined;
}

/** Whether to offer to keep one: nobody was asked here before, and the phone has a lock that opens
 * it. */
export const offered = async (): Promise<boolean> =>
  kept("localStorage", NAME) === null && await possible();

export async function possible(): Promise<boolean> {
  // A passkey is bound to a name; on one machine the service is also there by its address.
  if (!knowsPasskeys() || /^[\d.]+$/.test(location.hostname)) return false;
  return await PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable()
    .catch(() => false);
}

/** Nobody is to be asked again here, unless they ask for it themselves. */
export const notWanted = (): void => keep("localStorage", NAME, NOT_WANTED);

/** As if none had been kept here. */
export const forgetPasskey = (): void => keep("localStorage", NAME, null);

/** Let this phone sign in without an SMS from now on. */
export async function keepPasskey(): Promise<Answer<string>> {
  const asked = await ask(api.POST("/v1/me/passkeys", { body: {} }));
  if (asked.problem) return asked;
  const options = asked.ok.options as { user: { name: string; displayName: string } };
  const name = await called();
  if (name) Object.assign(options.user, { name, displayName: name });
  const credential = await made(options);
  if (credential.problem?.type === THERE) return here(SOME);
  if (credential.problem) return credential;
  const answer = await ask(api.POST("/v1/me/passkeys", { body: { credential: credential.ok } }));
  return answer.problem ? answer : here(answer.ok.passkey_id ?? SOME);
}

function here(id: string): Answer<string> {
  keep("localStorage", NAME, id);
  return { ok: id };
}

/** What tells the passkeys of a shared phone apart: the end of the number. */
async function called(): Promise<string | undefined> {
  const { ok } = await ask(api.GET("/v1/me"));
  return ok?.phone ? `•••• ${ok.phone.slice(-4)}` : undefined;
}

/** Sign in by a passkey of this phone, whosever it is. */
export async function signInByPasskey(): Promise<Answer<Tokens>> {
  const asked = await ask(api.POST("/v1/sessions/passkey"));
  if (asked.problem) return asked;
  const { session_id, options } = asked.ok;
  const credential = await used(options);
  if (credential.problem) return credential;
  const answer = await ask(
    api.POST("/v1/sessions/passkey/{session_id}/verification", {
      params: { path: { session_id }, header: COOKIE },
      body: { credential: credential.ok },
    }),
  );
  if (answer.problem?.type === "passkey-refused") forgetPasskey();
  return answer;
}
