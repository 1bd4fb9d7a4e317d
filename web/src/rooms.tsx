/** The rooms of a page, of which one is shown; each is loaded when somebody enters it. */

import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { type Place, to } from "./router.ts";
import { words } from "./words.ts";

const said = words(
  {
    gone: "Halaman ini tidak dapat dimuat. Periksa sambungan internet Anda, lalu muat ulang.",
    reload: "Muat ulang",
  },
  {
    gone: "This page could not be loaded. Check your connection, then reload it.",
    reload: "Reload",
  },
);

type Shown = ComponentType<{ place: Place }>;
type Pages = Record<string, Shown>;

/** What is loaded together, with the first parts of its places. */
export type Rooms = [places: string[], load: () => Promise<{ pages: Pages }>][];

const loaded: Pages = {};

/** What is at a place: the front where it has no parts. The window hears of it by `shown` when a
 * room has come. */
export function Current(props: { place: Place; front: ComponentType; rooms: Rooms }) {
  const name = props.place[0] ?? "";
  const [, setLoaded] = useState("");
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    if (!name || name in loaded) return;
    const room = props.rooms.find(([places]) => places.includes(name));
    if (!room) return location.replace(to());
    setFailed(false);
    room[1]().then(({ pages }) => {
      Object.assign(loaded, pages);
      setLoaded(name);
      dispatchEvent(new Event("shown"));
    }, () => setFailed(true));
  }, [name]);
  if (!name) return <props.front />;
  const Found = loaded[name];
  if (Found) return <Found key={props.place.join("/")} place={props.place} />;
  return (
    <main id="main">
      {failed && (
        <div class="notice bad" role="alert">
          <p>{said().gone}</p>
          <button type="button" class="second" onClick={() => location.reload()}>
            {said().reload}
          </button>
        </div>
      )}
    </main>
  );
}
