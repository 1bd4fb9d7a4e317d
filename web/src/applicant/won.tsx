/** That a place was won by lot, how it may be declined, and where its draw can be checked. */

import type { Booking, Office } from "../api.ts";
import { to } from "../router.ts";
import { until } from "../service_time.ts";
import { words } from "../words.ts";
import { inZone } from "./in_zone.ts";

const said = words(
  {
    won: "Didapat lewat undian",
    accept: "Tempat ini sudah menjadi milik Anda. Untuk menerimanya Anda tidak perlu berbuat " +
      "apa-apa.",
    decline: (at: string) =>
      `Jika tidak dapat datang, batalkanlah. Sampai ${at} pembatalan tidak dihitung untuk jeda ` +
      "memesan (satu kali dalam 30 hari).",
    come: "Jika Anda tidak hadir, Anda dan akun Anda tidak dapat ikut undian selama 90 hari.",
    see: "Lihat dan periksa undiannya",
  },
  {
    won: "Won by lot",
    accept: "This place is yours. You need do nothing to accept it.",
    decline: (at: string) =>
      `If you cannot come, cancel it. Until ${at} that does not count towards the pause in ` +
      "booking (once in 30 days).",
    come: "If you do not come, you and your account can take part in no draws for 90 days.",
    see: "See and check its draw",
  },
);

const DECLINED_WITHIN_MS = 24 * 3_600_000;

/** Until when it can be declined without counting; nothing once that is over. */
export function declineUntil({ drawn_at }: Booking, { time_zone }: Office): string | undefined {
  if (!drawn_at) return undefined;
  const at = new Date(Date.parse(drawn_at) + DECLINED_WITHIN_MS).toISOString();
  return until(at) > 0 ? inZone(at, time_zone) : undefined;
}

export function Won(props: { booking: Booking; office: Office; valid: boolean }) {
  const w = said();
  const { booking, office, valid } = props;
  const late = declineUntil(booking, office);
  return (
    <div class="notice">
      <h2>{w.won}</h2>
      {valid && <p>{w.accept} {late && w.decline(late)}</p>}
      {valid && <p>{w.come}</p>}
      <a href={to("undian", booking.office_id, booking.date)}>{w.see}</a>
    </div>
  );
}
