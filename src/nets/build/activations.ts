/** What layers inside a net make of an image: a model with all their outputs as one vector. */

import * as tf from "@tensorflow/tfjs";

/**
 * The net from its input to the outputs of those layers, flattened and joined in their order:
 * [n, 28, 28, 1] → [n, sum of their sizes].
 *
 * It has no weights of its own: disposing of it would dispose of the net's layers, so it is simply
 * forgotten.
 * @throws ValueError where the net has no layer of one of the names
 */
export function activationsOf(model: tf.LayersModel, names: readonly string[]): tf.LayersModel {
  const flat = names.map((name) => {
    const { output } = model.getLayer(name);
    const tensor = Array.isArray(output) ? output[0]! : output;
    // tfjs flattens no vectors.
    if (tensor.shape.length === 2) return tensor;
    return tf.layers.flatten({ name: `flat_${name}` }).apply(tensor) as tf.SymbolicTensor;
  });
  const joined =
    flat.length === 1
      ? flat[0]!
      : (tf.layers.concatenate({ name: "activations" }).apply(flat) as tf.SymbolicTensor);
  return tf.model({ name: `${model.name}_activations`, inputs: model.inputs, outputs: joined });
}

/** Shape of a layer's output without the images: [height, width, maps], or [numbers]. */
export function activationShape(model: tf.LayersModel, name: string): number[] {
  const { outputShape } = model.getLayer(name);
  return (outputShape as tf.Shape).slice(1) as number[];
}
