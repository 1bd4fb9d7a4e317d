/** What the browser keeps of ours. A browser may refuse to keep anything: then nothing is kept. */

type Store = "localStorage" | "sessionStorage";

export function kept(store: Store, name: string): string | null {
  try {
    return globalThis[store].getItem(name);
  } catch {
    return null;
  }
}

/** Keep a text under a name; null forgets it. */
export function keep(store: Store, name: string, text: string | null): void {
  try {
    if (text === null) globalThis[store].removeItem(name);
    else globalThis[store].setItem(name, text);
  } catch {
    // as if it had been forgotten since
  }
}
