/** The write-up's modified autoencoder: deeper, with batch normalisation and dropout. */

import * as tf from "@tensorflow/tfjs";
import { IMAGE_SIDE } from "../../config/config";
import { type NetOptions, seeded } from "./graph";

/** Fraction of a layer's numbers that training sets to 0. */
const DROPOUT = 0.2;

/**
 * Builds the modified net: [n, 28, 28, 1] in [0, 1] → `latent` [n, latentSize] → [n, 28, 28, 1].
 *
 * Initialisers are Keras's, as in the baseline. So is batch normalisation: momentum 0.99,
 * epsilon 1e-3, scale 1 and offset 0 at the start.
 */
export function buildModified({ latentSize, seed }: NetOptions): tf.LayersModel {
  const { conv2d, dense, dropout, flatten, maxPooling2d, reshape, upSampling2d } = tf.layers;
  const quarter = IMAGE_SIDE / 4;
  const named = seeded(seed);
  const conv = { kernelSize: 3, padding: "same", activation: "relu" } as const;
  const up = { size: [2, 2] as [number, number], interpolation: "nearest" as const };
  const norm = (name: string) =>
    tf.layers.batchNormalization({ name, momentum: 0.99, epsilon: 1e-3 });
  const inputShape = [IMAGE_SIDE, IMAGE_SIDE, 1];

  return tf.sequential({
    name: "modified",
    layers: [
      conv2d({ ...named("encoder_conv_1"), ...conv, filters: 32, inputShape }),
      norm("encoder_norm_1"),
      maxPooling2d({ name: "encoder_pool_1", poolSize: 2 }),
      conv2d({ ...named("encoder_conv_2"), ...conv, filters: 64 }),
      norm("encoder_norm_2"),
      maxPooling2d({ name: "encoder_pool_2", poolSize: 2 }),
      flatten({ name: "encoder_flatten" }),
      dropout({ name: "encoder_dropout", rate: DROPOUT }),
      dense({ ...named("latent"), units: latentSize, activation: "relu" }),
      dense({ ...named("decoder_dense"), units: quarter * quarter * 64, activation: "relu" }),
      reshape({ name: "decoder_reshape", targetShape: [quarter, quarter, 64] }),
      norm("decoder_norm_1"),
      upSampling2d({ name: "decoder_upsampling_1", ...up }),
      conv2d({ ...named("decoder_conv_1"), ...conv, filters: 64 }),
      norm("decoder_norm_2"),
      upSampling2d({ name: "decoder_upsampling_2", ...up }),
      conv2d({ ...named("decoder_conv_2"), ...conv, filters: 32 }),
      norm("decoder_norm_3"),
      dropout({ name: "decoder_dropout", rate: DROPOUT }),
      conv2d({ ...named("reconstruction"), ...conv, filters: 1, activation: "sigmoid" }),
    ],
  });
}
