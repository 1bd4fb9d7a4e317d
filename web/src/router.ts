/** Where the visitor is: the part of the address after `#/`, which never reaches a server. */

import { useEffect, useState } from "preact/hooks";

export type Place = readonly string[];

/** The parts of the place: `#/kantor/malang` is `["kantor", "malang"]`. */
export const place = (): Place =>
  location.hash.replace(/^#\/?/, "").split("/").filter(Boolean).map(decode);

export const to = (...parts: string[]): string => `#/${parts.map(encodeURIComponent).join("/")}`;

export function go(...parts: string[]): void {
  location.hash = to(...parts);
}

/** Go on without a way back to here. */
export function goInstead(...parts: string[]): void {
  history.replaceState(null, "", to(...parts));
  dispatchEvent(new HashChangeEvent("hashchange"));
}

export function usePlace(): Place {
  const [now, setNow] = useState(place);
  useEffect(() => {
    const moved = () => setNow(place());
    addEventListener("hashchange", moved);
    moved(); // for who went on between the first drawing and this
    return () => removeEventListener("hashchange", moved);
  }, []);
  return now;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
