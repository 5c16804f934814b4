/** PCA judged like a net: what any autoencoder of the same latent size should beat. */

import type { ImageSet } from "../math/image-set";
import { type Pca, reconstructWithPca } from "../math/pca";
import { type ImageQuality, imageQuality } from "../metrics/metrics";

export interface PcaQuality extends ImageQuality {
  /** indices.length images, in [0, 1]. */
  readonly reconstructions: Float32Array;
}

/** Reconstructs the images at `indices` from `latentSize` components and compares. */
export function pcaQuality(
  pca: Pca,
  latentSize: number,
  set: ImageSet,
  indices: Uint32Array,
): PcaQuality {
  const reconstructions = reconstructWithPca(pca, latentSize, set, indices);
  return { ...imageQuality(set, indices, reconstructions), reconstructions };
}
