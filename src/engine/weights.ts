/** Copies a model's weights out and back, bit for bit. */

import * as tf from "@tensorflow/tfjs";

/** What `model.trainableWeights` and `model.nonTrainableWeights` list. */
type Variables = tf.LayersModel["weights"];

/** Values of `model.trainableWeights`, in that order. */
export function readModelWeights(model: tf.LayersModel): Promise<Float32Array[]> {
  return read(model.trainableWeights);
}

/** Sets `model.trainableWeights`, in that order. Throws a RangeError where a size is off. */
export function writeModelWeights(model: tf.LayersModel, values: readonly Float32Array[]): void {
  write(model.trainableWeights, values);
}

/** Values of `model.nonTrainableWeights`, in that order: batch norm's moving averages. */
export function readModelStatistics(model: tf.LayersModel): Promise<Float32Array[]> {
  return read(model.nonTrainableWeights);
}

/** Sets `model.nonTrainableWeights`, in that order. Throws a RangeError where a size is off. */
export function writeModelStatistics(model: tf.LayersModel, values: readonly Float32Array[]): void {
  write(model.nonTrainableWeights, values);
}

function read(variables: Variables): Promise<Float32Array[]> {
  return Promise.all(
    variables.map(async (variable) => (await variable.read().data()) as Float32Array),
  );
}

function write(variables: Variables, values: readonly Float32Array[]): void {
  for (const [index, variable] of variables.entries()) {
    const shape = variable.shape as number[];
    const size = shape.reduce((product, axis) => product * axis, 1);
    if (values[index]?.length !== size) {
      throw new RangeError(`${variable.name} has ${size} weights, ${values[index]?.length} given`);
    }
    const tensor = tf.tensor(values[index], shape);
    variable.write(tensor);
    tensor.dispose();
  }
}
