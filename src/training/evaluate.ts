/** Judges a net on one part of the split, in pieces, so that others get a turn in between. */

import type { Trainer } from "../engine/device";
import type { ImageSet } from "../math/image-set";
import { psnrOf, type QualityFigures } from "../metrics/metrics";
import type { TestImages } from "../runs/results";
import { score } from "./score";
import type { StepsPerCall } from "./steps-per-call";

export interface Evaluation {
  /** The trainer's own loss. */
  readonly loss: number;
  readonly bce: number;
  readonly quality: QualityFigures;
  readonly images: TestImages;
}

/** How many batches a device scores in one call: more of them the faster it is. */
export interface Pacing {
  /** Learns from one evaluation for the next. */
  readonly stepsPerCall: StepsPerCall;
  /** Milliseconds. */
  readonly now: () => number;
}

/**
 * Means over the images at `indices`, and three figures of each. They do not depend on the pieces.
 *
 * @param originals the dataset, resident on the trainer
 * @param pause awaited after each piece; it may throw to end it all
 * @param pacing of devices that score images themselves; without it each piece is a batch
 */
export async function evaluate(
  trainer: Trainer,
  originals: ImageSet,
  indices: Uint32Array,
  pause: () => Promise<void>,
  pacing?: Pacing,
): Promise<Evaluation> {
  const each = {
    ssim: new Float32Array(indices.length),
    ssimWriteup: new Float32Array(indices.length),
    mse: new Float32Array(indices.length),
  };
  const sums = { loss: 0, bce: 0, mse: 0, psnr: 0, ssim: 0, ssimWriteup: 0 };
  const { batchSize } = trainer.options;
  for (let from = 0; from < indices.length; ) {
    const paced = trainer.score ? pacing : undefined;
    const piece = indices.subarray(from, from + (paced?.stepsPerCall.steps ?? 1) * batchSize);
    const begun = paced?.now() ?? 0;
    const found = await score(trainer, originals, piece);
    paced?.stepsPerCall.took(piece.length / batchSize, (paced.now() - begun) / 1000);
    for (const figure of ["ssim", "ssimWriteup", "mse"] as const) {
      each[figure].set(found[figure], from);
    }
    for (const figure of ["loss", "bce", "mse", "ssim", "ssimWriteup"] as const) {
      for (const value of found[figure]) sums[figure] += value;
    }
    for (const mse of found.mse) sums.psnr += psnrOf(mse);
    from += piece.length;
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
