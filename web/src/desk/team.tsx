/** The staff and the devices of the office: who there is, who is added, who is disabled. */

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Qr } from "../qr.tsx";
import { ask, useAsked } from "../api.ts";
import type { components } from "../contract.d.ts";
import { birthDate, zoned } from "../dates.ts";
import { type Errors, Field, Form, Progressing, useSend } from "../form.tsx";
import { desk, staff } from "../staff.ts";
import { Page, Trouble, Wait } from "../ui.tsx";
import { words } from "../words.ts";

const said = words(
  {
    title: "Petugas",
    hint: "Petugas dan perangkat kantor Anda. Setiap kali nama dilihat, itu dicatat.",
    clerk: "Petugas loket",
    supervisor: "Penyelia",
    kiosk: "Kios",
    board: "Papan antrean",
    me: "Anda",
    invited: "belum membuat kunci sandi",
    "link-ended": "tautan sudah berakhir: tambahkan sekali lagi",
    enrolled: "memiliki kunci sandi",
    unopened: "tautannya belum dibuka",
    device: "sudah masuk",
    disabled: "dinonaktifkan",
    since: (date: string) => `sejak ${date}`,
    noName: "Nama belum dapat dilihat",
    disable: "Nonaktifkan",
    sure: (who: string) => `Nonaktifkan ${who}?`,
    sureHint: "Mereka keluar pada permintaan berikutnya dan tidak dapat masuk lagi. Ini tidak " +
      "dapat dibatalkan; bila perlu, tambahkan lagi dengan tautan baru.",
    yes: "Ya, nonaktifkan",
    no: "Jangan",
    addClerk: "Tambah petugas loket",
    name: "Nama",
    nameHint: "Seperti pada KTP",
    noNameYet: "Tulis nama petugas.",
    add: "Tambah dan buat tautan",
    addDevice: "Tambah perangkat",
    deviceHint:
      "Buka tautannya di perangkat itu dalam 24 jam, satu kali. Sesudah itu perangkat tetap " +
      "masuk, kecuali dinonaktifkan atau tidak dinyalakan selama 90 hari.",
    addKiosk: "Tambah kios",
    addBoard: "Tambah papan",
    madeClerk: (name: string) => `Tautan untuk ${name}`,
    madeDevice: (what: string) => `Tautan untuk ${what}`,
    once:
      "Tautan ini hanya tampil sekali dan hanya dapat dipakai sekali. Berikan kepada orangnya " +
      "saja, atau pindai kodenya di perangkatnya.",
    copy: "Salin tautan",
    copied: "Tautan sudah disalin.",
    notCopied: "Tidak dapat disalin. Tandai tautan di atas, lalu salin.",
    ends: (at: string) => `Berlaku sampai ${at}.`,
    qr: "Kode QR dari tautan",
    done: "Selesai",
  },
  {
    title: "Staff",
    hint: "The staff and the devices of your office. Each time a name is shown, that is recorded.",
    clerk: "Clerk",
    supervisor: "Supervisor",
    kiosk: "Kiosk",
    board: "Board",
    me: "You",
    invited: "has yet to make a passkey",
    "link-ended": "the link has ended: add them once more",
    enrolled: "has a passkey",
    unopened: "the link has yet to be opened",
    device: "signed in",
    disabled: "disabled",
    since: (date: string) => `since ${date}`,
    noName: "The name cannot be shown now",
    disable: "Disable",
    sure: (who: string) => `Disable ${who}?`,
    sureHint: "They are out at their next request and cannot sign in again. This cannot be " +
      "undone; if need be, add them anew by another link.",
    yes: "Yes, disable",
    no: "Do not",
    addClerk: "Add a clerk",
    name: "Name",
    nameHint: "As on the KTP",
    noNameYet: "Write the clerk's name.",
    add: "Add, and make the link",
    addDevice: "Add a device",
    deviceHint:
      "Open the link on that device within 24 hours, once. From then on it stays signed in " +
      "until it is disabled, or has been off for 90 days.",
    addKiosk: "Add a kiosk",
    addBoard: "Add a board",
    madeClerk: (name: string) => `The link for ${name}`,
    madeDevice: (what: string) => `The link for a ${what.toLowerCase()}`,
    once: "This link is shown once, and can be used once. Give it to that person alone, or scan " +
      "its code on the device.",
    copy: "Copy the link",
    copied: "The link is copied.",
    notCopied: "It could not be copied. Select the link above, and copy it.",
    ends: (at: string) => `Good until ${at}.`,
    qr: "QR code of the link",
    done: "Done",
  },
);

type Member = components["schemas"]["Member"];

interface Made {
  title: string;
  link: string;
  expires_at: string;
}

function Team() {
  const w = said();
  const asked = useAsked(() => ask(desk.GET("/v1/staff/clerks")), []);
  const [made, setMade] = useState<Made>();
  const [disabling, setDisabling] = useState("");
  const added = (title: string) => (ok: Omit<Made, "title">) => {
    setMade({ ...ok, title });
    asked.again();
  };
  return (
    <Page title={w.title} wide>
      {made ? <Link made={made} done={() => setMade(undefined)} /> : <Adding added={added} />}
      <section>
        <p>{w.hint}</p>
        <Wait asked={asked}>
          {(ok) => (
            <ul class="cards team">
              {ok.staff.map((one) => (
                <li key={one.staff_id} class={`card ${one.state}`}>
                  {disabling === one.staff_id
                    ? (
                      <Disabling
                        one={one}
                        over={(done) => {
                          setDisabling("");
                          if (done) asked.again();
                        }}
                      />
                    )
                    : <Listed one={one} disable={() => setDisabling(one.staff_id)} />}
                </li>
              ))}
            </ul>
          )}
        </Wait>
      </section>
    </Page>
  );
}

/** What somebody is called: a device has no name. */
function called(one: Member): string {
  const w = said();
  if (one.name) return one.name;
  return isDevice(one) ? w[one.role] : w.noName;
}

const isDevice = ({ role }: Member): boolean => role === "kiosk" || role === "board";

function Listed(props: { one: Member; disable: () => void }) {
  const w = said();
  const { one } = props;
  const me = one.staff_id === staff()?.staff_id;
  const how = one.state === "invited" && isDevice(one) ? "unopened" : one.state;
  const mayDisable = one.role !== "supervisor" && one.state !== "disabled";
  return (
    <>
      <h2>{me ? w.me : called(one)}</h2>
      <p>
        {w[one.role]}: {w[how]},{" "}
        {w.since(birthDate((one.disabled_at ?? one.added_at).slice(0, 10)))}
      </p>
      {mayDisable && (
        <button type="button" class="second" onClick={props.disable}>
          {w.disable} <span class="unseen">{called(one)}</span>
        </button>
      )}
    </>
  );
}

function Disabling(props: { one: Member; over: (done: boolean) => void }) {
  const w = said();
  const { staff_id } = props.one;
  const box = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => box.current?.focus(), []);
  const sending = useSend<unknown>(
    () =>
      ask<unknown>(
        desk.DELETE("/v1/staff/clerks/{staff_id}", { params: { path: { staff_id } } }),
      ),
    () => props.over(true),
  );
  return (
    <>
      <h2 tabIndex={-1} ref={box}>{w.sure(called(props.one))}</h2>
      <p>{w.sureHint}</p>
      {sending.problem && <Trouble problem={sending.problem} />}
      <p class="actions">
        <button type="button" class="button danger" onClick={sending.send}>{w.yes}</button>
        <button type="button" class="second" onClick={() => props.over(false)}>{w.no}</button>
      </p>
      <Progressing sending={sending} />
    </>
  );
}

function Adding(props: { added: (title: string) => (ok: Omit<Made, "title">) => void }) {
  const w = said();
  const [name, setName] = useState("");
  const [errors, setErrors] = useState<Errors>({});
  const clerk = useSend(
    () => ask(desk.POST("/v1/staff/clerks", { body: { name } })),
    (ok) => props.added(w.madeClerk(name))(ok),
  );
  const kiosk = useDevice("kiosk", props.added(w.madeDevice(w.kiosk)));
  const board = useDevice("board", props.added(w.madeDevice(w.board)));
  const problem = kiosk.problem ?? board.problem;
  return (
    <div class="entering">
      <section>
        <h2>{w.addClerk}</h2>
        <Form
          errors={errors}
          sending={clerk}
          submit={w.add}
          onSubmit={() => {
            setErrors({ name: name.trim() ? undefined : w.noNameYet });
            if (name.trim()) clerk.send();
          }}
        >
          <Field
            name="name"
            label={w.name}
            hint={w.nameHint}
            error={errors.name}
            value={name}
            onInput={setName}
            autoComplete="off"
            maxLength={100}
          />
        </Form>
      </section>
      <section>
        <h2>{w.addDevice}</h2>
        <p>{w.deviceHint}</p>
        {problem && <Trouble problem={problem} />}
        <p class="actions">
          <button type="button" class="button second" onClick={kiosk.send}>{w.addKiosk}</button>
          <button type="button" class="button second" onClick={board.send}>{w.addBoard}</button>
        </p>
      </section>
    </div>
  );
}

function useDevice(role: "kiosk" | "board", done: (ok: Omit<Made, "title">) => void) {
  return useSend(() => ask(desk.POST("/v1/staff/devices", { body: { role } })), done);
}

function Link(props: { made: Made; done: () => void }) {
  const w = said();
  const { title, link, expires_at } = props.made;
  const [told, setTold] = useState("");
  const box = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => box.current?.focus(), []);
  const copy = () =>
    navigator.clipboard.writeText(link)
      .then(() => setTold(w.copied), () => setTold(w.notCopied));
  return (
    <div class="notice made">
      <h2 tabIndex={-1} ref={box}>{title}</h2>
      <p>{w.once}</p>
      <code>{link}</code>
      <Qr text={link} label={w.qr} />
      <p>{w.ends(zoned(expires_at))}</p>
      <p role="status">{told}</p>
      <p class="actions">
        <button type="button" class="button" onClick={copy}>{w.copy}</button>
        <button type="button" class="second" onClick={props.done}>{w.done}</button>
      </p>
    </div>
  );
}

export const pages = { petugas: Team };
