/** The service worker: opens the pages without network, and shows what comes by push. It keeps
 * files of the pages, which are the same for everybody, and no answer of the API. */

import { SPOKEN } from "./spoken.ts";
import { open, wake, type Waking } from "./wake.ts";

/** What a ticket needs to be shown, `/` first; and what tells one build from another. */
declare const SHELL: string[];
declare const VERSION: string;

interface Extendable extends Event {
  waitUntil(work: Promise<unknown>): void;
}

interface Fetching extends Event {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}

interface Clicked extends Extendable {
  notification: Notification;
}

interface Worker extends Waking {
  addEventListener(
    type: "install" | "activate" | "push",
    listener: (event: Extendable) => void,
  ): void;
  addEventListener(type: "notificationclick", listener: (event: Clicked) => void): void;
  addEventListener(type: "fetch", listener: (event: Fetching) => void): void;
  skipWaiting(): Promise<void>;
  clients: Waking["clients"] & { claim(): Promise<void> };
}

const worker = self as unknown as Worker;
const KEPT = `pages-${VERSION}`;

/** So long a page waits for a slow network before it opens from what is kept. */
const PATIENCE_MS = 2000;

worker.addEventListener("install", (event) => event.waitUntil(install()));
worker.addEventListener("activate", (event) => event.waitUntil(activate()));

worker.addEventListener("push", (event) => event.waitUntil(wake(worker)));
worker.addEventListener(
  "notificationclick",
  (event) => event.waitUntil(open(worker, event.notification)),
);

worker.addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== location.origin) return;
  if (pathname === "/") event.respondWith(page(event.request));
  else if (pathname.startsWith("/assets/")) event.respondWith(asset(event.request, true));
  else if (SHELL.includes(pathname)) event.respondWith(asset(event.request, false));
});

async function install(): Promise<void> {
  const cache = await caches.open(KEPT);
  await cache.addAll(SHELL.map((path) => new Request(path, { cache: "no-cache" })));
  await worker.skipWaiting();
}

async function activate(): Promise<void> {
  const old = (await caches.keys()).filter((name) => name !== KEPT && name !== SPOKEN);
  await Promise.all(old.map((name) => caches.delete(name)));
  await worker.clients.claim();
}

/** The newest page; the one that is kept where the network is silent, slow or
 * answers with an error. */
async function page(request: Request): Promise<Response> {
  const kept = await caches.match("/");
  const fresh = fetch(request);
  if (!kept) return await fresh;
  const late = new Promise<Response>((done) => setTimeout(() => done(kept), PATIENCE_MS));
  const best = fresh.then((one) => one.ok ? one : kept, () => kept);
  return await Promise.race([best, late]);
}

/** A file that is kept; others of the pages are kept as they are first asked for, on a phone that
 * has room for them. */
async function asset(request: Request, keep: boolean): Promise<Response> {
  const kept = await caches.match(request);
  if (kept) return kept;
  const fresh = await fetch(request);
  if (keep && fresh.ok) {
    const copy = fresh.clone();
    await caches.open(KEPT).then((cache) => cache.put(request, copy)).catch(() => undefined);
  }
  return fresh;
}
