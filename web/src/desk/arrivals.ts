/** Tickets that were scanned, and numbers that were given: one after the other, each until it is
 * answered. What came of the last one is shown until the next thing is done. */

import { useEffect, useRef, useState } from "preact/hooks";
import { ask, type Problem } from "../api.ts";
import type { components } from "../contract.d.ts";
import { desk } from "../staff.ts";
import { newKey } from "../trip.ts";
import { untilAnswered } from "./until_answered.ts";

export type CheckedIn = components["schemas"]["CheckedIn"];
export type Given = components["schemas"]["chalicelib.api.desk_answers.WalkIn"];
export type WalkIn = components["schemas"]["chalicelib.api.desk_requests.WalkIn"];

export type Came = { checkedIn: CheckedIn } | { given: Given } | { problem: Problem };

export interface Arrivals {
  came?: Came;
  /** How many have no answer yet. */
  open: number;
  /** One of them is being sent again. */
  lost: boolean;
  scan: (qr: string) => void;
  give: (to: WalkIn) => void;
  /** Take what is shown away: something else is being done. */
  clear: () => void;
}

type Send = () => Promise<Came>;

/** `answered` hears that somebody has come, or was turned away. */
export function useArrivals(answered: () => void): Arrivals {
  const [came, setCame] = useState<Came>();
  const [open, setOpen] = useState(0);
  const [lost, setLost] = useState(false);
  const line = useRef(Promise.resolve());
  const left = useRef<AbortController | null>(null);
  useEffect(() => {
    left.current = new AbortController();
    return () => left.current?.abort();
  }, []);
  const take = (send: Send) => {
    setCame(undefined);
    setOpen((before) => before + 1);
    line.current = line.current.then(async () => {
      const answer = await untilAnswered(
        async () => {
          const came = await send();
          return "problem" in came ? { problem: came.problem } : { ok: came };
        },
        () => setLost(true),
        left.current!.signal,
      );
      if (!answer) return;
      setLost(false);
      setOpen((before) => before - 1);
      setCame(answer.problem ? { problem: answer.problem } : answer.ok);
      answered();
    });
  };
  return {
    came,
    open,
    lost,
    scan: (qr) =>
      take(async () => {
        const { ok, problem } = await ask(desk.POST("/v1/desk/check-ins", { body: { qr } }));
        return ok ? { checkedIn: ok } : { problem };
      }),
    give: (to) => {
      const key = newKey();
      take(async () => {
        const params = { header: { "Idempotency-Key": key } };
        const { ok, problem } = await ask(desk.POST("/v1/desk/walk-ins", { params, body: to }));
        return ok ? { given: ok } : { problem };
      });
    },
    clear: () => setCame(undefined),
  };
}
