/** Which language was chosen, for the service worker: storage is closed to it, this is not. */

export const SPOKEN = "spoken";
const AT = "/spoken";

export async function spoken(): Promise<string | undefined> {
  return await (await caches.match(AT, { cacheName: SPOKEN }))?.text();
}

export async function noteSpoken(language: string): Promise<void> {
  await (await caches.open(SPOKEN)).put(AT, new Response(language));
}
