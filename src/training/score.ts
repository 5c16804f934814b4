/** How near a trainer's outputs come to images: on its device where that can tell, else here. */

import { IMAGE_PIXELS } from "../core/config";
import { binaryCrossEntropy, imageQuality } from "../core/metrics";
import type { Scores, Trainer } from "../engine/device";

/** Reconstructions in [0, 1], indices.length × 784; a net without a sigmoid may leave that range. */
export async function predictPixels(trainer: Trainer, indices: Uint32Array): Promise<Float32Array> {
  const outputs = await trainer.predict(indices);
  return outputs.map((value) => Math.min(Math.max(value, 0), 1));
}

/**
 * Scores of those images. Where the device tells none, each has the mean loss of all of them.
 *
 * @param images the dataset's bytes, resident on the trainer
 */
export async function score(
  trainer: Trainer,
  images: Uint8Array,
  indices: Uint32Array,
): Promise<Scores> {
  if (trainer.score) return trainer.score(indices);
  const loss = await trainer.evaluate(indices);
  const reconstructions = await predictPixels(trainer, indices);
  const { ssim, ssimWriteup, mse } = imageQuality(images, indices, reconstructions);
  const bce = Float32Array.from(indices, (_, i) => {
    const row = reconstructions.subarray(i * IMAGE_PIXELS, (i + 1) * IMAGE_PIXELS);
    return binaryCrossEntropy(images, indices.subarray(i, i + 1), row);
  });
  return { loss: new Float64Array(indices.length).fill(loss), bce, mse, ssim, ssimWriteup };
}
