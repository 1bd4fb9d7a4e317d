/** How many ask by lot for each day and window, as a table: counts, and nobody's name. */

import { ask, useAsked } from "../api.ts";
import type { components } from "../contract.d.ts";
import { clock, shortDate, zoned } from "../dates.ts";
import { desk } from "../staff.ts";
import { AsOf, Page, Wait } from "../ui.tsx";
import { language, words } from "../words.ts";

const said = words(
  {
    title: "Permohonan undian",
    first:
      "Kantor ini tidak mengundi tempatnya: tempat diberikan kepada yang lebih dahulu memesan.",
    never: "Belum ada undian di kantor ini.",
    since: (at: string) => `Setelah undian ${at}`,
    still: (entries: string, people: string) =>
      `${entries} permohonan untuk ${people} orang masih menunggu.`,
    none: "Tidak ada yang menunggu.",
    table: "Orang yang menunggu, menurut hari dan jam",
    date: "Hari",
    whole: "Seluruh hari",
    note:
      "Orang, bukan permohonan. Siapa yang meminta beberapa hari atau jam dihitung pada semuanya. " +
      "Jam yang mulai kurang dari 48 jam lagi tidak diundi.",
  },
  {
    title: "Entries for places by lot",
    first: "This office does not give its places by lot: they are first come, first served.",
    never: "There has been no draw at this office yet.",
    since: (at: string) => `After the draw of ${at}`,
    still: (entries: string, people: string) =>
      `${entries} entries for ${people} people are still waiting.`,
    none: "Nobody is waiting.",
    table: "People who wait, by day and window",
    date: "Day",
    whole: "Whole day",
    note: "People, not entries. Whoever asks for several days or windows counts in each of them. " +
      "Windows that begin within 48 hours are not drawn.",
  },
);

type Demand = components["schemas"]["Demand"];

const told = (n?: number) => n?.toLocaleString(language() === "en" ? "en-GB" : "id-ID") ?? "–";

function DemandPage() {
  const w = said();
  const asked = useAsked(() => ask(desk.GET("/v1/desk/demand")), []);
  return (
    <Page title={w.title} wide>
      <Wait asked={asked}>
        {(found) => (
          <>
            <AsOf asked={asked} />
            {!found.by_lot ? <p>{w.first}</p> : !found.as_of ? <p>{w.never}</p> : (
              <>
                <p class="lead">
                  {w.since(zoned(found.as_of))}:{" "}
                  {found.entries ? w.still(told(found.entries), told(found.people)) : w.none}
                </p>
                {found.days.length > 0 && <Days days={found.days} />}
              </>
            )}
          </>
        )}
      </Wait>
    </Page>
  );
}

function Days({ days }: { days: Demand["days"] }) {
  const w = said();
  const starts = [...new Set(days.flatMap((day) => day.windows.map((one) => one.start)))].sort();
  return (
    <>
      <p class="hint">{w.note}</p>
      <div class="scrolled" role="region" aria-label={w.table} tabIndex={0}>
        <table class="sheet numbers">
          <thead>
            <tr>
              <th scope="col">{w.date}</th>
              <th scope="col">{w.whole}</th>
              {starts.map((start) => <th key={start} scope="col">{clock(start)}</th>)}
            </tr>
          </thead>
          <tbody>
            {days.map((day) => (
              <tr key={day.date}>
                <th scope="row">{shortDate(day.date)}</th>
                <td>{told(day.people)}</td>
                {starts.map((start) => (
                  <td key={start}>
                    {told(day.windows.find((one) => one.start === start)?.people)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

export const pages = { undian: DemandPage };
