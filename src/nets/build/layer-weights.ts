/** A model's weights layer by layer. */

import * as tf from "@tensorflow/tfjs";

/**
 * Sets the weights of layers.
 *
 * @param weights by the layer's name its arrays, in the order of `layer.getWeights()`; layers that are not named
 *   keep theirs
 * @throws RangeError where a layer has others in number or size
 */
export function setLayerWeights(
  model: tf.LayersModel,
  weights: ReadonlyMap<string, readonly Float32Array[]>,
): void {
  for (const [name, arrays] of weights) {
    const layer = model.getLayer(name);
    const shapes = layer.getWeights().map(({ shape }) => shape);
    const fits =
      shapes.length === arrays.length &&
      shapes.every((shape, i) => tf.util.sizeFromShape(shape) === arrays[i]!.length);
    if (!fits) throw new RangeError(`The layer ${name} has other weights than are given.`);
    const tensors = arrays.map((values, i) => tf.tensor(values, shapes[i]!));
    layer.setWeights(tensors);
    tf.dispose(tensors);
  }
}
