/**
 * A gradient for comparisons in tfjs: none at all.
 *
 * tfjs 4.22's ThresholdedReLU multiplies by `x > θ`, and cannot be trained, since what leads back
 * through the comparison has no gradient function. Its slope is 0 wherever there is one.
 */

import * as tf from "@tensorflow/tfjs";

const KERNEL = "Greater";

/** Registers it, once, for every backend; later calls do nothing. */
export function mendGreaterGradient(): void {
  if (tf.getGradient(KERNEL)) return;
  tf.registerGradient({
    kernelName: KERNEL,
    inputsToSave: ["a", "b"],
    gradFunc: (_, [a, b]) => ({ a: () => tf.zerosLike(a!), b: () => tf.zerosLike(b!) }),
  });
}
