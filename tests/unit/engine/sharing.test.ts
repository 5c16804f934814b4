/** Frozen layers, models within models, and layers that are used more than once, on every device. */

import * as tf from "@tensorflow/tfjs";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { compile } from "../../../src/engine/compile";
import type { Trainer } from "../../../src/engine/device";
import { SGD_DEFAULTS } from "../../../src/engine/optimizer";
import { readModelStatistics, writeModelWeights } from "../../../src/engine/weights";
import { GroupNormalization } from "../../../src/nets/build/layers/group-normalization";
import { chain, gradients, type Net, randomise, relativeError } from "./nets";
import { apart, Trainers, train, weightsOf } from "./pair";
import { GpuPairs, sharedGpu } from "./webgpu/gpu";

// A GPU in software needs half a second for each kernel, and more on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const { add, batchNormalization, conv2d, conv2dTranspose, dense, flatten } = tf.layers;
const { layerNormalization, prelu, reshape, upSampling2d } = tf.layers;
const BATCH = Uint32Array.of(4, 0, 3, 1, 2, 6, 5);
const l2 = () => tf.regularizers.l2({ l2: 0.05 });

function freeze(model: tf.LayersModel, ...names: string[]): tf.LayersModel {
  for (const name of names) model.getLayer(name).trainable = false;
  return model;
}

/** Weights of all kinds, frozen at the beginning, in the middle and between others. */
const layersOf = () =>
  chain(
    [6, 5, 2],
    conv2d({ name: "first", filters: 3, kernelSize: 3, padding: "same", activation: "relu" }),
    batchNormalization({ name: "norm", momentum: 0.7 }),
    conv2d({ name: "second", filters: 4, kernelSize: 3, padding: "same", kernelRegularizer: l2() }),
    upSampling2d({ size: [2, 2] }),
    conv2d({ name: "folded", filters: 2, kernelSize: 3, padding: "same" }),
    conv2dTranspose({ name: "transposed", filters: 2, kernelSize: 3, padding: "same" }),
    flatten(),
    dense({ name: "wide", units: 7 }),
    dense({ name: "end", units: 5 }),
  );

const inner = (name: string, units: number) =>
  tf.sequential({
    name,
    layers: [
      dense({ units: units + 2, inputShape: [units], activation: "relu" }),
      batchNormalization(),
      dense({ units }),
    ],
  });

const NETS: Record<string, Net> = {
  "the first layers frozen": () => freeze(layersOf(), "first", "norm"),
  "layers frozen behind others": () =>
    freeze(layersOf(), "norm", "second", "folded", "transposed", "wide"),
  "all but the first frozen": () =>
    freeze(layersOf(), "norm", "second", "folded", "transposed", "wide", "end"),
  "normalisations and slopes frozen": () =>
    freeze(
      chain(
        [4, 5, 2],
        conv2d({ filters: 4, kernelSize: 3 }),
        layerNormalization({ name: "pixels" }),
        prelu({ name: "shared", sharedAxes: [1, 2] }),
        conv2d({ filters: 4, kernelSize: 2 }),
        new GroupNormalization({ name: "groups", groups: 2 }),
        prelu({ name: "each" }),
        flatten(),
        dense({ units: 3 }),
      ),
      "pixels",
      "shared",
      "groups",
      "each",
    ),
  "a model within a model": () => {
    const input = tf.input({ shape: [6] });
    const code = inner("encoder", 6).apply(dense({ units: 6 }).apply(input));
    const output = inner("decoder", 6).apply(code);
    return tf.model({ inputs: input, outputs: output as tf.SymbolicTensor });
  },
  "a frozen model within a model": () => {
    const input = tf.input({ shape: [6] });
    const encoder = inner("encoder", 6);
    encoder.trainable = false;
    const code = encoder.apply(dense({ units: 6 }).apply(input));
    const output = dense({ units: 6 }).apply(code);
    return tf.model({ inputs: input, outputs: output as tf.SymbolicTensor });
  },
  "an image's model with two inputs of its own": () => {
    const [a, b] = [tf.input({ shape: [4, 4, 2] }), tf.input({ shape: [4, 4, 2] })];
    const both = conv2d({ filters: 2, kernelSize: 3, padding: "same" }).apply(add().apply([a, b]));
    const joined = tf.model({ inputs: [a, b], outputs: both as tf.SymbolicTensor, name: "joined" });
    const input = tf.input({ shape: [4, 4, 2] });
    const left = conv2d({ filters: 2, kernelSize: 1 }).apply(input) as tf.SymbolicTensor;
    return tf.model({ inputs: input, outputs: joined.apply([left, input]) as tf.SymbolicTensor });
  },
  "a dense layer that is used three times": () => {
    const shared = dense({ units: 5, activation: "relu", name: "shared", kernelRegularizer: l2() });
    return chain([5], shared, dense({ units: 5 }), shared, shared, dense({ units: 4 }));
  },
  "a convolution that is used on two images": () => {
    const shared = conv2d({ filters: 2, kernelSize: 3, padding: "same", name: "shared" });
    const input = tf.input({ shape: [5, 4, 2] });
    const once = shared.apply(input) as tf.SymbolicTensor;
    const twice = shared.apply(upSampling2d({ size: [2, 2] }).apply(once)) as tf.SymbolicTensor;
    const first = dense({ units: 3 }).apply(flatten().apply(once)) as tf.SymbolicTensor;
    const second = dense({ units: 3 }).apply(flatten().apply(twice)) as tf.SymbolicTensor;
    return tf.model({ inputs: input, outputs: add().apply([first, second]) as tf.SymbolicTensor });
  },
  "a model within a model that is used twice": () => {
    const shared = tf.sequential({
      name: "shared",
      layers: [dense({ units: 8, inputShape: [4], activation: "sigmoid" }), dense({ units: 4 })],
    });
    return chain([4], shared, dense({ units: 4 }), shared, reshape({ targetShape: [2, 2, 1] }));
  },
  "a frozen layer that is used twice": () => {
    const shared = dense({ units: 5, name: "shared" });
    return freeze(chain([5], dense({ units: 5 }), shared, shared), "shared");
  },
};

const trainers = new Trainers();
let pairs: GpuPairs;
beforeAll(async () => {
  await tf.setBackend("cpu");
  pairs = new GpuPairs(await sharedGpu());
});
afterEach(() => trainers.dispose());
afterAll(() => pairs.dispose());

/** A GPU in software takes seconds for the kernels of a net: these have all that there are. */
const ON_GPU = [
  "layers frozen behind others",
  "normalisations and slopes frozen",
  "a frozen model within a model",
  "a dense layer that is used three times",
];

type Start = (net: Net, choice?: object) => Promise<Trainer>;
const devicesFor = (name: string): [string, Start][] => [
  ["WASM", (net, choice) => trainers.ours(net, choice, 2)],
  ...(ON_GPU.includes(name)
    ? [["WebGPU", (net, choice) => pairs.gpu(net, choice)] satisfies [string, Start]]
    : []),
];

/** The gradient of some weights by differences of the loss, on the reference, in the mode of training. */
async function slopeAlong(net: Net, direction: readonly Float32Array[]): Promise<number> {
  const at = async (distance: number) => {
    const trainer = await trainers.theirs(net, { optimizer: SGD_DEFAULTS });
    const weights = await weightsOf(trainer);
    writeModelWeights(
      trainer.model,
      weights.map((array, i) => array.map((w, j) => w + distance * Math.sign(direction[i]![j]!))),
    );
    await trainer.pushWeights();
    return trainer.step(BATCH, 0);
  };
  return ((await at(1e-3)) - (await at(-1e-3))) / 2e-3;
}

describe.each(Object.entries(NETS))("%s", (name, net) => {
  test("has tfjs's outputs, loss and gradients, and those are its loss's slopes", async () => {
    const theirs = await trainers.theirs(net);
    const expected = await gradients(theirs, BATCH);
    const outputs = await theirs.predict(BATCH);
    const along = expected.flatMap((array) => Array.from(array, Math.abs)).reduce((a, b) => a + b);
    expect((await slopeAlong(net, expected)) / along).toBeCloseTo(1, 1);
    for (const [device, start] of devicesFor(name)) {
      const ours = await start(net);
      const found = await gradients(ours, BATCH);
      expect(found).toHaveLength(expected.length);
      const largest = Math.max(...expected.flatMap((array) => Array.from(array, Math.abs)));
      for (const [index, array] of found.entries()) {
        const off = array.map((value, i) => Math.abs(value - expected[index]![i]!));
        // Relative to all: a bias before batch norm has a gradient of rounding alone.
        expect(Math.max(...off) / largest, `${device} ${index}`).toBeLessThan(1e-4);
      }
      expect(relativeError(await ours.predict(BATCH), outputs), device).toBeLessThan(1e-5);
      expect((await ours.evaluate(BATCH)) / (await theirs.evaluate(BATCH))).toBeCloseTo(1, 5);
    }
  });

  test("trains alike, leaves what is frozen as it is to the bit, and so on 1 to 7 threads", async () => {
    const choice = { optimizer: { ...SGD_DEFAULTS, momentum: 0.5, clipNorm: 2 } };
    const theirs = await train(await trainers.theirs(net, choice), 6, 0.05);
    for (const [device, start] of devicesFor(name)) {
      const trainer = await start(net, choice);
      const before = randomise(net(), 3);
      const frozen = await readModelStatistics(before);
      expect(apart(await train(trainer, 6, 0.05), theirs), device).toBeLessThan(1e-4);
      await trainer.pullWeights();
      const after = await readModelStatistics(trainer.model);
      for (const [index, { name: array }] of before.nonTrainableWeights.entries()) {
        // Moving averages of batch norm that is trained are to move.
        const moves = /moving/.test(array) && !isStill(before, array);
        if (!moves) expect(after[index], `${device} ${array}`).toEqual(frozen[index]);
      }
      const { m } = await trainer.optimizerState();
      expect(m).toHaveLength(
        before.trainableWeights.reduce((sum, { shape }) => sum + product(shape), 0),
      );
    }
    const [one, ...more] = await Promise.all(
      [1, 3, 7].map(async (threads) => {
        const trainer = await trainers.ours(net, choice, threads);
        return { losses: await train(trainer, 4, 0.05), weights: await weightsOf(trainer) };
      }),
    );
    for (const other of more) expect(other).toEqual(one);
  });
});

const product = (shape: tf.Shape) => shape.reduce<number>((all, side) => all * (side ?? 1), 1);

/** Whether an array belongs to a layer that is frozen, or to one in a model that is. */
function isStill(model: tf.LayersModel, name: string, frozen = !model.trainable): boolean {
  return model.layers.some((layer) => {
    const still = frozen || !layer.trainable;
    if (layer instanceof tf.LayersModel) return isStill(layer, name, still);
    return still && layer.weights.some((weight) => weight.name === name);
  });
}

test("a frozen layer's gradient is computed neither for its weights nor where nothing before it is trained", () => {
  const kinds = (net: Net) => compile(net()).parameters.map(({ name }) => name.split("/").at(-1));
  expect(kinds(NETS["all but the first frozen"]!)).toHaveLength(2);
  expect(compile(NETS["a dense layer that is used three times"]!()).copies).toHaveLength(4);
  expect(compile(NETS["a frozen layer that is used twice"]!()).copies).toHaveLength(0);
});

test("a model that is frozen as a whole predicts, and there is nothing to train", async () => {
  const whole: Net = () => {
    const model = layersOf();
    model.trainable = false;
    return model;
  };
  expect(compile(whole()).parameters).toEqual([]);
  for (const start of [trainers.ours(whole), trainers.theirs(whole), pairs.gpu(whole)]) {
    await expect(start).rejects.toThrow("All of the model's layers are frozen");
  }
});

test("batch norm that is used twice is refused, unless it is frozen", () => {
  const norm = batchNormalization({ name: "norm" });
  const model = chain([5], dense({ units: 5 }), norm, dense({ units: 5 }), norm);
  expect(() => compile(model)).toThrow("its moving averages would follow two inputs");
  norm.trainable = false;
  expect(() => compile(model)).not.toThrow();
});
