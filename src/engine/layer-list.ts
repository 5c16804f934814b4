/** A model's layers as a list, those of models within it included. */

import * as tf from "@tensorflow/tfjs";

/** All layers in the model's order; models among them are given as their own layers. */
export function allLayers(model: tf.LayersModel): tf.layers.Layer[] {
  return model.layers.flatMap((layer) =>
    layer instanceof tf.LayersModel ? allLayers(layer) : [layer],
  );
}

/**
 * The Dropout layers among them: on every device a layer's place in this list says which stream
 * of random numbers it draws from (`math/philox.ts`).
 */
export function dropoutLayers(model: tf.LayersModel): tf.layers.Layer[] {
  return allLayers(model).filter((layer) => layer.getClassName() === "Dropout");
}
