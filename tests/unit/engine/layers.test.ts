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
      ["conv", { name: "leakyRelu", alpha: 0.25 }],
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
    ["ReLU up to 0", /maxValue must be over 0/, () => reLU({ maxValue: 0 })],
    ["nested dropout of images", /flatten/, () => new NestedDropout()],
    [
      "a stride with a dilation",
      /together are not supported/,
      () => conv2d({ filters: 1, kernelSize: 1, strides: 2, dilationRate: 2 }),
    ],
    [
      "a constraint",
      /kernelConstraint is not supported/,
      () => conv2d({ filters: 1, kernelSize: 1, kernelConstraint: "unitNorm" }),
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

  test("names recurrent, one- and three-dimensional layers all at once, with what to use instead", () => {
    const input = tf.input({ shape: [4, 6] });
    const lstm = tf.layers.lstm({ name: "lstm", units: 3 }).apply(input) as tf.SymbolicTensor;
    const conv = tf.layers.conv1d({ name: "conv", filters: 2, kernelSize: 3 }).apply(input);
    const pool = tf.layers.globalMaxPooling1d({ name: "pool" }).apply(conv) as tf.SymbolicTensor;
    const joined = tf.layers.concatenate({ name: "join" }).apply([lstm, pool]);
    const held = dense({ name: "held", units: 4, kernelConstraint: "nonNeg" }).apply(joined);
    const model = tf.model({ inputs: input, outputs: held as tf.SymbolicTensor });
    const [, ...whys] = told(model);
    expect(whys).toHaveLength(4);
    const lines = whys.join("\n");
    expect(lines).toMatch(/^lstm: recurrent layers are not compiled: .*Conv2D/m);
    expect(lines).toMatch(/^conv: sequences are not compiled: reshape them to images/m);
    expect(lines).toMatch(/^pool: sequences are not compiled: .*2-D layer/m);
    expect(lines).toMatch(/^held: kernelConstraint is not supported: .*weight decay/m);
    const volume = tf.layers.conv3d({
      name: "volume",
      filters: 2,
      kernelSize: 2,
      inputShape: [3, 3, 3, 1],
    });
    expect(told(tf.sequential({ layers: [volume] })).join("\n")).toMatch(
      /^volume: volumes are not compiled: put the depth among the channels/m,
    );
  });

  test("names an input of unknown size, and not what follows from it", () => {
    const input = tf.input({ shape: [null, 8, 1], name: "image" });
    const pooled = tf.layers.maxPooling2d({ poolSize: 2, padding: "same" }).apply(input);
    const odd = conv2d({
      name: "odd",
      filters: 1,
      kernelSize: 3,
      strides: 2,
      dilationRate: 2,
    }).apply(pooled);
    const model = tf.model({ inputs: input, outputs: odd as tf.SymbolicTensor });
    expect(told(model)).toEqual([
      "image: the size of its samples is unknown (? × 8 × 1): give inputShape in numbers",
      "odd: strides and a dilationRate over 1 together are not supported",
    ]);
  });

  test("names every problem of every layer", () => {
    const twice = dense({ name: "twice", units: 6 });
    const model = chain(
      [6, 6, 2],
      conv2d({ name: "conv", filters: 2, kernelSize: 2, kernelConstraint: "unitNorm" }),
      tf.layers.masking({ name: "mask" }),
      tf.layers.masking({ name: "other" }),
      flatten({ name: "flat", dataFormat: "channelsFirst" }),
      dense({ name: "narrow", units: 6, biasConstraint: "nonNeg" }),
      twice,
      twice,
      reshape({ name: "matrix", targetShape: [2, 3] }),
    );
    const recurrent = expect.stringMatching(/^(mask|other): recurrent layers are not compiled: /);
    expect(told(model)).toEqual([
      expect.stringMatching(/^conv: kernelConstraint is not supported: .*weight decay/),
      recurrent,
      recurrent,
      'flat: dataFormat "channelsFirst" is not one of channelsLast',
      expect.stringMatching(/^narrow: biasConstraint is not supported: /),
      "matrix: its output has 2 axes; vectors (1) and images (3) can be compiled",
    ]);
    expect(() => compile(model)).toThrow(
      /^Cannot compile 6 layers: "conv" \(Conv2D\): kernelConstraint is not supported: .*weights small\. "mask" \(Masking\): /,
    );
  });

  test("refuses batch norm along an axis that only happens to have the same number", () => {
    const norm = tf.layers.batchNormalization({ axis: 1 });
    expect(told(chain([1, 1, 5], norm))).toEqual([`${norm.name}: its axis must be the last`]);
  });
});
