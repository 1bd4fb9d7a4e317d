/** A request that is given up after a while; its answer tells the time. */

import { learnTime } from "./service_time.ts";

const PATIENCE_MS = 20_000;

/** Raises whatever `fetch` does, also where no answer has come within 20 s. */
export async function patient(request: Request | string, init?: RequestInit): Promise<Response> {
  const waiting = new AbortController();
  const timer = setTimeout(() => waiting.abort(), PATIENCE_MS);
  try {
    const answer = await fetch(request, { ...init, signal: waiting.signal });
    learnTime(answer);
    return answer;
  } finally {
    clearTimeout(timer);
  }
}
