/** The latent slider's logarithmic scale, 1 to 512. */

import { SETTINGS } from "../../../../config/settings";

const { min, max } = SETTINGS.latentSize.type.limits;

/** Right end of the slider: log2 of the largest size. */
export const SCALE_END = Math.log2(max);

export const toPosition = (size: number): number => Math.log2(size);

export const toSize = (position: number): number =>
  Math.min(max, Math.max(min, Math.round(2 ** position)));

/** Sizes that the arrow keys stop at: a quarter of an octave apart, and at least 1. */
const STOPS: readonly number[] = [
  ...new Set(Array.from({ length: SCALE_END * 4 + 1 }, (_, i) => toSize(i / 4))),
];

/** The next stop above or below; the ends of the scale where there is none. */
export function nextStop(size: number, direction: 1 | -1): number {
  return direction === 1
    ? (STOPS.find((stop) => stop > size) ?? max)
    : (STOPS.findLast((stop) => stop < size) ?? min);
}
