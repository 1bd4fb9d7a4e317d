/** The applicant's pages: what is around them, and which of them is shown. */

import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { forgetOldDrafts } from "../draft.ts";
import { Current, type Rooms } from "../rooms.tsx";
import { to, usePlace } from "../router.ts";
import { useSignedIn } from "../session.ts";
import { forgetOldTickets } from "../tickets.ts";
import { Emblem } from "../ui.tsx";
import { language, speak, words } from "../words.ts";
import { Offices } from "./offices.tsx";

const said = words(
  {
    skip: "Langsung ke isi",
    home: "Antrian Paspor, halaman depan",
    menu: "Menu",
    book: "Pesan tempat",
    mine: "Pesanan saya",
    account: "Akun",
    signIn: "Masuk",
    foot: "Layanan ini gratis. Bawalah KTP asli saat datang ke kantor imigrasi.",
  },
  {
    skip: "Skip to content",
    home: "Antrian Paspor, front page",
    menu: "Menu",
    book: "Book a place",
    mine: "My bookings",
    account: "Account",
    signIn: "Sign in",
    foot: "This service is free. Bring your original KTP to the immigration office.",
  },
);

/** The pages by the first part of their place; each room is loaded when somebody enters it. */
const ROOMS: Rooms = [
  [["kantor"], () => import("./calendar.tsx")],
  [["pesan", "siapa", "periksa", "kirim"], () => import("./book.ts")],
  [["daftar", "masuk", "kode"], () => import("./identify.ts")],
  [["pesanan", "tiket"], () => import("./bookings.ts")],
  [["batal", "keluar-dari", "pindah"], () => import("./change.tsx")],
  [
    ["akun", "keluarga", "permintaan", "pengingat", "tanpa-sms", "telepon"],
    () => import("./account.ts"),
  ],
  [["data", "hapus"], () => import("./privacy.tsx")],
  [["hari-ini", "antrean"], () => import("./line.tsx")],
  [["ajukan", "permohonan", "tarik"], () => import("./lots.ts")],
  [["undian"], () => import("./draws.tsx")],
];

function App() {
  const place = usePlace();
  const [, setLanguage] = useState(language);
  useEffect(() => {
    const changed = () => setLanguage(language());
    addEventListener("language", changed);
    return () => removeEventListener("language", changed);
  }, []);
  return (
    <>
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          document.querySelector<HTMLElement>("h1")?.focus();
        }}
      >
        {said().skip}
      </a>
      <Header name={place[0] ?? ""} />
      <Current place={place} front={Offices} rooms={ROOMS} />
      <footer>
        <p>{said().foot}</p>
      </footer>
    </>
  );
}

function Header(props: { name: string }) {
  const w = said();
  const signedIn = useSignedIn();
  const other = language() === "en" ? "id" : "en";
  const link = (name: string, label: string, names: string[]) => (
    <a href={to(name)} aria-current={names.includes(props.name) ? "page" : undefined}>
      {label}
    </a>
  );
  return (
    <header>
      <div class="bar">
        <a class="brand" href={to()} aria-label={w.home}>
          <Emblem />
          <span>Antrian Paspor</span>
        </a>
        <button type="button" class="language" lang={other} onClick={() => speak(other)}>
          {other === "en" ? "English" : "Indonesia"}
        </button>
        <nav aria-label={w.menu}>
          {link("", w.book, [
            "",
            "kantor",
            "antrean",
            "pesan",
            "siapa",
            "periksa",
            "kirim",
            "daftar",
            "kode",
            "ajukan",
            "undian",
          ])}
          {link("pesanan", w.mine, [
            "pesanan",
            "tiket",
            "hari-ini",
            "batal",
            "pindah",
            "keluar-dari",
            "permohonan",
            "tarik",
          ])}
          {signedIn
            ? link("akun", w.account, [
              "akun",
              "keluarga",
              "permintaan",
              "pengingat",
              "tanpa-sms",
              "telepon",
              "data",
              "hapus",
            ])
            : link("masuk", w.signIn, ["masuk"])}
        </nav>
      </div>
    </header>
  );
}

addEventListener("shown", () => void import("../stay.ts").catch(() => undefined), { once: true });

forgetOldDrafts();
forgetOldTickets();
render(<App />, document.body);
