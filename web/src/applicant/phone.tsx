/** Another phone, proven by a code. */

import { api, ask } from "../api.ts";
import type { Draft } from "../draft.ts";
import { useDraft } from "../form.tsx";
import { go, goInstead, type Place, to } from "../router.ts";
import { useSignedIn } from "../session.ts";
import { Page, SignInFirst } from "../ui.tsx";
import { type Challenge, Code } from "./code.tsx";
import { PhoneForm } from "./phone_form.tsx";
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
  const code = useDraft("code");
  return (
    <Page title={w.newPhone} back={to("akun")}>
      <PhoneForm
        label={w.newPhoneLabel}
        hint={w.newPhoneHint}
        submit={w.sendCode}
        ask={(phone) => ask(api.POST("/v1/me/phone", { body: { phone } }))}
        sent={(sent, phone) => {
          const challenge: Challenge = { kind: "phone", id: sent.change_id, ...sent, phone };
          code.put(challenge as unknown as Draft);
          go("telepon", "kode");
        }}
      />
    </Page>
  );
}
