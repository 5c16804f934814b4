/** Every device refuses the same arguments, in the same words. */

import * as tf from "@tensorflow/tfjs";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { nodeWasmPlatform } from "../../../src/cli/wasm-platform";
import type { LossWeights } from "../../../src/config/loss";
import type { Trainer, TrainerOptions } from "../../../src/engine/device";
import type { WebgpuPlatform } from "../../../src/engine/gpu";
import {
  ADAM_DEFAULTS,
  type OptimizerState,
  RMSPROP_DEFAULTS,
  SGD_DEFAULTS,
} from "../../../src/engine/optimizer";
import { createTfjsTrainer } from "../../../src/engine/tfjs/trainer";
import { measurePeak } from "../../../src/engine/wasm/peak";
import { createWasmPredictor } from "../../../src/engine/wasm/predictor";
import { createWasmTrainer } from "../../../src/engine/wasm/trainer";
import { createWebgpuTrainer } from "../../../src/engine/webgpu/trainer";
import { chain, gradients, type Net, randomise, relativeError, samplesFor } from "./nets";
import { complete } from "./pair";
import { sharedGpu } from "./webgpu/gpu";

// A GPU in software needs half a second for each kernel, and more on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const { activation, conv2d, dense, dropout, flatten, reshape } = tf.layers;

let gpu: WebgpuPlatform;
beforeAll(async () => {
  await tf.setBackend("cpu");
  gpu = await sharedGpu();
});

const started: Trainer[] = [];
afterEach(() => {
  for (const trainer of started.splice(0)) trainer.dispose();
});

type Make = (model: tf.LayersModel, options: TrainerOptions) => Promise<Trainer>;
const DEVICES: Readonly<Record<string, Make>> = {
  wasm: (model, options) => createWasmTrainer(model, options, nodeWasmPlatform, 2),
  webgpu: (model, options) => createWebgpuTrainer(model, options, gpu),
  tfjs: (model, options) => createTfjsTrainer(model, options, "cpu"),
};

const vector: Net = () => chain([4], dense({ units: 4, activation: "sigmoid" }));
const image: Net = () => chain([12, 12, 1], conv2d({ filters: 1, kernelSize: 3, padding: "same" }));

async function start(
  make: Make,
  net: Net = vector,
  change: Partial<TrainerOptions> = {},
): Promise<Trainer> {
  const trainer = await make(randomise(net(), 3), { ...complete({}), ...change });
  started.push(trainer);
  return trainer;
}

async function ready(make: Make, net: Net = vector, change: Partial<TrainerOptions> = {}) {
  const trainer = await start(make, net, change);
  await trainer.setSamples(samplesFor(trainer.model, 12, 11));
  return trainer;
}

const OPTIONS: readonly [string, Partial<TrainerOptions>, Net?][] = [
  ["The batch size must be a whole number from 1 on, not 1.5.", { batchSize: 1.5 }],
  ["The batch size must be a whole number from 1 on, not 0.", { batchSize: 0 }],
  ["The batch size must be a whole number from 1 on, not NaN.", { batchSize: Number.NaN }],
  ["The seed must be a whole number from 0 to 4294967295, not -1.", { seed: -1 }],
  ["The seed must be a whole number from 0 to 4294967295, not 4294967296.", { seed: 2 ** 32 }],
  [
    "The learning rate must be a number from 0 on, not -1.",
    { optimizer: { ...ADAM_DEFAULTS, learningRate: -1 } },
  ],
  [
    "The learning rate must be a number from 0 on, not NaN.",
    { optimizer: { ...ADAM_DEFAULTS, learningRate: Number.NaN } },
  ],
  [
    "The beta1 must be a number from 0 to below 1, not 1.",
    { optimizer: { ...ADAM_DEFAULTS, beta1: 1 } },
  ],
  [
    "The beta2 must be a number from 0 to below 1, not -0.1.",
    { optimizer: { ...ADAM_DEFAULTS, beta2: -0.1 } },
  ],
  ["The epsilon must be a number over 0, not 0.", { optimizer: { ...ADAM_DEFAULTS, epsilon: 0 } }],
  [
    "The weight decay must be a number from 0 on, not Infinity.",
    { optimizer: { ...ADAM_DEFAULTS, weightDecay: Number.POSITIVE_INFINITY } },
  ],
  [
    "The limit of the gradient's norm must be null or a number over 0, not 0.",
    { optimizer: { ...ADAM_DEFAULTS, clipNorm: 0 } },
  ],
  [
    "The momentum must be a number from 0 to below 1, not 1.",
    { optimizer: { ...SGD_DEFAULTS, momentum: 1 } },
  ],
  [
    "The rho must be a number from 0 to below 1, not NaN.",
    { optimizer: { ...RMSPROP_DEFAULTS, rho: Number.NaN } },
  ],
  ["Flips mirror images, but the model's input is a vector.", { flips: true }],
  [
    'There is no loss "hinge"; there are binaryCrossentropy, meanSquaredError, meanAbsoluteError, ssimUniform, ssimGaussian, ssimWriteup, huber, cosineSimilarity, categoricalCrossentropy.',
    { loss: { hinge: 1 } as LossWeights },
  ],
  ["a loss needs at least one term", { loss: {} }],
  [
    "ssimGaussian needs images of at least 7 × 7 pixels, but the model's output is 1 × 1 × 4",
    { loss: { ssimGaussian: 1 } },
  ],
  [
    "Binary cross-entropy needs a model that ends in a sigmoid, but its last layer plain (Dense) does not. " +
      'Give that layer activation "sigmoid", or train with meanSquaredError.',
    { loss: { binaryCrossentropy: 1 } },
    () => chain([4], dense({ name: "plain", units: 4 }), reshape({ targetShape: [2, 2, 1] })),
  ],
  [
    "Binary cross-entropy needs a model that ends in a sigmoid, but its last layer mask (Dropout) does not. " +
      'Give that layer activation "sigmoid", or train with meanSquaredError.',
    { loss: { binaryCrossentropy: 1 } },
    () =>
      chain([4], dense({ units: 4, activation: "sigmoid" }), dropout({ name: "mask", rate: 0 })),
  ],
];

const RATES = [-1, Number.NaN, Number.POSITIVE_INFINITY];

describe.each(Object.entries(DEVICES))("%s", (_, make) => {
  test.each(OPTIONS)("%s", async (message, change, net) => {
    await expect(start(make, net, change)).rejects.toThrow(message);
  });

  test("refuses samples that do not fit, and goes on with those before", async () => {
    const trainer = await ready(make);
    const before = await trainer.evaluate(Uint32Array.of(0, 5));
    const inputs = new Float32Array(8);
    for (const [samples, message] of [
      [{ count: 3, inputs }, "The inputs of 3 samples are 12 numbers, but 8 were given."],
      [{ count: 0, inputs }, "The number of samples must be a whole number from 1 on, not 0."],
      [{ count: 1.5, inputs }, "The number of samples must be a whole number from 1 on, not 1.5."],
      [{ count: 2, inputs, targets: inputs }, "keeps to samples with targets, or without"],
    ] as const) {
      await expect(trainer.setSamples(samples)).rejects.toThrow(message);
    }
    expect(await trainer.evaluate(Uint32Array.of(0, 5))).toBe(before);
    const odd = await start(make, () => chain([4], dense({ units: 3 })));
    await expect(odd.setSamples({ count: 2, inputs })).rejects.toThrow(
      "A model whose output is not as large as its input needs targets.",
    );
    await expect(
      odd.setSamples({ count: 2, inputs, targets: new Float32Array(7) }),
    ).rejects.toThrow("The targets of 2 samples are 6 numbers, but 7 were given.");
  });

  test("refuses steps, rates and samples that are not there", async () => {
    const trainer = await ready(make);
    const state = await trainer.optimizerState();
    const step = (indices: Uint32Array, rate?: number) => trainer.step(indices, rate);
    await expect(step(new Uint32Array(0))).rejects.toThrow("1 to 8 samples, not 0.");
    await expect(step(new Uint32Array(9))).rejects.toThrow("1 to 8 samples, not 9.");
    const missing = "There is no sample 12 of 12, counted from 0.";
    const twelfth = Uint32Array.of(3, 12);
    await expect(step(twelfth)).rejects.toThrow(missing);
    await expect(trainer.evaluate(twelfth)).rejects.toThrow(missing);
    await expect(trainer.predict(twelfth)).rejects.toThrow(missing);
    await expect(trainer.evaluate(new Uint32Array(0))).rejects.toThrow("no sample to evaluate");
    expect(await trainer.predict(new Uint32Array(0))).toEqual(new Float32Array(0));
    for (const rate of RATES) {
      const message = `The learning rate must be a number from 0 on, not ${rate}.`;
      await expect(step(Uint32Array.of(0), rate)).rejects.toThrow(message);
      await expect(
        trainer.steps?.(Uint32Array.of(0), [rate]) ?? step(Uint32Array.of(0), rate),
      ).rejects.toThrow(message);
    }
    if (trainer.steps) {
      const nine = Uint32Array.from({ length: 9 }, (_, i) => i);
      await expect(trainer.steps(nine, [1])).rejects.toThrow(
        "9 samples are 2 steps, but there are 1 learning rates.",
      );
      await expect(trainer.steps(twelfth, [1])).rejects.toThrow(missing);
    }
    // None of them counts as taken.
    expect(await trainer.optimizerState()).toEqual(state);
  });

  test("refuses a state of the optimiser that does not fit", async () => {
    const trainer = await ready(make);
    const state = await trainer.optimizerState();
    for (const [change, message] of [
      [{ m: state.m.slice(1) }, "state has 19 numbers, but the model has 20 weights"],
      [{ v: state.v.slice(2) }, "state has 18 numbers, but the model has 20 weights"],
      [{ step: -1 }, "The number of steps taken must be a whole number from 0 on, not -1."],
      [{ step: 0.5 }, "The number of steps taken must be a whole number from 0 on, not 0.5."],
    ] as [Partial<OptimizerState>, string][]) {
      await expect(trainer.setOptimizerState({ ...state, ...change })).rejects.toThrow(message);
    }
    expect(await trainer.optimizerState()).toEqual(state);
  });

  test("refuses every call before there are samples, and every call after it is disposed of", async () => {
    const trainer = await start(make, image);
    const some = Uint32Array.of(0);
    const calls = (each: Trainer) => ({
      step: () => each.step(some),
      ...(each.steps ? { steps: () => each.steps!(some, [0.1]) } : {}),
      ...(each.score ? { score: () => each.score!(some) } : {}),
      evaluate: () => each.evaluate(some),
      predict: () => each.predict(some),
    });
    for (const [name, call] of Object.entries(calls(trainer))) {
      await expect(call(), name).rejects.toThrow("setSamples must be called first.");
    }
    const samples = samplesFor(trainer.model, 2, 11);
    await trainer.setSamples(samples);
    const state = await trainer.optimizerState();
    for (const call of Object.values(calls(trainer))) await call();
    trainer.dispose();
    for (const [name, call] of Object.entries({
      ...calls(trainer),
      setSamples: () => trainer.setSamples(samples),
      setKept: async () => trainer.setKept(1),
      pullWeights: () => trainer.pullWeights(),
      pushWeights: () => trainer.pushWeights(),
      optimizerState: () => trainer.optimizerState(),
      setOptimizerState: () => trainer.setOptimizerState(state),
    })) {
      await expect(call(), name).rejects.toThrow("The trainer has been disposed of.");
    }
    expect(() => trainer.dispose()).not.toThrow();
  });
});

/** Nets that end in a sigmoid, and in layers that give its numbers another shape alone. */
const SHAPED: Readonly<Record<string, Net>> = {
  "a reshape": () =>
    chain([4], dense({ units: 4, activation: "sigmoid" }), reshape({ targetShape: [2, 2, 1] })),
  "a sigmoid of its own, then two reshapes and a linear activation": () =>
    chain(
      [2, 2, 1],
      conv2d({ filters: 2, kernelSize: 1 }),
      activation({ activation: "sigmoid" }),
      flatten(),
      reshape({ targetShape: [2, 1, 4] }),
      activation({ activation: "linear" }),
    ),
};

test.each(Object.entries(SHAPED))(
  "cross-entropy before %s is the same on all devices",
  async (_, net) => {
    const loss = { binaryCrossentropy: 1 };
    const [ours, ...others] = await Promise.all(
      Object.values(DEVICES).map((make) => ready(make, net, { loss })),
    );
    const batch = Uint32Array.of(4, 0, 7);
    const [losses, outputs] = [await ours!.evaluate(batch), await ours!.predict(batch)];
    expect(Math.min(...outputs)).toBeGreaterThan(0);
    const slopes = await gradients(ours!, batch);
    for (const other of others) {
      expect(await other.evaluate(batch)).toBeCloseTo(losses, 5);
      expect(relativeError(await other.predict(batch), outputs)).toBeLessThan(1e-5);
      for (const [index, slope] of (await gradients(other, batch)).entries()) {
        expect(relativeError(slope, slopes[index]!)).toBeLessThan(1e-4);
      }
    }
  },
);

test("tfjs takes the sigmoid off the last of a model within the model, but off no layer used twice", async () => {
  const loss = { binaryCrossentropy: 1 };
  const inner = () =>
    tf.sequential({ layers: [dense({ units: 4, activation: "sigmoid", inputShape: [3] })] });
  const nested = () => tf.sequential({ layers: [dense({ units: 3, inputShape: [4] }), inner()] });
  const trainer = await ready(DEVICES.tfjs!, nested, { loss });
  const outputs = await trainer.predict(Uint32Array.of(1));
  expect(Math.max(...outputs)).toBeLessThan(1);
  expect(Math.min(...outputs)).toBeGreaterThan(0);
  const twice = dense({ name: "twice", units: 4, activation: "sigmoid" });
  await expect(start(DEVICES.tfjs!, () => chain([4], twice, twice), { loss })).rejects.toThrow(
    "has another use: give twice no sigmoid",
  );
});

test.each([0, -1, 1.5, 65, Number.NaN])("%d threads are refused", async (threads) => {
  const message = `The number of threads must be a whole number from 1 to 64, not ${threads}.`;
  const model = vector();
  const alone = { ...nodeWasmPlatform, canShareMemory: false };
  for (const platform of [nodeWasmPlatform, alone]) {
    const trainer = createWasmTrainer(model, complete({}), platform, threads);
    await expect(trainer).rejects.toThrow(message);
    await expect(createWasmPredictor(model, platform, { threads })).rejects.toThrow(message);
  }
  await expect(measurePeak(nodeWasmPlatform, threads, 0)).rejects.toThrow(message);
});

test("a predictor refuses batches of no size, and every call after it is disposed of", async () => {
  const model = vector();
  for (const batchSize of [0, 2.5]) {
    await expect(createWasmPredictor(model, nodeWasmPlatform, { batchSize })).rejects.toThrow(
      `The batch size must be a whole number from 1 on, not ${batchSize}.`,
    );
  }
  const predictor = await createWasmPredictor(model, nodeWasmPlatform, { threads: 2 });
  predictor.dispose();
  for (const call of [
    () => predictor.predict(new Float32Array(4)),
    () => predictor.setWeights([], []),
    () => predictor.setKept(1),
  ]) {
    expect(call).toThrow("The predictor has been disposed of.");
  }
});
