/** Judges a net on one part of the split, in pieces, so that others get a turn in between. */

import { binaryCrossEntropy, imageQuality } from "../core/metrics";
import type { QualityFigures, TestImages } from "../core/results";
import type { Trainer } from "../engine/device";

/** Reconstructions in [0, 1], indices.length × 784; a net without a sigmoid may leave that range. */
export async function predictPixels(trainer: Trainer, indices: Uint32Array): Promise<Float32Array> {
  const outputs = await trainer.predict(indices);
  return outputs.map((value) => Math.min(Math.max(value, 0), 1));
}

export interface Evaluation {
  /** The trainer's own loss. */
  readonly loss: number;
  readonly bce: number;
  readonly quality: QualityFigures;
  readonly images: TestImages;
}

/**
 * Means over the images at `indices`, and three figures of each.
 *
 * @param images the dataset's bytes, resident on the trainer
 * @param pause awaited after each chunk of the trainer's batch size; it may throw to end it all
 */
export async function evaluate(
  trainer: Trainer,
  images: Uint8Array,
  indices: Uint32Array,
  pause: () => Promise<void>,
): Promise<Evaluation> {
  const each = {
    ssim: new Float32Array(indices.length),
    ssimWriteup: new Float32Array(indices.length),
    mse: new Float32Array(indices.length),
  };
  const sums = { loss: 0, bce: 0, mse: 0, psnr: 0, ssim: 0, ssimWriteup: 0 };
  const { batchSize } = trainer.options;
  for (let from = 0; from < indices.length; from += batchSize) {
    const chunk = indices.subarray(from, from + batchSize);
    const loss = await trainer.evaluate(chunk);
    const reconstructions = await predictPixels(trainer, chunk);
    const { mean, ssim, ssimWriteup, mse } = imageQuality(images, chunk, reconstructions);
    each.ssim.set(ssim, from);
    each.ssimWriteup.set(ssimWriteup, from);
    each.mse.set(mse, from);
    sums.loss += loss * chunk.length;
    sums.bce += binaryCrossEntropy(images, chunk, reconstructions) * chunk.length;
    sums.mse += mean.mse * chunk.length;
    sums.psnr += mean.psnr * chunk.length;
    sums.ssim += mean.ssim * chunk.length;
    sums.ssimWriteup += mean.ssimWriteup * chunk.length;
    await pause();
  }
  const count = indices.length;
  return {
    loss: sums.loss / count,
    bce: sums.bce / count,
    quality: {
      mse: sums.mse / count,
      psnr: sums.psnr / count,
      ssim: sums.ssim / count,
      ssimWriteup: sums.ssimWriteup / count,
    },
    images: each,
  };
}
