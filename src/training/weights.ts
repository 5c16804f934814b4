/** A model's weights as one flat array, kept outside tfjs. */

import * as tf from "@tensorflow/tfjs";
import { CheckpointError } from "./errors";

/** Copies all weights, in `model.getWeights()`' order. */
export async function flatWeights(model: tf.LayersModel): Promise<Float32Array> {
  const parts = await Promise.all(model.getWeights().map((weight) => weight.data<"float32">()));
  const flat = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    flat.set(part, at);
    at += part.length;
  }
  return flat;
}

/**
 * Sets all weights to what `flatWeights` gave for the same net.
 *
 * @throws CheckpointError where there are more or fewer of them
 */
export function setFlatWeights(model: tf.LayersModel, flat: Float32Array): void {
  const shapes = model.getWeights().map(({ shape }) => shape);
  const sizes = shapes.map((shape) => shape.reduce((product, axis) => product * axis, 1));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (flat.length !== total) {
    throw new CheckpointError(`the net has ${total} weights, and ${flat.length} were stored`);
  }
  let at = 0;
  const tensors = shapes.map((shape, i) => {
    const values = flat.slice(at, at + sizes[i]!);
    at += sizes[i]!;
    return tf.tensor(values, shape);
  });
  model.setWeights(tensors);
  tf.dispose(tensors);
}
