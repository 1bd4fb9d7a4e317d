/** Sending the same thing until there is an answer: connections come back, and people wait here. */

import { type Answer, mayPass, type Problem } from "../api.ts";

const FIRST_S = 1;
const LONGEST_S = 15;

/** Somebody does not want to wait for the next try. */
const NOW = "desk-send-now";

export const sendNow = (): boolean => dispatchEvent(new Event(NOW));

/** What was answered; nothing once it was stopped. Without an answer it is sent again, after a
 * second and then after longer and longer, or at once when the network is back. */
export async function untilAnswered<T>(
  send: () => Promise<Answer<T>>,
  unanswered: (problem: Problem) => void,
  stop: AbortSignal,
): Promise<Answer<T> | undefined> {
  for (let tries = 0;; tries++) {
    const answer = await send();
    if (stop.aborted) return undefined;
    if (!answer.problem || !mayPass(answer.problem)) return answer;
    unanswered(answer.problem);
    await pause(waitMs(answer.problem, tries), stop);
    if (stop.aborted) return undefined;
  }
}

/** As long as the service asks for, or twice as long as before; no two counters in one moment. */
const waitMs = ({ retry_after }: Problem, tries: number): number => {
  const seconds = Math.min(FIRST_S * 2 ** tries, LONGEST_S);
  return 1000 * Math.max(Number(retry_after ?? 0), seconds * (0.75 + Math.random() / 2));
};

function pause(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const over = new AbortController();
    const end = () => {
      clearTimeout(timer);
      over.abort();
      done();
    };
    const timer = setTimeout(end, ms);
    for (const event of [NOW, "online"]) addEventListener(event, end, { signal: over.signal });
    stop.addEventListener("abort", end, { signal: over.signal });
  });
}
