/** A model's layers as a list, those of models within it included. */

import type * as tf from "@tensorflow/tfjs";
import { FIRST_NOISE } from "../math/philox";

/** All layers in the model's order; models among them are given as their own layers. */
export function allLayers(model: tf.LayersModel): tf.layers.Layer[] {
  return model.layers.flatMap((layer) => (isModel(layer) ? allLayers(layer) : [layer]));
}

/** By what models alone have: their class would bring all of tfjs to those who fit PCA. */
function isModel(layer: tf.layers.Layer): layer is tf.LayersModel {
  return "layers" in layer;
}

/** Classes of layers that are random in training, beside Dropout and NestedDropout. */
const NOISES = ["AlphaDropout", "GaussianDropout", "GaussianNoise", "Sampling", "SpatialDropout2D"];

/**
 * The number of each random layer, by its name: on every device it says which stream of random numbers
 * the layer draws from (`math/philox.ts`). Dropout layers are counted apart from others.
 */
export function streamNumbers(model: tf.LayersModel): ReadonlyMap<string, number> {
  const layers = allLayers(model);
  const numbered = (classNames: readonly string[], first: number) =>
    layers
      .filter((layer) => classNames.includes(layer.getClassName()))
      .map(({ name }, place) => [name, first + place] as const);
  return new Map([...numbered(["Dropout"], 0), ...numbered(NOISES, FIRST_NOISE)]);
}
