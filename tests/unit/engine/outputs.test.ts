/** Models with several outputs: each has its own loss, and all add up, on every device alike. */

import * as tf from "@tensorflow/tfjs";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { nodeWasmPlatform } from "../../../src/cli/wasm-platform";
import type { LossWeights } from "../../../src/config/loss";
import type { Samples, Trainer } from "../../../src/engine/device";
import { createWasmPredictor } from "../../../src/engine/wasm/predictor";
import { createRng } from "../../../src/math/rng";
import { gradients, type Net, relativeError } from "./nets";
import { apart, Trainers, train, weightsOf } from "./pair";
import { GpuPairs, sharedGpu } from "./webgpu/gpu";

// A GPU in software needs half a second for each kernel, and more on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const { conv2d, dense, flatten } = tf.layers;
const BATCH = Uint32Array.of(4, 0, 3, 1, 2);

/** An image, a probability for each of its pixels, a code and what is made of that, all looked at. */
const net: Net = () => {
  const input = tf.input({ shape: [5, 7, 1], name: "image" });
  const apply = (layer: tf.layers.Layer, tensor: tf.SymbolicTensor) =>
    layer.apply(tensor) as tf.SymbolicTensor;
  const maps = apply(conv2d({ filters: 3, kernelSize: 3, padding: "same" }), input);
  const image = apply(conv2d({ filters: 1, kernelSize: 1, name: "picture" }), maps);
  const mask = apply(
    conv2d({ filters: 2, kernelSize: 3, activation: "sigmoid", name: "mask" }),
    maps,
  );
  const code = apply(dense({ units: 3, name: "code" }), apply(flatten(), maps));
  const sizes = apply(dense({ units: 6, activation: "relu", name: "sizes" }), code);
  return tf.model({ inputs: input, outputs: [image, mask, code, sizes] });
};
const OUTPUT = 35 + 30 + 3 + 6;

const LOSSES: Readonly<Record<string, LossWeights>> = {
  mask: { binaryCrossentropy: 0.5, meanSquaredError: 1 },
  code: { cosineSimilarity: 0.3 },
  sizes: { huber: 2 },
};
const CHOICE = { loss: { meanSquaredError: 1 }, losses: LOSSES };

const floats = (length: number, seed: number): Float32Array => {
  const rng = createRng(seed, "test data");
  return Float32Array.from({ length }, () => rng.float());
};
const TARGETS = floats(12 * OUTPUT, 2);
const SAMPLES: Samples = { count: 12, inputs: floats(12 * 35, 1), targets: TARGETS };

const trainers = new Trainers();
let pairs: GpuPairs;
beforeAll(async () => {
  await tf.setBackend("cpu");
  pairs = new GpuPairs(await sharedGpu());
});
afterEach(() => trainers.dispose());
afterAll(() => pairs.dispose());

const START: Record<string, (choice: object) => Promise<Trainer>> = {
  WASM: (choice) => trainers.ours(net, choice, 2, SAMPLES),
  tfjs: (choice) => trainers.theirs(net, choice, SAMPLES),
  WebGPU: (choice) => pairs.gpu(net, choice, SAMPLES),
};

/** What the losses come to by plain arithmetic, from the outputs. */
function lossOf(outputs: Float32Array): number {
  const terms = { picture: [0, 35], mask: [35, 65], code: [65, 68], sizes: [68, 74] } as const;
  const sums = { picture: 0, mask: 0, code: 0, sizes: 0 };
  for (const [place, sample] of BATCH.entries()) {
    const target = TARGETS.subarray(sample * OUTPUT, (sample + 1) * OUTPUT);
    const row = outputs.subarray(place * OUTPUT, (place + 1) * OUTPUT);
    const mean = ([from, to]: readonly [number, number], each: (y: number, t: number) => number) =>
      Array.from(row.subarray(from, to), (y, i) => each(y, target[from + i]!)).reduce(
        (a, b) => a + b,
      ) /
      (to - from);
    sums.picture += mean(terms.picture, (y, t) => (y - t) ** 2);
    sums.mask += mean(terms.mask, (y, t) => {
      return (y - t) ** 2 - 0.5 * (t * Math.log(y) + (1 - t) * Math.log(1 - y));
    });
    const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
    const [y, t] = [row.subarray(65, 68), target.subarray(65, 68)];
    sums.code += 0.3 * (1 - dot(y, t) / Math.sqrt(dot(y, y) * dot(t, t)));
    sums.sizes += mean(terms.sizes, (y, t) => {
      const off = Math.abs(y - t);
      return 2 * (off < 1 ? 0.5 * off * off : off - 0.5);
    });
  }
  return Object.values(sums).reduce((sum, each) => sum + each) / BATCH.length;
}

test("rows have all outputs, the loss is the sum of theirs, and gradients are tfjs's", async () => {
  const theirs = await START.tfjs!(CHOICE);
  const expected = await gradients(theirs, BATCH);
  const rows = await theirs.predict(BATCH);
  expect(rows).toHaveLength(BATCH.length * OUTPUT);
  expect(await theirs.evaluate(BATCH)).toBeCloseTo(lossOf(rows), 5);
  for (const device of ["WASM", "WebGPU"]) {
    const ours = await START[device]!(CHOICE);
    for (const [index, array] of (await gradients(ours, BATCH)).entries()) {
      expect(relativeError(array, expected[index]!), `${device} ${index}`).toBeLessThan(1e-4);
    }
    expect(relativeError(await ours.predict(BATCH), rows), device).toBeLessThan(1e-5);
    expect((await ours.evaluate(BATCH)) / lossOf(rows), device).toBeCloseTo(1, 5);
  }
});

test("weights of losses weigh", async () => {
  const twice = { ...LOSSES, sizes: { huber: 4 } };
  for (const start of Object.values(START)) {
    const [once, more] = [await start(CHOICE), await start({ ...CHOICE, losses: twice })];
    const rows = await once.predict(BATCH);
    const difference = (await more.evaluate(BATCH)) - (await once.evaluate(BATCH));
    const sizes = BATCH.reduce((sum, sample, place) => {
      const offs = [68, 69, 70, 71, 72, 73].map((at) =>
        Math.abs(rows[place * OUTPUT + at]! - TARGETS[sample * OUTPUT + at]!),
      );
      return sum + offs.reduce((a, off) => a + (off < 1 ? 0.5 * off * off : off - 0.5), 0) / 6;
    }, 0);
    expect(difference).toBeCloseTo((2 * sizes) / BATCH.length, 5);
  }
});

test("they train alike, mirrored images too, and to the same bits on 1 to 7 threads", async () => {
  const choice = { ...CHOICE, flips: true, seed: 3 };
  const theirs = await train(await START.tfjs!(choice), 8);
  for (const device of ["WASM", "WebGPU"]) {
    expect(apart(await train(await START[device]!(choice), 8), theirs), device).toBeLessThan(1e-4);
  }
  const [one, ...more] = await Promise.all(
    [1, 2, 3, 7].map(async (threads) => {
      const trainer = await trainers.ours(net, choice, threads, SAMPLES);
      return { losses: await train(trainer, 5), weights: await weightsOf(trainer) };
    }),
  );
  for (const other of more) expect(other).toEqual(one);
});

test("a predictor gives the same rows", async () => {
  const trainer = await START.WASM!(CHOICE);
  const predictor = await createWasmPredictor(trainer.model, nodeWasmPlatform, { batchSize: 4 });
  const inputs = SAMPLES.inputs.slice(0, 6 * 35);
  const rows = predictor.predict(inputs);
  const six = Uint32Array.from({ length: 6 }, (_, i) => i);
  expect(relativeError(rows, await trainer.predict(six))).toBeLessThan(1e-6);
  predictor.dispose();
});

describe("what does not fit is refused", () => {
  test.each<[string, object, Net?]>([
    ["no output pictures, which has a loss; it has picture", { losses: { pictures: {} } }],
    ["a loss needs at least one term", { losses: { code: {} } }],
    ["needs a model that ends in a sigmoid", { losses: { code: { binaryCrossentropy: 1 } } }],
    [
      "must come of different layers",
      {},
      () => {
        const model = net();
        const [first] = model.outputs;
        return tf.model({ inputs: model.inputs, outputs: [first!, first!] });
      },
    ],
  ])("%s", async (message, change, odd = net) => {
    const choice = { ...CHOICE, losses: {}, ...change };
    await expect(trainers.ours(odd, choice)).rejects.toThrow(message);
    await expect(trainers.theirs(odd, choice)).rejects.toThrow(message);
  });

  test("an output that another layer takes has no cross-entropy: its logits are not its own", async () => {
    const inner: Net = () => {
      const input = tf.input({ shape: [4] });
      const first = dense({ units: 3, activation: "sigmoid", name: "first" }).apply(input);
      const second = dense({ units: 2, name: "second" }).apply(first);
      return tf.model({ inputs: input, outputs: [first, second] as tf.SymbolicTensor[] });
    };
    const choice = { loss: { meanSquaredError: 1 }, losses: { first: { binaryCrossentropy: 1 } } };
    const samples = { count: 12, inputs: floats(48, 1), targets: floats(60, 2) };
    await expect(trainers.ours(inner, choice, 1, samples)).rejects.toThrow("has another use");
    await expect(trainers.theirs(inner, choice, samples)).rejects.toThrow("has another use");
  });

  test("targets are rows of all outputs", async () => {
    const short = { ...SAMPLES, targets: floats(12 * 35, 2) };
    await expect(trainers.ours(net, CHOICE, 1, short)).rejects.toThrow("888 numbers");
    await expect(trainers.theirs(net, CHOICE, short)).rejects.toThrow("888 numbers");
  });
});
