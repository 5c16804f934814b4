/** Nets of the layers that change numbers one by one, at random, or where they lie. */

import * as tf from "@tensorflow/tfjs";
import { Clamp } from "../../../src/nets/build/layers/clamp";
import { DepthToSpace } from "../../../src/nets/build/layers/depth-to-space";
import { NestedDropout } from "../../../src/nets/build/layers/nested-dropout";
import { chain, type Net } from "./nets";

const { conv2d, conv2dTranspose, dense, maxPooling2d, flatten, reshape } = tf.layers;
const { activation, add, batchNormalization, dropout, elu, leakyReLU, reLU } = tf.layers;
const swish = { activation: "swish" } as const;

/** Where a skip starts and ends: the sum of a tensor and of what `layers` make of it. */
function residual(inputShape: number[], ...layers: tf.layers.Layer[]): tf.LayersModel {
  const input = tf.input({ shape: inputShape });
  const apply = (layer: tf.layers.Layer, tensor: tf.SymbolicTensor) =>
    layer.apply(tensor) as tf.SymbolicTensor;
  const first = apply(layers[0]!, input);
  const last = layers.slice(1).reduce((tensor, layer) => apply(layer, tensor), first);
  const sum = add().apply([first, last]) as tf.SymbolicTensor;
  return tf.model({ inputs: input, outputs: apply(conv2d({ filters: 1, kernelSize: 1 }), sum) });
}

/** Small enough for the reference; every layer alone and some together. */
export const NETS: Readonly<Record<string, Net>> = {
  "leaky ReLU behind a convolution, pooling and a dense layer": () =>
    chain(
      [6, 6, 2],
      conv2d({ filters: 5, kernelSize: 3, padding: "same" }),
      leakyReLU({ alpha: 0.2 }),
      maxPooling2d({ poolSize: 2 }),
      leakyReLU(),
      flatten(),
      dense({ units: 7 }),
      leakyReLU({ alpha: 0 }),
      dense({ units: 3 }),
    ),
  "ELU as a layer and as an activation": () =>
    chain(
      [5, 5, 2],
      conv2d({ filters: 3, kernelSize: 3, activation: "elu" }),
      elu(),
      conv2d({ filters: 2, kernelSize: 2 }),
      activation({ activation: "elu" }),
      flatten(),
      dense({ units: 5, activation: "elu" }),
      dense({ units: 3 }),
    ),
  "swish in every place": () =>
    chain(
      [6, 6, 2],
      conv2d({ filters: 3, kernelSize: 3, padding: "same", ...swish }),
      conv2dTranspose({ filters: 2, kernelSize: 3, ...swish }),
      maxPooling2d({ poolSize: 2 }),
      activation(swish),
      flatten(),
      dense({ units: 5, ...swish }),
      batchNormalization(),
      activation(swish),
      dense({ units: 3, ...swish }),
    ),
  "swish behind what a skip takes": () =>
    residual(
      [5, 5, 2],
      conv2d({ filters: 3, kernelSize: 3, padding: "same", ...swish }),
      conv2d({ filters: 3, kernelSize: 3, padding: "same" }),
      activation(swish),
    ),
  "ReLU as a layer": () =>
    chain(
      [4, 4, 2],
      conv2d({ filters: 3, kernelSize: 3 }),
      reLU(),
      conv2d({ filters: 2, kernelSize: 1 }),
    ),
  "a clamp at the end": () =>
    chain([5, 4, 2], conv2d({ filters: 2, kernelSize: 3, padding: "same" }), new Clamp({})),
  "clamps between layers": () =>
    chain(
      [4, 4, 2],
      conv2d({ filters: 4, kernelSize: 3, padding: "same" }),
      new Clamp({}),
      maxPooling2d({ poolSize: 2 }),
      new Clamp({}),
      flatten(),
      dense({ units: 6 }),
      new Clamp({}),
      dense({ units: 3 }),
    ),
  "depth to space, blocks of 2, before a convolution": () =>
    chain(
      [3, 4, 2],
      conv2d({ filters: 12, kernelSize: 3, padding: "same" }),
      new DepthToSpace({ blockSize: 2 }),
      conv2d({ filters: 2, kernelSize: 3, padding: "same" }),
    ),
  "depth to space to one channel": () =>
    chain([3, 2, 2], conv2d({ filters: 9, kernelSize: 1 }), new DepthToSpace({ blockSize: 3 })),
  "depth to space, 5 channels, blocks of 2, after ReLU": () =>
    chain(
      [3, 3, 1],
      conv2d({ filters: 20, kernelSize: 3, padding: "same", activation: "relu" }),
      new DepthToSpace({ blockSize: 2 }),
      maxPooling2d({ poolSize: 2 }),
      conv2d({ filters: 2, kernelSize: 1 }),
    ),
  "depth to space of the input": () =>
    chain([3, 3, 8], new DepthToSpace({ blockSize: 2 }), conv2d({ filters: 2, kernelSize: 3 })),
  "transposed 3×3, stride 1, same": () =>
    chain(
      [4, 5, 2],
      conv2dTranspose({ filters: 3, kernelSize: 3, padding: "same", activation: "relu" }),
      conv2dTranspose({ filters: 9, kernelSize: 3, padding: "same" }),
    ),
  "transposed 3×3, stride 1, valid": () =>
    chain(
      [4, 3, 2],
      conv2dTranspose({ filters: 3, kernelSize: 3, activation: "sigmoid" }),
      conv2dTranspose({ filters: 1, kernelSize: 3, useBias: false }),
    ),
  "transposed 3×3, stride 2, same": () =>
    chain(
      [3, 4, 3],
      conv2dTranspose({
        filters: 5,
        kernelSize: 3,
        strides: 2,
        padding: "same",
        activation: "relu",
      }),
      conv2dTranspose({ filters: 1, kernelSize: 3, strides: 2, padding: "same" }),
    ),
  "transposed 3×3, stride 2, valid": () =>
    chain(
      [3, 2, 2],
      conv2dTranspose({ filters: 4, kernelSize: 3, strides: 2 }),
      conv2dTranspose({ filters: 2, kernelSize: 3, strides: 2 }),
    ),
  "transposed 2×2, 4×4 and 5×5, stride 2": () =>
    chain(
      [2, 3, 2],
      conv2dTranspose({ filters: 3, kernelSize: 2, strides: 2, padding: "same" }),
      conv2dTranspose({ filters: 2, kernelSize: 4, strides: 2, padding: "same" }),
      conv2dTranspose({ filters: 2, kernelSize: 5, strides: 2, padding: "same" }),
    ),
  "transposed 2×3 and 1×1": () =>
    chain(
      [3, 3, 2],
      conv2dTranspose({ filters: 4, kernelSize: [2, 3], padding: "same" }),
      conv2dTranspose({ filters: 2, kernelSize: 1 }),
    ),
  "transposed from a vector, between convolutions": () =>
    chain(
      [6],
      dense({ units: 12, activation: "relu" }),
      reshape({ targetShape: [2, 2, 3] }),
      // A bias right before batch norm has the gradient 0, of which only rounding is left.
      conv2dTranspose({ filters: 4, kernelSize: 3, strides: 2, padding: "same", useBias: false }),
      batchNormalization(),
      leakyReLU({ alpha: 0.1 }),
      conv2d({ filters: 3, kernelSize: 3, padding: "same" }),
      conv2dTranspose({ filters: 2, kernelSize: 4, strides: 2, padding: "same" }),
      conv2d({ filters: 1, kernelSize: 3, padding: "same" }),
    ),
  "dropout of vectors and images": () =>
    chain(
      [5, 5, 2],
      conv2d({ filters: 3, kernelSize: 3, padding: "same", activation: "relu" }),
      dropout({ rate: 0.3 }),
      conv2d({ filters: 4, kernelSize: 3, activation: "sigmoid" }),
      dropout({ rate: 0.2 }),
      flatten(),
      dropout({ rate: 0.5 }),
      dense({ units: 7 }),
      dropout({ rate: 0 }),
      dense({ units: 3 }),
    ),
  "dropout of the input": () =>
    chain([10], dropout({ rate: 0.4, seed: 7 }), dense({ units: 5 }), dense({ units: 3 })),
  "dropout on both sides of a skip": () =>
    residual(
      [5, 5, 3],
      conv2d({ filters: 3, kernelSize: 3, padding: "same" }),
      dropout({ rate: 0.5 }),
      conv2d({ filters: 3, kernelSize: 3, padding: "same" }),
      dropout({ rate: 0.25 }),
    ),
  "nested dropout": () =>
    chain(
      [12],
      dense({ units: 9 }),
      new NestedDropout(),
      dense({ units: 6, activation: "relu" }),
      dense({ units: 3 }),
    ),
  "the modified net in small, with a pixel shuffle": () =>
    chain(
      [8, 8, 1],
      conv2d({ filters: 4, kernelSize: 3, padding: "same", useBias: false }),
      batchNormalization(),
      leakyReLU({ alpha: 0.1 }),
      maxPooling2d({ poolSize: 2 }),
      flatten(),
      dropout({ rate: 0.2 }),
      dense({ units: 6 }),
      new NestedDropout(),
      dense({ units: 48, ...swish }),
      reshape({ targetShape: [4, 4, 3] }),
      conv2d({ filters: 8, kernelSize: 3, padding: "same", activation: "elu" }),
      dropout({ rate: 0.2 }),
      new DepthToSpace({ blockSize: 2 }),
      conv2d({ filters: 1, kernelSize: 3, padding: "same" }),
      new Clamp({}),
    ),
};
