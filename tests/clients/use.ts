// An app that is typed by the OpenAPI document: a wrong field does not compile.
// deno run use.ts BASE TOKEN WISH, a booking as JSON; prints what it was told as JSON.
import createClient from "openapi-fetch";
import type { components, paths } from "./paths.d.ts";

type Schemas = components["schemas"];

// What may be left out is not asked for …
const registration: Schemas["Registration"] = {
  nik: "3573014107900001",
  name: "Siti Aminah",
  birth_date: "1990-07-01",
  sex: "female",
  phone: "0812-3456-7890",
  consent: true,
};
// … and what is not there is not promised.
// @ts-expect-error: only of an office whose next release is in sight
const release: string = {} as Schemas["OfficeDetail"]["next_release_at"];
// @ts-expect-error: a sex is one of two words
const wrong: Schemas["Registration"] = { ...registration, sex: "unknown" };
// @ts-expect-error: there is no such field
const nothing = {} as Schemas["BookingAnswer"]["no_such_field"];

const [base, token, wish] = Deno.args;
const body: Schemas["NewBooking"] = JSON.parse(wish);
const api = createClient<paths>({ baseUrl: base });

function book(key: string) {
  return api.POST("/v1/bookings", {
    body,
    params: { header: { "Idempotency-Key": key } },
    headers: { Authorization: `Bearer ${token}` },
  });
}

function told(problem: NonNullable<Awaited<ReturnType<typeof book>>["error"]>): string {
  switch (problem.type) {
    case "already-booked":
      return problem.applicant_id;
    case "slot-full":
      return problem.alternatives.map((offer) => offer.start).join();
    case "not-released":
    case "cancelled-too-often":
    case "did-not-come":
      return "opens_at" in problem ? problem.opens_at : problem.until;
    default:
      return problem.detail;
  }
}

const office = await api.GET("/v1/offices/{office_id}", {
  params: { path: { office_id: body.office_id } },
});
const first = await book(crypto.randomUUID());
const second = await book(crypto.randomUUID());

console.log(JSON.stringify({
  release: office.data?.next_release_at ?? null,
  arrive_from: first.data?.arrive_from,
  refused: second.error?.type,
  because_of: second.error && told(second.error),
  unused: [release, wrong, nothing].length,
}));
