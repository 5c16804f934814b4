/** A net that draws its codes, so that codes drawn at random are images: dense layers. */

import { type ImageShape, sizeOf } from "../../math/image-set";
import type { NetSpec } from "../spec";

/** Units next to the image, and next to the code. A third layer brought nothing (docs/search.md). */
const OUTER_UNITS = 512;
const INNER_UNITS = 256;
/** Most weights of each layer next to the image: of large images it has fewer units. */
const MOST_WEIGHTS = 4_000_000;

/** The variational net: image → 2 · latentSize numbers → `latent` [latentSize], drawn → image. */
export function variational(latentSize: number, image: ImageShape): NetSpec {
  const size = sizeOf(image);
  const outer = Math.max(1, Math.min(OUTER_UNITS, Math.floor(MOST_WEIGHTS / size)));
  const dense = { kind: "dense", activation: "relu" } as const;
  return {
    name: "variational",
    image,
    code: "latent",
    layers: [
      { kind: "flatten", name: "encoder_flatten" },
      { ...dense, name: "encoder_dense_1", units: outer },
      { ...dense, name: "encoder_dense_2", units: INNER_UNITS },
      { ...dense, name: "encoder_dense_3", units: 2 * latentSize, activation: "linear" },
      { kind: "sample", name: "latent" },
      { ...dense, name: "decoder_dense_1", units: INNER_UNITS },
      { ...dense, name: "decoder_dense_2", units: outer },
      { ...dense, name: "decoder_dense_3", units: size, activation: "linear" },
      {
        kind: "reshape",
        name: "decoder_reshape",
        to: [image.height, image.width, image.channels],
      },
      { kind: "activation", name: "reconstruction", activation: "sigmoid" },
    ],
  };
}
