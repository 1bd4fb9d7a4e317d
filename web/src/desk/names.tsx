/** Who is called or served: their names, what to look at, and whether their KTP was seen. They are
 * shown while they are here, and kept nowhere. */

import { words } from "../words.ts";
import { isBooked, type View } from "./attend.ts";

const said = words(
  {
    people: "Orang di loket ini",
    number: (n: number) => `nomor ${n}`,
    check: "Cocokkan NIK dengan KTP: tanggal lahir atau jenis kelamin berbeda",
    see: "KTP dilihat",
    seen: "KTP sudah dilihat",
    follows:
      "Tekan hanya bila KTP cocok dengan orangnya dan ia memesan dengan ponselnya sendiri. " +
      "NIK itu lalu menjadi milik akunnya, dan ia diberi tahu lewat SMS.",
    walkIn: (n: number) => `${n} orang tanpa pesanan`,
    waiting: "Memuat nama …",
    unknown: "Nama tidak dapat ditampilkan sekarang. Tanyakan namanya.",
  },
  {
    people: "People at this counter",
    number: (n: number) => `number ${n}`,
    check: "Hold the NIK against the KTP: birth date or sex differ",
    see: "KTP seen",
    seen: "KTP was seen",
    follows:
      "Only if the KTP shows this person, who booked with their own phone. The NIK is then " +
      "their account's, and they are told by SMS.",
    walkIn: (n: number) => n === 1 ? "1 person without a booking" : `${n} people without a booking`,
    waiting: "Loading names …",
    unknown: "Names cannot be shown now. Ask for them.",
  },
);

export function Names(props: { view: View; see: (queue_number: number) => void }) {
  const w = said();
  const { counter, names, busy } = props.view;
  if (!counter?.ticket) return null;
  if (!isBooked(counter.ticket)) return <p class="who">{w.walkIn(counter.people ?? 1)}</p>;
  if (!names) return <p class="who">{busy ? w.waiting : w.unknown}</p>;
  const provable = names.some(({ proof }) => proof && proof !== "seen");
  return (
    <>
      <ul class="names" aria-label={w.people}>
        {names.map((one) => (
          <li key={one.queue_number}>
            <span>
              <strong>{one.name}</strong> <small>{w.number(one.queue_number)}</small>
            </span>
            {one.proof === "seen" && <span class="status booked">{w.seen}</span>}
            {one.proof && one.proof !== "seen" && (
              <button
                type="button"
                class="second"
                aria-disabled={busy || undefined}
                aria-describedby="follows"
                onClick={() => props.see(one.queue_number)}
              >
                {w.see} <span class="unseen">{one.name}</span>
              </button>
            )}
            {one.check_at_counter && <p class="flag">{w.check}</p>}
          </li>
        ))}
      </ul>
      {provable && <p class="hint" id="follows">{w.follows}</p>}
    </>
  );
}
