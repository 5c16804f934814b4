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
  const total = shapes.reduce((sum, shape) => sum + tf.util.sizeFromShape(shape), 0);
  if (flat.length !== total) {
    throw new CheckpointError(`the net has ${total} weights, and ${flat.length} were stored`);
  }
  let at = 0;
  const tensors = shapes.map((shape) => {
    const from = at;
    at += tf.util.sizeFromShape(shape);
    return tf.tensor(flat.slice(from, at), shape);
  });
  model.setWeights(tensors);
  tf.dispose(tensors);
}
