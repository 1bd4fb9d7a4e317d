/** A passkey: made by a link, and used to sign in. The browser's own dialogs ask for it. */

import { type Answer, api, ask } from "../api.ts";
import { COOKIE } from "../session.ts";
import type { components } from "../contract.d.ts";
import { words } from "../words.ts";

export type Tokens = components["schemas"]["StaffTokens"];

const said = words(
  {
    stopped: "Kunci sandi tidak dipakai",
    whyStopped: "Permintaan dibatalkan atau waktunya habis. Silakan coba lagi.",
    old: "Peramban ini terlalu lama",
    whyOld: "Perbarui peramban ini agar dapat memakai kunci sandi.",
  },
  {
    stopped: "No passkey was used",
    whyStopped: "It was cancelled, or took too long. Please try again.",
    old: "This browser is too old",
    whyOld: "Update this browser to use a passkey in it.",
  },
);

type Credential = Record<string, unknown>;

const path = (token: string) => ({ params: { path: { token } } });

/** Make the passkey that a link is for. */
export async function enrol(token: string): Promise<Answer<unknown>> {
  const asked = await ask(
    api.POST("/v1/staff/enrolments/{token}", { ...path(token), body: {} }),
  );
  if (asked.problem) return asked;
  const made = await dialog(() =>
    navigator.credentials.create({
      publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(asked.ok.options as never),
    })
  );
  if (made.problem) return made;
  const body = { credential: made.ok };
  return await ask(api.POST("/v1/staff/enrolments/{token}", { ...path(token), body }));
}

/** Sign in with a passkey that this device has, whosever it is. */
export async function signIn(): Promise<Answer<Tokens>> {
  const asked = await ask(api.POST("/v1/staff/sessions", {}));
  if (asked.problem) return asked;
  const { session_id, options } = asked.ok;
  const used = await dialog(() =>
    navigator.credentials.get({
      publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options as never),
    })
  );
  if (used.problem) return used;
  return await ask(
    api.POST("/v1/staff/sessions/{session_id}/verification", {
      params: { path: { session_id }, header: COOKIE },
      body: { credential: used.ok },
    }),
  );
}

async function dialog(
  open: () => Promise<unknown>,
): Promise<Answer<Credential>> {
  const w = said();
  if (!("PublicKeyCredential" in window && "parseRequestOptionsFromJSON" in PublicKeyCredential)) {
    return { problem: { type: "too-old", status: 0, title: w.old, detail: w.whyOld } };
  }
  try {
    const credential = await open() as PublicKeyCredential;
    return { ok: credential.toJSON() as unknown as Credential };
  } catch {
    return { problem: { type: "stopped", status: 0, title: w.stopped, detail: w.whyStopped } };
  }
}
