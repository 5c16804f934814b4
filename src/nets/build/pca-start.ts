/** Starts the linear layers of a net as PCA. */

import * as tf from "@tensorflow/tfjs";
import { IMAGE_PIXELS } from "../../config/config";
import type { Pca } from "../../math/pca";
import { createRng } from "../../math/rng";

/** Length of a code direction beyond PCA's rank; components have length 1. */
const SPARE_LENGTH = 0.1;

/**
 * Sets the layers `code_linear` and `skip_linear` so that the net encodes and decodes as PCA does.
 *
 *     code = components · (pixels − mean),  pixels = componentsᵀ · code + mean
 *
 * A Rescaling layer (without an offset) right before either is allowed for.
 *
 * Latent numbers beyond PCA's rank get small random directions in the code, so that they can learn
 * to tell images apart, and zeros in the skip, so that they change nothing at first.
 * @param seed 0 to 2³² − 1; draws those directions
 * @throws Error where the net has no such layers
 */
export function startFromPca(model: tf.LayersModel, pca: Pca, seed: number): void {
  const code = model.getLayer("code_linear");
  const skip = model.getLayer("skip_linear");
  const [, latentSize] = code.getWeights()[0]!.shape as [number, number];
  const rows = directions(pca, latentSize, seed);
  const [codeScale, skipScale] = [inputScale(code), inputScale(skip)];

  const encoder = new Float32Array(IMAGE_PIXELS * latentSize);
  const offset = new Float32Array(latentSize);
  for (let row = 0; row < latentSize; row++) {
    let sum = 0;
    for (let pixel = 0; pixel < IMAGE_PIXELS; pixel++) {
      const entry = rows[row * IMAGE_PIXELS + pixel]!;
      encoder[pixel * latentSize + row] = entry / codeScale;
      sum -= entry * pca.mean[pixel]!;
    }
    offset[row] = sum;
  }
  const decoder = new Float32Array(latentSize * IMAGE_PIXELS);
  const known = Math.min(pca.components.length, decoder.length);
  for (let i = 0; i < known; i++) decoder[i] = rows[i]! / skipScale;

  set(code, encoder, [IMAGE_PIXELS, latentSize], offset);
  set(skip, decoder, [latentSize, IMAGE_PIXELS], Float32Array.from(pca.mean));
}

/** What a Rescaling layer right before the layer multiplies its input by. */
function inputScale(layer: tf.layers.Layer): number {
  const [before] = layer.inboundNodes[0]!.inboundLayers;
  if (before?.getClassName() !== "Rescaling") return 1;
  const { scale } = before.getConfig();
  return typeof scale === "number" ? scale : 1;
}

/** latentSize × 784: PCA's components, then random ones. */
function directions(pca: Pca, latentSize: number, seed: number): Float64Array {
  const rows = new Float64Array(latentSize * IMAGE_PIXELS);
  const known = pca.components.subarray(0, rows.length);
  rows.set(known);
  const rng = createRng(seed, "init/pca-spare");
  // Uniform numbers in ±b have variance b²/3.
  const bound = SPARE_LENGTH * Math.sqrt(3 / IMAGE_PIXELS);
  for (let i = known.length; i < rows.length; i++) rows[i] = bound * (2 * rng.float() - 1);
  return rows;
}

function set(
  layer: tf.layers.Layer,
  kernel: Float32Array,
  shape: [number, number],
  bias: Float32Array,
): void {
  const tensors = [tf.tensor(kernel, shape), tf.tensor(bias)];
  layer.setWeights(tensors);
  tf.dispose(tensors);
}
