import * as tf from "@tensorflow/tfjs";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import type { LossTerm } from "../../../src/config/loss";
import { compile } from "../../../src/engine/compile";
import { UnsupportedLayerError } from "../../../src/engine/problems";
import { writeModelWeights } from "../../../src/engine/weights";
import { Clamp } from "../../../src/nets/build/layers/clamp";
import { NestedDropout } from "../../../src/nets/build/layers/nested-dropout";
import { NETS } from "./layer-nets";
import { chain, gradients, type Net, relativeError } from "./nets";
import { apart, Trainers, train, weightsOf } from "./pair";

const { activation, conv2d, conv2dTranspose, dense, dropout, flatten, leakyReLU, reLU, reshape } =
  tf.layers;

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const trainers = new Trainers();
afterEach(() => trainers.dispose());

const BATCH = Uint32Array.of(4, 0, 3, 1, 2, 6, 5);

/** The net with a sigmoid behind it, as cross-entropy wants. */
function withSigmoid(net: Net): Net {
  return () => {
    const model = net();
    const sigmoid = activation({ activation: "sigmoid" });
    const outputs = sigmoid.apply(model.outputs[0]!) as tf.SymbolicTensor;
    return tf.model({ inputs: model.inputs, outputs });
  };
}

describe.each(Object.keys(NETS))("%s", (name) => {
  const net = NETS[name]!;

  test.each<[LossTerm, Net]>([
    ["meanSquaredError", net],
    ["binaryCrossentropy", withSigmoid(net)],
  ])("has tfjs's outputs and gradients (%s)", async (term, ending) => {
    const choice = { loss: { [term]: 1 } };
    const [a, b] = [await trainers.ours(ending, choice), await trainers.theirs(ending, choice)];
    expect(await a.evaluate(BATCH)).toBeCloseTo(await b.evaluate(BATCH), 5);
    expect(relativeError(await a.predict(BATCH), await b.predict(BATCH))).toBeLessThan(1e-5);
    const expected = await gradients(b, BATCH);
    const actual = await gradients(a, BATCH);
    for (const [index, variable] of a.model.trainableWeights.entries()) {
      expect(relativeError(actual[index]!, expected[index]!), variable.name).toBeLessThan(1e-4);
    }
  });

  test("follows tfjs for 6 steps, to the same bits on 1, 2 and 4 threads", async () => {
    const expected = await train(await trainers.theirs(net), 6, 0.005);
    const [one, ...more] = await Promise.all(
      [1, 2, 4].map(async (threads) => {
        const trainer = await trainers.ours(net, {}, threads);
        return { losses: await train(trainer, 6, 0.005), weights: await weightsOf(trainer) };
      }),
    );
    expect(apart(one!.losses, expected)).toBeLessThan(1e-4);
    for (const other of more) expect(other).toEqual(one);
  });
});

test("a clamp lets the gradient pass that leads back from where the output is cut off", async () => {
  // Weight 3 at input 1 is cut to 1, target 0: the gradient is 2 · 1 · 1, as if nothing were cut.
  const net = () => chain([1], dense({ units: 1, useBias: false }), new Clamp({}));
  const samples = { count: 1, inputs: Float32Array.of(1), targets: Float32Array.of(0) };
  const trainer = await trainers.ours(net, {}, 1, samples);
  writeModelWeights(trainer.model, [Float32Array.of(3)]);
  await trainer.pushWeights();
  expect(await trainer.evaluate(Uint32Array.of(0))).toBe(1);
  expect((await gradients(trainer, Uint32Array.of(0)))[0]![0]).toBeCloseTo(2, 5);
  // Weight −3 is cut to 0, target −1: it would go further down.
  await trainer.setSamples({ ...samples, targets: Float32Array.of(-1) });
  writeModelWeights(trainer.model, [Float32Array.of(-3)]);
  await trainer.pushWeights();
  await trainer.setOptimizerState({ step: 0, m: new Float32Array(1), v: new Float32Array(1) });
  expect((await gradients(trainer, Uint32Array.of(0)))[0]![0]).toBe(0);
});

describe("compile", () => {
  const kinds = (net: Net) =>
    compile(net()).operations.map((operation) =>
      "activation" in operation ? [operation.kind, operation.activation] : [operation.kind],
    );

  test("takes activations into the layer before, but for swish", () => {
    expect(
      kinds(() =>
        chain(
          [4, 4, 2],
          conv2d({ filters: 2, kernelSize: 1 }),
          leakyReLU({ alpha: 0.25 }),
          conv2dTranspose({ filters: 2, kernelSize: 1 }),
          new Clamp({}),
          conv2d({ filters: 2, kernelSize: 1, activation: "swish" }),
        ),
      ),
    ).toEqual([
      ["conv", { leakyRelu: 0.25 }],
      ["convTranspose", "clamp"],
      ["conv", "linear"],
      ["activation", "swish"],
    ]);
  });

  test("numbers dropout layers in the model's order", () => {
    const { operations } = compile(
      chain([4], dropout({ rate: 0.1 }), dense({ units: 2 }), dropout({ rate: 0.2 })),
    );
    expect(operations).toMatchObject([
      { kind: "dropout", rate: 0.1, number: 0 },
      { kind: "dense" },
      { kind: "dropout", rate: 0.2, number: 1 },
    ]);
  });

  test.each<[string, RegExp, () => tf.layers.Layer]>([
    ["a negative slope", /alpha must not be negative/, () => leakyReLU({ alpha: -0.1 })],
    ["a rate of 1", /rate must be/, () => dropout({ rate: 1 })],
    ["ReLU with a limit", /maxValue/, () => reLU({ maxValue: 6 })],
    ["nested dropout of images", /flatten/, () => new NestedDropout()],
    [
      "a kernel smaller than its stride",
      /no smaller than their stride/,
      () => conv2dTranspose({ filters: 1, kernelSize: 1, strides: 2 }),
    ],
    [
      "an L1 regulariser",
      /other than L2/,
      () => conv2d({ filters: 1, kernelSize: 1, kernelRegularizer: "l1l2" }),
    ],
  ])("refuses %s", (_, message, layer) => {
    const attempt = () => compile(chain([4, 4, 2], layer()));
    expect(attempt).toThrow(UnsupportedLayerError);
    expect(attempt).toThrow(message);
  });

  /** What is said of each layer, in order. */
  const told = (model: tf.LayersModel) => {
    try {
      compile(model);
    } catch (error) {
      if (error instanceof UnsupportedLayerError) {
        return error.problems.map(({ layer, why }) => `${layer}: ${why}`);
      }
    }
    return [];
  };

  test("names a frozen layer and a frozen model as such", () => {
    const make = () =>
      chain(
        [4, 4, 2],
        conv2d({ name: "conv", filters: 2, kernelSize: 1 }),
        tf.layers.batchNormalization({ name: "norm" }),
        flatten({ name: "flat" }),
      );
    const model = make();
    for (const layer of model.layers) layer.trainable = false;
    const why = "it is frozen (its trainable is false)";
    expect(told(model)).toEqual([`conv: ${why}`, `norm: ${why}`]);
    const whole = make();
    whole.trainable = false;
    expect(told(whole)).toEqual([`${whole.name}: ${why}`]);
  });

  test("names a model within the model as such", () => {
    const inner = tf.sequential({ name: "inner" });
    inner.add(dense({ units: 3, inputShape: [4] }));
    const model = tf.sequential({ layers: [dense({ units: 4, inputShape: [5] }), inner] });
    expect(told(model)).toEqual([
      "inner: it is a model within the model: put its layers in its place",
    ]);
    expect(() => compile(model)).toThrow(
      'Cannot compile layer "inner" (Sequential): it is a model',
    );
  });

  test("names an input of unknown size, and not what follows from it", () => {
    const input = tf.input({ shape: [null, 8, 1], name: "image" });
    const pooled = tf.layers.maxPooling2d({ poolSize: 2, padding: "same" }).apply(input);
    const odd = conv2d({ name: "odd", filters: 1, kernelSize: 9 }).apply(pooled);
    const model = tf.model({ inputs: input, outputs: odd as tf.SymbolicTensor });
    expect(told(model)).toEqual([
      "image: the size of its samples is unknown (? × 8 × 1): give inputShape in numbers",
      "odd: kernels of 1×1 to 7×7, no smaller than their stride, are supported",
    ]);
  });

  test("names every problem of every layer", () => {
    const twice = dense({ name: "twice", units: 6 });
    const model = chain(
      [6, 6, 2],
      conv2d({ name: "conv", filters: 2, kernelSize: 3, dilationRate: 2, activation: "tanh" }),
      tf.layers.permute({ name: "permute", dims: [2, 1, 3] }),
      tf.layers.zeroPadding2d({ name: "border", padding: 1 }),
      flatten({ name: "flat", dataFormat: "channelsFirst" }),
      dense({ name: "narrow", units: 6, biasConstraint: "nonNeg" }),
      twice,
      twice,
      reshape({ name: "matrix", targetShape: [2, 3] }),
    );
    const supported = expect.stringMatching(
      /^(permute|border): compiled layers are Conv2D, .*Reshape$/,
    );
    expect(told(model)).toEqual([
      "conv: dilation is not supported",
      'conv: activation "tanh" is not one of linear, relu, sigmoid, elu, swish',
      supported,
      supported,
      'flat: dataFormat "channelsFirst" is not one of channelsLast',
      "narrow: biasConstraint is not supported",
      "twice: layers that are used once can be compiled",
      "matrix: its output has 2 axes; vectors (1) and images (3) can be compiled",
    ]);
    expect(() => compile(model)).toThrow(
      /^Cannot compile 7 layers: "conv" \(Conv2D\): dilation is not supported; activation .*swish\. "permute" \(Permute\): /,
    );
  });

  test("refuses batch norm along an axis that only happens to have the same number", () => {
    const norm = tf.layers.batchNormalization({ axis: 1 });
    expect(told(chain([1, 1, 5], norm))).toEqual([`${norm.name}: its axis must be the last`]);
  });
});
