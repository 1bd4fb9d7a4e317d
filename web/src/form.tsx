/** Forms: one question a page where it can be; errors are told above and beside their field. */

import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { type Answer, noAnswer, type Problem } from "./api.ts";
import { type Draft, draft, forgetDraft, keepDraft } from "./draft.ts";
import { MOST_TRIES, type Progress } from "./proof.ts";
import { Trouble } from "./ui.tsx";
import { words } from "./words.ts";

const said = words(
  {
    errors: "Ada yang perlu diperbaiki",
    sending: "Mengirim …",
    proving: "Ponsel Anda sedang memecahkan soal kecil agar robot tidak dapat memborong tempat. " +
      "Ini berlangsung beberapa detik.",
    stop: "Hentikan",
    day: "Tanggal",
    month: "Bulan",
    year: "Tahun",
  },
  {
    errors: "Something needs to be corrected",
    sending: "Sending …",
    proving: "Your phone is solving a small puzzle so that robots cannot take all places. " +
      "This takes a few seconds.",
    stop: "Stop",
    day: "Day",
    month: "Month",
    year: "Year",
  },
);

/** Texts about fields, by the name of the field. */
export type Errors = Record<string, string | undefined>;

/** What is typed into a form, kept for the tab under a name. */
export function useDraft(form: string, initially: Draft = {}) {
  const [fields, setFields] = useState<Draft>(() => ({ ...initially, ...draft(form) }));
  const put = (more: Draft) => {
    keepDraft(form, { ...draft(form), ...more });
    setFields((before) => ({ ...before, ...more }));
  };
  return { fields, put, forget: () => forgetDraft(form) };
}

/** Something that is sent once however often somebody taps. */
export function useSend<T>(
  act: (progress: Progress, stop: AbortSignal) => Promise<Answer<T>>,
  done: (ok: T) => void,
) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const [tries, setTries] = useState<number>();
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);
  const send = async () => {
    if (running.current) return;
    const stop = running.current = new AbortController();
    setBusy(true);
    setProblem(undefined);
    const answer = await act(setTries, stop.signal)
      .catch((): Answer<T> => ({ problem: noAnswer() }));
    running.current = null;
    setBusy(false);
    setTries(undefined);
    if (!answer.problem) done(answer.ok);
    else if (!stop.signal.aborted) setProblem(answer.problem);
  };
  return { send, busy, problem, tries, stop: () => running.current?.abort() };
}

export type Sending = ReturnType<typeof useSend>;

/** That something is being sent, and the work for it with a way to stop. */
export function Progressing(props: { sending: Omit<Sending, "send"> }) {
  const { busy, tries, stop } = props.sending;
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    setSlow(false);
    const timer = setTimeout(() => setSlow(busy), 1000);
    return () => clearTimeout(timer);
  }, [busy]);
  if (tries !== undefined) {
    return (
      <div class="notice">
        <p id="proving">{said().proving}</p>
        <progress aria-labelledby="proving" max={MOST_TRIES} value={tries} />
        <button type="button" class="second" onClick={stop}>{said().stop}</button>
      </div>
    );
  }
  return <p class="sending" role="status">{busy && slow ? said().sending : ""}</p>;
}

export function Form(props: {
  errors?: Errors;
  sending?: Sending;
  /** What can be done about a refusal besides sending it again. */
  remedy?: (problem: Problem) => ComponentChildren;
  submit: string;
  danger?: boolean;
  /** What somebody may do instead of sending it. */
  instead?: { href: string; label: string };
  onSubmit: () => void;
  children: ComponentChildren;
}) {
  const { errors = {}, sending } = props;
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        props.onSubmit();
      }}
    >
      <Summary errors={errors} />
      {sending?.problem && (
        <Trouble problem={sending.problem}>{props.remedy?.(sending.problem)}</Trouble>
      )}
      {props.children}
      {sending && <Progressing sending={sending} />}
      <button
        type="submit"
        class={props.danger ? "button danger" : "button"}
        aria-disabled={sending?.busy || undefined}
      >
        {props.submit}
      </button>
      {props.instead && <a class="button second" href={props.instead.href}>{props.instead.label}
      </a>}
    </form>
  );
}

function Summary(props: { errors: Errors }) {
  const box = useRef<HTMLDivElement>(null);
  const told = Object.entries(props.errors).filter(([, text]) => text);
  useLayoutEffect(() => {
    if (told.length) box.current?.focus();
  }, [props.errors]);
  if (!told.length) return null;
  return (
    <div class="notice bad" role="alert" tabIndex={-1} ref={box}>
      <h2>{said().errors}</h2>
      <ul>
        {told.map(([field, text]) => (
          <li key={field}>
            <button
              type="button"
              class="plain"
              onClick={() => document.querySelector<HTMLElement>(`[name="${field}"]`)?.focus()}
            >
              {text}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

interface About {
  name: string;
  label: string;
  hint?: string;
  error?: string;
}

const described = ({ name, hint, error }: About): string | undefined =>
  [hint && `${name}-hint`, error && `${name}-error`].filter(Boolean).join(" ") || undefined;

function Hints({ name, hint, error }: About) {
  return (
    <>
      {hint && <p class="hint" id={`${name}-hint`}>{hint}</p>}
      {error && <p class="error" id={`${name}-error`}>{error}</p>}
    </>
  );
}

export function Field(
  props: About & {
    value: string;
    onInput: (value: string) => void;
    type?: "tel";
    inputMode?: "text" | "numeric" | "tel" | "email";
    autoComplete?: string;
    maxLength?: number;
    short?: boolean;
  },
) {
  const { name, label, error, onInput, short, hint: _hint, type, ...rest } = props;
  return (
    <div class={error ? "field wrong" : "field"}>
      <label for={name}>{label}</label>
      <Hints {...props} />
      <input
        {...rest}
        type={(type ?? "text") as "text"}
        id={name}
        name={name}
        class={short ? "short" : ""}
        aria-describedby={described(props)}
        aria-invalid={error ? "true" : undefined}
        spellcheck={false}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    </div>
  );
}

export function Choices(
  props: About & {
    options: { value: string; label: string; hint?: string }[];
    value: string | undefined;
    onChoose: (value: string) => void;
    /** For a screen reader alone: the heading of the page says it already. */
    quiet?: boolean;
  },
) {
  const { name, label, error, options, value, onChoose } = props;
  return (
    <fieldset class={error ? "field wrong" : "field"} aria-describedby={described(props)}>
      <legend class={props.quiet ? "unseen" : ""}>{label}</legend>
      <Hints {...props} />
      {options.map((option) => (
        <label class="choice" key={option.value}>
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={value === option.value}
            onChange={() => onChoose(option.value)}
          />
          <span>
            {option.label}
            {option.hint && <small>{option.hint}</small>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

/** Day, month and year, each typed: nobody scrolls through decades. `value` is `1990-05-17`. */
export function DateField(props: About & { value: string; onInput: (value: string) => void }) {
  const { name, label, error, value, onInput } = props;
  const [year = "", month = "", day = ""] = value.split("-");
  const w = said();
  const part = (key: string, text: string, at: 0 | 1 | 2, autoComplete: string) => (
    <div>
      <label for={`${name}-${key}`}>{text}</label>
      <input
        id={`${name}-${key}`}
        name={at === 2 ? name : `${name}-${key}`}
        class={at === 0 ? "four" : "two"}
        inputMode="numeric"
        autoComplete={autoComplete}
        maxLength={at === 0 ? 4 : 2}
        value={[year, month, day][at]}
        aria-invalid={error ? "true" : undefined}
        onInput={(event) => {
          const parts = [year, month, day];
          parts[at] = event.currentTarget.value.replace(/\D/g, "");
          onInput(parts.join("-"));
        }}
      />
    </div>
  );
  return (
    <fieldset class={error ? "field wrong" : "field"} aria-describedby={described(props)}>
      <legend>{label}</legend>
      <Hints {...props} />
      <div class="date">
        {part("day", w.day, 2, "bday-day")}
        {part("month", w.month, 1, "bday-month")}
        {part("year", w.year, 0, "bday-year")}
      </div>
    </fieldset>
  );
}

/** `1990-05-17` of what was typed, or nothing if there is no such day up to today. */
export function dated(typed: string): string | undefined {
  const [year = "", month = "", day = ""] = typed.split("-");
  const date = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  const at = new Date(`${date}T00:00:00Z`);
  const real = /^(19|20)\d\d-\d\d-\d\d$/.test(date) && !Number.isNaN(at.getTime());
  return real && at.toISOString().startsWith(date) && at <= new Date() ? date : undefined;
}
