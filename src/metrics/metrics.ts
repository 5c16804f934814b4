/** How good reconstructions are: error, PSNR, SSIM and cross-entropy, in float64. */

import type { Basis } from "../math/basis";
import { type ImageSet, sizeOf } from "../math/image-set";
import { type Pca, reconstructWithPca } from "../math/pca";
import type { BoundFigures } from "./likelihood";
import { ssimWang, ssimWriteup } from "./ssim";

/** Keras clips probabilities to [1e-7, 1 − 1e-7] before it takes logarithms. */
const PROBABILITY_EPSILON = 1e-7;
/** A squared error under 1e-10 counts as 1e-10, so that an exact copy has 100 dB and not infinity. */
const SMALLEST_MSE = 1e-10;

/** Means over images, pixels in [0, 1]. */
export interface QualityFigures {
  readonly mse: number;
  /** Mean over images of each image's PSNR in dB, peak 1. */
  readonly psnr: number;
  /** Wang et al. 2004: Gaussian 11 × 11 (the largest odd window in smaller images), σ 1.5, valid windows, range 1. */
  readonly ssim: number;
  /** The write-up's protocol: uniform 7 × 7, sample covariance, range 2. It flatters. */
  readonly ssimWriteup: number;
}

/** With a variational net's figures, where it is one. */
export interface TestFigures extends QualityFigures, Partial<BoundFigures> {
  readonly bce: number;
  /** BCE minus that of a perfect reconstruction (images are not binary, so that is not 0). */
  readonly bceGap: number;
}

export interface ImageQuality {
  readonly mean: QualityFigures;
  /** One figure for each image, in the order of the reconstructions. */
  readonly ssim: Float32Array;
  readonly ssimWriteup: Float32Array;
  readonly mse: Float32Array;
  /** dB, peak 1, at most 100. */
  readonly psnr: Float32Array;
}

/**
 * Compares reconstruction i (row i) with original `indices[i]`, for each i.
 *
 * @param originals at least 7 × 7 pixels, which is the smallest window
 * @param reconstructions indices.length images, values in [0, 1]
 * @throws RangeError when sizes do not fit together or there is no image
 */
export function imageQuality(
  originals: ImageSet,
  indices: Uint32Array,
  reconstructions: Float32Array,
): ImageQuality {
  checkSizes(originals, indices, reconstructions);
  const { shape, images } = originals;
  const size = sizeOf(shape);
  const count = indices.length;
  const ssim = new Float32Array(count);
  const writeup = new Float32Array(count);
  const mse = new Float32Array(count);
  const psnr = new Float32Array(count);
  const sums = { mse: 0, psnr: 0, ssim: 0, ssimWriteup: 0 };
  const original = new Float64Array(size);
  for (let i = 0; i < count; i++) {
    const from = indices[i]! * size;
    const row = i * size;
    let squares = 0;
    for (let pixel = 0; pixel < size; pixel++) {
      const value = images[from + pixel]! / 255;
      original[pixel] = value;
      squares += (reconstructions[row + pixel]! - value) ** 2;
    }
    const imageMse = squares / size;
    const imagePsnr = psnrOf(imageMse);
    const imageSsim = ssimWang(original, reconstructions, shape, 0, row);
    const imageWriteup = ssimWriteup(original, reconstructions, shape, 0, row);
    mse[i] = imageMse;
    psnr[i] = imagePsnr;
    ssim[i] = imageSsim;
    writeup[i] = imageWriteup;
    sums.mse += imageMse;
    sums.psnr += imagePsnr;
    sums.ssim += imageSsim;
    sums.ssimWriteup += imageWriteup;
  }
  const mean: QualityFigures = {
    mse: sums.mse / count,
    psnr: sums.psnr / count,
    ssim: sums.ssim / count,
    ssimWriteup: sums.ssimWriteup / count,
  };
  return { mean, ssim, ssimWriteup: writeup, mse, psnr };
}

/** Peak signal-to-noise ratio of an image with that squared error: dB, peak 1, at most 100. */
export function psnrOf(mse: number): number {
  return -10 * Math.log10(Math.max(mse, SMALLEST_MSE));
}

/**
 * Mean binary cross-entropy over images and pixels, in nats, clipped as Keras does.
 *
 * Arguments and errors are `imageQuality`'s.
 */
export function binaryCrossEntropy(
  originals: ImageSet,
  indices: Uint32Array,
  reconstructions: Float32Array,
): number {
  checkSizes(originals, indices, reconstructions);
  const { shape, images } = originals;
  const size = sizeOf(shape);
  let total = 0;
  for (let i = 0; i < indices.length; i++) {
    const from = indices[i]! * size;
    const row = i * size;
    for (let pixel = 0; pixel < size; pixel++) {
      total += crossEntropy(images[from + pixel]! / 255, reconstructions[row + pixel]!);
    }
  }
  return total / (indices.length * size);
}

/** The cross-entropy of a perfect reconstruction: over 0, because the images are not binary. */
export function bceFloor(originals: ImageSet, indices: Uint32Array): number {
  checkIndices(originals, indices);
  const { shape, images } = originals;
  const size = sizeOf(shape);
  const ofByte = Float64Array.from({ length: 256 }, (_, byte) =>
    crossEntropy(byte / 255, byte / 255),
  );
  let total = 0;
  for (const index of indices) {
    const from = index * size;
    for (let pixel = 0; pixel < size; pixel++) total += ofByte[images[from + pixel]!]!;
  }
  return total / (indices.length * size);
}

function crossEntropy(target: number, probability: number): number {
  const p = Math.min(Math.max(probability, PROBABILITY_EPSILON), 1 - PROBABILITY_EPSILON);
  return -(target * Math.log(p) + (1 - target) * Math.log(1 - p));
}

function checkSizes(
  originals: ImageSet,
  indices: Uint32Array,
  reconstructions: Float32Array,
): void {
  checkIndices(originals, indices);
  const size = sizeOf(originals.shape);
  if (reconstructions.length !== indices.length * size) {
    throw new RangeError(
      `${indices.length} images need ${indices.length * size} reconstructed pixels, not ${reconstructions.length}.`,
    );
  }
}

function checkIndices({ shape, images }: ImageSet, indices: Uint32Array): void {
  if (indices.length === 0) throw new RangeError("There is no image to score.");
  const count = Math.floor(images.length / sizeOf(shape));
  for (const index of indices) {
    if (index >= count)
      throw new RangeError(`Image ${index} is asked for, but there are ${count}.`);
  }
}

export interface PcaQuality extends ImageQuality {
  /** indices.length images, in [0, 1]. */
  readonly reconstructions: Float32Array;
}

/**
 * PCA judged like a net: reconstructs the images at `indices` from `latentSize` components and compares.
 *
 * @param basis as `encodeWithPca`'s
 */
export function pcaQuality(
  pca: Pca,
  latentSize: number,
  set: ImageSet,
  indices: Uint32Array,
  basis?: Basis,
): PcaQuality {
  const reconstructions = reconstructWithPca(pca, latentSize, set, indices, basis);
  return { ...imageQuality(set, indices, reconstructions), reconstructions };
}
