/** The write-up's baseline autoencoder, layer by layer, and the same without its latent ReLU. */

import type { ImageShape } from "../../math/image-set";
import type { NetSpec } from "../spec";

/** Its pooling halves the image, and its up-sampling doubles it again. */
const DIVISOR = 2;

/**
 * The baseline: image → `latent` [latentSize] → image.
 *
 * @param latentActivation "relu" as published; "linear" has the same shapes and initial weights
 * @throws RangeError for images whose sides are odd
 */
export function baseline(
  name: string,
  latentActivation: "relu" | "linear",
  latentSize: number,
  image: ImageShape,
): NetSpec {
  const [rows, columns] = dividedBy(DIVISOR, name, image);
  const filters = 32;
  const conv = { kind: "conv", kernel: [3, 3], padding: "same" } as const;
  return {
    name,
    image,
    code: "latent",
    layers: [
      { ...conv, name: "encoder_conv", filters, activation: "relu" },
      { kind: "maxPool", name: "encoder_pool", size: 2 },
      { kind: "flatten", name: "encoder_flatten" },
      { kind: "dense", name: "latent", units: latentSize, activation: latentActivation },
      {
        kind: "dense",
        name: "decoder_dense",
        units: rows * columns * filters,
        activation: "relu",
      },
      { kind: "reshape", name: "decoder_reshape", to: [rows, columns, filters] },
      { kind: "upsample", name: "decoder_upsampling", factor: 2 },
      { ...conv, name: "decoder_conv", filters, activation: "relu" },
      { ...conv, name: "reconstruction", filters: image.channels, activation: "sigmoid" },
    ],
  };
}

/**
 * Rows and columns of an image that is made that many times smaller.
 *
 * @throws RangeError where a side is no multiple of the divisor
 */
export function dividedBy(
  divisor: number,
  name: string,
  { height, width }: ImageShape,
): readonly [number, number] {
  if (height % divisor !== 0 || width % divisor !== 0) {
    throw new RangeError(
      `The net ${name} takes images whose sides are multiples of ${divisor}, not ${height}×${width}.`,
    );
  }
  return [height / divisor, width / divisor];
}
