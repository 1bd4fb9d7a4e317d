/** A QR code drawn as one path of an SVG: no picture, so nothing to load and sharp at any size. */

import { encode } from "uqr";

const MARGIN = 3;

export function Qr(props: { text: string; label: string }) {
  const { data, size } = encode(props.text, { ecc: "M", border: 0 });
  const dark = data.flatMap((row, y) => row.flatMap((on, x) => (on ? [`M${x} ${y}h1v1h-1z`] : [])));
  const whole = size + 2 * MARGIN;
  return (
    <svg
      class="qr"
      role="img"
      aria-label={props.label}
      viewBox={`${-MARGIN} ${-MARGIN} ${whole} ${whole}`}
      shape-rendering="crispEdges"
    >
      <rect x={-MARGIN} y={-MARGIN} width={whole} height={whole} fill="#fff" />
      <path d={dark.join("")} fill="#000" />
    </svg>
  );
}
