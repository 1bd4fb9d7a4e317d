/** How long it takes until places can be had, by the service's clock. */

import { useEffect, useState } from "preact/hooks";
import { zoned } from "../dates.ts";
import { until } from "../service_time.ts";
import { words } from "../words.ts";

const said = words(
  {
    opens: "Tempat dibuka dalam",
    open: "Tempat sudah dibuka",
    at: (at: string) => `${at}. Hitungan ini menurut jam layanan, bukan jam ponsel Anda.`,
    hours: "jam",
    minutes: "menit",
    seconds: "detik",
  },
  {
    opens: "Places open in",
    open: "The places are open",
    at: (at: string) => `${at}. This counts by the service's clock, not by your phone's.`,
    hours: "hours",
    minutes: "minutes",
    seconds: "seconds",
  },
);

const TICK_MS = 250;

export function Countdown({ opensAt }: { opensAt: string }) {
  const w = said();
  const [left, setLeft] = useState(() => until(opensAt));
  useEffect(() => {
    const timer = setInterval(() => setLeft(until(opensAt)), TICK_MS);
    return () => clearInterval(timer);
  }, [opensAt]);
  const seconds = Math.max(0, Math.ceil(left / 1000));
  const parts: [number, string][] = [
    [Math.floor(seconds / 3600), w.hours],
    [Math.floor(seconds / 60) % 60, w.minutes],
    [seconds % 60, w.seconds],
  ];
  return (
    <div class="notice">
      <p>{seconds ? w.opens : w.open}</p>
      {seconds > 0 && (
        <p class="countdown" role="timer">
          {parts.map(([n, unit]) => (
            <span key={unit}>
              <strong>{String(n).padStart(2, "0")}</strong> <small>{unit}</small>
            </span>
          ))}
        </p>
      )}
      <p>{w.at(zoned(opensAt))}</p>
    </div>
  );
}
