/** When to leave home for the time that somebody was told, by how long their way takes. */

import { clock } from "../dates.ts";
import { Field, useDraft } from "../form.tsx";
import { words } from "../words.ts";

const said = words(
  {
    title: "Kapan berangkat?",
    minutes: "Lama perjalanan Anda (menit)",
    leave: (time: string) => `Berangkatlah paling lambat pukul ${time}.`,
    late: "Antrean mungkin terlambat, tetapi datanglah pada jam Anda: " +
      "giliran Anda ditentukan menurut jam itu.",
  },
  {
    title: "When to leave?",
    minutes: "How long your way takes (minutes)",
    leave: (time: string) => `Leave home at ${time} at the latest.`,
    late: "The queue may be late, but come at your time: your turn goes by it.",
  },
);

const DAY = 24 * 60;

export function Leave({ arrive_from, zone }: { arrive_from: string; zone: string }) {
  const w = said();
  const { fields, put } = useDraft("way", { minutes: "30" });
  const [hour, minute] = arrive_from.split(":").map(Number);
  const leave = (60 * hour + minute - Number(fields.minutes) + DAY) % DAY;
  const two = (n: number) => String(n).padStart(2, "0");
  const time = `${two(Math.floor(leave / 60))}:${two(leave % 60)}`;
  return (
    <section>
      <h2>{w.title}</h2>
      <Field
        name="way"
        label={w.minutes}
        value={fields.minutes}
        inputMode="numeric"
        autoComplete="off"
        maxLength={3}
        short
        onInput={(text) => put({ minutes: text.replace(/\D/g, "") })}
      />
      <p role="status">
        <strong>{w.leave(`${clock(time)} ${zone}`)}</strong>
      </p>
      <p class="hint">{w.late}</p>
    </section>
  );
}
