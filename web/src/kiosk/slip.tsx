/** The number that somebody takes with them: on the screen, on paper, and as a QR to photograph. */

import { useEffect } from "preact/hooks";
import { clock, longDate, shortDate, zoneOf } from "../dates.ts";
import { Qr } from "../qr.tsx";
import { words } from "../words.ts";

const said = words(
  {
    number: "Nomor antrean",
    call: "Perkiraan dipanggil",
    between: (from: string, until: string) => `pukul ${from} sampai ${until}`,
    now: "Anda sudah dipanggil. Lihat layar di ruang tunggu.",
    asOf: (time: string) => `Dihitung pukul ${time}; dapat berubah.`,
    take: "Ambil kertas nomor Anda.",
    photograph: "Potret kode ini",
    noPaper: "Kertas habis: potret kode ini atau catat nomor Anda.",
    follow: "Dengan kode ini Anda dapat melihat antrean di ponsel.",
    watch: "Perhatikan layar dan panggilan nomor Anda.",
    qr: "Kode QR ke antrean hari ini",
  },
  {
    number: "Queue number",
    call: "Your call is expected",
    between: (from: string, until: string) => `between ${from} and ${until}`,
    now: "You have been called. Look at the screen in the hall.",
    asOf: (time: string) => `Worked out at ${time}; it may change.`,
    take: "Take the paper with your number.",
    photograph: "Photograph this code",
    noPaper: "Out of paper: photograph this code, or write your number down.",
    follow: "By this code you can follow the queue on your phone.",
    watch: "Watch the screen, and listen for your number.",
    qr: "QR code that leads to today's queue",
  },
);

export interface Slip {
  ticket: string;
  office_id: string;
  office: string;
  /** Local to the office, `2026-12-07T09:41:05`: when it was told. */
  told: string;
  /** Instants in the office's time; none if they are called already. */
  call?: { from: string; until: string };
}

const time = (at: string): string => clock(at.slice(11, 16));

/** A page that everybody may see: no secret, and nobody's name. */
const follow = ({ office_id, ticket, told, call }: Slip): string =>
  `${location.origin}/#/antrean/${office_id}/${ticket}/${(call?.from ?? told).slice(0, 10)}`;

/** Shows a slip, and prints it once if there is paper. */
export function Slipped({ slip, paper }: { slip: Slip; paper: boolean }) {
  const w = said();
  useEffect(() => {
    if (paper) print();
  }, []);
  return (
    <>
      <div class="taken">
        <div>
          <p class="about">{w.number}</p>
          <p class="huge">{slip.ticket}</p>
          <When slip={slip} />
          <p class="call">{paper ? w.take : w.noPaper}</p>
          <p>{w.watch}</p>
        </div>
        <div class={paper ? "code" : "code alone"}>
          <Qr text={follow(slip)} label={w.qr} />
          <p>{w.photograph}</p>
          <p class="hint">{w.follow}</p>
        </div>
      </div>
      {paper && <Paper slip={slip} />}
    </>
  );
}

function When({ slip }: { slip: Slip }) {
  const w = said();
  if (!slip.call) return <p class="call">{w.now}</p>;
  const { from, until } = slip.call;
  return (
    <>
      <p class="call">
        {w.call} <strong>{w.between(time(from), `${time(until)} ${zoneOf(until)}`)}</strong>
      </p>
      <p class="hint">{w.asOf(time(slip.told))}</p>
    </>
  );
}

/** What comes out of the printer: seen nowhere else. */
function Paper({ slip }: { slip: Slip }) {
  const w = said();
  return (
    <div class="paper" aria-hidden="true">
      <p class="office">{slip.office}</p>
      <p>{longDate(slip.told.slice(0, 10))}</p>
      <p class="about">{w.number}</p>
      <p class="label">{slip.ticket}</p>
      <When slip={slip} />
      <Qr text={follow(slip)} label={w.qr} />
      <p>{w.follow}</p>
      <p>{w.watch}</p>
      <p class="hint">{shortDate(slip.told.slice(0, 10))} {time(slip.told)}</p>
    </div>
  );
}
