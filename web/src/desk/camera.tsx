/** Scanning tickets by a camera, where there is no scanner. */

import { useEffect, useRef, useState } from "preact/hooks";
import { words } from "../words.ts";

const said = words(
  {
    title: "Kamera",
    hold: "Arahkan kode QR tiket ke kamera.",
    opening: "Membuka kamera …",
    denied: "Kamera tidak dapat dipakai. Izinkan kamera di peramban, atau pakai pemindai.",
    close: "Tutup kamera",
  },
  {
    title: "Camera",
    hold: "Hold the QR code of a ticket to the camera.",
    opening: "Opening the camera …",
    denied: "The camera cannot be used. Allow it in the browser, or use a scanner.",
    close: "Close the camera",
  },
);

const EVERY_MS = 150;

/** A ticket that is still held to the camera is not scanned again. */
const SAME_MS = 4000;

export function Camera(props: { scan: (qr: string) => void; close: () => void }) {
  const w = said();
  const video = useRef<HTMLVideoElement>(null);
  const scan = useRef(props.scan);
  scan.current = props.scan;
  const [state, setState] = useState<"opening" | "open" | "denied">("opening");
  useEffect(() => {
    let timer = 0, gone = false, stream: MediaStream | undefined;
    let last = "", until = 0;
    const begin = async () => {
      const [{ read }, opened] = await Promise.all([
        import("./qr.ts"),
        navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } }),
      ]);
      stream = opened;
      if (gone) return stop();
      video.current!.srcObject = stream;
      await video.current!.play();
      setState("open");
      const canvas = document.createElement("canvas");
      const look = () => {
        if (gone) return;
        const found = read(video.current!, canvas);
        if (found) {
          if (found !== last || Date.now() > until) scan.current(found);
          last = found;
          until = Date.now() + SAME_MS;
        }
        timer = setTimeout(look, EVERY_MS);
      };
      look();
    };
    const stop = () => stream?.getTracks().forEach((track) => track.stop());
    begin().catch(() => gone || setState("denied"));
    return () => {
      gone = true;
      clearTimeout(timer);
      stop();
    };
  }, []);
  return (
    <section class="panel" aria-labelledby="camera">
      <h2 id="camera">{w.title}</h2>
      <p role="status">
        {state === "denied" ? w.denied : state === "open" ? w.hold : w.opening}
      </p>
      <video ref={video} muted playsInline aria-hidden="true" hidden={state === "denied"} />
      <button type="button" class="second" aria-keyshortcuts="Escape" onClick={props.close}>
        {w.close} <kbd aria-hidden="true">Esc</kbd>
      </button>
    </section>
  );
}
