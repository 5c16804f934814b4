/** How near a trainer's outputs come to images: on its device where that can tell, else here. */

import type { Scores, Trainer } from "../engine/device";
import { type ImageSet, sizeOf } from "../math/image-set";
import { binaryCrossEntropy, imageQuality } from "../metrics/metrics";

/** Reconstructions in [0, 1], indices.length images; a net without a sigmoid may leave that range. */
export async function predictPixels(trainer: Trainer, indices: Uint32Array): Promise<Float32Array> {
  const outputs = await trainer.predict(indices);
  return outputs.map((value) => Math.min(Math.max(value, 0), 1));
}

/**
 * Scores of those images. Where the device tells none, each has the mean loss of all of them.
 *
 * @param originals the dataset, resident on the trainer
 */
export async function score(
  trainer: Trainer,
  originals: ImageSet,
  indices: Uint32Array,
): Promise<Scores> {
  if (trainer.score) return trainer.score(indices);
  const loss = await trainer.evaluate(indices);
  const reconstructions = await predictPixels(trainer, indices);
  const { ssim, ssimWriteup, mse } = imageQuality(originals, indices, reconstructions);
  const size = sizeOf(originals.shape);
  const bce = Float32Array.from(indices, (_, i) => {
    const row = reconstructions.subarray(i * size, (i + 1) * size);
    return binaryCrossEntropy(originals, indices.subarray(i, i + 1), row);
  });
  return { loss: new Float64Array(indices.length).fill(loss), bce, mse, ssim, ssimWriteup };
}
