/**
 * Gradients of dilated convolutions, which tfjs 4.22 refuses.
 *
 * A dilated kernel is a larger one with zeros between its taps: tfjs's gradients of that are those of
 * the input, and those of the kernel once only its taps are taken. A Conv2D layer without an activation
 * computes in one kernel, whose gradient is not registered anywhere; a dilated one is done in two.
 */

import * as tf from "@tensorflow/tfjs";

type Pair = readonly [number, number];

/** [h, w, …] → [(h − 1)·down + 1, (w − 1)·across + 1, …], with zeros between. */
function spread(kernel: tf.Tensor, [down, across]: Pair): tf.Tensor {
  const [height, width, from, to] = kernel.shape as [number, number, number, number];
  return kernel
    .reshape([height, 1, width, 1, from * to])
    .pad([
      [0, 0],
      [0, down - 1],
      [0, 0],
      [0, across - 1],
      [0, 0],
    ])
    .reshape([height * down, width * across, from, to])
    .slice([0, 0, 0, 0], [(height - 1) * down + 1, (width - 1) * across + 1, from, to]);
}

function pairOf(value: unknown): Pair {
  if (Array.isArray(value)) return [Number(value[0]), Number(value[1])];
  return typeof value === "number" ? [value, value] : [1, 1];
}

/** tfjs's own, and of dilated kernels those of the kernels with zeros between. */
function mended(theirs: tf.GradConfig): tf.GradConfig {
  return {
    ...theirs,
    gradFunc(dy, saved, attrs) {
      const [down, across] = pairOf(attrs.dilations);
      const [x, filter] = saved;
      if (!x || !filter || (down === 1 && across === 1)) return theirs.gradFunc(dy, saved, attrs);
      const whole = spread(filter, [down, across]);
      const of = theirs.gradFunc(dy, [x, whole], { ...attrs, dilations: [1, 1] });
      const [height, width] = whole.shape;
      return {
        x: () => of.x!(),
        filter: () =>
          of.filter!().stridedSlice(
            [0, 0, 0, 0],
            [height!, width!, filter.shape[2]!, filter.shape[3]!],
            [down, across, 1, 1],
          ),
      };
    },
  };
}

/** What a dilated Conv2D without an activation computes; null for any other. */
function convolved(layer: tf.layers.Layer, images: tf.Tensor): tf.Tensor | null {
  const { strides, padding, dataFormat, dilationRate, activation } = layer.getConfig();
  const dilations = pairOf(dilationRate);
  const isDilated = dilations.some((rate) => rate > 1);
  if (!isDilated || activation !== "linear" || dataFormat !== "channelsLast") return null;
  const [kernel, bias] = layer.weights.map((weight) => weight.read());
  const [down, across] = pairOf(strides);
  const sums = tf.conv2d(
    images as tf.Tensor4D,
    kernel as tf.Tensor4D,
    [down, across],
    padding === "same" ? "same" : "valid",
    "NHWC",
    [dilations[0], dilations[1]],
  );
  return bias ? sums.add(bias) : sums;
}

function mendLayer(): void {
  const conv: tf.layers.Layer = Object.getPrototypeOf(
    tf.layers.conv2d({ filters: 1, kernelSize: 1 }),
  );
  const theirs = conv.call;
  conv.call = function (this: tf.layers.Layer, inputs, settings) {
    const images = Array.isArray(inputs) ? inputs[0] : inputs;
    const outputs = images && tf.tidy(() => convolved(this, images) ?? []);
    return outputs instanceof tf.Tensor ? outputs : theirs.call(this, inputs, settings);
  };
}

let isMended = false;

/** Replaces the gradients, once, on every backend; later calls do nothing. */
export function mendDilatedGradients(): void {
  if (isMended) return;
  isMended = true;
  mendLayer();
  for (const kernel of ["Conv2D", "DepthwiseConv2dNative"]) {
    const theirs = tf.getGradient(kernel);
    if (!theirs) continue;
    tf.unregisterGradient(kernel);
    tf.registerGradient(mended(theirs));
  }
}
