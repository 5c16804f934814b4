/**
 * The configurations of tfjs's depthwise and separable convolutions, mended.
 *
 * tfjs 4.22 leaves a separable one's depth multiplier out: a copy of the layer, or one that is read from
 * a file, has one kernel a channel, and does not take the weights of several. In place of a depthwise
 * one's constraint it writes the regulariser again, as which no copy can be made.
 */

import * as tf from "@tensorflow/tfjs";

type Config = tf.serialization.ConfigDict;

/** Replaces some of what layers of that one's class say of themselves. */
function mend(sample: tf.layers.Layer, others: (layer: tf.layers.Layer) => Config): void {
  const prototype: tf.layers.Layer = Object.getPrototypeOf(sample);
  const theirs = prototype.getConfig;
  prototype.getConfig = function (this: tf.layers.Layer) {
    return { ...theirs.call(this), ...others(this) };
  };
}

let isMended = false;

/** Once; later calls do nothing. */
export function mendLayerConfigs(): void {
  if (isMended) return;
  isMended = true;
  mend(tf.layers.separableConv2d({ filters: 1, kernelSize: 1 }), (layer) => {
    const [kernel] = layer.weights;
    // Before it has weights, the layer alone knows.
    const own = "depthMultiplier" in layer ? Number(layer.depthMultiplier) : 1;
    return { depthMultiplier: kernel?.shape.at(-1) ?? own };
  });
  mend(tf.layers.depthwiseConv2d({ kernelSize: 1 }), ({ weights: [kernel] }) => {
    const constraint = kernel?.constraint;
    return {
      depthwiseConstraint: constraint
        ? { className: constraint.getClassName(), config: constraint.getConfig() }
        : null,
    };
  });
}
