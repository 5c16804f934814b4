/**
 * Models of public tutorials and examples, rebuilt from their descriptions: which of them compile, and
 * that those train as tfjs trains them. docs/engine.md has the table.
 *
 * Where the description's sizes would take seconds on the reference, images or channels are fewer: the
 * row says so with `small`. Layers, their order and their settings are the description's.
 */

import * as tf from "@tensorflow/tfjs";
import { afterEach, beforeAll, expect, test } from "vitest";
import type { LossWeights } from "../../../src/config/loss";
import type { Samples } from "../../../src/engine/device";
import {
  ADAM_DEFAULTS,
  type OptimizerOptions,
  RMSPROP_DEFAULTS,
  SGD_DEFAULTS,
} from "../../../src/engine/optimizer";
import { createRng } from "../../../src/math/rng";
import { ActivityRegularization } from "../../../src/nets/build/layers/activity-regularization";
import { DepthToSpace } from "../../../src/nets/build/layers/depth-to-space";
import { sizeOf } from "./nets";
import { type Choice, Trainers } from "./pair";

const { layers } = tf;
const { activation, add, batchNormalization, concatenate, conv2d, conv2dTranspose } = layers;
const { cropping2D, dense, depthwiseConv2d, dropout, flatten, globalAveragePooling2d } = layers;
const { leakyReLU, maxPooling2d, averagePooling2d, reLU, reshape, separableConv2d } = layers;
const { upSampling2d, zeroPadding2d } = layers;

type Tensor = tf.SymbolicTensor;
const through = (start: Tensor, ...steps: readonly tf.layers.Layer[]): Tensor =>
  steps.reduce((tensor, layer) => layer.apply(tensor) as Tensor, start);
const joined = (layer: tf.layers.Layer, ...inputs: Tensor[]) => layer.apply(inputs) as Tensor;
const chain = (shape: number[], ...steps: readonly tf.layers.Layer[]): tf.LayersModel => {
  const inputs = tf.input({ shape });
  return tf.model({ inputs, outputs: through(inputs, ...steps) });
};
const graph = (shape: number[], build: (input: Tensor) => Tensor | Tensor[]): tf.LayersModel => {
  const inputs = tf.input({ shape });
  return tf.model({ inputs, outputs: build(inputs) });
};
const same = "same" as const;
const relu = "relu" as const;

interface Row {
  readonly source: string;
  build(): tf.LayersModel;
  readonly loss?: LossWeights;
  readonly losses?: Readonly<Record<string, LossWeights>>;
  readonly optimizer?: OptimizerOptions;
  /** What is smaller than in the description. */
  readonly small?: string;
  /** Why it does not compile: part of the message. */
  readonly refused?: RegExp;
}

const CATEGORICAL: LossWeights = { categoricalCrossentropy: 1 };
const BINARY: LossWeights = { binaryCrossentropy: 1 };
const SQUARED: LossWeights = { meanSquaredError: 1 };

/** ResNet v1 for CIFAR-10: three convolutions' worth of each stage. */
function residual(tensor: Tensor, filters: number, strides: number): Tensor {
  const inner = through(
    tensor,
    conv2d({ filters, kernelSize: 3, strides, padding: same }),
    batchNormalization(),
    activation({ activation: relu }),
    conv2d({ filters, kernelSize: 3, padding: same }),
    batchNormalization(),
  );
  const shortcut =
    strides === 1
      ? tensor
      : through(tensor, conv2d({ filters, kernelSize: 1, strides, padding: same }));
  return through(joined(add(), shortcut, inner), activation({ activation: relu }));
}

/** MobileNet v1's block. */
const depthwise = (filters: number, strides: number) => [
  depthwiseConv2d({ kernelSize: 3, strides, padding: same, useBias: false }),
  batchNormalization(),
  reLU({ maxValue: 6 }),
  conv2d({ filters, kernelSize: 1, padding: same, useBias: false }),
  batchNormalization(),
  reLU({ maxValue: 6 }),
];

/** MobileNet v2's: narrow, wide, narrow, with a skip where it can be. */
function inverted(tensor: Tensor, filters: number, strides: number): Tensor {
  const channels = tensor.shape.at(-1) ?? 1;
  const inner = through(
    tensor,
    conv2d({ filters: 6 * channels, kernelSize: 1, useBias: false }),
    batchNormalization(),
    reLU({ maxValue: 6 }),
    depthwiseConv2d({ kernelSize: 3, strides, padding: same, useBias: false }),
    batchNormalization(),
    reLU({ maxValue: 6 }),
    conv2d({ filters, kernelSize: 1, useBias: false }),
    batchNormalization(),
  );
  return strides === 1 && filters === channels ? joined(add(), tensor, inner) : inner;
}

const MODELS: Readonly<Record<string, Row>> = {
  "boston-housing, linear": {
    source: "tfjs-examples/boston-housing",
    build: () => chain([12], dense({ units: 1 })),
    loss: SQUARED,
    optimizer: SGD_DEFAULTS,
  },
  "boston-housing, two hidden layers": {
    source: "tfjs-examples/boston-housing",
    build: () =>
      chain(
        [12],
        dense({ units: 50, activation: "sigmoid", kernelInitializer: "leCunNormal" }),
        dense({ units: 50, activation: "sigmoid", kernelInitializer: "leCunNormal" }),
        dense({ units: 1 }),
      ),
    loss: SQUARED,
    optimizer: SGD_DEFAULTS,
  },
  iris: {
    source: "tfjs-examples/iris",
    build: () =>
      chain(
        [4],
        dense({ units: 10, activation: "sigmoid" }),
        dense({ units: 3, activation: "softmax" }),
      ),
    loss: CATEGORICAL,
  },
  "website-phishing": {
    source: "tfjs-examples/website-phishing",
    build: () =>
      chain(
        [30],
        dense({ units: 100, activation: "sigmoid" }),
        dense({ units: 100, activation: "sigmoid" }),
        dense({ units: 1, activation: "sigmoid" }),
      ),
    loss: BINARY,
  },
  "mnist, convnet": {
    source: "tfjs-examples/mnist",
    build: () =>
      chain(
        [28, 28, 1],
        conv2d({ filters: 4, kernelSize: 3, activation: relu }),
        maxPooling2d({ poolSize: 2, strides: 2 }),
        conv2d({ filters: 8, kernelSize: 3, activation: relu }),
        maxPooling2d({ poolSize: 2, strides: 2 }),
        conv2d({ filters: 8, kernelSize: 3, activation: relu }),
        flatten(),
        dense({ units: 16, activation: relu }),
        dense({ units: 10, activation: "softmax" }),
      ),
    loss: CATEGORICAL,
    optimizer: RMSPROP_DEFAULTS,
    small: "a quarter of the filters and units",
  },
  "mnist, dense": {
    source: "tfjs-examples/mnist",
    build: () =>
      chain(
        [28, 28, 1],
        flatten(),
        dense({ units: 42, activation: relu }),
        dense({ units: 10, activation: "softmax" }),
      ),
    loss: CATEGORICAL,
    optimizer: RMSPROP_DEFAULTS,
  },
  "mnist-transfer-cnn": {
    source: "tfjs-examples/mnist-transfer-cnn",
    build() {
      const model = chain(
        [28, 28, 1],
        conv2d({ filters: 4, kernelSize: 3, activation: relu }),
        conv2d({ filters: 4, kernelSize: 3, activation: relu }),
        maxPooling2d({ poolSize: 2 }),
        dropout({ rate: 0.25 }),
        flatten(),
        dense({ units: 16, activation: relu }),
        dropout({ rate: 0.5 }),
        dense({ units: 5, activation: "softmax" }),
      );
      // The feature layers stay as they are; the new digits train the rest.
      for (const layer of model.layers.slice(0, 6)) layer.trainable = false;
      return model;
    },
    loss: CATEGORICAL,
    small: "an eighth of the filters and units",
  },
  "webcam-transfer-learning": {
    source: "tfjs-examples/webcam-transfer-learning",
    build: () =>
      chain(
        [7, 7, 16],
        flatten(),
        dense({ units: 25, activation: relu, kernelInitializer: "varianceScaling" }),
        dense({
          units: 4,
          useBias: false,
          activation: "softmax",
          kernelInitializer: "varianceScaling",
        }),
      ),
    loss: CATEGORICAL,
    optimizer: { ...ADAM_DEFAULTS, learningRate: 1e-4 },
    small: "a sixteenth of the channels, a quarter of the units",
  },
  "snake-dqn": {
    source: "tfjs-examples/snake-dqn",
    build: () =>
      chain(
        [9, 9, 2],
        conv2d({ filters: 8, kernelSize: 3, activation: relu }),
        batchNormalization(),
        conv2d({ filters: 16, kernelSize: 3, activation: relu }),
        batchNormalization(),
        conv2d({ filters: 16, kernelSize: 3, activation: relu }),
        flatten(),
        dense({ units: 25, activation: relu }),
        dropout({ rate: 0.25 }),
        dense({ units: 3 }),
      ),
    loss: SQUARED,
    small: "a sixteenth of the filters, a quarter of the units",
  },
  "jena-weather, MLP with L2": {
    source: "tfjs-examples/jena-weather",
    // Its sequences are given as images of one channel: flattened, they are the same numbers.
    build: () =>
      chain(
        [24, 14, 1],
        flatten(),
        dense({ units: 32, activation: relu, kernelRegularizer: tf.regularizers.l2({ l2: 1e-3 }) }),
        dense({ units: 1 }),
      ),
    loss: { meanAbsoluteError: 1 },
    optimizer: RMSPROP_DEFAULTS,
    small: "24 hours instead of 10 days",
  },
  "jena-weather, GRU": {
    source: "tfjs-examples/jena-weather",
    build: () => chain([24, 14], layers.gru({ units: 32 }), dense({ units: 1 })),
    refused: /GRU\): recurrent layers are not compiled/,
  },
  "addition-rnn": {
    source: "tfjs-examples/addition-rnn",
    build: () =>
      chain(
        [7, 12],
        layers.lstm({ units: 16 }),
        layers.repeatVector({ n: 4 }),
        layers.lstm({ units: 16, returnSequences: true }),
        layers.timeDistributed({ layer: dense({ units: 12, activation: "softmax" }) }),
      ),
    refused: /LSTM\): recurrent.*RepeatVector\).*TimeDistributed\): recurrent/,
  },
  "sentiment, CNN": {
    source: "tfjs-examples/sentiment",
    build: () =>
      chain(
        [100],
        layers.embedding({ inputDim: 50, outputDim: 8 }),
        dropout({ rate: 0.5 }),
        layers.conv1d({ filters: 25, kernelSize: 5, activation: relu }),
        layers.globalMaxPool1d({}),
        dense({ units: 1, activation: "sigmoid" }),
      ),
    refused: /Embedding\): .*words are not compiled.*Conv1D\): sequences are not compiled/,
  },
  "mnist-acgan, discriminator": {
    source: "tfjs-examples/mnist-acgan",
    build: () =>
      graph([28, 28, 1], (input) => {
        const features = through(
          input,
          conv2d({ filters: 4, kernelSize: 3, padding: same, strides: 2 }),
          leakyReLU({ alpha: 0.2 }),
          dropout({ rate: 0.3 }),
          conv2d({ filters: 8, kernelSize: 3, padding: same, strides: 1 }),
          leakyReLU({ alpha: 0.2 }),
          dropout({ rate: 0.3 }),
          conv2d({ filters: 16, kernelSize: 3, padding: same, strides: 2 }),
          leakyReLU({ alpha: 0.2 }),
          dropout({ rate: 0.3 }),
          flatten(),
        );
        return [
          through(features, dense({ units: 1, activation: "sigmoid", name: "real" })),
          through(features, dense({ units: 10, activation: "softmax", name: "digit" })),
        ];
      }),
    losses: { real: BINARY, digit: CATEGORICAL },
    optimizer: { ...ADAM_DEFAULTS, learningRate: 2e-4, beta1: 0.5 },
    small: "an eighth of the filters, and the first three of four convolutions",
  },
  "simple autoencoder": {
    source: "blog.keras.io/building-autoencoders-in-keras.html",
    build: () =>
      chain(
        [784],
        dense({ units: 32, activation: relu }),
        dense({ units: 784, activation: "sigmoid" }),
      ),
    loss: BINARY,
  },
  "sparse autoencoder": {
    source: "blog.keras.io/building-autoencoders-in-keras.html",
    build: () =>
      chain(
        [784],
        dense({ units: 32, activation: relu }),
        new ActivityRegularization({ l1: 1e-4 }),
        dense({ units: 784, activation: "sigmoid" }),
      ),
    loss: BINARY,
  },
  "deep autoencoder": {
    source: "blog.keras.io/building-autoencoders-in-keras.html",
    build: () =>
      chain(
        [784],
        ...[128, 64, 32, 64, 128].map((units) => dense({ units, activation: relu })),
        dense({ units: 784, activation: "sigmoid" }),
      ),
    loss: BINARY,
  },
  "convolutional autoencoder": {
    source: "blog.keras.io/building-autoencoders-in-keras.html",
    build: () =>
      chain(
        [28, 28, 1],
        conv2d({ filters: 4, kernelSize: 3, activation: relu, padding: same }),
        maxPooling2d({ poolSize: 2, padding: same }),
        conv2d({ filters: 2, kernelSize: 3, activation: relu, padding: same }),
        maxPooling2d({ poolSize: 2, padding: same }),
        conv2d({ filters: 2, kernelSize: 3, activation: relu, padding: same }),
        maxPooling2d({ poolSize: 2, padding: same }),
        conv2d({ filters: 2, kernelSize: 3, activation: relu, padding: same }),
        upSampling2d({ size: [2, 2] }),
        conv2d({ filters: 2, kernelSize: 3, activation: relu, padding: same }),
        upSampling2d({ size: [2, 2] }),
        conv2d({ filters: 4, kernelSize: 3, activation: relu }),
        upSampling2d({ size: [2, 2] }),
        conv2d({ filters: 1, kernelSize: 3, activation: "sigmoid", padding: same }),
      ),
    loss: BINARY,
    small: "a quarter of the filters",
  },
  "sequence-to-sequence autoencoder": {
    source: "blog.keras.io/building-autoencoders-in-keras.html",
    build: () =>
      chain(
        [10, 4],
        layers.lstm({ units: 8 }),
        layers.repeatVector({ n: 10 }),
        layers.lstm({ units: 4, returnSequences: true }),
      ),
    refused: /LSTM\): recurrent layers are not compiled/,
  },
  "convolutional autoencoder for denoising": {
    source: "keras.io/examples/vision/autoencoder",
    build: () =>
      chain(
        [28, 28, 1],
        conv2d({ filters: 4, kernelSize: 3, activation: relu, padding: same }),
        maxPooling2d({ poolSize: 2, padding: same }),
        conv2d({ filters: 4, kernelSize: 3, activation: relu, padding: same }),
        maxPooling2d({ poolSize: 2, padding: same }),
        conv2dTranspose({
          filters: 4,
          kernelSize: 3,
          strides: 2,
          activation: relu,
          padding: same,
        }),
        conv2dTranspose({
          filters: 4,
          kernelSize: 3,
          strides: 2,
          activation: relu,
          padding: same,
        }),
        conv2d({ filters: 1, kernelSize: 3, activation: "sigmoid", padding: same }),
      ),
    loss: BINARY,
    small: "an eighth of the filters",
  },
  "simple MNIST convnet": {
    source: "keras.io/examples/vision/mnist_convnet",
    build: () =>
      chain(
        [28, 28, 1],
        conv2d({ filters: 4, kernelSize: 3, activation: relu }),
        maxPooling2d({ poolSize: 2 }),
        conv2d({ filters: 8, kernelSize: 3, activation: relu }),
        maxPooling2d({ poolSize: 2 }),
        flatten(),
        dropout({ rate: 0.5 }),
        dense({ units: 10, activation: "softmax" }),
      ),
    loss: CATEGORICAL,
    small: "an eighth of the filters",
  },
  "super-resolution by sub-pixels": {
    source: "keras.io/examples/vision/super_resolution_sub_pixel",
    build: () =>
      chain(
        [12, 12, 1],
        conv2d({ filters: 8, kernelSize: 5, padding: same, activation: relu }),
        conv2d({ filters: 8, kernelSize: 3, padding: same, activation: relu }),
        conv2d({ filters: 4, kernelSize: 3, padding: same, activation: relu }),
        conv2d({ filters: 9, kernelSize: 3, padding: same, activation: relu }),
        new DepthToSpace({ blockSize: 3 }),
      ),
    loss: SQUARED,
    small: "12 × 12 pixels instead of 100 × 100, an eighth of the filters",
  },
  "segmentation by a U-Net of separable convolutions": {
    source: "keras.io/examples/vision/oxford_pets_image_segmentation",
    build: () =>
      graph([16, 16, 3], (input) => {
        let x = through(
          input,
          conv2d({ filters: 4, kernelSize: 3, strides: 2, padding: same }),
          batchNormalization(),
          activation({ activation: relu }),
        );
        for (const filters of [8, 16]) {
          const inner = through(
            x,
            activation({ activation: relu }),
            separableConv2d({ filters, kernelSize: 3, padding: same }),
            batchNormalization(),
            activation({ activation: relu }),
            separableConv2d({ filters, kernelSize: 3, padding: same }),
            batchNormalization(),
            maxPooling2d({ poolSize: 3, strides: 2, padding: same }),
          );
          const side = through(x, conv2d({ filters, kernelSize: 1, strides: 2, padding: same }));
          x = joined(add(), inner, side);
        }
        for (const filters of [16, 8, 4]) {
          const inner = through(
            x,
            activation({ activation: relu }),
            conv2dTranspose({ filters, kernelSize: 3, padding: same }),
            batchNormalization(),
            activation({ activation: relu }),
            conv2dTranspose({ filters, kernelSize: 3, padding: same }),
            batchNormalization(),
            upSampling2d({ size: [2, 2] }),
          );
          const side = through(
            x,
            upSampling2d({ size: [2, 2] }),
            conv2d({ filters, kernelSize: 1, padding: same }),
          );
          x = joined(add(), inner, side);
        }
        return through(
          x,
          conv2d({ filters: 3, kernelSize: 3, padding: same, activation: "softmax" }),
        );
      }),
    loss: CATEGORICAL,
    small:
      "16 × 16 pixels and an eighth of the filters, two of three stages down and three of four up",
  },
  "U-Net with cropped skips": {
    source: "Ronneberger, Fischer & Brox 2015",
    build: () =>
      graph([28, 28, 1], (input) => {
        const twice = (filters: number) => [
          conv2d({ filters, kernelSize: 3, activation: relu }),
          conv2d({ filters, kernelSize: 3, activation: relu }),
        ];
        const first = through(input, ...twice(4));
        const deep = through(first, maxPooling2d({ poolSize: 2 }), ...twice(8));
        const up = through(deep, conv2dTranspose({ filters: 4, kernelSize: 2, strides: 2 }));
        const cropped = through(first, cropping2D({ cropping: 4 }));
        const both = joined(concatenate(), cropped, up);
        return through(
          both,
          ...twice(4),
          conv2d({ filters: 2, kernelSize: 1, activation: "softmax" }),
        );
      }),
    loss: CATEGORICAL,
    small: "one of four stages, a sixteenth of the filters, 28 × 28 pixels",
  },
  "ResNet v1": {
    source: "He et al. 2016; keras.io's cifar10_resnet",
    build: () =>
      graph([16, 16, 3], (input) => {
        let x = through(
          input,
          conv2d({ filters: 4, kernelSize: 3, padding: same }),
          batchNormalization(),
          activation({ activation: relu }),
        );
        for (const [filters, strides] of [
          [4, 1],
          [8, 2],
          [16, 2],
        ] as const) {
          x = residual(x, filters, strides);
        }
        const pooled = through(x, averagePooling2d({ poolSize: 4 }), flatten());
        return through(pooled, dense({ units: 10, activation: "softmax" }));
      }),
    loss: CATEGORICAL,
    small: "one block a stage instead of three, a quarter of the filters, 16 × 16 pixels",
  },
  "MobileNet v1": {
    source: "Howard et al. 2017",
    build: () =>
      chain(
        [16, 16, 3],
        zeroPadding2d({ padding: 1 }),
        conv2d({ filters: 4, kernelSize: 3, strides: 2, useBias: false }),
        batchNormalization(),
        reLU({ maxValue: 6 }),
        ...depthwise(8, 1),
        ...depthwise(16, 2),
        globalAveragePooling2d({}),
        dropout({ rate: 0.001 }),
        dense({ units: 10, activation: "softmax" }),
      ),
    loss: CATEGORICAL,
    small: "two of 13 blocks, an eighth of the filters, 16 × 16 pixels",
  },
  "MobileNet v2": {
    source: "Sandler et al. 2018",
    build: () =>
      graph([16, 16, 3], (input) => {
        const stem = through(
          input,
          conv2d({ filters: 4, kernelSize: 3, strides: 2, padding: same, useBias: false }),
          batchNormalization(),
          reLU({ maxValue: 6 }),
        );
        const features = inverted(inverted(inverted(stem, 4, 1), 6, 2), 6, 1);
        const pooled = through(features, globalAveragePooling2d({}));
        return through(pooled, dense({ units: 10, activation: "softmax" }));
      }),
    loss: CATEGORICAL,
    small: "three of 17 blocks, an eighth of the filters, 16 × 16 pixels",
  },
  "DCGAN, generator": {
    source: "tensorflow.org/tutorials/generative/dcgan",
    build: () =>
      chain(
        [100],
        dense({ units: 7 * 7 * 16, useBias: false }),
        batchNormalization(),
        leakyReLU(),
        reshape({ targetShape: [7, 7, 16] }),
        conv2dTranspose({ filters: 8, kernelSize: 5, padding: same, useBias: false }),
        batchNormalization(),
        leakyReLU(),
        conv2dTranspose({ filters: 4, kernelSize: 5, strides: 2, padding: same, useBias: false }),
        batchNormalization(),
        leakyReLU(),
        conv2dTranspose({
          filters: 1,
          kernelSize: 5,
          strides: 2,
          padding: same,
          useBias: false,
          activation: "tanh",
        }),
      ),
    loss: SQUARED,
    small: "a sixteenth of the filters",
  },
  "DCGAN, discriminator": {
    source: "tensorflow.org/tutorials/generative/dcgan",
    build: () =>
      chain(
        [28, 28, 1],
        conv2d({ filters: 4, kernelSize: 5, strides: 2, padding: same }),
        leakyReLU(),
        dropout({ rate: 0.3 }),
        conv2d({ filters: 8, kernelSize: 5, strides: 2, padding: same }),
        leakyReLU(),
        dropout({ rate: 0.3 }),
        flatten(),
        dense({ units: 1 }),
      ),
    loss: SQUARED,
    small: "a sixteenth of the filters",
  },
  "MNIST demo": {
    source: "cs.stanford.edu/people/karpathy/convnetjs",
    build: () =>
      chain(
        [24, 24, 1],
        conv2d({ filters: 4, kernelSize: 5, padding: same, activation: relu }),
        maxPooling2d({ poolSize: 2, strides: 2 }),
        conv2d({ filters: 8, kernelSize: 5, padding: same, activation: relu }),
        maxPooling2d({ poolSize: 3, strides: 3 }),
        flatten(),
        dense({ units: 10, activation: "softmax" }),
      ),
    loss: CATEGORICAL,
    optimizer: { ...SGD_DEFAULTS, momentum: 0.9 },
    small: "half of the filters",
  },
  "autoencoder demo": {
    source: "cs.stanford.edu/people/karpathy/convnetjs",
    build: () =>
      chain(
        [784],
        dense({ units: 50, activation: "tanh" }),
        dense({ units: 50, activation: "tanh" }),
        dense({ units: 2 }),
        dense({ units: 50, activation: "tanh" }),
        dense({ units: 50, activation: "tanh" }),
        dense({ units: 784 }),
      ),
    loss: SQUARED,
    optimizer: { ...SGD_DEFAULTS, momentum: 0.9 },
  },
};

const trainers = new Trainers();
afterEach(() => trainers.dispose());
beforeAll(async () => {
  await tf.setBackend("cpu");
});

const IMAGES = 2;

/** Random inputs, and as targets one class of each pixel where an output is a softmax. */
function samplesOf(model: tf.LayersModel, { loss, losses = {} }: Row): Samples {
  const rng = createRng(5, "test data");
  const inputs = Float32Array.from({ length: IMAGES * sizeOf(model.inputs[0]!.shape) }, () =>
    rng.float(),
  );
  const rows = Array.from({ length: IMAGES }, () =>
    model.outputs.flatMap(({ shape, sourceLayer }) => {
      const size = sizeOf(shape);
      const own = losses[sourceLayer.name] ?? loss ?? {};
      if (own.categoricalCrossentropy === undefined)
        return Array.from({ length: size }, () => rng.float());
      const channels = shape.at(-1) ?? 1;
      return Array.from({ length: size / channels }, () => {
        const right = rng.int(channels);
        return Array.from({ length: channels }, (_, channel) => (channel === right ? 1 : 0));
      }).flat();
    }),
  );
  return { count: IMAGES, inputs, targets: Float32Array.from(rows.flat()) };
}

const ROWS = Object.entries(MODELS);
const REFUSED = ROWS.flatMap(([name, row]) =>
  row.refused ? [[name, row, row.refused] as const] : [],
);
const COMPILED = ROWS.filter(([, { refused }]) => !refused);

test("27 of 31 are to compile", () => {
  expect([COMPILED.length, REFUSED.length]).toEqual([27, 4]);
});

const choiceOf = ({ loss = SQUARED, losses, optimizer = ADAM_DEFAULTS }: Row): Choice => ({
  loss,
  optimizer,
  batchSize: IMAGES,
  seed: 3,
  ...(losses ? { losses } : {}),
});

test.each(REFUSED)("%s is refused, with what to use instead", async (_, row, why) => {
  await expect(trainers.ours(row.build, choiceOf(row))).rejects.toThrow(why);
});

test.each(COMPILED)(
  "%s compiles, and trains as on tfjs",
  async (_, row) => {
    const samples = samplesOf(row.build(), row);
    const [ours, theirs] = [
      await trainers.ours(row.build, choiceOf(row), 2, samples),
      await trainers.theirs(row.build, choiceOf(row), samples),
    ];
    const batch = Uint32Array.from({ length: IMAGES }, (_, i) => i);
    for (let step = 0; step < 2; step++) {
      const [found, wanted] = [await ours.step(batch), await theirs.step(batch)];
      // The most that was seen of any is 2.4e-7.
      expect(Math.abs(found / wanted - 1), `step ${step + 1}`).toBeLessThan(1e-6);
    }
  },
  60_000,
);
