/** How sure a difference between two nets is: the paired bootstrap (Efron & Tibshirani 1993). */

import type { Rng } from "./rng";

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * a − b for each image: both nets saw the same one, so what makes an image hard cancels out.
 *
 * @throws RangeError where they are not equally long, or empty
 */
export function pairedDifferences(a: Float32Array, b: Float32Array): Float64Array {
  if (a.length !== b.length || a.length === 0) {
    throw new RangeError(`Figures of ${a.length} images do not pair with those of ${b.length}.`);
  }
  return Float64Array.from(a, (value, i) => value - b[i]!);
}

/**
 * Means of so many samples, each as large as the original and drawn from it with replacement.
 *
 * Calls with the same generator go on where the last one ended: many samples can be drawn in slices.
 */
export function resampledMeans(values: Float64Array, rng: Rng, samples: number): Float64Array {
  const { length } = values;
  return Float64Array.from({ length: samples }, () => {
    let sum = 0;
    // 24 random bits favour no index of some thousands by more than 1 part in 10,000.
    for (let i = 0; i < length; i++) sum += values[Math.floor(rng.float() * length)]!;
    return sum / length;
  });
}

/**
 * The middle part of those means.
 *
 * @param level such as 0.95: 2.5% lie under it, and 2.5% over it
 */
export function percentileInterval(means: Float64Array, level: number): Interval {
  const sorted = means.slice().sort();
  const at = (share: number): number => {
    const place = share * (sorted.length - 1);
    const below = Math.floor(place);
    const above = Math.min(below + 1, sorted.length - 1);
    return sorted[below]! + (sorted[above]! - sorted[below]!) * (place - below);
  };
  const outside = (1 - level) / 2;
  return { low: at(outside), high: at(1 - outside) };
}
