/** The two halves of a net: what encodes images, and what decodes latent vectors. */

import * as tf from "@tensorflow/tfjs";
import type { ImageShape } from "../../math/image-set";

/** The layer whose output is the latent vector, in every net. */
const LATENT = "latent";

/**
 * The net from its input to its latent vector: [n, 28, 28, 1] → [n, latentSize].
 *
 * Both halves share the net's layers, and so its weights: training either changes the net. Each has
 * to be disposed of, as the net has, before the weights are freed.
 * @throws Error where the net has no layer `latent`
 */
export function encoderOf(model: tf.LayersModel): tf.LayersModel {
  return applyAnew(model, "encoder", model.inputs[0]!, latentOf(model));
}

/**
 * The net from its latent vector to its output: [n, latentSize] → [n, 28, 28, 1].
 *
 * A nested net cuts codes off behind `latent`, so that layer is the decoder's: it takes whole codes,
 * and its NestedDropout's `kept` makes it look at the first k numbers only.
 * @throws Error where the net has no layer `latent`, or what follows it looks past it at the image
 */
export function decoderOf(model: tf.LayersModel): tf.LayersModel {
  return applyAnew(model, "decoder", latentOf(model), model.outputs[0]!);
}

/**
 * The net from its input to what its code is drawn from: [n, 28, 28, 1] → [n, 2 · latentSize], means and then
 * log-variances.
 *
 * @throws Error where the net has no layer `latent`
 */
export function distributionOf(model: tf.LayersModel): tf.LayersModel {
  const [distribution] = latentOf(model).inputs;
  if (!distribution) throw new Error(`The code of ${model.name} is its input.`);
  return applyAnew(model, "encoder", model.inputs[0]!, distribution);
}

/** The net's latent vector; the layer may have been applied elsewhere too. */
function latentOf(model: tf.LayersModel): tf.SymbolicTensor {
  const waiting = [...model.outputs];
  for (let tensor = waiting.pop(); tensor; tensor = waiting.pop()) {
    if (tensor.sourceLayer.name === LATENT) return tensor;
    waiting.push(...tensor.inputs);
  }
  throw new Error(`The net ${model.name} has no layer called ${LATENT}, so it has no halves.`);
}

/**
 * The layers between two of a net's tensors, applied to an input of their own.
 *
 * tfjs takes only inputs that are input layers, so a half cannot begin at one of the net's tensors.
 */
function applyAnew(
  model: tf.LayersModel,
  half: "encoder" | "decoder",
  from: tf.SymbolicTensor,
  to: tf.SymbolicTensor,
): tf.LayersModel {
  const input = tf.input({ shape: from.shape.slice(1), name: `${half}_input` });
  const made = new Map([[from.id, input]]);
  const applied = (tensor: tf.SymbolicTensor): tf.SymbolicTensor => {
    const known = made.get(tensor.id);
    if (known) return known;
    const { sourceLayer, inputs } = tensor;
    if (inputs.length === 0) {
      throw new Error(`The ${half} of ${model.name} also takes ${sourceLayer.name}.`);
    }
    const taken = inputs.map(applied);
    const output = sourceLayer.apply(taken.length === 1 ? taken[0]! : taken);
    if (!(output instanceof tf.SymbolicTensor)) {
      throw new TypeError(`The layer ${sourceLayer.name} gave no symbolic tensor.`);
    }
    made.set(tensor.id, output);
    return output;
  };
  return tf.model({ name: `${model.name}_${half}`, inputs: input, outputs: applied(to) });
}

/**
 * What images a model takes.
 *
 * @throws RangeError for a model whose first input is no image of known size
 */
export function imageShapeOf({ name, inputs }: tf.LayersModel): ImageShape {
  const [, height, width, channels] = inputs[0]?.shape ?? [];
  if (!height || !width || !channels) {
    throw new RangeError(`The model ${name} takes no images of a known size.`);
  }
  return { height, width, channels };
}
