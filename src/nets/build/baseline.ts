/** The write-up's baseline autoencoder, layer by layer, and the same without its latent ReLU. */

import * as tf from "@tensorflow/tfjs";
import { IMAGE_SIDE } from "../../config/config";
import { type NetOptions, seeded } from "./graph";

/**
 * Builds the baseline: [n, 28, 28, 1] in [0, 1] → `latent` [n, latentSize] → [n, 28, 28, 1].
 *
 * Keras's initialisers: Glorot uniform (drawn in JavaScript, so no backend changes them), zero bias.
 */
export function buildBaseline(options: NetOptions): tf.LayersModel {
  return build("baseline", "relu", options);
}

/** The baseline with a linear latent vector: the same shapes and the same initial weights. */
export function buildBaselineLinear(options: NetOptions): tf.LayersModel {
  return build("baseline-linear", "linear", options);
}

function build(
  name: string,
  latentActivation: "relu" | "linear",
  { latentSize, seed }: NetOptions,
): tf.LayersModel {
  const { conv2d, dense, flatten, maxPooling2d, reshape, upSampling2d } = tf.layers;
  const half = IMAGE_SIDE / 2;
  const filters = 32;
  const named = seeded(seed);
  const conv = { kernelSize: 3, padding: "same" } as const;
  const inputShape = [IMAGE_SIDE, IMAGE_SIDE, 1];

  return tf.sequential({
    name,
    layers: [
      conv2d({ ...named("encoder_conv"), ...conv, filters, activation: "relu", inputShape }),
      maxPooling2d({ name: "encoder_pool", poolSize: 2 }),
      flatten({ name: "encoder_flatten" }),
      dense({ ...named("latent"), units: latentSize, activation: latentActivation }),
      dense({ ...named("decoder_dense"), units: half * half * filters, activation: "relu" }),
      reshape({ name: "decoder_reshape", targetShape: [half, half, filters] }),
      upSampling2d({ name: "decoder_upsampling", size: [2, 2], interpolation: "nearest" }),
      conv2d({ ...named("decoder_conv"), ...conv, filters, activation: "relu" }),
      conv2d({ ...named("reconstruction"), ...conv, filters: 1, activation: "sigmoid" }),
    ],
  });
}
