/** The write-up's baseline autoencoder, layer by layer, and the same without its latent ReLU. */

import type { ImageShape } from "../../math/image-set";
import type { NetSpec } from "../spec";
import { cropped, halfOf, pooled } from "./halves";

/**
 * The baseline: image → `latent` [latentSize] → image.
 *
 * @param latentActivation "relu" as published; "linear" has the same shapes and initial weights
 */
export function baseline(
  name: string,
  latentActivation: "relu" | "linear",
  latentSize: number,
  image: ImageShape,
): NetSpec {
  const sides = [image.height, image.width] as const;
  const [rows, columns] = halfOf(sides);
  const filters = 32;
  const conv = { kind: "conv", kernel: [3, 3], padding: "same" } as const;
  return {
    name,
    image,
    code: "latent",
    layers: [
      { ...conv, name: "encoder_conv", filters, activation: "relu" },
      pooled("encoder_pool", sides),
      { kind: "flatten", name: "encoder_flatten" },
      { kind: "dense", name: "latent", units: latentSize, activation: latentActivation },
      {
        kind: "dense",
        name: "decoder_dense",
        units: rows * columns * filters,
        activation: "relu",
      },
      { kind: "reshape", name: "decoder_reshape", to: [rows, columns, filters] },
      { kind: "upsample", name: "decoder_upsampling", factor: [2, 2] },
      ...cropped("decoder_crop", sides),
      { ...conv, name: "decoder_conv", filters, activation: "relu" },
      { ...conv, name: "reconstruction", filters: image.channels, activation: "sigmoid" },
    ],
  };
}
