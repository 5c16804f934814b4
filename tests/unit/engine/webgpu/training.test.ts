import * as tf from "@tensorflow/tfjs";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { Trainer } from "../../../../src/engine/device";
import {
  readModelStatistics,
  readModelWeights,
  writeModelStatistics,
  writeModelWeights,
} from "../../../../src/engine/weights";
import { dropoutMask, flipsOf, truncationsOf } from "../../../../src/math/philox";
import { Clamp } from "../../../../src/nets/build/layers/clamp";
import { NestedDropout } from "../../../../src/nets/build/layers/nested-dropout";
import { chain, type Net, relativeError } from "../nets";
import { apart, train, weightsOf } from "../pair";
import { GpuPairs, sharedGpu } from "./gpu";

// A GPU in software needs half a second for each kernel, and more on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const { batchNormalization, conv2d, dense, dropout, flatten, reshape } = tf.layers;

let pairs: GpuPairs;
beforeAll(async () => {
  await tf.setBackend("cpu");
  pairs = new GpuPairs(await sharedGpu());
});
afterEach(() => pairs.dispose());

/** Everything that changes from step to step: flips, masks, truncations and moving averages. */
const everything: Net = () =>
  chain(
    [5, 6, 2],
    conv2d({ filters: 4, kernelSize: 3, padding: "same", activation: "relu" }),
    batchNormalization({ momentum: 0.8 }),
    dropout({ rate: 0.2 }),
    flatten(),
    dense({ units: 8 }),
    new NestedDropout(),
    dropout({ rate: 0.1 }),
    dense({
      units: 60,
      activation: "sigmoid",
      kernelRegularizer: tf.regularizers.l2({ l2: 1e-3 }),
    }),
    reshape({ targetShape: [5, 6, 2] }),
  );
const choice = {
  loss: { binaryCrossentropy: 1 },
  flips: true,
  seed: 4_000_000_000,
  adam: { weightDecay: 0.1, clipNorm: 0.3 },
};

/** The steps of `train`, in calls of several: batches of one call are all full but the last. */
async function trainInCalls(trainer: Trainer, steps: number): Promise<number[]> {
  const { batchSize } = trainer.options;
  const indices = Uint32Array.from({ length: steps * batchSize - 3 }, (_, i) => (i * 5) % 12);
  const rates = Array.from({ length: steps }, (_, i) => 0.01 / (1 + i));
  if (trainer.steps) return Array.from(await trainer.steps(indices, rates));
  const losses: number[] = [];
  for (const [i, rate] of rates.entries()) {
    const batch = indices.subarray(i * batchSize, (i + 1) * batchSize);
    losses.push(await trainer.step(batch, rate));
  }
  return losses;
}

describe("100 steps of a net with all that is random", () => {
  test("stay within 1e-3 of the WASM device's, in losses, weights and moving averages", async () => {
    const [ours, theirs] = await pairs.both(everything, choice);
    // 20 steps one by one, of batches of three sizes, and 80 in one call.
    const losses = [...(await train(ours, 20)), ...(await trainInCalls(ours, 80))];
    const expected = [...(await train(theirs, 20)), ...(await trainInCalls(theirs, 80))];
    expect(apart(losses, expected)).toBeLessThan(1e-3);
    expect(losses.at(-1)).toBeLessThan(losses[0]!);
    const [a, b] = [await weightsOf(ours), await weightsOf(theirs)];
    for (const [index, weights] of b.entries()) {
      expect(relativeError(a[index]!, weights), `array ${index}`).toBeLessThan(1e-3);
    }
    const [x, y] = [await readModelStatistics(ours.model), await readModelStatistics(theirs.model)];
    for (const [index, values] of y.entries()) {
      expect(relativeError(x[index]!, values), `statistic ${index}`).toBeLessThan(1e-3);
    }
    const all = Uint32Array.from({ length: 12 }, (_, i) => i);
    expect((await ours.evaluate(all)) / (await theirs.evaluate(all))).toBeCloseTo(1, 3);
    ours.setKept(3);
    theirs.setKept(3);
    expect(relativeError(await ours.predict(all), await theirs.predict(all))).toBeLessThan(1e-3);
  });

  test("give the same bits again, and in calls of any length", async () => {
    const run = async (calls: readonly number[]) => {
      const trainer = await pairs.gpu(everything, choice);
      const { batchSize } = trainer.options;
      const losses: number[] = [];
      let done = 0;
      for (const steps of calls) {
        const length = steps * batchSize;
        const indices = Uint32Array.from({ length }, (_, i) => ((done * batchSize + i) * 5) % 12);
        losses.push(...(await trainer.steps(indices, Array(steps).fill(0.01))));
        done += steps;
      }
      return { losses, weights: await weightsOf(trainer) };
    };
    const once = await run([12]);
    expect(await run([12])).toEqual(once);
    expect(await run([1, 4, 7])).toEqual(once);
  });

  test("go on from a saved state to the same bits", async () => {
    const whole = await pairs.gpu(everything, choice);
    await train(whole, 5);
    const resumed = await pairs.gpu(everything, choice);
    writeModelWeights(resumed.model, await weightsOf(whole));
    writeModelStatistics(resumed.model, await readModelStatistics(whole.model));
    await resumed.pushWeights();
    await resumed.setOptimizerState(await whole.optimizerState());
    expect(await train(resumed, 4)).toEqual(await train(whole, 4));
    expect(await weightsOf(resumed)).toEqual(await weightsOf(whole));
  });
});

describe("random numbers are those of math/philox.ts, to the bit", () => {
  /** Adam's first moment of a kernel of one column: 0 where its inputs were. */
  async function passed(net: Net, width: number, step: number, seed: number): Promise<boolean[]> {
    const samples = {
      count: 1,
      inputs: Float32Array.from({ length: width }, () => 1),
      targets: Float32Array.of(50),
    };
    const trainer = await pairs.gpu(net, { seed, batchSize: 1 }, samples);
    const { m, v } = await trainer.optimizerState();
    await trainer.setOptimizerState({ step: step - 1, m, v });
    await trainer.step(Uint32Array.of(0), 0);
    return Array.from((await trainer.optimizerState()).m, (value) => value !== 0);
  }

  test.each([600, 7])("dropout of %d numbers", async (width) => {
    const net = () => chain([width], dropout({ rate: 0.3 }), dense({ units: 1, useBias: false }));
    for (const [step, seed] of [
      [1, 17],
      [70_001, 0xfedcba98],
    ] as const) {
      const mask = dropoutMask(seed, step, 0, 1, width, 0.3);
      expect(await passed(net, width, step, seed)).toEqual(Array.from(mask, (f) => f > 0));
    }
  });

  test("truncations", async () => {
    const net = () => chain([90], new NestedDropout(), dense({ units: 1, useBias: false }));
    const evenTo = new NestedDropout().getConfig().evenTo as number;
    for (const step of [1, 2, 3, 40]) {
      const [kept] = truncationsOf(5, step, 1, 90, evenTo);
      const expected = Array.from({ length: 90 }, (_, i) => i < kept!);
      expect(await passed(net, 90, step, 5)).toEqual(expected);
    }
  });

  test("flips", async () => {
    // One weight a pixel: its gradient tells the pixel.
    const net = () => chain([1, 5, 1], flatten(), dense({ units: 1, useBias: false }));
    const samples = {
      count: 1,
      inputs: Uint8Array.of(51, 102, 153, 204, 255),
      targets: Float32Array.of(9),
    };
    const trainer = await pairs.gpu(net, { seed: 5, flips: true, batchSize: 1 }, samples);
    const seen = new Set<boolean>();
    for (let step = 1; step <= 6; step++) {
      const before = await trainer.optimizerState();
      await trainer.step(Uint32Array.of(0), 0);
      const { m } = await trainer.optimizerState();
      const slopes = Array.from(m, (value, i) => (value - 0.9 * before.m[i]!) / -0.1);
      const mirrored = slopes[0]! > slopes[4]!;
      expect(mirrored).toBe(flipsOf(5, step, 1)[0]);
      seen.add(mirrored);
    }
    expect(seen.size).toBe(2);
  });
});

test("takes other samples, of bytes or floats, and keeps what it has learnt", async () => {
  const [ours, theirs] = await pairs.both(() => chain([6], dense({ units: 6 })));
  for (const trainer of [ours, theirs]) await train(trainer, 3);
  const inputs = Uint8Array.from({ length: 30 * 6 }, (_, i) => (i * 37) % 256);
  for (const trainer of [ours, theirs]) await trainer.setSamples({ count: 30, inputs });
  expect(apart(await train(ours, 3), await train(theirs, 3))).toBeLessThan(1e-4);
  const weights = await readModelWeights(ours.model);
  expect(weights.every((array) => array.every(Number.isFinite))).toBe(true);
});

// A GPU's max and clamp make a NaN a number: the run of a net that is broken would go on.
test.each([
  ["ReLU", () => chain([4], dense({ units: 4, activation: "relu" }))],
  ["ELU", () => chain([4], dense({ units: 4, activation: "elu" }))],
  ["a clamp", () => chain([4], dense({ units: 4 }), new Clamp())],
])("weights that are no numbers leave no loss behind %s", async (_, net) => {
  const trainer = await pairs.gpu(net);
  const [kernel, ...others] = await readModelWeights(trainer.model);
  writeModelWeights(trainer.model, [kernel!.fill(Number.NaN), ...others]);
  await trainer.pushWeights();
  expect(await trainer.evaluate(Uint32Array.of(0, 1, 2))).toBeNaN();
});
