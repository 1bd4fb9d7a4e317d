/** The proof of work (ALTCHA, PoW v2), away from the page so that it stays quick to the touch.
 *
 * Tries numbers until the key derived from one has the wanted beginning. */

interface Parameters {
  nonce: string;
  salt: string;
  cost: number;
  keyLength: number;
  keyPrefix: string;
}

const TELL_EVERY = 10;

onmessage = async ({ data }: MessageEvent<Parameters>) => {
  const nonce = bytes(data.nonce);
  const password = new Uint8Array(nonce.length + 4);
  password.set(nonce);
  const salt = bytes(data.salt);
  for (let counter = 0;; counter++) {
    new DataView(password.buffer).setUint32(nonce.length, counter);
    const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
    const derived = await crypto.subtle.deriveBits(
      { name: "PBKDF2", hash: "SHA-256", salt, iterations: data.cost },
      key,
      data.keyLength * 8,
    );
    const derivedKey = hex(new Uint8Array(derived));
    if (derivedKey.startsWith(data.keyPrefix)) return postMessage({ counter, derivedKey });
    if (counter % TELL_EVERY === 0) postMessage(counter);
  }
};

function bytes(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array((text.match(/../g) ?? []).map((pair) => parseInt(pair, 16)));
}

function hex(content: Uint8Array): string {
  return [...content].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
