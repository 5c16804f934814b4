/** Nets whose every weight matters: fresh ones have zeros where they start as PCA. */

import * as tf from "@tensorflow/tfjs";
import { createRng } from "../../../src/math/rng";

/** Adds a little noise to all weights; moving variances, which start at 1, stay positive. */
export function disturb(model: tf.LayersModel, seed: number): void {
  const rng = createRng(seed, "disturb");
  const weights = model.getWeights().map((weight) => {
    const values = weight.dataSync().map((value) => value + 0.04 * (rng.float() - 0.5));
    return tf.tensor(values, weight.shape);
  });
  model.setWeights(weights);
  tf.dispose(weights);
}

/** What tfjs's cpu backend makes of bytes that stand for 0 to 1. */
export function outputsOf(model: tf.LayersModel, bytes: Uint8Array): Float32Array {
  const inputs = Float32Array.from(bytes, (byte) => byte / 255);
  return tf.tidy(() => {
    const outputs = model.predict(tf.tensor(inputs, [bytes.length / 784, 28, 28, 1]));
    return (outputs as tf.Tensor).dataSync<"float32">().slice();
  });
}
