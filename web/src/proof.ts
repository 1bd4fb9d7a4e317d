/** Sends what may need a proof of work, and does the work if it is asked for. */

import type { Answer, Problem } from "./api.ts";
import { api, ask } from "./api.ts";
import type { components } from "./contract.d.ts";
import { scriptUrl } from "./trusted.ts";

declare const PROOF_WORKER: string;

/** How many numbers have been tried; it takes a thousand at most. */
export type Progress = (tries: number) => void;
export const MOST_TRIES = 1000;

type Challenge = components["schemas"]["ProofOfWork"];

/** The header that shows the work; nothing where none was done. */
export interface Proof {
  Altcha?: string;
}

/** Sends with what `proof` there is already, and with another one if that is not enough. */
export async function withProof<T>(
  send: (proof: Proof) => Promise<Answer<T>>,
  key: string,
  progress: Progress,
  stop: AbortSignal,
  proof: Proof = {},
): Promise<Answer<T>> {
  const first = await send(proof);
  if (first.problem?.type !== "proof-needed") return first;
  const challenge = await challengeOf(first.problem, key);
  if (challenge.problem) return challenge;
  const done = await worked(challenge.ok, progress, stop);
  return done.Altcha ? await send(done) : first;
}

/** The work for a booking that is sent later, if operations ask for it then. */
export async function proofBefore(
  key: string,
  progress: Progress,
  stop: AbortSignal,
): Promise<Proof> {
  const { ok } = await toBook(key);
  return ok?.required ? await worked(ok, progress, stop) : {};
}

/** Nothing if the visitor stops it. */
async function worked(challenge: Challenge, progress: Progress, stop: AbortSignal): Promise<Proof> {
  const solution = await solved(challenge.parameters, progress, stop);
  return solution ? { Altcha: btoa(JSON.stringify({ challenge, solution })) } : {};
}

const toBook = (key: string) =>
  ask(api.GET("/v1/challenges/booking", { params: { header: { "Idempotency-Key": key } } }));

/** The challenge that the refusal names; whoever was refused needs it in any case. */
function challengeOf(problem: Problem, key: string) {
  const asked = { params: { query: { needed: "yes" } } } as const;
  switch (problem.challenge) {
    case "/v1/challenges/booking":
      return toBook(key);
    case "/v1/challenges/session":
      return ask(api.GET("/v1/challenges/session", asked));
    default:
      return ask(api.GET("/v1/challenges/registration", asked));
  }
}

function solved(parameters: unknown, progress: Progress, stop: AbortSignal): Promise<unknown> {
  const worker = new Worker(scriptUrl(PROOF_WORKER));
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => typeof data === "number" ? progress(data) : resolve(data);
    worker.onerror = reject;
    stop.addEventListener("abort", () => resolve(null));
    if (stop.aborted) resolve(null);
    else worker.postMessage(parameters);
  }).finally(() => worker.terminate());
}
