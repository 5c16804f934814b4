/** Ranges of epochs to zoom to. */

import type { Epochs } from "./curves";

/** Epochs that a chart shows at least: two or three steps of the smallest epoch. */
const LEAST = 0.02;

/** The range around that epoch, so many times as long. */
export function around([from, to]: Epochs, middle: number, factor: number): Epochs {
  const half = ((to - from) * factor) / 2;
  const centre = Math.min(to, Math.max(from, middle));
  return [centre - half, centre + half];
}

/** A range that can be shown: from 0 on, and not too short. */
export function clamped([from, to]: Epochs): Epochs {
  const length = Math.max(LEAST, to - from);
  const start = Math.max(0, from);
  return [start, start + length];
}
