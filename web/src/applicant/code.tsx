/** The code from the SMS; and, where the account was unused for long, who its holder is. */

import { useEffect, useState } from "preact/hooks";
import type { Answer } from "../api.ts";
import type { components } from "../contract.d.ts";
import { dated, DateField, type Errors, Field, Form, Progressing, useSend } from "../form.tsx";
import type { Progress } from "../proof.ts";
import { until } from "../service_time.ts";
import { Page, Trouble } from "../ui.tsx";
import { words } from "../words.ts";
import { rules } from "./person.ts";

const said = words(
  {
    title: "Masukkan kode dari SMS",
    sentTo: (phone: string) => `Kami mengirim enam angka ke ${phone}. Kode berlaku lima menit.`,
    label: "Kode",
    sixDigits: "Kode terdiri atas enam angka.",
    submit: "Lanjut",
    again: "Kirim kode baru",
    againIn: (seconds: number) => `Kode baru dapat diminta dalam ${seconds} detik`,
    sent: "Kode baru sudah dikirim.",
    who: "Siapa pemilik akun ini?",
    nikLast: "Empat angka terakhir NIK",
    fourDigits: "Tulis empat angka.",
    born: "Tanggal lahir",
  },
  {
    title: "Enter the code from the SMS",
    sentTo: (phone: string) =>
      `We sent six digits to ${phone}. The code is valid for five minutes.`,
    label: "Code",
    sixDigits: "The code has six digits.",
    submit: "Continue",
    again: "Send a new code",
    againIn: (seconds: number) => `You can ask for a new code in ${seconds} seconds`,
    sent: "A new code is on its way.",
    who: "Who is the holder of this account?",
    nikLast: "The last four digits of the NIK",
    fourDigits: "Write four digits.",
    born: "Date of birth",
  },
);

export interface Challenge {
  kind: "registration" | "session" | "phone";
  id: string;
  phone: string;
  resend_after: string;
  /** `kirim` if signing in is the way to send a booking that was checked. */
  then?: string;
}

/** Asks for another code, after some work if need be. */
type Resending = (
  progress: Progress,
  stop: AbortSignal,
) => Promise<Answer<{ resend_after: string }>>;

export function Code<T>(props: {
  challenge: Challenge;
  back: string;
  verify: (body: components["schemas"]["Proof"]) => Promise<Answer<T>>;
  resend?: Resending;
  done: (ok: T) => void;
}) {
  const w = said();
  const { challenge } = props;
  const [code, setCode] = useState("");
  const [asksWho, setAsksWho] = useState(false);
  const [born, setBorn] = useState("");
  const [nikLast, setNikLast] = useState("");
  const [errors, setErrors] = useState<Errors>({});
  const who = asksWho ? { birth_date: dated(born) ?? null, nik_last: nikLast } : {};
  const sending = useSend(() => props.verify({ code, ...who }), props.done);
  useEffect(() => {
    if (sending.problem?.type === "identity-needed") setAsksWho(true);
  }, [sending.problem]);
  const submit = () => {
    const wrong: Errors = {};
    if (!/^\d{6}$/.test(code)) wrong.code = w.sixDigits;
    if (asksWho && !dated(born)) wrong.birth_date = rules().birth_date;
    if (asksWho && !/^\d{4}$/.test(nikLast)) wrong.nik_last = w.fourDigits;
    setErrors(wrong);
    if (!Object.keys(wrong).length) sending.send();
  };
  return (
    <Page title={w.title} back={props.back}>
      <p class="lead">{w.sentTo(challenge.phone)}</p>
      <Form errors={errors} sending={sending} submit={w.submit} onSubmit={submit}>
        <Field
          name="code"
          label={w.label}
          error={errors.code}
          value={code}
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={8}
          short
          onInput={(text) => setCode(text.replace(/\D/g, ""))}
        />
        {asksWho && (
          <section>
            <h2>{w.who}</h2>
            <DateField
              name="birth_date"
              label={w.born}
              error={errors.birth_date}
              value={born}
              onInput={setBorn}
            />
            <Field
              name="nik_last"
              label={w.nikLast}
              error={errors.nik_last}
              value={nikLast}
              inputMode="numeric"
              autoComplete="off"
              maxLength={4}
              short
              onInput={setNikLast}
            />
          </section>
        )}
      </Form>
      {props.resend && <Resend after={challenge.resend_after} resend={props.resend} />}
    </Page>
  );
}

function Resend(props: { after: string; resend: Resending }) {
  const w = said();
  const [after, setAfter] = useState(props.after);
  const [, setSeconds] = useState(0);
  const [sent, setSent] = useState(false);
  useEffect(() => {
    const timer = setInterval(() => setSeconds((before) => before + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  const sending = useSend(props.resend, ({ resend_after }) => {
    setSent(true);
    setAfter(resend_after);
  });
  const seconds = Math.ceil(until(after) / 1000);
  return (
    <div class="aside">
      {sending.problem && <Trouble problem={sending.problem} />}
      <Progressing sending={sending} />
      <p role="status">{sent ? w.sent : ""}</p>
      {seconds > 0
        ? <p class="hint">{w.againIn(seconds)}</p>
        : <button type="button" class="second" onClick={sending.send}>{w.again}</button>}
    </div>
  );
}
