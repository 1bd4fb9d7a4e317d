/** What came of a scan, or which number was given: in one glance, until the next thing is done. */

import { offices } from "../api.ts";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { clock, longDate, zoned } from "../dates.ts";
import { words } from "../words.ts";
import type { Arrivals, Came, CheckedIn } from "./arrivals.ts";
import { Icon, type Shape } from "./icons.tsx";

const said = words(
  {
    new: "Hadir",
    here: "Sudah lapor hadir",
    back: "Mengantre lagi",
    called: "Sudah dipanggil",
    serving: "Sedang dilayani",
    given: "Nomor baru",
    place: (n: number) => n === 1 ? "Berikutnya dipanggil" : `Ke-${n} dalam antrean`,
    between: (from: string, until: string) => `dipanggil sekitar pukul ${from} sampai ${until}`,
    come: (at: string) => `Silakan datang ${at}`,
    notOurs: "Bukan tiket kami",
    notOursDo: "Kode ini bukan tiket Antrian Paspor, atau pesanannya sudah lama lewat.",
    sending: "Mengirim …",
    lost: "Belum terkirim",
    lostDo: "Sambungan terputus. Pindaian ini disimpan dan dikirim lagi.",
    more: (n: number) => `${n} belum terjawab`,
  },
  {
    new: "Checked in",
    here: "Already here",
    back: "Back in the line",
    called: "Called already",
    serving: "Being served",
    given: "New number",
    place: (n: number) => n === 1 ? "Next to be called" : `Number ${n} in the line`,
    between: (from: string, until: string) => `called at about ${from} to ${until}`,
    come: (at: string) => `Please come: ${at}`,
    notOurs: "Not a ticket of ours",
    notOursDo: "This code is no ticket of Antrian Paspor, or its booking is long past.",
    sending: "Sending …",
    lost: "Not sent yet",
    lostDo: "The connection is lost. This scan is kept and sent again.",
    more: (n: number) => `${n} not answered yet`,
  },
);

type Tone = "good" | "note" | "warn" | "bad";

interface Told {
  tone: Tone;
  shape: Shape;
  word: string;
  label?: string;
  /** Where or when it would be right. */
  about?: string;
  lines: string[];
}

const time = (instant: string): string => clock(instant.slice(11, 16));

export function Card(props: { arrivals: Arrivals }) {
  const w = said();
  const { came, open, lost } = props.arrivals;
  const office = useOfficeName(came && "problem" in came ? came.problem.office_id : undefined);
  if (came) return <Shown {...told(came, office)} more={open ? w.more(open) : undefined} />;
  if (!open) return null;
  if (lost) return <Shown tone="warn" shape="clock" word={w.lost} lines={[w.lostDo]} />;
  return <p class="card-waits" role="status">{w.sending}</p>;
}

function Shown({ tone, shape, word, label, about, lines, more }: Told & { more?: string }) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => box.current?.scrollIntoView({ block: "nearest" }), []);
  return (
    <div ref={box} class={`result ${tone}`} role={tone === "bad" ? "alert" : "status"}>
      <h2>
        <Icon shape={shape} />
        {word}
      </h2>
      {label && <p class="label">{label}</p>}
      {about && <p class="about">{about}</p>}
      {lines.map((line) => <p key={line}>{line}</p>)}
      {more && <p>{more}</p>}
    </div>
  );
}

function told(came: Came, office: string | undefined): Told {
  const w = said();
  if ("checkedIn" in came) return checkedIn(came.checkedIn);
  if ("given" in came) {
    const { ticket, call } = came.given;
    const lines = [w.between(time(call.from), time(call.until))];
    return { tone: "good", shape: "ticket", word: w.given, label: ticket, lines };
  }
  const { type, title, detail, date, come_at } = came.problem;
  const [tone, shape]: [Tone, Shape] = REFUSED[type] ?? ["bad", "no"];
  if (type === "no-such-booking") return { tone, shape, word: w.notOurs, lines: [w.notOursDo] };
  const about = office ??
    (date ? longDate(String(date)) : come_at ? w.come(zoned(String(come_at))) : undefined);
  return about
    ? { tone, shape, word: title, about, lines: [] }
    : { tone, shape, word: title, lines: [detail] };
}

const REFUSED: Record<string, [Tone, Shape]> = {
  "other-office": ["bad", "office"],
  "other-day": ["bad", "day"],
  "too-early": ["warn", "clock"],
  "already-left": ["warn", "check"],
  "no-capacity": ["warn", "clock"],
};

function checkedIn({ ticket, state, arrival, place, call }: CheckedIn): Told {
  const w = said();
  const lines = [
    ...(place ? [w.place(place)] : []),
    ...(call ? [w.between(time(call.from), time(call.until))] : []),
  ];
  if (state === "called" || state === "serving") {
    return { tone: "note", shape: "here", word: w[state], label: ticket, lines };
  }
  const how: Record<typeof arrival, [Tone, Shape]> = {
    new: ["good", "check"],
    here: ["note", "here"],
    back: ["good", "back"],
  };
  const [tone, shape] = how[arrival];
  return { tone, shape, word: w[arrival], label: ticket, lines };
}

/** What an office is called; nothing until it is known. */
function useOfficeName(office_id: unknown): string | undefined {
  const [name, setName] = useState<string>();
  useEffect(() => {
    setName(undefined);
    if (!office_id) return;
    offices().then(({ ok }) =>
      setName(ok?.offices.find((one) => one.office_id === office_id)?.name ?? String(office_id))
    );
  }, [office_id]);
  return name;
}
