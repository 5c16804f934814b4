/** Cross-entropy is taken from logits: what that takes of a model. */

import type { LayersModel, layers as tfLayers } from "@tensorflow/tfjs";

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

/**
 * The layer whose sigmoid a model ends in, in a model within it too; others that only reshape may
 * follow.
 *
 * @throws Error naming the last layer that does more than reshape, where it does not end in a sigmoid
 */
export function finalSigmoid(model: LayersModel): Layer {
  let [tensor] = model.outputs;
  while (tensor) {
    const layer: Layer = tensor.sourceLayer;
    if (isModel(layer)) [tensor] = layer.outputs;
    else if (isShapeOnly(layer)) [tensor] = tensor.inputs;
    else if (layer.getConfig().activation === "sigmoid") return layer;
    else break;
  }
  const { name, className } = tensor
    ? { name: tensor.sourceLayer.name, className: tensor.sourceLayer.getClassName() }
    : { name: model.name, className: model.getClassName() };
  throw new Error(
    `Binary cross-entropy needs a model that ends in a sigmoid, but its last layer ${name} ` +
      `(${className}) does not. Give that layer activation "sigmoid", or train with meanSquaredError.`,
  );
}
