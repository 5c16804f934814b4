/** How much of their codes nested nets use, told to the tfjs model itself: devices have `setKept`. */

import type * as tf from "@tensorflow/tfjs";
import { NestedDropout } from "../../../src/nets/build/layers/nested-dropout";

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
