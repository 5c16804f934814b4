/**
 * tfjs's layer normalisation without a scale or without an offset, mended.
 *
 * tfjs 4.22 hands what is missing to a batch normalisation whose gradient takes both for granted: such
 * layers predict, and throw when they are trained.
 */

import * as tf from "@tensorflow/tfjs";

let isMended = false;

/** Once; later calls do nothing. */
export function mendLayerNorm(): void {
  if (isMended) return;
  isMended = true;
  const prototype: tf.layers.Layer = Object.getPrototypeOf(tf.layers.layerNormalization());
  const theirs = prototype.call;
  prototype.call = function (this: tf.layers.Layer, inputs, kwargs) {
    const { scale, center, epsilon, axis } = this.getConfig();
    if (scale && center) return theirs.call(this, inputs, kwargs);
    return tf.tidy(() => {
      const x = Array.isArray(inputs) ? inputs[0]! : inputs;
      const axes = [axis].flat().map(Number);
      const { mean, variance } = tf.moments(x, axes, true);
      const normed = x.sub(mean).mul(variance.add(Number(epsilon)).rsqrt());
      const [weight] = this.weights;
      if (!weight) return normed;
      // It has a number for each place along the axes.
      const shape = x.shape.map((size, at) => (axes.includes(at) ? size : 1));
      const numbers = weight.read().reshape(shape);
      return scale ? normed.mul(numbers) : normed.add(numbers);
    });
  };
}
