/** Cross-entropy from logits is exact where a sigmoid has saturated: what it takes of a plan. */

import type { LayersModel, layers as tfLayers } from "@tensorflow/tfjs";
import type { Plan } from "./plan";

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

/** The plan, of a model that ends in a sigmoid, with that taken off. */
export function withoutFinalSigmoid(plan: Plan): Plan {
  const placeOf = (tensor: number): number => {
    const place = plan.operations.findIndex(({ result }) => result === tensor);
    const operation = plan.operations[place];
    return operation?.kind === "reshape" ? placeOf(operation.inputs[0]) : place;
  };
  const last = placeOf(plan.result);
  const operation = plan.operations[last];
  if (!operation || !("activation" in operation) || operation.activation !== "sigmoid") {
    throw new Error("The plan does not end in a sigmoid.");
  }
  const operations = [...plan.operations];
  operations[last] = { ...operation, activation: "linear" };
  return { ...plan, operations };
}
