/** A wish becomes a booking: what is known beforehand, and the one request. */

import { api, ask, type Booking, officeOf, offices, type Problem } from "../api.ts";
import { attempt, type Stage } from "../attempt.ts";
import { type Progress, type Proof, proofBefore, withProof } from "../proof.ts";
import { accessToken, signedIn } from "../session.ts";
import { timeIsKnown, until } from "../service_time.ts";
import { people, type Trip } from "../trip.ts";

/** So long after a release the token that was asked for beforehand is still good. */
const SPARE_MS = 60_000;

export async function booked(
  trip: Trip,
  tell: (stage: Stage, opensAt?: string) => void,
  progress: Progress,
  stop: AbortSignal,
) {
  const { office_id, date, start, service, who, opens_at, key } = trip as Required<Trip>;
  let applicants = people(who);
  let proof: Proof = {};

  const named = async (): Promise<Problem | undefined> => {
    if (applicants.length && signedIn()) return undefined;
    const me = await ask(api.GET("/v1/me"));
    if (me.ok && !applicants.length) applicants = [me.ok.applicant_id];
    return me.problem;
  };

  // Without a page before this one nothing has told the time, and the phone's own may be wrong.
  if (opens_at && !timeIsKnown()) await officeOf(office_id);
  return await attempt<Booking>({
    opensAt: opens_at,
    stop,
    tell,
    prepare: async () => {
      await accessToken(until(opens_at) + SPARE_MS).catch(() => ""); // asked for again when it opens
      const [problem] = await Promise.all([named(), offices()]); // offices: for other places
      if (!problem) proof = await proofBefore(key, progress, stop);
      return problem;
    },
    send: async () => {
      const problem = await named();
      if (problem) return { problem };
      const body = { office_id, date, start, service, applicants };
      return await withProof(
        (header) =>
          ask(
            api.POST("/v1/bookings", {
              params: { header: { "Idempotency-Key": key, ...header } },
              body,
            }),
          ),
        key,
        progress,
        stop,
        proof,
      );
    },
  });
}
