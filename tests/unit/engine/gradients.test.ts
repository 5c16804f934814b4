import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, test } from "vitest";
import {
  chain,
  gradients,
  type Net,
  randomise,
  reference,
  relativeError,
  samplesFor,
  wasm,
} from "./nets";

const { conv2d, maxPooling2d, upSampling2d, dense, flatten, reshape, activation } = tf.layers;

/** Every operation and every variation that compiles, small enough for the reference. */
const NETS: Record<string, Net> = {
  "3×3 same": () => chain([6, 7, 2], conv2d({ filters: 3, kernelSize: 3, padding: "same" })),
  "3×3 valid, ReLU": () =>
    chain([6, 7, 3], conv2d({ filters: 9, kernelSize: 3, activation: "relu" })),
  "3×3 stride 2 same": () =>
    chain([7, 8, 2], conv2d({ filters: 4, kernelSize: 3, strides: 2, padding: "same" })),
  "two of stride 2": () =>
    chain(
      [9, 8, 1],
      conv2d({ filters: 5, kernelSize: 3, strides: 2, padding: "same", activation: "relu" }),
      conv2d({ filters: 4, kernelSize: 3, strides: 2, padding: "valid" }),
    ),
  "5×5 same, then 3×3": () =>
    chain(
      [6, 6, 1],
      conv2d({ filters: 4, kernelSize: 5, padding: "same", activation: "relu" }),
      conv2d({ filters: 2, kernelSize: 3, padding: "same" }),
    ),
  "5×5 stride 2": () =>
    chain(
      [9, 9, 2],
      conv2d({ filters: 3, kernelSize: 5, strides: 2, padding: "same" }),
      conv2d({ filters: 3, kernelSize: 5, strides: 2, padding: "same", useBias: false }),
    ),
  "1×1 and 2×3 kernels": () =>
    chain(
      [5, 5, 3],
      conv2d({ filters: 4, kernelSize: 1, activation: "sigmoid" }),
      conv2d({ filters: 2, kernelSize: [2, 3], padding: "same" }),
    ),
  "max pooling": () =>
    chain(
      [8, 8, 1],
      conv2d({ filters: 5, kernelSize: 3, padding: "same", activation: "relu" }),
      maxPooling2d({ poolSize: 2 }),
      conv2d({ filters: 2, kernelSize: 3, padding: "same" }),
    ),
  "max pooling that leaves a rest": () =>
    chain(
      [8, 7, 2],
      conv2d({ filters: 4, kernelSize: 3, padding: "same" }),
      maxPooling2d({ poolSize: 3 }),
      activation({ activation: "relu" }),
      conv2d({ filters: 2, kernelSize: 1 }),
    ),
  "folded up-sampling, 3×3": () =>
    chain(
      [3, 4, 2],
      conv2d({ filters: 3, kernelSize: 1 }),
      upSampling2d({ size: [2, 2] }),
      conv2d({ filters: 5, kernelSize: 3, padding: "same", activation: "relu" }),
      conv2d({ filters: 1, kernelSize: 3, padding: "same" }),
    ),
  "folded up-sampling, 5×5": () =>
    chain(
      [4, 3, 2],
      conv2d({ filters: 4, kernelSize: 3, padding: "same" }),
      upSampling2d({ size: [2, 2] }),
      conv2d({ filters: 3, kernelSize: 5, padding: "same" }),
    ),
  "folded up-sampling first": () =>
    chain(
      [3, 3, 2],
      upSampling2d({ size: [2, 2] }),
      conv2d({ filters: 3, kernelSize: 3, padding: "same" }),
    ),
  "up-sampling that cannot fold": () =>
    chain(
      [4, 4, 2],
      conv2d({ filters: 3, kernelSize: 3, padding: "same" }),
      upSampling2d({ size: [2, 2] }),
      conv2d({ filters: 2, kernelSize: 3, padding: "valid" }),
      upSampling2d({ size: [3, 3] }),
      conv2d({ filters: 2, kernelSize: 3, padding: "same" }),
    ),
  "dense layers, narrow and wide": () =>
    chain(
      [10],
      dense({ units: 7, activation: "relu" }),
      dense({ units: 33, activation: "sigmoid" }),
      dense({ units: 3, useBias: false }),
    ),
  "dense with blocks": () => chain([600], dense({ units: 5 }), dense({ units: 530 })),
  "separate activations": () =>
    chain(
      [4, 4, 2],
      conv2d({ filters: 3, kernelSize: 3, padding: "same" }),
      activation({ activation: "relu" }),
      activation({ activation: "sigmoid" }),
      flatten(),
      dense({ units: 6 }),
      activation({ activation: "sigmoid" }),
      dense({ units: 4 }),
    ),
  "the baseline in small": () =>
    chain(
      [8, 8, 1],
      conv2d({ filters: 4, kernelSize: 3, padding: "same", activation: "relu" }),
      maxPooling2d({ poolSize: 2 }),
      flatten(),
      dense({ units: 5, activation: "relu" }),
      dense({ units: 64, activation: "relu" }),
      reshape({ targetShape: [4, 4, 4] }),
      upSampling2d({ size: [2, 2] }),
      conv2d({ filters: 4, kernelSize: 3, padding: "same", activation: "relu" }),
      conv2d({ filters: 1, kernelSize: 3, padding: "same" }),
    ),
};

/** Layers of a net with skips, each of which several others take. */
function graph(inputShape: number[], build: (input: tf.SymbolicTensor) => tf.SymbolicTensor) {
  const input = tf.input({ shape: inputShape });
  return tf.model({ inputs: input, outputs: build(input) });
}

const apply = (layer: tf.layers.Layer, ...inputs: tf.SymbolicTensor[]) =>
  layer.apply((inputs.length === 1 ? inputs[0] : inputs)!) as tf.SymbolicTensor;
const conv3 = (filters: number, relu = false) =>
  conv2d({ filters, kernelSize: 3, padding: "same", activation: relu ? "relu" : "linear" });

const GRAPHS: Record<string, Net> = {
  "a residual block": () =>
    graph([6, 5, 2], (input) => {
      const first = apply(conv3(3, true), input);
      const second = apply(conv3(3), apply(conv3(4, true), first));
      const sum = apply(activation({ activation: "relu" }), apply(tf.layers.add(), first, second));
      return apply(conv3(2), sum);
    }),
  "channels side by side": () =>
    graph([5, 6, 3], (input) => {
      const first = apply(conv3(5, true), input);
      const second = apply(conv2d({ filters: 2, kernelSize: 1 }), first);
      return apply(conv3(3), apply(tf.layers.concatenate(), first, second, input));
    }),
  "a tensor added to itself, and the output taken again": () =>
    graph([4, 4, 2], (input) => {
      const first = apply(conv3(2), input);
      const twice = apply(tf.layers.add(), first, first, input);
      return apply(tf.layers.add(), twice, apply(conv3(2), twice));
    }),
  "dense layers around a skip": () =>
    graph([4, 4, 1], (input) => {
      const flat = apply(flatten(), input);
      const linear = apply(dense({ units: 5 }), flat);
      const encoded = apply(flatten(), apply(conv3(3, true), input));
      const code = apply(tf.layers.add(), linear, apply(dense({ units: 5 }), encoded));
      const skip = apply(dense({ units: 16 }), code);
      const image = apply(reshape({ targetShape: [4, 4, 1] }), skip);
      const hidden = apply(dense({ units: 32, activation: "relu" }), code);
      const features = apply(reshape({ targetShape: [4, 4, 2] }), hidden);
      const both = apply(tf.layers.concatenate(), features, image);
      return apply(tf.layers.add(), image, apply(conv3(1), both));
    }),
  "rescaled images and vectors": () =>
    graph([5, 3, 2], (input) => {
      const scaled = apply(tf.layers.rescaling({ scale: 0.25, offset: -0.5 }), input);
      const image = apply(tf.layers.rescaling({ scale: 3 }), apply(conv3(3, true), scaled));
      const flat = apply(flatten(), apply(tf.layers.add(), image, apply(conv3(3), image)));
      return apply(tf.layers.rescaling({ scale: 2, offset: 1 }), apply(dense({ units: 5 }), flat));
    }),
  "an image that is seen in three shapes": () =>
    graph([4, 4, 2], (input) => {
      const wide = apply(conv3(2, true), apply(reshape({ targetShape: [2, 4, 4] }), input));
      const flat = apply(dense({ units: 32 }), apply(flatten(), input));
      const back = apply(reshape({ targetShape: [4, 4, 1] }), apply(dense({ units: 16 }), flat));
      const image = apply(reshape({ targetShape: [2, 4, 4] }), apply(conv3(2), input));
      return apply(
        tf.layers.concatenate(),
        apply(conv3(2), image),
        wide,
        apply(conv2d({ filters: 1, kernelSize: [3, 1] }), back),
      );
    }),
  "vectors side by side": () =>
    graph([7], (input) => {
      const a = apply(dense({ units: 3, activation: "sigmoid" }), input);
      const b = apply(dense({ units: 2 }), input);
      return apply(dense({ units: 4 }), apply(tf.layers.concatenate(), a, b));
    }),
};

const { batchNormalization } = tf.layers;
const NORMS: Record<string, Net> = {
  "batch norm behind a convolution": () =>
    chain([5, 4, 2], conv3(6, true), batchNormalization(), conv3(2)),
  "batch norm first, then ReLU, and last": () =>
    chain(
      [4, 5, 3],
      batchNormalization({ momentum: 0.5 }),
      activation({ activation: "relu" }),
      // A bias right before batch norm has no gradient but what rounding leaves.
      conv2d({ filters: 2, kernelSize: 3, padding: "same", useBias: false }),
      batchNormalization({ epsilon: 0.01 }),
    ),
  "batch norm of vectors": () =>
    chain([6], dense({ units: 9, activation: "relu" }), batchNormalization(), dense({ units: 3 })),
  "the modified net in small": () =>
    chain(
      [8, 8, 1],
      conv3(4, true),
      batchNormalization(),
      maxPooling2d({ poolSize: 2 }),
      conv3(5, true),
      batchNormalization(),
      maxPooling2d({ poolSize: 2 }),
      flatten(),
      dense({ units: 6, activation: "relu" }),
      dense({ units: 20, activation: "relu" }),
      reshape({ targetShape: [2, 2, 5] }),
      batchNormalization(),
      upSampling2d({ size: [2, 2] }),
      conv3(5, true),
      batchNormalization(),
      upSampling2d({ size: [2, 2] }),
      conv3(4, true),
      batchNormalization(),
      conv3(1),
    ),
};

/** The net with a sigmoid behind it, as cross-entropy wants. */
function withSigmoid(net: Net): Net {
  return () => {
    const model = net();
    const output = activation({ activation: "sigmoid" }).apply(model.outputs[0]!);
    return tf.model({ inputs: model.inputs, outputs: output as tf.SymbolicTensor });
  };
}

const ALL = { ...NETS, ...GRAPHS, ...NORMS };

const LOSSES = {
  binaryCrossentropy: withSigmoid,
  meanSquaredError: (net: Net) => net,
};

beforeAll(async () => {
  await tf.setBackend("cpu");
});

describe.each(Object.keys(LOSSES) as (keyof typeof LOSSES)[])("%s", (loss) => {
  test.each(Object.keys(ALL))("gradients of %s equal tfjs's", async (name) => {
    const net = LOSSES[loss](ALL[name]!);
    const batch = Uint32Array.of(4, 0, 3, 1, 2, 6, 5);
    const ours = await wasm(randomise(net(), 3), { [loss]: 1 }, 8, 1);
    const theirs = await reference(randomise(net(), 3), { [loss]: 1 }, 8);
    const samples = samplesFor(ours.model, 7, 11);
    await ours.setSamples(samples);
    await theirs.setSamples(samples);
    const expected = await gradients(theirs, batch);
    const actual = await gradients(ours, batch);
    for (const [index, variable] of ours.model.trainableWeights.entries()) {
      expect(relativeError(actual[index]!, expected[index]!), variable.name).toBeLessThan(1e-4);
    }
    expect(await ours.evaluate(batch)).toBeCloseTo(await theirs.evaluate(batch), 5);
    expect(relativeError(await ours.predict(batch), await theirs.predict(batch))).toBeLessThan(
      1e-5,
    );
    ours.dispose();
    theirs.dispose();
  });
});
