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

/** The challenge that the refusal names; whoever was refused needs it in any case. */
function challengeOf(problem: Problem, key: string) {
  const asked = { params: { query: { needed: "yes" } } } as const;
  switch (problem.challenge) {
    case "/v1/challenges/booking":
      return ask(
        api.GET("/v1/challenges/booking", { params: { header: { "Idempotency-Key": key } } }),
      );
    case "/v1/challenges/session":
      return ask(api.GET("/v1/challenges/session", asked));
    default:
      return ask(api.GET("/v1/challenges/registration", asked));
  }
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
