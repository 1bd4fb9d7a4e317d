/** This phone's subscription to messages by push: whether there can be one, is one, and its ends. */

import { type Answer, api, ask, noAnswer } from "../api.ts";

/** What this browser can do: nothing, only from the home screen (iOS), or what was answered. */
export type State = "never" | "home-screen" | "denied" | "off" | "on";

export async function state(): Promise<State> {
  if (!("Notification" in window && "PushManager" in window && navigator.serviceWorker)) {
    return isApple() && !isInstalled() ? "home-screen" : "never";
  }
  if (Notification.permission === "denied") return "denied";
  if (Notification.permission !== "granted") return "off";
  return await subscription() ? "on" : "off";
}

/** Ask for messages by push; the browser asks whoever holds the phone. */
export async function subscribe(): Promise<Answer<State>> {
  const permission = await Notification.requestPermission(); // first: it has to follow a tap
  if (permission !== "granted") return { ok: permission === "denied" ? "denied" : "off" };
  const asked = await ask(api.GET("/v1/pushes/key"));
  if (asked.problem) return asked;
  try {
    const { pushManager } = await navigator.serviceWorker.ready;
    const applicationServerKey = bytes(asked.ok.key);
    const before = await pushManager.getSubscription();
    if (before && !same(before.options.applicationServerKey, applicationServerKey)) {
      await before.unsubscribe(); // of another key: no message of ours would reach it
    }
    const made = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
    const told = await tell(made.endpoint);
    if (told.problem) await made.unsubscribe();
    return told.problem ? told : { ok: "on" };
  } catch {
    return { problem: noAnswer() }; // the push service is as far away as ours
  }
}

/** Take it back, here and at the service. */
export async function unsubscribe(): Promise<Answer<State>> {
  const made = await subscription();
  if (!made) return { ok: "off" };
  const told = await tell(made.endpoint); // the same device has the same id
  if (told.problem) return told;
  const push_id = told.ok.push_id;
  const gone = await ask(api.DELETE("/v1/me/pushes/{push_id}", { params: { path: { push_id } } }));
  if (gone.problem) return gone;
  await made.unsubscribe();
  return { ok: "off" };
}

/** Before somebody signs out: this phone is told nothing more. What cannot be taken back now ends
 * by itself: the worker finds nobody signed in when it is woken. */
export async function leave(): Promise<void> {
  await unsubscribe().catch(() => undefined);
}

const tell = (endpoint: string) => ask(api.POST("/v1/me/pushes", { body: { endpoint } }));

async function subscription(): Promise<PushSubscription | null> {
  const registration = await navigator.serviceWorker?.getRegistration();
  return await registration?.pushManager?.getSubscription() ?? null;
}

const isApple = () => /iPhone|iPad|iPod/.test(navigator.userAgent);
const isInstalled = () => matchMedia("(display-mode: standalone)").matches;

const bytes = (base64: string) =>
  Uint8Array.from(
    atob(base64.replace(/-/g, "+").replace(/_/g, "/")),
    (letter) => letter.charCodeAt(0),
  );

const same = (one: ArrayBuffer | null, other: Uint8Array): boolean =>
  one !== null && new Uint8Array(one).join() === other.join();
