/** What the PCA worker computes. */

import type { Split } from "../datasets/dataset";
import type { Basis } from "../math/basis";
import { type ImageSet, toBytes } from "../math/image-set";
import { componentBasis, isEnough, type Pca } from "../math/pca";
import { pcaQuality } from "../metrics/metrics";
import type { PcaFigures } from "./reference";

/** What PCA is fitted to and judged on. */
export interface PcaData extends ImageSet {
  readonly split: Split;
  readonly previewIndices: Uint32Array;
}

export interface FittedPca {
  /** With as many components as codes of that size are made of, or more. */
  pca(latentSize: number): Promise<Pca>;
  /** What judges it at one latent size. */
  figures(latentSize: number): Promise<PcaFigures>;
}

/**
 * PCA of the training split, fitted when it is first asked for.
 *
 * @param fitTo that many components of the images at `indices`, or more
 * @param basisOf the components, to multiply by
 */
export function fitPcaFigures(
  data: PcaData,
  fitTo: (set: ImageSet, indices: Uint32Array, most: number) => Promise<Pca>,
  basisOf: (pca: Pca) => Promise<Basis> = async (pca) => componentBasis(pca),
): FittedPca {
  const { split } = data;
  let fitted: Promise<Pca> | null = null;
  let judged: { readonly of: Pca; readonly basis: Basis } | null = null;
  const pca = (latentSize: number): Promise<Pca> => {
    const before = fitted;
    const next = (async () => {
      // One after another: each takes all threads. A failure is not kept.
      const known = await before?.catch(() => null);
      return known && isEnough(known, latentSize) ? known : fitTo(data, split.train, latentSize);
    })();
    fitted = next;
    return next;
  };
  const figures = async (latentSize: number): Promise<PcaFigures> => {
    const known = await pca(latentSize);
    if (judged?.of !== known) judged = { of: known, basis: await basisOf(known) };
    const { basis } = judged;
    const quality = (indices: Uint32Array) => pcaQuality(known, latentSize, data, indices, basis);
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
