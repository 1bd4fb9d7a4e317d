/** The API, typed from its contract. Every call ends in an answer or in a problem with words. */

import { useCallback, useEffect, useState } from "preact/hooks";
import { client } from "./client.ts";
import type { components } from "./contract.d.ts";
import { patient } from "./patient.ts";
import { accessToken, renewed, signedIn } from "./session.ts";
import { language, words } from "./words.ts";

type Schemas = components["schemas"];
export type Booking = Schemas["BookingAnswer"];
export type Office = Schemas["Office"];
export type Relative = Schemas["Relative"];
export type Account = Schemas["Account"];

/** A refusal (RFC 9457), with members that help to go on. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  [more: string]: unknown;
}

export type Answer<T> = { ok: T; problem?: undefined } | { ok?: undefined; problem: Problem };

const OWN = /^\/v1\/(me|pushes|bookings|waitlist|challenges\/booking)\b/;

const said = words(
  {
    title: "Layanan tidak menjawab",
    detail: "Periksa sambungan internet Anda, lalu coba lagi. Yang sudah Anda isi tidak hilang.",
    offline: "Tidak ada sambungan internet",
  },
  {
    title: "The service does not answer",
    detail: "Check your connection, then try again. What you have filled in is not lost.",
    offline: "There is no connection to the internet",
  },
);

export const api = client(send);

export const officeOf = (office_id: string) =>
  ask(api.GET("/v1/offices/{office_id}", { params: { path: { office_id } } }));

const allOffices = () => ask(api.GET("/v1/offices"));
let asked: ReturnType<typeof allOffices> | undefined;

/** All offices, asked for once while a page is open: at a release nobody has time for it. */
export async function offices() {
  asked ??= allOffices();
  const answer = await asked;
  if (answer.problem) asked = undefined;
  return answer;
}

/** Offices are the same for everybody, so nothing is sent that would make an answer another one. */
async function send(request: Request): Promise<Response> {
  const own = OWN.test(new URL(request.url).pathname);
  request.headers.set("Accept-Language", language());
  const again = request.clone();
  const token = own ? await accessToken() : "";
  const answer = await sent(request, token);
  if (answer.status !== 401 || !token) return answer;
  const other = await renewed(token);
  return other && other !== token ? await sent(again, other) : answer;
}

function sent(request: Request, token: string): Promise<Response> {
  if (token) request.headers.set("Authorization", `Bearer ${token}`);
  return patient(request);
}

interface Called<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

export async function ask<T>(call: Promise<Called<T>>): Promise<Answer<NonNullable<T>>> {
  try {
    const { data, error, response } = await call;
    if (response.ok) return { ok: data as NonNullable<T> };
    if (typeof error === "object" && error && "type" in error) {
      const told = Number(response.headers.get("Retry-After"));
      return { problem: { ...(told && { retry_after: told }), ...error as Problem } };
    }
  } catch {
    // told below
  }
  return { problem: noAnswer() };
}

export function noAnswer(): Problem {
  const w = said();
  const title = navigator.onLine ? w.title : w.offline;
  return { type: "no-answer", status: 0, title, detail: w.detail };
}

/** Whether it makes sense to ask the same again. */
export const mayPass = ({ status }: Problem): boolean =>
  status === 429 || status < 400 || status >= 500;

/** Whether nobody is signed in (any more) who could ask this. */
export const asksForSignIn = (problem: Problem): boolean => problem.status === 401 && !signedIn();

export interface Asked<T> {
  ok?: T;
  problem?: Problem;
  /** When it was answered. */
  at?: Date;
  again: () => void;
}

/** What is answered to a question that is asked when the page is shown, and again when asked to. */
export function useAsked<T>(question: () => Promise<Answer<T>>, about: unknown[]): Asked<T> {
  const [answered, setAnswered] = useState<Omit<Asked<T>, "again">>({});
  const [times, setTimes] = useState(0);
  useEffect(() => {
    let wanted = true;
    question().then((answer) => wanted && setAnswered({ ...answer, at: new Date() }));
    return () => {
      wanted = false;
    };
  }, [...about, times, language()]);
  useEffect(() => () => setAnswered({}), about);
  const again = useCallback(() => {
    setAnswered((before) => ({ ok: before.ok, at: before.at }));
    setTimes((before) => before + 1);
  }, []);
  return { ...answered, again };
}
