/** What a net consists of: its layers, how many weights they hold and how much they compute. */

import type * as tf from "@tensorflow/tfjs";
import { IMAGE_INPUT, type LayerSummary, type ModelSummary } from "../summary";
import { layerDetail } from "./layer-detail";

/**
 * Summarises a net whose shapes are all known, but for the batch.
 *
 * A convolution applies its whole kernel once for each output position, a transposed one once for
 * each input position, a dense layer once.
 * @throws Error naming a layer with several outputs or an unknown size
 */
export function summarize(model: tf.LayersModel): ModelSummary {
  const layers = model.layers
    .filter((layer) => layer.getClassName() !== "InputLayer")
    .map(summarizeLayer);
  return {
    layers,
    parameters: model.countParams(),
    multiplyAdds: layers.reduce((sum, layer) => sum + layer.multiplyAdds, 0),
  };
}

function summarizeLayer(layer: tf.layers.Layer): LayerSummary {
  const outputShape = knownShape(layer, layer.outputShape);
  const applied = layer.getClassName() === "Conv2DTranspose" ? inputShape(layer) : outputShape;
  const positions = applied.slice(0, -1).reduce((product, size) => product * size, 1);
  const kernel = layer.weights.find((weight) => /(^|\/)kernel(_\d+)?$/.test(weight.name));
  const kernelSize = kernel?.shape.reduce<number>((product, size) => product * (size ?? 1), 1) ?? 0;
  return {
    name: layer.name,
    className: layer.getClassName(),
    detail: layerDetail(layer),
    inputs: inputNames(layer),
    outputShape,
    parameters: layer.countParams(),
    multiplyAdds: kernelSize * positions,
  };
}

function inputNames(layer: tf.layers.Layer): string[] {
  const before = layer.inboundNodes.flatMap(({ inboundLayers }) => inboundLayers);
  return before.map((each) => (each.getClassName() === "InputLayer" ? IMAGE_INPUT : each.name));
}

function inputShape(layer: tf.layers.Layer): number[] {
  const { input } = layer;
  return knownShape(layer, Array.isArray(input) ? input.map(({ shape }) => shape) : input.shape);
}

function knownShape(layer: tf.layers.Layer, shape: tf.Shape | tf.Shape[]): number[] {
  const sizes = shape.slice(1);
  const known = sizes.filter((size): size is number => typeof size === "number");
  if (known.length !== sizes.length) {
    throw new Error(`The layer ${layer.name} has no single input and output of a known size.`);
  }
  return known;
}
