/** The voice of the board: a chime, and the words of static/voice, one call after the other. */

import { type Call } from "./calls.ts";
import { type Errand, errand } from "./errand.ts";
import { spelled, WORDS } from "./spelling.ts";

/** `blocked` until somebody has touched the screen; `missing` while words have not come. */
export type Sound = "on" | "blocked" | "missing";

export interface Voice {
  beat: Errand;
  sound: () => Sound;
  say: (call: Call) => void;
}

/** From the chime's beginning to the first word. */
export const CHIME_S = 0.45;
const NOTES_HZ = [784, 622];

const PAUSE_MS = 500;

/** A call that could not be said by then is not said any more: its people have seen it. */
const TOO_LATE_MS = 60_000;

const LOADS_EVERY_MS = 30_000;

/** A browser needs a moment to allow sound. */
const ALLOWS_MS = 2000;

export function newVoice(): Voice {
  const context = new AudioContext();
  const began = performance.now();
  const words = new Map<string, AudioBuffer>();
  const queue: { call: Call; until: number }[] = [];
  let saying = false, tried = false;

  const allow = () => {
    context.resume().catch(() => undefined);
  };
  addEventListener("pointerdown", allow);
  addEventListener("keydown", allow);

  const learn = errand(
    async (stop) => {
      const missing = WORDS.filter((word) => !words.has(word));
      await Promise.all(missing.map(async (word) => {
        const clip = await fetch(`/voice/${word}.opus`, { signal: stop });
        if (!clip.ok) throw new Error(`${word}: ${clip.status}`);
        words.set(word, await context.decodeAudioData(await clip.arrayBuffer()));
      }));
    },
    () => {
      tried = true;
    },
    () => words.size < WORDS.length ? LOADS_EVERY_MS : Infinity,
  );

  const next = async () => {
    const { call } = queue.shift()!;
    saying = true;
    const ends = play(context, words, call);
    await new Promise((done) => setTimeout(done, 1000 * (ends - context.currentTime) + PAUSE_MS));
    saying = false;
    dispatchEvent(new CustomEvent("said", { detail: call }));
  };

  return {
    beat: (now) => {
      learn(now);
      while (queue.length && now > queue[0].until) queue.shift();
      const ready = context.state === "running" && (tried || words.size === WORDS.length);
      if (ready && !saying && queue.length) void next();
    },
    sound: () => {
      if (context.state !== "running") {
        return performance.now() - began < ALLOWS_MS ? "on" : "blocked";
      }
      return tried && words.size < WORDS.length ? "missing" : "on";
    },
    say: (call) => {
      queue.push({ call, until: performance.now() + TOO_LATE_MS });
    },
  };
}

/** The chime alone where a word has not come: half a number is worse than none. Returns when it
 * ends, by the context's clock. */
function play(context: AudioContext, words: Map<string, AudioBuffer>, call: Call): number {
  const clips = spelled(call.ticket, call.counter).map((word) => words.get(word));
  const at = context.currentTime + 0.05;
  chime(context, at);
  let ends = at + CHIME_S;
  if (clips.includes(undefined)) return ends;
  for (const clip of clips) {
    const source = context.createBufferSource();
    source.buffer = clip!;
    source.connect(context.destination);
    source.start(ends);
    ends += clip!.duration;
  }
  return ends;
}

function chime(context: AudioContext, at: number): void {
  NOTES_HZ.forEach((hertz, nth) => {
    const begins = at + nth * CHIME_S / 2, ends = begins + CHIME_S;
    const note = context.createOscillator(), loud = context.createGain();
    note.frequency.value = hertz;
    loud.gain.setValueAtTime(0.0001, begins);
    loud.gain.exponentialRampToValueAtTime(0.4, begins + 0.01);
    loud.gain.exponentialRampToValueAtTime(0.0001, ends);
    note.connect(loud).connect(context.destination);
    note.start(begins);
    note.stop(ends);
  });
}
