/** Registering on small pages, signing in, and the code that proves the phone. */

import { useEffect, useState } from "preact/hooks";
import { type Answer, api, ask } from "../api.ts";
import { longDate } from "../dates.ts";
import type { Draft } from "../draft.ts";
import {
  Choices,
  dated,
  DateField,
  type Errors,
  Field,
  Form,
  useDraft,
  useSend,
} from "../form.tsx";
import { type Progress, withProof } from "../proof.ts";
import { go, goInstead, type Place, to } from "../router.ts";
import { begin, COOKIE } from "../session.ts";
import { people, trip } from "../trip.ts";
import { Facts, Page } from "../ui.tsx";
import { words } from "../words.ts";
import { type Challenge, Code } from "./code.tsx";
import { bornBy, CHECKS, rules } from "./person.ts";

const said = words(
  {
    step: (n: number, of: number) => `Pendaftaran, langkah ${n} dari ${of}`,
    next: "Lanjut",
    name: "Siapa nama Anda?",
    nameLabel: "Nama lengkap seperti pada KTP",
    nik: "Berapa NIK Anda?",
    nikLabel: "NIK",
    nikHint: "16 angka pada KTP atau Kartu Keluarga. Satu NIK hanya untuk satu orang.",
    born: "Kapan Anda lahir?",
    bornLabel: "Tanggal lahir",
    bornHint: "Menurut NIK Anda. Perbaiki bila berbeda dari KTP.",
    sex: "Jenis kelamin pada KTP Anda",
    female: "Perempuan",
    male: "Laki-laki",
    phone: "Berapa nomor ponsel Anda?",
    phoneLabel: "Nomor ponsel",
    phoneHint: "Kami mengirim kode lewat SMS ke nomor ini. Misalnya 0812-3456-7890.",
    consent: "Periksa dan setujui",
    change: "Ubah",
    held: "Data ini disimpan terenkripsi di Indonesia, hanya untuk pesanan Anda, dan dapat Anda " +
      "hapus kapan saja.",
    agree: "Saya menyetujui pemrosesan data saya untuk pesanan ini.",
    mustAgree: "Tanpa persetujuan Anda, kami tidak dapat mendaftarkan Anda.",
    send: "Setuju dan kirim kode",
    signIn: "Masuk",
    signInHint: "Masukkan nomor ponsel yang Anda daftarkan. Kami mengirim kode lewat SMS.",
    sendCode: "Kirim kode",
    noAccount: "Belum punya akun? Pesan tempat pertama Anda; pendaftaran menyusul.",
    begin: "Pilih kantor",
    registerNow: "Daftar",
  },
  {
    step: (n: number, of: number) => `Registration, step ${n} of ${of}`,
    next: "Continue",
    name: "What is your name?",
    nameLabel: "Full name as on your KTP",
    nik: "What is your NIK?",
    nikLabel: "NIK",
    nikHint: "The 16 digits on your KTP or family card. A NIK is one person's alone.",
    born: "When were you born?",
    bornLabel: "Date of birth",
    bornHint: "As your NIK has it. Correct it if your KTP says otherwise.",
    sex: "Sex on your KTP",
    female: "Female",
    male: "Male",
    phone: "What is your mobile number?",
    phoneLabel: "Mobile number",
    phoneHint: "We send a code to it by SMS. For example 0812-3456-7890.",
    consent: "Check and agree",
    change: "Change",
    held: "These data are kept encrypted in Indonesia, only for your bookings, and you can erase " +
      "them at any time.",
    agree: "I agree to the processing of my data for this booking.",
    mustAgree: "We cannot register you unless you agree.",
    send: "Agree and send the code",
    signIn: "Sign in",
    signInHint: "Enter the mobile number that you registered. We send a code to it by SMS.",
    sendCode: "Send the code",
    noAccount: "No account yet? Book your first place; you register on the way.",
    begin: "Choose an office",
    registerNow: "Register",
  },
);

const STEPS = ["nama", "nik", "lahir", "kelamin", "telepon", "setuju"] as const;
type Step = (typeof STEPS)[number];

const FIELDS: Record<Step, string> = {
  nama: "name",
  nik: "nik",
  lahir: "birth_date",
  kelamin: "sex",
  telepon: "phone",
  setuju: "consent",
};

function RegisterPage({ place }: { place: Place }) {
  const w = said();
  const found = STEPS.find((step) => step === place[1]) ?? "nama";
  const { fields, put } = useDraft("registration");
  const missing = STEPS.slice(0, STEPS.indexOf(found)).find((step) => !checked(step, fields));
  const step = missing ?? found;
  const at = STEPS.indexOf(step);
  const props = { fields, put, next: () => go("daftar", STEPS[at + 1]) };
  const titles = { nama: w.name, nik: w.nik, lahir: w.born, kelamin: w.sex, telepon: w.phone };
  return (
    <Page
      title={step === "setuju" ? w.consent : titles[step]}
      above={w.step(at + 1, STEPS.length)}
      back={at ? to("daftar", STEPS[at - 1]) : to("periksa")}
    >
      {step === "setuju" ? <Agree {...props} /> : <Ask step={step} {...props} />}
    </Page>
  );
}

const checked = (step: Step, fields: Draft): boolean => !CHECKS[FIELDS[step]]?.(fields);

interface Asking {
  fields: Draft;
  put: (more: Draft) => void;
  next: () => void;
}

function Ask({ step, fields, put, next }: Asking & { step: Exclude<Step, "setuju"> }) {
  const w = said();
  const [errors, setErrors] = useState<Errors>({});
  const name = FIELDS[step];
  const value = fields[name] ?? "";
  const submit = () => {
    const wrong = CHECKS[name](fields);
    if (wrong) return setErrors({ [name]: rules()[wrong] });
    if (step === "nik" && !fields.birth_date) put(bornBy(fields.nik));
    if (step === "lahir") put({ birth_date: dated(value)! });
    next();
  };
  const about = {
    name,
    value,
    error: errors[name],
    onInput: (text: string) => put({ [name]: text }),
  };
  return (
    <Form errors={errors} submit={w.next} onSubmit={submit}>
      {step === "nama" && <Field {...about} label={w.nameLabel} autoComplete="name" />}
      {step === "nik" && (
        <Field
          {...about}
          label={w.nikLabel}
          hint={w.nikHint}
          inputMode="numeric"
          autoComplete="off"
          maxLength={24}
        />
      )}
      {step === "lahir" && <DateField {...about} label={w.bornLabel} hint={w.bornHint} />}
      {step === "kelamin" && (
        <Choices
          {...about}
          label={w.sex}
          quiet
          onChoose={about.onInput}
          options={[{ value: "female", label: w.female }, {
            value: "male",
            label: w.male,
          }]}
        />
      )}
      {step === "telepon" && (
        <Field
          {...about}
          label={w.phoneLabel}
          hint={w.phoneHint}
          type="tel"
          autoComplete="tel"
        />
      )}
    </Form>
  );
}

function Agree({ fields, put }: Asking) {
  const w = said();
  const [errors, setErrors] = useState<Errors>({});
  const { name, nik, birth_date, phone } = fields;
  const sex = fields.sex as "female" | "male";
  const sending = useSend(
    (progress, stop) =>
      withProof(
        (proof) =>
          ask(
            api.POST("/v1/registrations", {
              params: { header: proof },
              body: {
                name,
                nik: nik.replace(/\D/g, ""),
                birth_date,
                sex,
                phone,
                consent: true,
              },
            }),
          ),
        "",
        progress,
        stop,
      ),
    (sent) => {
      const challenge: Challenge = {
        kind: "registration",
        id: sent.registration_id,
        ...sent,
        phone,
      };
      code.put(challenge as unknown as Draft);
      go("kode");
    },
  );
  const code = useDraft("code");
  const submit = () => {
    if (fields.consent !== "yes") return setErrors({ consent: w.mustAgree });
    setErrors({});
    sending.send();
  };
  const change = (step: Step) => ({ href: to("daftar", step), label: w.change });
  return (
    <Form errors={errors} sending={sending} submit={w.send} onSubmit={submit}>
      <Facts
        rows={[
          [w.nameLabel, name, change("nama")],
          [w.nikLabel, nik, change("nik")],
          [w.bornLabel, longDate(birth_date), change("lahir")],
          [w.sex, sex === "female" ? w.female : w.male, change("kelamin")],
          [w.phoneLabel, phone, change("telepon")],
        ]}
      />
      <p>{w.held}</p>
      <div class={errors.consent ? "field wrong" : "field"}>
        {errors.consent && <p class="error" id="consent-error">{errors.consent}</p>}
        <label class="choice">
          <input
            type="checkbox"
            name="consent"
            checked={fields.consent === "yes"}
            aria-describedby={errors.consent ? "consent-error" : undefined}
            onChange={(event) => put({ consent: event.currentTarget.checked ? "yes" : "" })}
          />
          <span>{w.agree}</span>
        </label>
      </div>
    </Form>
  );
}

/** Ask for a code; the cookie of a device that is known goes with it. */
const signIn = (phone: string, proof = {}) =>
  ask(api.POST("/v1/sessions", { params: { header: { ...COOKIE, ...proof } }, body: { phone } }));

function SignInPage() {
  const w = said();
  const { fields, put, forget } = useDraft("phone");
  const code = useDraft("code");
  const [errors, setErrors] = useState<Errors>({});
  const phone = fields.phone ?? "";
  const sending = useSend(
    (progress, stop) =>
      withProof(
        (proof) => signIn(phone, proof),
        "",
        progress,
        stop,
      ),
    (sent) => {
      const challenge: Challenge = { kind: "session", id: sent.session_id, ...sent, phone };
      code.put(challenge as unknown as Draft);
      forget();
      go("kode");
    },
  );
  const submit = () => {
    const wrong = CHECKS.phone(fields);
    if (wrong) return setErrors({ phone: rules()[wrong] });
    setErrors({});
    sending.send();
  };
  return (
    <Page title={w.signIn}>
      <Form errors={errors} sending={sending} submit={w.sendCode} onSubmit={submit}>
        <Field
          name="phone"
          label={w.phoneLabel}
          hint={w.signInHint}
          error={errors.phone}
          value={phone}
          type="tel"
          autoComplete="tel"
          onInput={(text) => put({ phone: text })}
        />
      </Form>
      <p class="aside">
        {w.noAccount} {trip().who
          ? <a href={to("daftar", "nama")}>{w.registerNow}</a>
          : <a href={to()}>{w.begin}</a>}
      </p>
    </Page>
  );
}

interface Again {
  resend_after: string;
  session_id?: string;
}

function CodePage() {
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
      back={registering ? to("daftar", "telepon") : to("masuk")}
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
        const { who } = trip();
        if (who === "family") goInstead("siapa");
        else goInstead(who === "me" || people(who).length ? "kirim" : "pesanan");
      }}
    />
  );
}

export const pages = { daftar: RegisterPage, masuk: SignInPage, kode: CodePage };
