/** What each number of a code is worth: SSIM without it. */

import { sizeOf } from "../../math/image-set";
import { ssimWang } from "../../metrics/ssim";
import type { Ablation } from "../../protocol/inference";
import { inParts, type Job, stageOf } from "../rpc";
import type { Located } from "./codes";
import type { NetCodec } from "./nets";

/**
 * Replaces each number by its mean in all images' codes, one number at a time.
 *
 * A number that is its mean in all of them loses nothing and is not decoded: dead ones cost nothing.
 * @param net throws once the net is closed
 */
export async function ablate(
  net: () => NetCodec,
  located: Located,
  means: Float32Array,
  job: Job<number>,
): Promise<Ablation> {
  const { shape, images, indices, isDataset } = located;
  const pixels = sizeOf(shape);
  const { latentSize: size } = net().config;
  const count = indices.length;
  if (means.length !== size) throw new RangeError(`${size} means are needed, not ${means.length}.`);
  const originals = new Float64Array(count * pixels);
  for (const [row, index] of indices.entries()) {
    for (let pixel = 0; pixel < pixels; pixel++) {
      originals[row * pixels + pixel] = images[index * pixels + pixel]! / 255;
    }
  }
  const codes = net().encode(located, indices, isDataset);

  const meanSsim = async (
    changed: Float32Array,
    turns: Pick<Job<number>, "turn">,
  ): Promise<number> => {
    let sum = 0;
    await inParts(count, turns, (from, to) => {
      const decoded = net().decode(changed.subarray(from * size, to * size), null);
      for (let row = from; row < to; row++) {
        sum += ssimWang(originals, decoded, shape, row * pixels, (row - from) * pixels);
      }
    });
    return sum / count;
  };

  const ssim = await meanSsim(codes, stageOf(job, 0, 0));
  const losses = new Float32Array(size);
  for (let number = 0; number < size; number++) {
    const changed = codes.slice();
    for (let row = 0; row < count; row++) changed[row * size + number] = means[number]!;
    if (changed.every((value, i) => value === codes[i])) continue;
    await job.turn(number / size);
    const stage = stageOf(job, number / size, (number + 1) / size);
    losses[number] = ssim - (await meanSsim(changed, stage));
  }
  return { ssim, losses };
}
