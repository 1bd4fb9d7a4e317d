/** Who asks to book for the holder, or says that they are the holder. */

import { api, ask, useAsked } from "../api.ts";
import type { components } from "../contract.d.ts";
import { here } from "../dates.ts";
import { Progressing, useSend } from "../form.tsx";
import { to } from "../router.ts";
import { useSignedIn } from "../session.ts";
import { Page, SignInFirst, Trouble, Wait } from "../ui.tsx";
import { words } from "../words.ts";

const said = words(
  {
    requests: "Permintaan kepada Anda",
    parent: "Orang tua",
    child: "Anak",
    spouse: "Suami atau istri",
    sibling: "Saudara kandung",
    self: "Diri Anda sendiri",
    nobodyAsks: "Tidak ada yang meminta.",
    wants: (relation: string) =>
      `Seseorang menambahkan Anda sebagai ${relation.toLowerCase()} ` +
      "dan ingin memesankan tempat untuk Anda.",
    isYou: "Seseorang menyatakan bahwa ia adalah Anda dan mendaftar dengan NIK Anda.",
    isYouHint: "Jika itu akun Anda sendiri dengan nomor lain, terimalah. Jika bukan, tolaklah.",
    since: (at: string) => `Sejak ${at}`,
    accepted: "Anda menyetujui",
    accept: "Setujui",
    refuse: "Tolak",
    takeBack: "Cabut persetujuan",
  },
  {
    requests: "Requests to you",
    parent: "Parent",
    child: "Child",
    spouse: "Spouse",
    sibling: "Sibling",
    self: "Yourself",
    nobodyAsks: "Nobody asks.",
    wants: (relation: string) =>
      `Somebody has added you as their ${relation.toLowerCase()} ` +
      "and wants to book for you.",
    isYou: "Somebody says that they are you and has registered with your NIK.",
    isYouHint: "If that is an account of your own with another number, accept. If not, refuse.",
    since: (at: string) => `Since ${at}`,
    accepted: "You have accepted",
    accept: "Accept",
    refuse: "Refuse",
    takeBack: "Take back",
  },
);

type Question = components["schemas"]["ConsentRequest"];

export function RequestsPage() {
  const known = useSignedIn();
  return (
    <Page title={said().requests} back={to("akun")}>
      {known ? <Requests /> : <SignInFirst />}
    </Page>
  );
}

function Requests() {
  const w = said();
  const asked = useAsked(() => ask(api.GET("/v1/me/requests")), []);
  return (
    <Wait asked={asked}>
      {({ requests }) => (
        <>
          {!requests.length && <p>{w.nobodyAsks}</p>}
          <ul class="cards">
            {requests.map((one) => <Request key={one.request_id} one={one} done={asked.again} />)}
          </ul>
        </>
      )}
    </Wait>
  );
}

function Request(props: { one: Question; done: () => void }) {
  const w = said();
  const { one } = props;
  const accepts = useAnswer(one, true, props.done);
  const refuses = useAnswer(one, false, props.done);
  const sending = accepts.busy || accepts.problem ? accepts : refuses;
  const busy = accepts.busy || refuses.busy;
  const self = one.relation === "self";
  return (
    <li class="card">
      {one.accepted && <span class="status given">{w.accepted}</span>}
      <p>{self ? w.isYou : w.wants(w[one.relation])}</p>
      {self && <p class="hint">{w.isYouHint}</p>}
      <p class="hint">{w.since(here(one.asked_at))}</p>
      {sending.problem && <Trouble problem={sending.problem} />}
      <Progressing sending={sending} />
      <p class="actions">
        {!one.accepted && (
          <button
            type="button"
            class="button"
            aria-disabled={busy || undefined}
            onClick={() => busy || accepts.send()}
          >
            {w.accept}
          </button>
        )}
        <button
          type="button"
          class="button second"
          aria-disabled={busy || undefined}
          onClick={() => busy || refuses.send()}
        >
          {one.accepted ? w.takeBack : w.refuse}
        </button>
      </p>
    </li>
  );
}

function useAnswer({ request_id }: Question, accept: boolean, done: () => void) {
  const about = { params: { path: { request_id } }, body: { accept } };
  return useSend(() => ask<unknown>(api.POST("/v1/me/requests/{request_id}", about)), done);
}
