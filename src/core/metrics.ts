/** How good reconstructions are: error, PSNR, SSIM and cross-entropy, in float64. */

import { IMAGE_PIXELS } from "./config";
import type { QualityFigures } from "./results";
import { ssimWang, ssimWriteup } from "./ssim";

/** Keras clips probabilities to [1e-7, 1 − 1e-7] before it takes logarithms. */
const PROBABILITY_EPSILON = 1e-7;
/** A squared error under 1e-10 counts as 1e-10, so that an exact copy has 100 dB and not infinity. */
const SMALLEST_MSE = 1e-10;

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
 * @param originals images of 784 bytes; 255 stands for 1
 * @param reconstructions indices.length × 784, values in [0, 1]
 * @throws RangeError when sizes do not fit together or there is no image
 */
export function imageQuality(
  originals: Uint8Array,
  indices: Uint32Array,
  reconstructions: Float32Array,
): ImageQuality {
  checkSizes(originals, indices, reconstructions);
  const count = indices.length;
  const ssim = new Float32Array(count);
  const writeup = new Float32Array(count);
  const mse = new Float32Array(count);
  const psnr = new Float32Array(count);
  const sums = { mse: 0, psnr: 0, ssim: 0, ssimWriteup: 0 };
  const original = new Float64Array(IMAGE_PIXELS);
  for (let i = 0; i < count; i++) {
    const from = indices[i]! * IMAGE_PIXELS;
    const row = i * IMAGE_PIXELS;
    let squares = 0;
    for (let pixel = 0; pixel < IMAGE_PIXELS; pixel++) {
      const value = originals[from + pixel]! / 255;
      original[pixel] = value;
      squares += (reconstructions[row + pixel]! - value) ** 2;
    }
    const imageMse = squares / IMAGE_PIXELS;
    const imagePsnr = psnrOf(imageMse);
    const imageSsim = ssimWang(original, reconstructions, 0, row);
    const imageWriteup = ssimWriteup(original, reconstructions, 0, row);
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
  originals: Uint8Array,
  indices: Uint32Array,
  reconstructions: Float32Array,
): number {
  checkSizes(originals, indices, reconstructions);
  let total = 0;
  for (let i = 0; i < indices.length; i++) {
    const from = indices[i]! * IMAGE_PIXELS;
    const row = i * IMAGE_PIXELS;
    for (let pixel = 0; pixel < IMAGE_PIXELS; pixel++) {
      total += crossEntropy(originals[from + pixel]! / 255, reconstructions[row + pixel]!);
    }
  }
  return total / (indices.length * IMAGE_PIXELS);
}

/** The cross-entropy of a perfect reconstruction: over 0, because the images are not binary. */
export function bceFloor(originals: Uint8Array, indices: Uint32Array): number {
  checkIndices(originals, indices);
  const ofByte = Float64Array.from({ length: 256 }, (_, byte) =>
    crossEntropy(byte / 255, byte / 255),
  );
  let total = 0;
  for (const index of indices) {
    const from = index * IMAGE_PIXELS;
    for (let pixel = 0; pixel < IMAGE_PIXELS; pixel++) total += ofByte[originals[from + pixel]!]!;
  }
  return total / (indices.length * IMAGE_PIXELS);
}

function crossEntropy(target: number, probability: number): number {
  const p = Math.min(Math.max(probability, PROBABILITY_EPSILON), 1 - PROBABILITY_EPSILON);
  return -(target * Math.log(p) + (1 - target) * Math.log(1 - p));
}

function checkSizes(
  originals: Uint8Array,
  indices: Uint32Array,
  reconstructions: Float32Array,
): void {
  checkIndices(originals, indices);
  if (reconstructions.length !== indices.length * IMAGE_PIXELS) {
    throw new RangeError(
      `${indices.length} images need ${indices.length * IMAGE_PIXELS} reconstructed pixels, not ${reconstructions.length}.`,
    );
  }
}

function checkIndices(originals: Uint8Array, indices: Uint32Array): void {
  if (indices.length === 0) throw new RangeError("There is no image to score.");
  const count = Math.floor(originals.length / IMAGE_PIXELS);
  for (const index of indices) {
    if (index >= count)
      throw new RangeError(`Image ${index} is asked for, but there are ${count}.`);
  }
}
