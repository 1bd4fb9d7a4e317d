/** Back to the start once nobody is there any more. */

import { useEffect, useRef, useState } from "preact/hooks";
import { words } from "../words.ts";
import { Press } from "./press.tsx";

const said = words(
  {
    back: (seconds: number) => `Kembali ke awal dalam ${seconds} detik`,
    stay: "Jangan kembali dulu",
    stays: "Layar ini menunggu Anda.",
  },
  {
    back: (seconds: number) =>
      `Back to the start in ${seconds} ${seconds === 1 ? "second" : "seconds"}`,
    stay: "Do not go back yet",
    stays: "This screen waits for you.",
  },
);

const IDLE_S = 30;

/** Whoever has stopped the countdown may have left all the same. */
const STOPPED_S = 300;

/** Counts down from the last touch, tells it, and can be stopped. */
export function Idle({ over }: { over: () => void }) {
  const w = said();
  const [left, setLeft] = useState(IDLE_S);
  const [stopped, setStopped] = useState(false);
  const ends = useRef(0);
  useEffect(() => {
    const begin = () => {
      ends.current = performance.now() + 1000 * (stopped ? STOPPED_S : IDLE_S);
    };
    const beat = () => {
      const now = Math.ceil((ends.current - performance.now()) / 1000);
      setLeft(Math.max(now, 0));
      if (now <= 0) over();
    };
    const touched = () => {
      begin();
      beat();
    };
    touched();
    const timer = setInterval(beat, 1000);
    addEventListener("pointerdown", touched);
    addEventListener("keydown", touched);
    return () => {
      clearInterval(timer);
      removeEventListener("pointerdown", touched);
      removeEventListener("keydown", touched);
    };
  }, [stopped]);
  return (
    <div class="idle">
      <p role="timer">{stopped ? w.stays : w.back(left)}</p>
      {!stopped && <Press class="press quiet" onPress={() => setStopped(true)}>{w.stay}</Press>}
    </div>
  );
}
