/**
 * Windows of every kind, and what changes an image's sides: on WASM, both builds, with 1 to 7 threads,
 * and on WebGPU, held to tfjs.
 */

import * as tf from "@tensorflow/tfjs";
import * as ort from "onnxruntime-web";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { Trainer } from "../../../src/engine/device";
import { readGraph } from "../../../src/export/graph";
import { buildModelCode } from "../../../src/export/keras/net";
import { onnxFile } from "../../../src/export/onnx";
import { chain, gradients, type Net, randomise, relativeError, samplesFor, wasm } from "./nets";
import { Trainers } from "./pair";
import { GpuPairs, sharedGpu } from "./webgpu/gpu";

// A GPU in software needs half a second for each kernel, and more on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const { layers } = tf;

/** Built for WebGPU where that is asked for. */
type NetOf = (onGpu?: boolean) => tf.LayersModel;

/**
 * Layers on whose gradients those of what follows show. On a GPU in software a convolution takes a
 * second to compile, and a depthwise one 0.1 s.
 */
const before = (onGpu: boolean, filters: number, kernelSize: number) =>
  onGpu
    ? layers.depthwiseConv2d({ kernelSize: 2, padding: "same", activation: "elu" })
    : layers.conv2d({ filters, kernelSize, padding: "same", activation: "elu" });

/** The layer between such, of that many channels. */
const between =
  (channels: number, ...inner: (() => tf.layers.Layer)[]): NetOf =>
  (onGpu = false) =>
    chain(
      [7, 9, onGpu ? channels : 2],
      before(onGpu, channels, 3),
      ...inner.map((make) => make()),
      onGpu
        ? layers.depthwiseConv2d({ kernelSize: 1 })
        : layers.conv2d({ filters: 2, kernelSize: 1 }),
    );

/** One behind which there is a vector. */
const beforeVector =
  (channels: number, make: () => tf.layers.Layer): NetOf =>
  (onGpu = false) =>
    chain(
      [5, 6, onGpu ? channels : 2],
      before(onGpu, channels, 2),
      make(),
      ...(onGpu ? [] : [layers.dense({ units: 3 })]),
    );

/** Each with a word of the code that Keras has for it. */
const NETS: Record<string, readonly [NetOf, string]> = {
  "the largest of 3 × 3, every 2": [
    between(5, () => layers.maxPooling2d({ poolSize: 3, strides: 2 })),
    "MaxPooling2D(3, strides=2",
  ],
  "the largest of 3 × 3, every 2, cut off": [
    between(8, () => layers.maxPooling2d({ poolSize: 3, strides: 2, padding: "same" })),
    'padding="same"',
  ],
  "the largest of 2 × 3, every row, every second column": [
    between(6, () => layers.maxPooling2d({ poolSize: [2, 3], strides: [1, 2], padding: "same" })),
    "strides=(1, 2)",
  ],
  "the largest of tiles that are cut off, then ReLU": [
    between(
      4,
      () => layers.maxPooling2d({ poolSize: 2, padding: "same" }),
      () => layers.reLU(),
    ),
    'MaxPooling2D(2, padding="same"',
  ],
  "the largest of 2 × 2 with gaps between": [
    between(3, () => layers.maxPooling2d({ poolSize: 2, strides: 3 })),
    "MaxPooling2D(2, strides=3",
  ],
  "the mean of 3 × 3, every 2": [
    between(7, () => layers.averagePooling2d({ poolSize: 3, strides: [2, 1], padding: "same" })),
    "AveragePooling2D(3, strides=(2, 1)",
  ],
  "the largest of each map": [
    beforeVector(5, () => layers.globalMaxPooling2d({})),
    "GlobalMaxPooling2D(",
  ],
  "the mean of each map": [
    beforeVector(4, () => layers.globalAveragePooling2d({})),
    "GlobalAveragePooling2D(",
  ],
  "zeros on all sides": [
    between(4, () => layers.zeroPadding2d({ padding: 2 })),
    "ZeroPadding2D(((2, 2), (2, 2))",
  ],
  "zeros below and right, before a convolution": [
    between(
      3,
      () =>
        layers.zeroPadding2d({
          padding: [
            [0, 1],
            [0, 2],
          ],
        }),
      () => layers.conv2d({ filters: 3, kernelSize: 3, strides: 2 }),
    ),
    "ZeroPadding2D(((0, 1), (0, 2))",
  ],
  "without its edges": [
    between(5, () =>
      layers.cropping2D({
        cropping: [
          [1, 2],
          [0, 3],
        ],
      }),
    ),
    "Cropping2D(((1, 2), (0, 3))",
  ],
};

const CONVOLUTIONS: typeof NETS = {
  "a stride of 3": [
    between(4, () => layers.conv2d({ filters: 5, kernelSize: 3, strides: 3, padding: "same" })),
    "Conv2D(5, 3, strides=3",
  ],
  "a stride of 2 down and 1 across, a kernel of 3 × 2": [
    between(8, () =>
      layers.conv2d({ filters: 4, kernelSize: [3, 2], strides: [2, 1], padding: "same" }),
    ),
    "Conv2D(4, (3, 2), strides=(2, 1)",
  ],
  "a kernel of one pixel, every 2": [
    between(4, () => layers.conv2d({ filters: 8, kernelSize: 1, strides: 2, padding: "same" })),
    "Conv2D(8, 1, strides=2",
  ],
  "a kernel of one pixel, every 3 down and 2 across, to one channel": [
    between(5, () => layers.conv2d({ filters: 1, kernelSize: 1, strides: [3, 2] })),
    "Conv2D(1, 1, strides=(3, 2)",
  ],
  "a dilation of 2": [
    between(4, () =>
      layers.conv2d({ filters: 8, kernelSize: 3, dilationRate: 2, padding: "same" }),
    ),
    "Conv2D(8, 3, dilation_rate=2",
  ],
  "a dilation of 3 down, without padding, ReLU": [
    between(3, () =>
      layers.conv2d({ filters: 5, kernelSize: 3, dilationRate: [3, 1], activation: "relu" }),
    ),
    "dilation_rate=(3, 1)",
  ],
  "a dilation of 3 across, to one channel, ReLU": [
    between(4, () =>
      layers.conv2d({
        filters: 1,
        kernelSize: [2, 3],
        dilationRate: [1, 3],
        padding: "same",
        activation: "relu",
      }),
    ),
    "dilation_rate=(1, 3)",
  ],
  "a kernel of 11 × 10": [
    between(2, () => layers.conv2d({ filters: 3, kernelSize: [11, 10], padding: "same" })),
    "Conv2D(3, (11, 10)",
  ],
  "a transposed convolution of stride 3": [
    between(4, () => layers.conv2dTranspose({ filters: 5, kernelSize: 4, strides: 3 })),
    "Conv2DTranspose(5, 4, strides=3",
  ],
  "a transposed convolution of stride 1 down and 3 across": [
    between(5, () =>
      layers.conv2dTranspose({ filters: 4, kernelSize: 3, strides: [1, 3], padding: "same" }),
    ),
    "strides=(1, 3)",
  ],
  "a transposed convolution of single pixels, every 2": [
    between(4, () =>
      layers.conv2dTranspose({ filters: 4, kernelSize: 1, strides: 2, padding: "same" }),
    ),
    "Conv2DTranspose(4, 1, strides=2",
  ],
  "a depthwise convolution": [
    between(8, () => layers.depthwiseConv2d({ kernelSize: 3, padding: "same" })),
    "DepthwiseConv2D(3, padding",
  ],
  "a depthwise convolution of 2 × 5, every 2, of 6 channels, ReLU": [
    between(6, () =>
      layers.depthwiseConv2d({
        kernelSize: [2, 5],
        strides: 2,
        padding: "same",
        activation: "relu",
        useBias: false,
      }),
    ),
    "DepthwiseConv2D((2, 5), strides=2",
  ],
  "a depthwise convolution with 3 kernels a channel, swish": [
    between(3, () =>
      layers.depthwiseConv2d({ kernelSize: 2, depthMultiplier: 3, activation: "swish" }),
    ),
    "DepthwiseConv2D(2, depth_multiplier=3",
  ],
  "a depthwise convolution of single pixels, every 3": [
    between(5, () => layers.depthwiseConv2d({ kernelSize: 1, strides: 3 })),
    "DepthwiseConv2D(1, strides=3",
  ],
  "a separable convolution": [
    between(5, () =>
      layers.separableConv2d({ filters: 6, kernelSize: 3, padding: "same", activation: "relu" }),
    ),
    "SeparableConv2D(6, 3, padding",
  ],
  "a separable convolution with 2 kernels a channel, every 2": [
    between(4, () =>
      layers.separableConv2d({
        filters: 3,
        kernelSize: 4,
        strides: 2,
        padding: "same",
        depthMultiplier: 2,
      }),
    ),
    "depth_multiplier=2",
  ],
  "a dilated separable convolution without a bias": [
    between(4, () =>
      layers.separableConv2d({ filters: 4, kernelSize: 3, dilationRate: 2, useBias: false }),
    ),
    "SeparableConv2D(4, 3, dilation_rate=2",
  ],
  "axes in another order": [
    between(4, () => layers.permute({ dims: [3, 1, 2] })),
    "Permute((3, 1, 2)",
  ],
  "a dense layer of each pixel": [
    between(6, () => layers.dense({ units: 5, activation: "relu" })),
    'Dense(5, activation="relu"',
  ],
};

const BATCHES = [Uint32Array.of(4), Uint32Array.of(0, 3, 1), Uint32Array.of(4, 0, 3, 1, 2, 6, 5)];

const trainers = new Trainers();
let pairs: GpuPairs;
beforeAll(async () => {
  await tf.setBackend("cpu");
  ort.env.wasm.numThreads = 1;
  pairs = new GpuPairs(await sharedGpu());
});
afterEach(() => trainers.dispose());
afterAll(() => pairs.dispose());

/** What a trainer makes of a batch. */
async function resultsOf(trainer: Trainer, batch: Uint32Array) {
  return {
    outputs: await trainer.predict(batch),
    loss: await trainer.evaluate(batch),
    gradients: await gradients(trainer, batch),
  };
}
type Results = Awaited<ReturnType<typeof resultsOf>>;

async function expectSame(ours: Trainer, theirs: Results, batch: Uint32Array) {
  const results = await resultsOf(ours, batch);
  expect(relativeError(results.outputs, theirs.outputs)).toBeLessThan(2e-5);
  expect(results.loss).toBeCloseTo(theirs.loss, 5);
  for (const [index, { name }] of ours.model.trainableWeights.entries()) {
    const off = relativeError(results.gradients[index]!, theirs.gradients[index]!);
    expect(off, name).toBeLessThan(2e-5);
  }
}

/** On that build of the kernels. */
async function start(net: Net, threads: number, variant: "relaxed" | "simd"): Promise<Trainer> {
  const model = randomise(net(), 3);
  const trainer = await wasm(model, { meanSquaredError: 1 }, 8, threads, variant);
  await trainer.setSamples(samplesFor(model, 12, 11));
  return trainer;
}

describe.each(Object.entries({ ...NETS, ...CONVOLUTIONS }))("%s", (_, [net, code]) => {
  test("has tfjs's gradients on WASM, in batches of 1, 3 and 7, in both builds", async () => {
    const theirs = await trainers.theirs(net);
    const both = [await start(net, 1, "relaxed"), await start(net, 1, "simd")];
    for (const batch of BATCHES) {
      const state = await theirs.optimizerState();
      const expected = await resultsOf(theirs, batch);
      for (const ours of both) {
        await ours.setOptimizerState(state);
        await expectSame(ours, expected, batch);
      }
    }
    for (const ours of both) ours.dispose();
  });

  test("has the same bits on 1 to 7 threads", async () => {
    const known: Float32Array[][] = [];
    for (const threads of [1, 2, 3, 7]) {
      const trainer = await start(net, threads, "relaxed");
      known.push([...(await gradients(trainer, BATCHES[2]!)), await trainer.predict(BATCHES[2]!)]);
      trainer.dispose();
    }
    for (const other of known) expect(other).toEqual(known[0]);
  });

  test("has WASM's gradients on WebGPU", async () => {
    const onGpu = () => net(true);
    const [ours, theirs] = [await pairs.gpu(onGpu), await pairs.wasm(onGpu)];
    await expectSame(ours, await resultsOf(theirs, BATCHES[2]!), BATCHES[2]!);
  });

  test("is the same in onnxruntime, and Keras has it", async () => {
    const model = randomise(net(), 3);
    const graph = await readGraph(model);
    expect(buildModelCode(graph).replaceAll(/\s+/g, " ").replaceAll("( ", "(")).toContain(code);
    const shape = [3, ...(model.inputs[0]!.shape.slice(1) as number[])];
    const { inputs } = samplesFor(model, 3, 5);
    const expected = tf.tidy(() => {
      const outputs = model.predict(tf.tensor(inputs, shape)) as tf.Tensor;
      return Float32Array.from(outputs.dataSync<"float32">());
    });
    const session = await ort.InferenceSession.create(
      onnxFile(graph, { input: "in", output: "out" }, "a test"),
    );
    const { out } = await session.run({ in: new ort.Tensor("float32", inputs, shape) });
    expect(out!.dims).toEqual([3, ...model.outputs[0]!.shape.slice(1)]);
    expect(relativeError(out!.data as Float32Array, expected)).toBeLessThan(1e-6);
    await session.release();
  });
});
