/** What the PCA worker computes. */

import type { Split } from "../datasets/dataset";
import { type ImageSet, toBytes } from "../math/image-set";
import { fitPca, type Pca, type PcaAlgebra } from "../math/pca";
import { pcaQuality } from "../training/pca";
import type { PcaFigures } from "./reference";

/** What PCA is fitted to and judged on. */
export interface PcaData extends ImageSet {
  readonly split: Split;
  readonly previewIndices: Uint32Array;
}

export interface FittedPca {
  readonly pca: Pca;
  /** What judges it at one latent size. */
  figures(latentSize: number): PcaFigures;
}

/** Fits PCA to the training split. */
export function fitPcaFigures(data: PcaData, algebra?: PcaAlgebra): FittedPca {
  const { split } = data;
  const pca = fitPca(data, split.train, algebra);
  const figures = (latentSize: number): PcaFigures => {
    const quality = (indices: Uint32Array) => pcaQuality(pca, latentSize, data, indices);
    const preview = quality(data.previewIndices);
    return {
      latentSize,
      validation: quality(split.validation).mean,
      test: quality(split.test).mean,
      reconstructions: {
        shape: data.shape,
        count: data.previewIndices.length,
        pixels: toBytes(preview.reconstructions),
      },
      ssim: Array.from(preview.ssim),
      ssimWriteup: Array.from(preview.ssimWriteup),
    };
  };
  return { pca, figures };
}
