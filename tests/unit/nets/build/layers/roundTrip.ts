import * as tf from "@tensorflow/tfjs";

/** The layer as it comes back from a model's topology, as saving and copying write it. */
export async function roundTrip(layer: tf.layers.Layer, shape: number[]): Promise<tf.layers.Layer> {
  const input = tf.input({ shape });
  const model = tf.model({ inputs: input, outputs: layer.apply(input) as tf.SymbolicTensor });
  const topology = JSON.parse(JSON.stringify(model.toJSON(null, false)));
  const copy = await tf.models.modelFromJSON(topology);
  return copy.getLayer(layer.name);
}
