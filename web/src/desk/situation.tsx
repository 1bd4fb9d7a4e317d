/** What stands in the way: no connection, somebody else at this counter, a press that was refused. */

import { clock, timeOfDay } from "../dates.ts";
import { words } from "../words.ts";
import type { View } from "./attend.ts";
import { sendNow } from "./until_answered.ts";

const said = words(
  {
    lost: "Sambungan terputus",
    lostDo: "Perintah Anda disimpan dan dikirim lagi sampai dijawab; hanya dijalankan satu kali. " +
      "Perintah lain menunggu.",
    now: "Kirim sekarang",
    taken: "Loket ini dipakai di tempat lain",
    found:
      "Tab lain, komputer lain, atau penyelia telah mengubah loket ini. Beginilah keadaannya " +
      "sekarang.",
    refused: "Perintah Anda tidak dijalankan: tab lain, komputer lain, atau penyelia telah " +
      "mengubah loket ini. Beginilah keadaannya sekarang.",
    away: (time: string) => `Istirahat sampai pukul ${time}, kata penyelia.`,
    old: (time: string) => `Tidak ada kabar baru sejak pukul ${time}. Memeriksa sambungan …`,
  },
  {
    lost: "The connection is lost",
    lostDo: "Your press is kept and sent again until it is answered; it is done only once. Other " +
      "presses wait.",
    now: "Send now",
    taken: "This counter is used elsewhere",
    found:
      "Another tab, another computer or the supervisor has changed this counter. This is how " +
      "it stands now.",
    refused:
      "Your press was not done: another tab, another computer or the supervisor has changed " +
      "this counter. This is how it stands now.",
    away: (time: string) => `Break until ${time}, says the supervisor.`,
    old: (time: string) => `Nothing new has come since ${time}. Checking the connection …`,
  },
);

const OLD_MS = 45_000;

export function Situation({ view, now }: { view: View; now: number }) {
  const w = said();
  const { lost, taken, problem, counter, heardAt } = view;
  if (lost) {
    return (
      <div class="notice warn" role="alert">
        <h2>{w.lost}</h2>
        <p>{w.lostDo}</p>
        <button type="button" class="second" onClick={sendNow}>{w.now}</button>
      </div>
    );
  }
  if (taken) {
    return (
      <div class="notice bad" role="alert">
        <h2>{w.taken}</h2>
        <p>{w[taken]}</p>
      </div>
    );
  }
  if (problem) {
    return (
      <div class="notice warn" role="alert">
        <h2>{problem.title}</h2>
        <p>{problem.detail}</p>
      </div>
    );
  }
  if (heardAt && now - heardAt > OLD_MS) {
    return <p class="notice warn" role="status">{w.old(timeOfDay(new Date(heardAt)))}</p>;
  }
  const away = counter?.away_until;
  if (away && Date.parse(away) > now) {
    return <p class="notice">{w.away(clock(away.slice(11, 16)))}</p>;
  }
  return null;
}
