/** Cross-entropy is taken from logits: what that takes of a model. */

import type { LayersModel, SymbolicTensor, layers as tfLayers } from "@tensorflow/tfjs";
import type { LossWeights } from "../config/loss";

type Layer = tfLayers.Layer;

/** Layers behind which a sigmoid is still the model's last: they only give numbers another shape. */
function isShapeOnly(layer: Layer): boolean {
  const className = layer.getClassName();
  return (
    className === "Reshape" ||
    className === "Flatten" ||
    (className === "Activation" && layer.getConfig().activation === "linear")
  );
}

function isModel(layer: Layer): layer is LayersModel {
  return "layers" in layer;
}

/** What of an output a loss takes instead of the output itself. */
export type Squashing = "sigmoid" | "softmax";

/** Of what function the loss sees the logits; null for none. */
export function squashingOf(loss: LossWeights): Squashing | null {
  if (loss.binaryCrossentropy !== undefined) return "sigmoid";
  return loss.categoricalCrossentropy === undefined ? null : "softmax";
}

const LOSSES = { sigmoid: "Binary cross-entropy", softmax: "Categorical cross-entropy" } as const;

/** Whether a layer's last function is that one. */
function endsIn(layer: Layer, squashing: Squashing): boolean {
  const isLayer = squashing === "softmax" && layer.getClassName() === "Softmax";
  return isLayer || layer.getConfig().activation === squashing;
}

/**
 * The layer whose sigmoid, or softmax, an output ends in, in a model within it too; others that only
 * reshape may follow a sigmoid.
 *
 * @throws Error naming the last layer that does more than reshape, where it does not end in one
 */
export function squashingLayer(
  model: LayersModel,
  output: SymbolicTensor | undefined,
  squashing: Squashing,
): Layer {
  let tensor = output;
  while (tensor) {
    const layer: Layer = tensor.sourceLayer;
    if (isModel(layer)) tensor = layer.outputs[tensor.outputTensorIndex ?? 0];
    else if (squashing === "sigmoid" && isShapeOnly(layer)) [tensor] = tensor.inputs;
    else if (endsIn(layer, squashing)) return layer;
    else break;
  }
  const { name, className } = tensor
    ? { name: tensor.sourceLayer.name, className: tensor.sourceLayer.getClassName() }
    : { name: model.name, className: model.getClassName() };
  throw new Error(
    `${LOSSES[squashing]} needs a model that ends in a ${squashing}, but its last layer ${name} ` +
      `(${className}) does not. Give that layer activation "${squashing}", or train with meanSquaredError.`,
  );
}
