/** Sends what may need a proof of work, and does the work if it is asked for. */

import type { Answer, Problem } from "./api.ts";
import { api, ask } from "./api.ts";

declare const PROOF_WORKER: string;

/** How many numbers have been tried; it takes a thousand at most. */
export type Progress = (tries: number) => void;
export const MOST_TRIES = 1000;

interface Policy {
  createScriptURL(url: string): string;
}

/** Trusted Types: where a browser has them, only this policy's addresses become workers. */
declare const trustedTypes: { createPolicy(name: string, rules: Policy): Policy } | undefined;

const own: Policy = { createScriptURL: (url) => url };
const scripts = typeof trustedTypes === "undefined" ? own : trustedTypes.createPolicy("sw", own);

export async function withProof<T>(
  send: (proof: { Altcha?: string }) => Promise<Answer<T>>,
  key: string,
  progress: Progress,
  stop: AbortSignal,
): Promise<Answer<T>> {
  const first = await send({});
  if (first.problem?.type !== "proof-needed") return first;
  const challenge = await challengeOf(first.problem, key);
  if (challenge.problem) return challenge;
  const solution = await solved(challenge.ok.parameters, progress, stop);
  if (!solution) return first; // stopped by the visitor
  const payload = { challenge: challenge.ok, solution };
  return await send({ Altcha: btoa(JSON.stringify(payload)) });
}

function challengeOf(problem: Problem, key: string) {
  const headers = { "Idempotency-Key": key };
  const path = problem.challenge === "/v1/challenges/booking"
    ? "/v1/challenges/booking"
    : "/v1/challenges/registration";
  return ask(api.GET(path, { params: { header: headers } }));
}

function solved(parameters: unknown, progress: Progress, stop: AbortSignal): Promise<unknown> {
  const worker = new Worker(
    (scripts?.createScriptURL(PROOF_WORKER) ?? PROOF_WORKER) as unknown as string,
  );
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => typeof data === "number" ? progress(data) : resolve(data);
    worker.onerror = reject;
    stop.addEventListener("abort", () => resolve(null));
    if (stop.aborted) resolve(null);
    else worker.postMessage(parameters);
  }).finally(() => worker.terminate());
}
