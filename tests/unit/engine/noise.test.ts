/** Layers that are random in training: the same numbers on every device, and none outside training. */

import * as tf from "@tensorflow/tfjs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { alphaDropout, dropoutMask, FIRST_NOISE, normalNumbers } from "../../../src/math/philox";
import { SpatialDropout2D } from "../../../src/nets/build/layers/spatial-dropout";
import { chain, gradients, type Net, relativeError } from "./nets";
import { apart, expectSameOnThreads, Trainers, train } from "./pair";
import { GpuPairs, sharedGpu } from "./webgpu/gpu";

const {
  alphaDropout: alpha,
  conv2d,
  dense,
  dropout,
  flatten,
  gaussianDropout,
  gaussianNoise,
} = tf.layers;

const LAYERS: Record<string, () => tf.layers.Layer> = {
  "Gaussian noise": () => gaussianNoise({ stddev: 0.3 }),
  "Gaussian dropout": () => gaussianDropout({ rate: 0.4 }),
  "alpha dropout": () => alpha({ rate: 0.3 }),
  "spatial dropout": () => new SpatialDropout2D({ rate: 0.4 }),
};

/** Two of them, a Dropout between, so that each has a stream of its own. */
const netOf =
  (make: () => tf.layers.Layer, channels: number): Net =>
  () =>
    chain(
      [3, 5, 2],
      conv2d({ filters: channels, kernelSize: 2 }),
      make(),
      dropout({ rate: 0.1 }),
      conv2d({ filters: channels, kernelSize: 1 }),
      make(),
      flatten(),
      dense({ units: 4 }),
    );

const trainers = new Trainers();
let pairs: GpuPairs;
beforeAll(async () => {
  await tf.setBackend("cpu");
  pairs = new GpuPairs(await sharedGpu());
}, 60_000);
afterEach(() => trainers.dispose());
afterAll(() => pairs.dispose());

const BATCH = Uint32Array.of(4, 0, 3);
const CHOICE = { seed: 0xfedcba98 };

describe.each(Object.entries(LAYERS))("%s", (_, make) => {
  test.each([3, 4])("has tfjs's gradients with the same numbers, %d channels", async (channels) => {
    const net = netOf(make, channels);
    const [ours, theirs] = [await trainers.ours(net, CHOICE), await trainers.theirs(net, CHOICE)];
    for (const batch of [Uint32Array.of(2), BATCH]) {
      const expected = await gradients(theirs, batch);
      for (const [index, array] of (await gradients(ours, batch)).entries()) {
        expect(relativeError(array, expected[index]!), `array ${index}`).toBeLessThan(1e-5);
      }
    }
    expect(apart(await train(ours, 4), await train(theirs, 4))).toBeLessThan(1e-5);
  });

  test("is of training alone, and new in each step", async () => {
    const plain = () =>
      chain(
        [3, 5, 2],
        conv2d({ filters: 3, kernelSize: 2 }),
        conv2d({ filters: 3, kernelSize: 1 }),
        flatten(),
        dense({ units: 4 }),
      );
    const [ours, without] = [await trainers.ours(netOf(make, 3)), await trainers.ours(plain)];
    expect(await ours.predict(BATCH)).toEqual(await without.predict(BATCH));
    const losses = new Set<number>();
    for (let step = 0; step < 5; step++) losses.add(await ours.step(BATCH, 0));
    expect(losses.size).toBe(5);
  });

  test("draws on the GPU what it draws on WASM", async () => {
    for (const channels of [3, 4]) {
      const [ours, theirs] = await pairs.both(netOf(make, channels), CHOICE);
      const expected = await gradients(theirs, BATCH);
      for (const [index, array] of (await gradients(ours, BATCH)).entries()) {
        expect(relativeError(array, expected[index]!), `array ${index}`).toBeLessThan(2e-5);
      }
      expect(relativeError(await ours.predict(BATCH), await theirs.predict(BATCH))).toBeLessThan(
        1e-6,
      );
    }
  }, 120_000);

  test("trains to the same bits on 1 to 7 threads", () =>
    expectSameOnThreads(trainers, netOf(make, 3)));
});

test("normal numbers have their moments, and differ by image, step and layer", () => {
  const drawn = normalNumbers(1, 2, FIRST_NOISE, 50, 4001);
  const moment = (power: number) =>
    drawn.reduce((sum, value) => sum + value ** power, 0) / drawn.length;
  // 200,050 numbers: four standard errors.
  expect(Math.abs(moment(1))).toBeLessThan(0.009);
  expect(Math.abs(moment(2) - 1)).toBeLessThan(0.013);
  expect(Math.abs(moment(3))).toBeLessThan(0.035);
  expect(Math.abs(moment(4) - 3)).toBeLessThan(0.09);
  const other = normalNumbers(1, 3, FIRST_NOISE, 1, 8);
  expect(drawn.slice(0, 8)).not.toEqual(other);
  expect(drawn.slice(4001, 4009)).not.toEqual(drawn.slice(0, 8));
  expect(normalNumbers(1, 2, FIRST_NOISE + 1, 1, 8)).not.toEqual(drawn.slice(0, 8));
});

test("alpha dropout keeps mean 0 and variance 1", () => {
  for (const rate of [0.1, 0.5]) {
    const { scale, offset, dropped } = alphaDropout(rate);
    // Of numbers of mean 0 and variance 1.
    const mean = (1 - rate) * offset + rate * dropped;
    const square = (1 - rate) * (scale ** 2 + offset ** 2) + rate * dropped ** 2;
    expect(mean).toBeCloseTo(0, 12);
    expect(square).toBeCloseTo(1, 12);
  }
});

test("spatial dropout keeps or drops a channel whole", async () => {
  const net = () =>
    chain(
      [2, 3, 6],
      new SpatialDropout2D({ rate: 0.5 }),
      flatten(),
      dense({ units: 1, useBias: false }),
    );
  const samples = {
    count: 1,
    inputs: new Float32Array(36).fill(1),
    targets: Float32Array.of(50),
  };
  const trainer = await trainers.ours(net, { seed: 7 }, 1, samples);
  await trainer.step(Uint32Array.of(0), 0);
  const { m } = await trainer.optimizerState();
  const mask = dropoutMask(7, 1, FIRST_NOISE, 1, 6, 0.5);
  expect(Array.from(m, (value) => value !== 0)).toEqual(
    Array.from({ length: 36 }, (_, i) => mask[i % 6]! > 0),
  );
});
