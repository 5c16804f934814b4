/** One net for every latent size: its first k numbers are a code of size k. */

import type * as tf from "@tensorflow/tfjs";
import type { NetOptions } from "./graph";
import { NestedDropout } from "./layers/nested-dropout";
import { buildLoom, type LoomOptions } from "./loom";

/**
 * What differs from the loom's defaults, as found by the search (docs/search.md).
 *
 * What a size reaches depends on how many codes of about that size the net has seen, so all octaves
 * are drawn alike; but codes of a few numbers have the largest losses, which drown the others', and
 * below 6 numbers all sizes are drawn as seldom as 6. Four code maps keep the net of 256 numbers
 * under a million weights, so that a file of a byte each can come with the page. Four filters see
 * all of the linear reconstruction's 2 × 2 pixels.
 */
export const NESTED_DEFAULTS = {
  name: "nested",
  evenTo: 6,
  lengthUnits: 16,
  codeMaps: 4,
  viewFilters: 4,
  encoderFilters: [32, 16],
} as const satisfies Partial<LoomOptions>;

/** The loom with latent vectors that are cut off at random in training, after `latent`. */
export function buildNested(options: NetOptions & Partial<LoomOptions>): tf.LayersModel {
  return buildLoom({ ...NESTED_DEFAULTS, ...options });
}

/**
 * Lets the net use only the first `kept` numbers of its latent vectors; null lets it use all.
 *
 * @throws RangeError when that is not a whole number over 0, Error when the net is no nested one
 */
export function keepFirst(model: tf.LayersModel, kept: number | null): void {
  if (kept !== null && (!Number.isInteger(kept) || kept < 1)) {
    throw new RangeError(`A net keeps a whole number of 1 or more numbers, not ${kept}.`);
  }
  const layers = model.layers.filter((layer) => layer instanceof NestedDropout);
  if (layers.length === 0) throw new Error(`The net ${model.name} has no NestedDropout layer.`);
  for (const layer of layers) layer.kept = kept;
}
