/** Passkeys, of staff and of applicants: the browser's own dialogs ask for them. */

import type { Answer } from "./api.ts";
import { words } from "./words.ts";

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

export type Credential = Record<string, unknown>;

/** What is told where this device has made one before. */
export const THERE = "there-already";

export const knowsPasskeys = (): boolean =>
  "PublicKeyCredential" in window && "parseRequestOptionsFromJSON" in PublicKeyCredential;

/** Make a passkey; the options are the service's. */
export const made = (options: unknown): Promise<Answer<Credential>> =>
  dialog(() =>
    navigator.credentials.create({
      publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options as never),
    })
  );

/** Sign with a passkey that this device has, whosever it is. */
export const used = (options: unknown): Promise<Answer<Credential>> =>
  dialog(() =>
    navigator.credentials.get({
      publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options as never),
    })
  );

async function dialog(open: () => Promise<unknown>): Promise<Answer<Credential>> {
  const w = said();
  if (!knowsPasskeys()) {
    return { problem: { type: "too-old", status: 0, title: w.old, detail: w.whyOld } };
  }
  try {
    const credential = await open() as PublicKeyCredential;
    return { ok: credential.toJSON() as unknown as Credential };
  } catch (error) {
    const there = error instanceof DOMException && error.name === "InvalidStateError";
    const type = there ? THERE : "stopped";
    return { problem: { type, status: 0, title: w.stopped, detail: w.whyStopped } };
  }
}
