/** The question for a phone, to which a code is sent then. */

import { useState } from "preact/hooks";
import type { Answer } from "../api.ts";
import { type Errors, Field, Form, useDraft, useSend } from "../form.tsx";
import type { Progress } from "../proof.ts";
import { CHECKS, rules } from "./person.ts";

export function PhoneForm<T>(props: {
  label: string;
  hint: string;
  submit: string;
  ask: (phone: string, progress: Progress, stop: AbortSignal) => Promise<Answer<T>>;
  sent: (answer: T, phone: string) => void;
}) {
  const { fields, put, forget } = useDraft("phone");
  const [errors, setErrors] = useState<Errors>({});
  const phone = fields.phone ?? "";
  const sending = useSend(
    (progress, stop) => props.ask(phone, progress, stop),
    (answer) => {
      forget();
      props.sent(answer, phone);
    },
  );
  const submit = () => {
    const wrong = CHECKS.phone(fields);
    setErrors(wrong ? { phone: rules()[wrong] } : {});
    if (!wrong) sending.send();
  };
  return (
    <Form errors={errors} sending={sending} submit={props.submit} onSubmit={submit}>
      <Field
        name="phone"
        label={props.label}
        hint={props.hint}
        error={errors.phone}
        value={phone}
        type="tel"
        autoComplete="tel"
        onInput={(text) => put({ phone: text })}
      />
    </Form>
  );
}
