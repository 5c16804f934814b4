import * as tf from "@tensorflow/tfjs";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Trainer } from "../../../src/engine/device";
import { writeModelWeights } from "../../../src/engine/weights";
import { dropoutMask, flipsOf } from "../../../src/math/philox";
import { NestedDropout } from "../../../src/nets/build/layers/nested-dropout";
import { chain, type Net, relativeError } from "./nets";
import { apart, batchOf, SAMPLES, Trainers, train, weightsOf } from "./pair";

const trainers = new Trainers();
afterEach(() => trainers.dispose());
beforeAll(async () => {
  await tf.setBackend("cpu");
});

const { conv2d, dense, dropout, flatten, reshape } = tf.layers;
const DEVICES = ["ours", "theirs"] as const;

/** Not symmetric, so that mirrored images differ. */
const autoencoder: Net = () =>
  chain(
    [5, 6, 2],
    conv2d({ filters: 3, kernelSize: 3, padding: "same", activation: "relu" }),
    flatten(),
    dense({ units: 8 }),
    dense({ units: 60 }),
    reshape({ targetShape: [5, 6, 2] }),
  );

/** Images in, and out: larger images, or a vector. */
const enlarger: Net = () =>
  chain([4, 5, 1], tf.layers.upSampling2d({ size: [2, 2] }), conv2d({ filters: 1, kernelSize: 3 }));
const classifier: Net = () =>
  chain([4, 5, 1], conv2d({ filters: 2, kernelSize: 3 }), flatten(), dense({ units: 3 }));

describe("flips", () => {
  test.each<[string, Net]>([
    ["an autoencoder", autoencoder],
    ["images to larger images", enlarger],
    ["images to vectors", classifier],
  ])("are the same on both devices and any number of threads: %s", async (_, net) => {
    const choice = { flips: true, seed: 5 };
    const expected = await train(await trainers.theirs(net, choice), 9);
    for (const threads of [1, 2, 4]) {
      const losses = await train(await trainers.ours(net, choice, threads), 9);
      expect(apart(losses, expected)).toBeLessThan(1e-4);
    }
    expect(apart(await train(await trainers.ours(net), 9), expected)).toBeGreaterThan(1e-3);
  });

  test("mirror bytes as well as floats", async () => {
    const inputs = Uint8Array.from({ length: SAMPLES * 60 }, (_, i) => (i * 37) % 256);
    const samples = { count: SAMPLES, inputs };
    const choice = { flips: true, seed: 6 };
    const [a, b] = [
      await trainers.ours(autoencoder, choice, 2, samples),
      await trainers.theirs(autoencoder, choice, samples),
    ];
    expect(apart(await train(a, 6), await train(b, 6))).toBeLessThan(1e-4);
  });

  test.each(DEVICES)(
    "are of training alone, and new for each step and seed (%s)",
    async (device) => {
      const [flipped, plain] = [
        await trainers[device](autoencoder, { flips: true, seed: 1 }),
        await trainers[device](autoencoder),
      ];
      const batch = batchOf(0);
      expect(await flipped.evaluate(batch)).toBe(await plain.evaluate(batch));
      expect(await flipped.predict(batch)).toEqual(await plain.predict(batch));
      const losses = new Set<number>();
      const patterns = new Set<string>();
      for (let step = 1; step <= 6; step++) {
        losses.add(await flipped.step(batch, 0));
        patterns.add(flipsOf(1, step, batch.length).join());
      }
      expect(patterns.size).toBeGreaterThan(3);
      expect(losses.size).toBe(patterns.size);
      const other = await trainers[device](autoencoder, { flips: true, seed: 2 });
      expect(losses.has(await other.step(batch, 0))).toBe(false);
    },
  );

  test.each(DEVICES)("of vectors are refused (%s)", async (device) => {
    const attempt = trainers[device](() => chain([4], dense({ units: 4 })), { flips: true });
    await expect(attempt).rejects.toThrow("input is a vector");
  });
});

/** The gradient of a kernel is 0 where its input was dropped. */
const sieve: Net = () => chain([600], dropout({ rate: 0.3 }), dense({ units: 1, useBias: false }));

/** Which numbers of an input of ones pass the sieve in one step, for each of three images. */
async function passed(trainer: Trainer): Promise<boolean[]> {
  const before = await trainer.optimizerState();
  await trainer.step(Uint32Array.of(0, 1, 2), 0);
  const { m } = await trainer.optimizerState();
  return Array.from(m, (value, i) => value !== 0.9 * before.m[i]! && value !== 0);
}

/** Image i has ones in its own third of the numbers. */
const thirds = {
  count: 3,
  inputs: Float32Array.from({ length: 1800 }, (_, i) =>
    Math.floor((i % 600) / 200) === Math.floor(i / 600) ? 1 : 0,
  ),
  targets: Float32Array.of(50, 60, 70),
};

describe("dropout", () => {
  test.each(DEVICES)("draws the mask of seed, step and image (%s)", async (device) => {
    const make = () =>
      device === "ours"
        ? trainers.ours(sieve, { seed: 17 }, 2, thirds)
        : trainers.theirs(sieve, { seed: 17 }, thirds);
    for (const step of [1, 2, 3]) {
      const trainer = await make();
      const { m, v } = await trainer.optimizerState();
      await trainer.setOptimizerState({ step: step - 1, m, v });
      const mask = dropoutMask(17, step, 0, 3, 600, 0.3);
      const expected = Array.from(
        { length: 600 },
        (_, i) => mask[Math.floor(i / 200) * 600 + i]! > 0,
      );
      expect(await passed(trainer)).toEqual(expected);
    }
  });

  test.each(DEVICES)("is of training alone, and new for each step (%s)", async (device) => {
    const net = () =>
      chain([20], dense({ units: 30 }), dropout({ rate: 0.5 }), dense({ units: 20 }));
    const plain = () => chain([20], dense({ units: 30 }), dense({ units: 20 }));
    const [trainer, without] = [await trainers[device](net), await trainers[device](plain)];
    const batch = batchOf(0);
    expect(await trainer.evaluate(batch)).toBe(await without.evaluate(batch));
    expect(await trainer.predict(batch)).toEqual(await without.predict(batch));
    const losses = new Set<number>();
    for (let step = 0; step < 6; step++) losses.add(await trainer.step(batch, 0));
    expect(losses.size).toBe(6);
  });

  test("in a model within a model keeps its number on the tfjs device", async () => {
    const inner = () => chain([8], dense({ units: 16 }), dropout({ rate: 0.4 }));
    const outer = () => {
      const model = inner();
      const input = tf.input({ shape: [8] });
      const dropped = dropout({ rate: 0.2 }).apply(input) as tf.SymbolicTensor;
      const output = dense({ units: 8 }).apply(model.apply(dropped) as tf.SymbolicTensor);
      return tf.model({ inputs: input, outputs: output as tf.SymbolicTensor });
    };
    const flat = () =>
      chain(
        [8],
        dropout({ rate: 0.2 }),
        dense({ units: 16 }),
        dropout({ rate: 0.4 }),
        dense({ units: 8 }),
      );
    const [nested, expected] = [await trainers.theirs(outer), await trainers.theirs(flat)];
    expect(await train(nested, 5)).toEqual(await train(expected, 5));
  });
});

/** All that is random at once. */
const everything: Net = () =>
  chain(
    [5, 6, 2],
    conv2d({ filters: 3, kernelSize: 3, padding: "same", activation: "relu" }),
    dropout({ rate: 0.2 }),
    flatten(),
    dense({ units: 8 }),
    new NestedDropout({ evenTo: 3 }),
    dropout({ rate: 0.1 }),
    dense({ units: 60 }),
    reshape({ targetShape: [5, 6, 2] }),
  );

test.each(DEVICES)("a resumed training draws on as one that never stopped (%s)", async (device) => {
  const choice = { flips: true, seed: 4_000_000_000 };
  const whole = await trainers[device](everything, choice);
  await train(whole, 5);
  const resumed = await trainers[device](everything, choice);
  writeModelWeights(resumed.model, await weightsOf(whole));
  await resumed.pushWeights();
  await resumed.setOptimizerState(await whole.optimizerState());
  expect(await train(resumed, 4)).toEqual(await train(whole, 4));
});

test("all of it together follows tfjs for 10 steps, to the same bits on 1, 2 and 4 threads", async () => {
  const choice = { flips: true, seed: 3 };
  const expected = await train(await trainers.theirs(everything, choice), 10);
  const [one, ...more] = await Promise.all(
    [1, 2, 4].map(async (threads) => {
      const trainer = await trainers.ours(everything, choice, threads);
      return { losses: await train(trainer, 10), weights: await weightsOf(trainer) };
    }),
  );
  expect(apart(one!.losses, expected)).toBeLessThan(1e-4);
  for (const other of more) expect(other).toEqual(one);
});

describe("setKept", () => {
  const batch = Uint32Array.of(0, 5, 7);
  const nested = (kept: number | null) => () =>
    chain([10], dense({ units: 6 }), new NestedDropout({ kept }), dense({ units: 10 }));

  test.each(DEVICES)(
    "keeps so many numbers in predictions and evaluations (%s)",
    async (device) => {
      const trainer = await trainers[device](nested(null));
      for (const kept of [0, 1, 4, 6, 9, null]) {
        const other = await trainers.theirs(nested(kept));
        trainer.setKept(kept);
        expect(
          relativeError(await trainer.predict(batch), await other.predict(batch)),
        ).toBeLessThan(1e-5);
        expect(await trainer.evaluate(batch)).toBeCloseTo(await other.evaluate(batch), 5);
      }
    },
  );

  test.each(DEVICES)("starts from what the layer says (%s)", async (device) => {
    const [trainer, all] = [
      await trainers[device](nested(2)),
      await trainers[device](nested(null)),
    ];
    const whole = await all.predict(batch);
    expect(await trainer.predict(batch)).not.toEqual(whole);
    trainer.setKept(null);
    expect(await trainer.predict(batch)).toEqual(whole);
  });

  test.each(DEVICES)("leaves training alone (%s)", async (device) => {
    const [cut, free] = [
      await trainers[device](nested(null)),
      await trainers[device](nested(null)),
    ];
    cut.setKept(1);
    expect(await train(cut, 4)).toEqual(await train(free, 4));
  });

  test.each(DEVICES)("says what is wrong (%s)", async (device) => {
    const trainer = await trainers[device](nested(null));
    expect(() => trainer.setKept(-1)).toThrow(RangeError);
    expect(() => trainer.setKept(1.5)).toThrow("whole number");
    const without = await trainers[device](() => chain([4], dense({ units: 4 })));
    expect(() => without.setKept(2)).toThrow("no NestedDropout");
  });
});
