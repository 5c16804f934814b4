/** What numbers a model has for black and white, where those here are 0 and 1. */

import type { Unnamed } from "../nets/text/kinds";

export const VALUE_RANGES = ["0..1", "-1..1", "0..255"] as const;
export type ValueRange = (typeof VALUE_RANGES)[number];

type Rescale = Extract<Unnamed, { kind: "rescale" }>;

/** Scale and offset from 0 to 1, to black and white of the range. */
const INTO: Readonly<Record<ValueRange, readonly [scale: number, offset: number]>> = {
  "0..1": [1, 0],
  "-1..1": [2, -1],
  "0..255": [255, 0],
};

/** What makes pixels from 0 to 1 what the model takes; none where they are. */
export function rangeIn(range: ValueRange): Rescale | null {
  const [scale, offset] = INTO[range];
  return rescale(scale, offset);
}

/** What makes what the model makes pixels from 0 to 1. */
export function rangeOut(range: ValueRange): Rescale | null {
  const [scale, offset] = INTO[range];
  return rescale(1 / scale, -offset / scale);
}

/** Both, one after the other; null where nothing is left to do. */
export function rescaledTwice(first: Rescale, second: Rescale): Rescale | null {
  const { scale, offset = 0 } = second;
  return rescale(first.scale * scale, (first.offset ?? 0) * scale + offset);
}

/** Twelve digits: what a net's text can say without a tail of rounding, and more than float32's seven. */
const round = (value: number): number => Number(value.toPrecision(12));

function rescale(scale: number, offset: number): Rescale | null {
  const isNothing = Math.abs(scale - 1) < 1e-7 && Math.abs(offset) < 1e-7;
  if (isNothing) return null;
  return {
    kind: "rescale",
    scale: round(scale),
    ...(Math.abs(offset) < 1e-7 ? {} : { offset: round(offset) }),
  };
}
