/** What is told by a shape as well as by a colour and a word. */

const PATHS = {
  check: "M5 13l4.5 4.5L19 7",
  here: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c0-4 4-6 8-6s8 2 8 6",
  back: "M4 5v6h6M5 11a8 8 0 1 1-1 5",
  day: "M4 6h16v15H4zM4 11h16M8 3v5M16 3v5",
  office: "M4 21V8l8-5 8 5v13M9 21v-7h6v7M2 21h20",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l4 2",
  no: "M6 6l12 12M18 6L6 18",
  ticket: "M3 8h18v3a2 2 0 0 0 0 4v3H3v-3a2 2 0 0 0 0-4zM14 8v10",
} as const;

export type Shape = keyof typeof PATHS;

export function Icon({ shape }: { shape: Shape }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[shape]} />
    </svg>
  );
}
