/** Signing in, and the code that proves the phone, also of whoever registers. */

import { useEffect } from "preact/hooks";
import { type Answer, api, ask } from "../api.ts";
import type { Draft } from "../draft.ts";
import { useDraft } from "../form.tsx";
import { type Progress, withProof } from "../proof.ts";
import { go, goInstead, type Place, to } from "../router.ts";
import { begin, COOKIE } from "../session.ts";
import { people, trip } from "../trip.ts";
import { Page } from "../ui.tsx";
import { type Challenge, Code } from "./code.tsx";
import { PhoneForm } from "./phone_form.tsx";
import { PasskeyFirst } from "./without_sms.tsx";
import { words } from "../words.ts";

const said = words(
  {
    phoneLabel: "Nomor ponsel",
    signIn: "Masuk",
    signInHint: "Masukkan nomor ponsel yang Anda daftarkan. Kami mengirim kode lewat SMS.",
    sendCode: "Kirim kode",
    noAccount: "Belum punya akun? Pesan tempat pertama Anda; pendaftaran menyusul.",
    begin: "Pilih kantor",
    registerNow: "Daftar",
  },
  {
    phoneLabel: "Mobile number",
    signIn: "Sign in",
    signInHint: "Enter the mobile number that you registered. We send a code to it by SMS.",
    sendCode: "Send the code",
    noAccount: "No account yet? Book your first place; you register on the way.",
    begin: "Choose an office",
    registerNow: "Register",
  },
);

/** Ask for a code; the cookie of a device that is known goes with it. */
const signIn = (phone: string, proof = {}) =>
  ask(api.POST("/v1/sessions", { params: { header: { ...COOKIE, ...proof } }, body: { phone } }));

export function SignInPage({ place }: { place: Place }) {
  const w = said();
  const code = useDraft("code");
  return (
    <Page title={w.signIn}>
      <PasskeyFirst
        done={(tokens) => {
          begin(tokens);
          onward(place[1] === "kirim");
        }}
      >
        <PhoneForm
          label={w.phoneLabel}
          hint={w.signInHint}
          submit={w.sendCode}
          ask={(phone, progress, stop) =>
            withProof((proof) => signIn(phone, proof), "", progress, stop)}
          sent={(sent, phone) => {
            const then = place[1] ?? "";
            const challenge: Challenge = {
              kind: "session",
              id: sent.session_id,
              ...sent,
              phone,
              then,
            };
            code.put(challenge as unknown as Draft);
            go("kode");
          }}
        />
      </PasskeyFirst>
      <p class="aside">
        {w.noAccount} {trip().who
          ? <a href={to("daftar", "nama")}>{w.registerNow}</a>
          : <a href={to()}>{w.begin}</a>}
      </p>
    </Page>
  );
}

/** Where somebody goes who has signed in: to what they wanted, or to their bookings. */
function onward(sends: boolean): void {
  const { who, from, office_id = "" } = trip();
  if (from && who) goInstead("ajukan", office_id, who === "family" ? "siapa" : "periksa");
  else if (who === "family") goInstead("siapa");
  else if (who === "me" || people(who).length) goInstead(sends ? "kirim" : "periksa");
  else goInstead("pesanan");
}

interface Again {
  resend_after: string;
  session_id?: string;
}

export function CodePage() {
  const { fields, put, forget } = useDraft("code");
  const registration = useDraft("registration");
  const challenge = fields as unknown as Challenge;
  useEffect(() => {
    if (!challenge.id) goInstead("masuk");
  }, []);
  if (!challenge.id) return null;
  const { id, phone } = challenge;
  const registering = challenge.kind === "registration";
  const again = (proof: { Altcha?: string }): Promise<Answer<Again>> =>
    registering
      ? ask(
        api.POST("/v1/registrations/{registration_id}/code", {
          params: { path: { registration_id: id }, header: proof },
        }),
      )
      : signIn(phone, proof);
  const resend = async (progress: Progress, stop: AbortSignal) => {
    const sent = await withProof(again, "", progress, stop);
    if (sent.ok?.session_id) put({ id: sent.ok.session_id });
    return sent;
  };
  return (
    <Code
      challenge={challenge}
      back={registering ? to("daftar", "telepon") : to("masuk", challenge.then ?? "")}
      verify={(body) =>
        ask(
          registering
            ? api.POST("/v1/registrations/{registration_id}/verification", {
              params: { path: { registration_id: id }, header: COOKIE },
              body: { code: body.code },
            })
            : api.POST("/v1/sessions/{session_id}/verification", {
              params: { path: { session_id: id }, header: COOKIE },
              body,
            }),
        )}
      resend={resend}
      done={(tokens) => {
        begin(tokens);
        forget();
        registration.forget();
        onward(registering || challenge.then === "kirim");
      }}
    />
  );
}
