/**
 * The gradient of the absolute value in tfjs, mended.
 *
 * tfjs 4.22 says −1 where a number is 0, and so would L1 push biases and kernels that start there up;
 * Keras, PyTorch and the other devices say 0.
 */

import * as tf from "@tensorflow/tfjs";

const KERNEL = "Abs";

const MENDED: tf.GradConfig = {
  kernelName: KERNEL,
  inputsToSave: ["x"],
  gradFunc(dy, [x]) {
    if (Array.isArray(dy) || !x)
      throw new Error("The absolute value has one input and one output.");
    return { x: () => dy.mul(x.toFloat().sign()) };
  },
};

/** Replaces the gradient, on every backend; later calls do nothing. */
export function mendAbsGradient(): void {
  if (tf.getGradient(KERNEL) === MENDED) return;
  tf.unregisterGradient(KERNEL);
  tf.registerGradient(MENDED);
}
