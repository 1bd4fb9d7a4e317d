/** What the worker does when a push wakes it: it asks the API what it is to show, shows it, and
 * says that it has. A message carries nothing itself; every one of them has to show something. */

import { spoken } from "./spoken.ts";

type Language = "id" | "en";

interface Notice {
  notice_id: string;
  title: string;
  body: string;
  code?: string;
}

interface Window {
  url: string;
  focus(): Promise<unknown>;
  navigate(url: string): Promise<unknown>;
}

interface Registered {
  pushManager: PushManager;
  getNotifications(): Promise<Notification[]>;
  showNotification(title: string, options: NotificationOptions): Promise<void>;
}

export interface Waking {
  registration: Registered;
  clients: {
    matchAll(wanted: { type: "window"; includeUncontrolled: true }): Promise<Window[]>;
    openWindow(url: string): Promise<unknown>;
  };
}

/** So long the service may take before something is shown without it. */
const PATIENCE_MS = 15_000;

/** Shown if there is nothing to be said: it was said by another phone or by SMS, or nobody is
 * signed in here any more. */
const NOTHING: Record<Language, Notice> = {
  id: {
    notice_id: "antrian",
    title: "Antrian Paspor",
    body: "Buka aplikasi untuk melihat pesanan Anda.",
  },
  en: { notice_id: "antrian", title: "Antrian Paspor", body: "Open the app to see your bookings." },
};

export async function wake({ registration }: Waking): Promise<void> {
  const language = await chosen();
  const token = await accessToken(registration).catch(() => "");
  const notices = token ? await unshown(token, language).catch(() => []) : [];
  await Promise.all(notices.map((notice) => shown(registration, notice, language)));
  if (notices.length === 0) await shownSomething(registration, language);
  await Promise.all(notices.map(({ notice_id }) => receipt(token, notice_id)));
}

/** By the cookie, which pages and worker share: one of them asks at a time. */
async function accessToken(registration: Registered): Promise<string> {
  const refresh = async () => {
    const headers = { "Antrian-Session": "cookie" };
    const answer = await asked("/v1/sessions/refresh", { method: "POST", headers });
    if (answer.status === 401) {
      // Nobody is signed in here: this phone is not to be woken again.
      await (await registration.pushManager.getSubscription())?.unsubscribe();
    }
    return answer.ok ? (await answer.json()).access_token as string : "";
  };
  return await (navigator.locks ? navigator.locks.request("session", refresh) : refresh());
}

async function unshown(token: string, language: Language): Promise<Notice[]> {
  const headers = { ...bearer(token), "Accept-Language": language };
  const answer = await asked("/v1/me/notices?unshown", { headers });
  return answer.ok ? (await answer.json()).notices : [];
}

/** Without one an SMS comes too, so it is worth a second try. */
async function receipt(token: string, notice_id: string): Promise<void> {
  const say = () =>
    asked(`/v1/me/notices/${notice_id}/shown`, { method: "POST", headers: bearer(token) });
  const answer = await say().catch(() => undefined);
  if (!answer || answer.status >= 500) await say().catch(() => undefined);
}

const asked = (path: string, init: RequestInit) =>
  fetch(path, { ...init, signal: AbortSignal.timeout?.(PATIENCE_MS) });

const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });

/** The language that was chosen in the app. Before anybody has opened it since, Indonesian, as it
 * speaks then. */
const chosen = async (): Promise<Language> =>
  await spoken().catch(() => undefined) === "en" ? "en" : "id";

/** What is shown again has the same tag, so it takes its own place, without a sound. */
const shown = (
  registration: Registered,
  { notice_id, title, body, code }: Notice,
  lang: Language,
) =>
  registration.showNotification(title, {
    body,
    tag: notice_id,
    icon: "/icon.svg",
    lang,
    data: code,
  });

async function shownSomething(registration: Registered, language: Language): Promise<void> {
  const [there] = await registration.getNotifications();
  const before = there && {
    notice_id: there.tag,
    title: there.title,
    body: there.body,
    code: there.data as string,
  };
  await shown(registration, before ?? NOTHING[language], language);
}

/** Open the ticket that a notice is about, in the window that there is. */
export async function open({ clients }: Waking, notice: Notification): Promise<void> {
  notice.close();
  const url = notice.data ? `/#/tiket/${notice.data}` : "/#/pesanan";
  const [window] = await clients.matchAll({ type: "window", includeUncontrolled: true });
  if (!window) await clients.openWindow(url);
  else {
    await window.focus();
    await window.navigate(url);
  }
}
