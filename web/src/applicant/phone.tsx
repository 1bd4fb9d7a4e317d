/** Another phone, proven by a code. */

import { useState } from "preact/hooks";
import { api, ask } from "../api.ts";
import type { Draft } from "../draft.ts";
import { type Errors, Field, Form, useDraft, useSend } from "../form.tsx";
import { go, goInstead, type Place, to } from "../router.ts";
import { useSignedIn } from "../session.ts";
import { Page, SignInFirst } from "../ui.tsx";
import { type Challenge, Code } from "./code.tsx";
import { CHECKS, rules } from "./person.ts";
import { words } from "../words.ts";

const said = words(
  {
    newPhone: "Ganti nomor ponsel",
    newPhoneLabel: "Nomor ponsel yang baru",
    newPhoneHint: "Kami mengirim kode ke nomor baru. Nomor lama diberi tahu lewat SMS.",
    sendCode: "Kirim kode",
  },
  {
    newPhone: "Change your mobile number",
    newPhoneLabel: "The new mobile number",
    newPhoneHint: "We send a code to the new number. The old one is told by SMS.",
    sendCode: "Send the code",
  },
);

export function PhonePage({ place }: { place: Place }) {
  const w = said();
  const known = useSignedIn();
  const code = useDraft("code");
  const challenge = code.fields as unknown as Challenge;
  if (!known) {
    return (
      <Page title={w.newPhone} back={to("akun")}>
        <SignInFirst />
      </Page>
    );
  }
  if (place[1] !== "kode" || challenge.kind !== "phone") return <NewPhone />;
  const params = { path: { change_id: challenge.id } };
  return (
    <Code
      challenge={challenge}
      back={to("telepon")}
      verify={({ code }) =>
        ask(api.POST("/v1/me/phone/{change_id}/verification", { params, body: { code } }))}
      done={() => {
        code.forget();
        goInstead("akun");
      }}
    />
  );
}

function NewPhone() {
  const w = said();
  const { fields, put, forget } = useDraft("phone");
  const code = useDraft("code");
  const [errors, setErrors] = useState<Errors>({});
  const phone = fields.phone ?? "";
  const sending = useSend(
    () => ask(api.POST("/v1/me/phone", { body: { phone } })),
    (sent) => {
      const challenge: Challenge = { kind: "phone", id: sent.change_id, ...sent, phone };
      code.put(challenge as unknown as Draft);
      forget();
      go("telepon", "kode");
    },
  );
  const submit = () => {
    const wrong = CHECKS.phone(fields);
    if (wrong) return setErrors({ phone: rules()[wrong] });
    setErrors({});
    sending.send();
  };
  return (
    <Page title={w.newPhone} back={to("akun")}>
      <Form errors={errors} sending={sending} submit={w.sendCode} onSubmit={submit}>
        <Field
          name="phone"
          label={w.newPhoneLabel}
          hint={w.newPhoneHint}
          error={errors.phone}
          value={phone}
          type="tel"
          autoComplete="tel"
          onInput={(text) => put({ phone: text })}
        />
      </Form>
    </Page>
  );
}
