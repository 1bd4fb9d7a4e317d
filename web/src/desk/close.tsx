/** Closing today's line before its time: whom it affects and what they are told, before it is done. */

import { ask, useAsked } from "../api.ts";
import type { components } from "../contract.d.ts";
import { Form, useSend } from "../form.tsx";
import { to } from "../router.ts";
import { desk } from "../staff.ts";
import { AsOf, Facts, Page, Wait } from "../ui.tsx";
import { words } from "../words.ts";
import { Message } from "./message.tsx";

const said = words(
  {
    title: "Tutup antrean hari ini",
    lead: "Sesudah ini tidak ada yang dapat lapor hadir atau mengambil nomor lagi hari ini.",
    final: "Ini tidak dapat dibatalkan",
    why: "Orang-orang ini langsung boleh memesan hari lain dan diberi tahu lewat SMS, sehingga " +
      "antrean yang sudah ditutup tidak dapat dibuka lagi hari ini.",
    waiting: "Menunggu, tidak akan dilayani lagi",
    toCome: "Belum waktunya datang, tidak akan dilayani",
    missed: "Panggilan terlewat atau terlambat, tercatat tidak hadir",
    atCounters: "Di loket, dilayani sampai selesai",
    count: (tickets: number, people: number) => `${tickets} nomor, ${people} orang`,
    walkIns: (n: number) =>
      `${n} orang yang menunggu datang tanpa pesanan dan tidak mendapat SMS. ` +
      "Beri tahu mereka di ruang tunggu.",
    when: "SMS dikirim dalam kira-kira 20 menit kepada yang memesan.",
    close: "Tutup antrean sekarang",
    keep: "Jangan ditutup",
    closed: "Antrean hari ini sudah ditutup",
    closedDo:
      "Tidak ada yang dapat lapor hadir lagi. Yang masih di loket dilayani sampai selesai. " +
      "Antrean ini tidak dapat dibuka lagi; besok antrean dimulai seperti biasa.",
  },
  {
    title: "Close today's line",
    lead: "After this nobody can check in or take a number any more today.",
    final: "This cannot be undone",
    why: "These people may book another day at once and are told by SMS, so a line that has been " +
      "closed is not opened again today.",
    waiting: "Waiting, will be turned away",
    toCome: "Not due yet, will not be served",
    missed: "Missed their call or are late, counts as not having come",
    atCounters: "At a counter, served to the end",
    count: (tickets: number, people: number) =>
      `${tickets} ${tickets === 1 ? "number" : "numbers"}, ` +
      `${people} ${people === 1 ? "person" : "people"}`,
    walkIns: (n: number) =>
      `${n} of those waiting came without a booking and ${n === 1 ? "gets" : "get"} no SMS. ` +
      "Tell them in the hall.",
    when: "The SMS goes to those who have booked, within about 20 minutes.",
    close: "Close the line now",
    keep: "Leave it open",
    closed: "Today's line is closed",
    closedDo: "Nobody can check in any more. Whoever is at a counter is served to the end. " +
      "This line cannot be opened again; tomorrow's begins as usual.",
  },
);

type Closing = components["schemas"]["ClosingDay"];

function ClosePage() {
  const asked = useAsked(() => ask(desk.GET("/v1/desk/close", {})), []);
  return (
    <Page title={said().title} back={to("hari")}>
      <Wait asked={asked}>
        {(ok) => (
          <>
            <AsOf asked={asked} />
            {ok.status === "closed" ? <Closed /> : <Asking closing={ok} done={asked.again} />}
          </>
        )}
      </Wait>
    </Page>
  );
}

function Closed() {
  const w = said();
  return (
    <div class="notice" role="status">
      <h2>{w.closed}</h2>
      <p>{w.closedDo}</p>
    </div>
  );
}

function Asking({ closing, done }: { closing: Closing; done: () => void }) {
  const w = said();
  const sending = useSend(() => ask(desk.POST("/v1/desk/close", {})), done);
  const count = ({ tickets, people }: Closing["waiting"]) => w.count(tickets, people);
  return (
    <Form
      sending={sending}
      submit={w.close}
      danger
      instead={{ href: to("hari"), label: w.keep }}
      onSubmit={sending.send}
    >
      <p>{w.lead}</p>
      <Facts
        rows={[
          [w.waiting, count(closing.waiting)],
          [w.toCome, count(closing.to_come)],
          [w.missed, count(closing.missed)],
          [w.atCounters, count(closing.at_counters)],
        ]}
      />
      <Message>{closing.message}</Message>
      <p class="hint">{w.when}</p>
      {closing.walk_ins.people > 0 && <p>{w.walkIns(closing.walk_ins.people)}</p>}
      <div class="notice warn">
        <h2>{w.final}</h2>
        <p>{w.why}</p>
      </div>
    </Form>
  );
}

export const pages = { "tutup-antrean": ClosePage };
