/** One wish, sent when its places can be had, and again under the same key until it is answered.
 *
 * Everybody wants the first second of a release. So whatever can be known before is asked for at a
 * moment of the minutes before that differs from phone to phone, and in that second each phone
 * sends one request (docs/adr/0053). */

import { type Answer, mayPass, type Problem } from "./api.ts";
import { until } from "./service_time.ts";

/** `waits` for the release, `sends`, or is about to send `again`. */
export type Stage = "waits" | "sends" | "again";

export interface Attempt<T> {
  /** The instant of the release; until then nothing is sent. */
  opensAt?: string;
  /** Asks beforehand for what the sending needs. */
  prepare: () => Promise<Problem | undefined>;
  send: () => Promise<Answer<T>>;
  tell: (stage: Stage, opensAt?: string) => void;
  stop: AbortSignal;
}

const PREPARES_FROM_MS = 5 * 60_000;
const PREPARES_UNTIL_MS = 20_000;
const LOOKS_EVERY_MS = 5000;

const TRIES = 5;

/** Whoever is told to come back later than that is told so in words. */
const LONGEST_S = 60;

const DAY_MS = 24 * 3_600_000;

/** Whether somebody may prepare for a release now. */
export const isSoon = (opensAt: string): boolean => until(opensAt) < DAY_MS;

const STOPPED: Problem = { type: "stopped", title: "", status: 0, detail: "" };

export async function attempt<T>(one: Attempt<T>): Promise<Answer<T>> {
  let { opensAt } = one;
  for (let tries = 1;; tries++) {
    if (opensAt) {
      const problem = await released(opensAt, one);
      if (problem) return { problem };
      opensAt = undefined;
    }
    one.tell("sends");
    const answer = await one.send();
    const { problem } = answer;
    if (!problem || one.stop.aborted) return answer;
    const soon = problem.type === "not-released" && isSoon(String(problem.opens_at));
    if (tries === TRIES || !(soon || isPassing(problem))) return answer;
    if (soon) opensAt = String(problem.opens_at);
    else {
      one.tell("again");
      await pause(waitMs(problem, tries), one.stop);
      await online(one.stop);
    }
    if (one.stop.aborted) return { problem: STOPPED };
  }
}

/** Waits until the places can be had, and prepares on the way. */
async function released<T>(opensAt: string, one: Attempt<T>): Promise<Problem | undefined> {
  if (until(opensAt) <= 0) return undefined;
  one.tell("waits", opensAt);
  const spread = PREPARES_FROM_MS - PREPARES_UNTIL_MS;
  await passed(opensAt, PREPARES_UNTIL_MS + Math.random() * spread, one.stop);
  if (one.stop.aborted) return STOPPED;
  const problem = await one.prepare();
  if (problem && !isPassing(problem)) return problem;
  await passed(opensAt, 0, one.stop);
  return one.stop.aborted ? STOPPED : undefined;
}

/** Waits until it is so many milliseconds before an instant, by the service's clock as it is known
 * by then: a phone may sleep meanwhile. */
async function passed(instant: string, before: number, stop: AbortSignal): Promise<void> {
  for (let left; (left = until(instant) - before) > 0 && !stop.aborted;) {
    await pause(Math.min(Math.ceil(left), LOOKS_EVERY_MS), stop);
  }
}

/** Whether the same request may be answered in another way a little later. */
const isPassing = (problem: Problem): boolean =>
  (mayPass(problem) || problem.type === "request-in-progress") &&
  Number(problem.retry_after ?? 0) <= LONGEST_S;

/** As long as the service says, and at random up to twice as much more with every try. */
const waitMs = ({ retry_after }: Problem, tries: number): number =>
  1000 * (Number(retry_after ?? 1) + Math.random() * Math.min(2 ** tries, LONGEST_S));

function pause(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const over = () => {
      clearTimeout(timer);
      stop.removeEventListener("abort", over);
      done();
    };
    const timer = setTimeout(over, ms);
    stop.addEventListener("abort", over);
  });
}

/** Waits for the network, if the phone knows that it has none. */
function online(stop: AbortSignal): Promise<void> {
  if (navigator.onLine !== false || stop.aborted) return Promise.resolve();
  return new Promise((done) => {
    addEventListener("online", () => done(), { once: true, signal: stop });
    stop.addEventListener("abort", () => done(), { once: true });
  });
}
