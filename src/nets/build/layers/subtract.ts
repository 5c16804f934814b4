/** The difference of two tensors, which Keras has a layer for and tfjs has not. */

import * as tf from "@tensorflow/tfjs";

/**
 * Keras's `Subtract`: the first of two inputs minus the second. Where one has a single number along an
 * axis, it goes with each of the other's; a vector goes with each pixel of an image.
 */
export class Subtract extends tf.layers.Layer {
  static readonly className = "Subtract";

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const [a, b, ...others] = inputShape as tf.Shape[];
    if (!Array.isArray(a) || !Array.isArray(b) || others.length > 0) {
      throw new RangeError("Subtract takes two inputs.");
    }
    const [long, short] = a.length < b.length ? [b, a] : [a, b];
    const [batch = null, ...sizes] = short;
    const wide = [batch, ...new Array<number>(long.length - short.length).fill(1), ...sizes];
    return long.map((size, axis) => (size === 1 ? wide[axis]! : size));
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const [from, what] = inputs as [tf.Tensor, tf.Tensor];
    const rank = Math.max(from.rank, what.rank);
    const [a, b] = [from, what].map((each) => {
      const [batch = 1, ...sizes] = each.shape;
      return each.reshape([batch, ...new Array<number>(rank - each.rank).fill(1), ...sizes]);
    });
    return a!.sub(b!);
  }
}

tf.serialization.registerClass(Subtract);
