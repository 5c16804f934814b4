/** How samples are cut into calls to the GPU's queue, and calls into batches. */

import type { BatchSettings } from "./executor";
import { SLOTS } from "./schedule";

/** Batches outside training, all full but the last. */
export function batchesOf(
  samples: number,
  batchSize: number,
  kept: number | null,
): BatchSettings[] {
  return Array.from({ length: Math.ceil(samples / batchSize) }, (_, slot) => ({
    images: Math.min(batchSize, samples - slot * batchSize),
    step: 0,
    learningRate: 0,
    kept,
  }));
}

/** Parts of whole batches that one call can take, of at most so many samples if that is a batch. */
export function* callsOf(
  indices: Uint32Array,
  batchSize: number,
  most = Number.POSITIVE_INFINITY,
): Generator<Uint32Array> {
  const batches = Math.max(1, Math.min(SLOTS, Math.floor(most / batchSize)));
  for (let from = 0; from < indices.length; from += batches * batchSize) {
    yield indices.subarray(from, from + batches * batchSize);
  }
}
