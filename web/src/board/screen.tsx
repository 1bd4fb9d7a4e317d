/** What the board shows: Indonesian in large letters, English beneath in smaller ones. */

import type { ComponentChildren } from "preact";
import { localTime, weekday } from "../dates.ts";
import { byTicket, type Call, keyOf } from "./calls.ts";
import type { Hall, Today } from "./hall.ts";

type Told = readonly [id: string, en: string];

const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const DAYS: Told[] = [
  ["Senin", "Monday"],
  ["Selasa", "Tuesday"],
  ["Rabu", "Wednesday"],
  ["Kamis", "Thursday"],
  ["Jumat", "Friday"],
  ["Sabtu", "Saturday"],
  ["Minggu", "Sunday"],
];

/** Beside the one that is called now. */
const LAST = 6;

/** So long a call among the last ones stands out: others were called in the same moment. */
const JUST_MS = 20_000;

const WALK_INS: Record<Today["walk_ins"], Told> = {
  open: ["dilayani", "served now"],
  later: ["nanti, tanya petugas", "later, ask the staff"],
  closed: ["tidak lagi hari ini", "no longer today"],
};

/** `09.41` */
const time = (local: string): string => local.slice(11, 16).replace(":", ".");

function Both({ told: [id, en] }: { told: Told }) {
  return (
    <>
      <span class="id">{id}</span> <span class="en" lang="en">{en}</span>
    </>
  );
}

export function Screen({ hall }: { hall: Hall }) {
  const { today, office } = hall;
  const local = today && localTime(hall.now, today.as_of);
  const calls = byTicket(today?.called ?? []);
  return (
    <main id="main" class={`hall ${hall.news}`}>
      <header>
        <h1>{office?.name ?? "Antrian Paspor"}</h1>
        {local && (
          <p class="clock">
            <span class="day">
              <Both told={DAYS[weekday(local.slice(0, 10))]} />
            </span>
            <time>{time(local)}</time>
          </p>
        )}
      </header>
      <Now call={calls[0]} hall={hall} local={local} />
      {calls.length > 1 && <Last calls={calls.slice(1, LAST + 1)} now={hall.now} />}
      <Foot hall={hall} local={local} />
    </main>
  );
}

/** The call of now, or why there is none. */
function Now(props: { call?: Call; hall: Hall; local?: string }) {
  const { call, hall, local } = props;
  const quiet = why(call, hall, local);
  if (quiet) {
    return (
      <section class="now quiet" role="status">
        <p>
          <Both told={quiet} />
        </p>
      </section>
    );
  }
  const { ticket, counter } = call!;
  return (
    <section class="now" role="status">
      <div class="call" key={keyOf(call!)} style={{ "--letters": Math.max(3, ticket.length) }}>
        <h2>
          <Both told={["Nomor antrean", "Number"]} />
        </h2>
        <p class="huge">{ticket}</p>
        <p class="counter">
          <Both told={["Loket", "Counter"]} /> <strong>{counter}</strong>
        </p>
      </div>
    </section>
  );
}

/** Why there is no call to show, if there is none. */
function why(call: Call | undefined, { today, office, news }: Hall, local?: string): Told | null {
  if (!today || !local) {
    return news === "lost" ? BY_EAR : ["Memuat antrean …", "Loading the queue …"];
  }
  const windows = office?.opening[WEEKDAYS[weekday(local.slice(0, 10))]] ?? [];
  const begins = windows.at(0)?.start;
  const early = begins && local.slice(11, 16) < begins ? begins : undefined;
  if (today.status === "closed" && !today.serving.length && !today.line.length) {
    return early || (office && !begins)
      ? ["Hari ini tidak ada layanan", "No service today"]
      : ["Layanan hari ini sudah selesai", "Service has ended for today"];
  }
  if (call) return null;
  return early
    ? [`Layanan mulai pukul ${early.replace(":", ".")}`, `Service begins at ${early}`]
    : ["Belum ada yang dipanggil", "Nobody has been called yet"];
}

const BY_EAR: Told = ["Perhatikan panggilan petugas", "Please listen to the staff"];

function Last({ calls, now }: { calls: Call[]; now: number }) {
  return (
    <section class="last">
      <h2>
        <Both told={["Panggilan terakhir", "Last calls"]} />
      </h2>
      <table>
        <thead class="unseen">
          <tr>
            <th>Nomor</th>
            <th>Loket</th>
          </tr>
        </thead>
        <tbody>
          {calls.map((one) => (
            <tr key={keyOf(one)} class={now - Date.parse(one.at) < JUST_MS ? "just" : ""}>
              <td>{one.ticket}</td>
              <td>
                <span class="to">Loket</span> {one.counter}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Foot({ hall, local }: { hall: Hall; local?: string }) {
  const { today, digits } = hall;
  const trouble = wrong(hall, today && time(today.as_of));
  const late = today?.lag_minutes ?? 0;
  return (
    <footer>
      {trouble && (
        <div class="trouble" role="alert">
          <Both told={trouble} />
        </div>
      )}
      {!trouble && today && local && (
        <>
          <Fact about={["Antrean", "Queue"]}>
            <Both
              told={today.status === "closed" && !today.line.length
                ? ["ditutup", "closed"]
                : late > 0
                ? [`terlambat ${late} menit`, `${late} min late`]
                : ["tepat waktu", "on time"]}
            />
          </Fact>
          <Fact about={["Tanpa pesanan", "No booking"]}>
            <Both told={WALK_INS[today.walk_ins]} />
          </Fact>
        </>
      )}
      {digits && (
        <div class="digits">
          <p>
            <Both told={["Lapor hadir di aplikasi", "Check in, in the app"]} />
          </p>
          <p class="four">{digits}</p>
        </div>
      )}
    </footer>
  );
}

function Fact(props: { about: Told; children: ComponentChildren }) {
  return (
    <div class="fact">
      <h2>
        <Both told={props.about} />
      </h2>
      <p>{props.children}</p>
    </div>
  );
}

/** What is wrong, in words that everybody can read from their seat; the worst first. */
function wrong({ news, sound }: Hall, asOf: string | undefined): Told | undefined {
  const since = asOf ? [`Keadaan pukul ${asOf}. `, `As of ${asOf.replace(".", ":")}. `] : ["", ""];
  if (news === "lost") {
    return [
      `Sambungan terputus. ${since[0]}Perhatikan panggilan petugas.`,
      `No connection. ${since[1]}Please listen to the staff.`,
    ];
  }
  if (news === "old") {
    return [
      `Data lama. ${since[0]}Perhatikan panggilan petugas.`,
      `Old data. ${since[1]}Please listen to the staff.`,
    ];
  }
  if (sound === "blocked") {
    return [
      "Suara mati. Petugas: sentuh layar ini satu kali.",
      "Sound is off. Staff: touch this screen once.",
    ];
  }
  if (sound === "missing") {
    return [
      "Suara belum lengkap. Perhatikan layar ini.",
      "The voice is not complete. Please watch this screen.",
    ];
  }
  return undefined;
}

/** The address says no office, or one that nobody knows. */
export function Nowhere({ office_id }: { office_id: string }) {
  return (
    <main id="main" class="hall">
      <section class="now quiet">
        <h1>
          <Both
            told={office_id
              ? [`Kantor "${office_id}" tidak dikenal`, `There is no office "${office_id}"`]
              : [
                "Kantor mana? Contoh alamat: /papan?office=malang",
                "Which office? For example /papan?office=malang",
              ]}
          />
        </h1>
      </section>
    </main>
  );
}
