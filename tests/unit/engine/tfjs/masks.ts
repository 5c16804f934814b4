import * as tf from "@tensorflow/tfjs";
import { type Mask, maskTensor } from "../../../../src/engine/tfjs/dropout-mask";
import { dropoutMask } from "../../../../src/math/philox";

/** Seeds of 32 bits, images whose numbers fill their blocks and do not, rates from none to most. */
export const MASKS: readonly Mask[] = [
  { seed: 1, step: 1, layer: 0, images: 3, size: 48, rate: 0.2 },
  { seed: 4_000_000_000, step: 70_000, layer: 2, images: 5, size: 7, rate: 0.5 },
  { seed: 3, step: 2, layer: 1, images: 1, size: 1, rate: 0.9 },
  { seed: 3, step: 2, layer: 1, images: 9, size: 30, rate: 0 },
];

/** What tfjs's current backend draws, and what it should. */
export async function drawn(mask: Mask): Promise<{ found: number[]; right: number[] }> {
  const tensor = maskTensor(mask);
  const found = Array.from(await tensor.data<"float32">());
  tf.dispose(tensor);
  const { seed, step, layer, images, size, rate } = mask;
  return { found, right: Array.from(dropoutMask(seed, step, layer, images, size, rate)) };
}
