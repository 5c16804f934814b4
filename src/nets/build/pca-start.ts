/** Starts the linear layers of a net as PCA. */

import * as tf from "@tensorflow/tfjs";
import { sizeOf } from "../../math/image-set";
import type { Pca } from "../../math/pca";
import { createRng } from "../../math/rng";
import type { KernelStart, NetSpec } from "../spec";

/** Length of a code direction beyond PCA's rank; components have length 1. */
const SPARE_LENGTH = 0.1;

/**
 * Sets the layers that start as `pcaEncode` and `pcaDecode` so that the net does as PCA does.
 *
 *     code = components · (pixels − mean),  pixels = componentsᵀ · code + mean
 *
 * A Rescaling layer (without an offset) right before either is allowed for.
 *
 * Latent numbers beyond PCA's rank get small random directions in the code, so that they can learn
 * to tell images apart, and zeros in the skip, so that they change nothing at first.
 * @param model built from `net`
 * @param seed 0 to 2³² − 1; draws those directions
 * @throws Error where the net has no such layers
 */
export function startFromPca(model: tf.LayersModel, net: NetSpec, pca: Pca, seed: number): void {
  const code = model.getLayer(layerStarting(net, "pcaEncode"));
  const skip = model.getLayer(layerStarting(net, "pcaDecode"));
  const pixels = sizeOf(net.image);
  const [, latentSize] = code.getWeights()[0]!.shape as [number, number];
  const rows = directions(pca, latentSize, pixels, seed);
  const [codeScale, skipScale] = [inputScale(code), inputScale(skip)];

  const encoder = new Float32Array(pixels * latentSize);
  const offset = new Float32Array(latentSize);
  for (let row = 0; row < latentSize; row++) {
    let sum = 0;
    for (let pixel = 0; pixel < pixels; pixel++) {
      const entry = rows[row * pixels + pixel]!;
      encoder[pixel * latentSize + row] = entry / codeScale;
      sum -= entry * pca.mean[pixel]!;
    }
    offset[row] = sum;
  }
  const decoder = new Float32Array(latentSize * pixels);
  const known = Math.min(pca.components.length, decoder.length);
  for (let i = 0; i < known; i++) decoder[i] = rows[i]! / skipScale;

  set(code, encoder, [pixels, latentSize], offset);
  set(skip, decoder, [latentSize, pixels], Float32Array.from(pca.mean));
}

function layerStarting({ name, layers }: NetSpec, start: KernelStart): string {
  const layer = layers.find((each) => "start" in each && each.start === start);
  if (!layer) throw new Error(`The net ${name} has no layer that starts as PCA.`);
  return layer.name;
}

/** What a Rescaling layer right before the layer multiplies its input by. */
function inputScale(layer: tf.layers.Layer): number {
  const [before] = layer.inboundNodes[0]!.inboundLayers;
  if (before?.getClassName() !== "Rescaling") return 1;
  const { scale } = before.getConfig();
  return typeof scale === "number" ? scale : 1;
}

/** latentSize × pixels: PCA's components, then random ones. */
function directions(pca: Pca, latentSize: number, pixels: number, seed: number): Float64Array {
  const rows = new Float64Array(latentSize * pixels);
  const known = pca.components.subarray(0, rows.length);
  rows.set(known);
  const rng = createRng(seed, "init/pca-spare");
  // Uniform numbers in ±b have variance b²/3.
  const bound = SPARE_LENGTH * Math.sqrt(3 / pixels);
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
