/** Asking for places by lot, a question a page: which days, which times, what for, who comes. */

import { useEffect } from "preact/hooks";
import { go, goInstead, type Place, to } from "../router.ts";
import { plan, trip } from "../trip.ts";
import { CheckLot } from "./lot_check.tsx";
import { LotDays } from "./lot_days.tsx";
import { type Lot, span } from "./lot.ts";
import { LotTimes } from "./lot_times.tsx";
import { Who } from "./people.tsx";
import { WhatFor } from "./service.tsx";

export function AskPage({ place }: { place: Place }) {
  const [, office_id = "", step = "hari", date] = place;
  const now = trip();
  const began = now.from !== undefined && now.office_id === office_id;
  useEffect(() => {
    if (!began && step !== "hari") goInstead("ajukan", office_id);
  }, []);
  if (step === "hari") return <LotDays office_id={office_id} date={date} />;
  if (!began) return null;
  const lot = now as Lot;
  const at = (step: string) => to("ajukan", office_id, step);
  const next = (step: string) => go("ajukan", office_id, step);
  switch (step) {
    case "jam":
      return <LotTimes lot={lot} back={at("hari")} next={() => next("keperluan")} />;
    case "keperluan":
      return (
        <WhatFor
          above={span(lot)}
          back={at("jam")}
          chosen={(service) => {
            plan({ service });
            next(now.who ? "periksa" : "siapa");
          }}
        />
      );
    case "siapa":
      return <Who above={span(lot)} back={at("keperluan")} next={() => next("periksa")} />;
    default:
      return <CheckLot lot={lot} />;
  }
}
