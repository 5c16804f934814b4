/** Latent sizes that the lab shows side by side. */

import { type ImageShape, sizeOf } from "../../math/image-set";
import { elementOf } from "../../math/vectors";

/** Of the film strip and of the curves: octaves, and steps between them where the most happens. */
const STOPS = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512];

/** The stops up to a net's size, which is the last. */
export function stopsUpTo(largest: number): number[] {
  return [...STOPS.filter((stop) => stop < largest), largest];
}

/** The same, ends and middle first, so that a curve has its shape after a few of them. */
export function coarseFirst(stops: readonly number[]): number[] {
  const halve = (from: number, to: number, depth: number): [number, number][] => {
    const middle = (from + to) >> 1;
    return middle === from
      ? []
      : [[middle, depth], ...halve(from, middle, depth + 1), ...halve(middle, to, depth + 1)];
  };
  const last = stops.length - 1;
  const inner = halve(0, last, 0).sort((a, b) => a[1] - b[1]);
  const order = new Set([0, last, ...inner.map(([middle]) => middle)]);
  return Array.from(order, elementOf(stops));
}

/** How many times smaller a code is than an image of that shape, both at one byte a number. */
export const compression = (size: number, shape: ImageShape): number => sizeOf(shape) / size;
