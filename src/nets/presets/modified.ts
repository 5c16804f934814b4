/** The write-up's modified autoencoder: deeper, with batch normalisation and dropout. */

import type { ImageShape } from "../../math/image-set";
import type { NetSpec } from "../spec";
import { cropped, halfOf, pooled } from "./halves";

/** Fraction of a layer's numbers that training sets to 0. */
const DROPOUT = 0.2;

/**
 * The modified net: image → `latent` [latentSize] → image.
 *
 * Initialisers are Keras's, as in the baseline, and so is batch normalisation.
 */
export function modified(latentSize: number, image: ImageShape): NetSpec {
  const sides = [image.height, image.width] as const;
  const half = halfOf(sides);
  const [rows, columns] = halfOf(half);
  const conv = { kind: "conv", kernel: [3, 3], padding: "same", activation: "relu" } as const;
  return {
    name: "modified",
    image,
    code: "latent",
    layers: [
      { ...conv, name: "encoder_conv_1", filters: 32 },
      { kind: "batchNorm", name: "encoder_norm_1" },
      pooled("encoder_pool_1", sides),
      { ...conv, name: "encoder_conv_2", filters: 64 },
      { kind: "batchNorm", name: "encoder_norm_2" },
      pooled("encoder_pool_2", half),
      { kind: "flatten", name: "encoder_flatten" },
      { kind: "dropout", name: "encoder_dropout", rate: DROPOUT },
      { kind: "dense", name: "latent", units: latentSize, activation: "relu" },
      { kind: "dense", name: "decoder_dense", units: rows * columns * 64, activation: "relu" },
      { kind: "reshape", name: "decoder_reshape", to: [rows, columns, 64] },
      { kind: "batchNorm", name: "decoder_norm_1" },
      { kind: "upsample", name: "decoder_upsampling_1", factor: [2, 2] },
      ...cropped("decoder_crop_1", half),
      { ...conv, name: "decoder_conv_1", filters: 64 },
      { kind: "batchNorm", name: "decoder_norm_2" },
      { kind: "upsample", name: "decoder_upsampling_2", factor: [2, 2] },
      ...cropped("decoder_crop_2", sides),
      { ...conv, name: "decoder_conv_2", filters: 32 },
      { kind: "batchNorm", name: "decoder_norm_3" },
      { kind: "dropout", name: "decoder_dropout", rate: DROPOUT },
      { ...conv, name: "reconstruction", filters: image.channels, activation: "sigmoid" },
    ],
  };
}
