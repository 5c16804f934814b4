import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Trainer } from "../../../src/engine/device";
import { UnsupportedLayerError } from "../../../src/engine/problems";
import type { KernelVariant } from "../../../src/engine/wasm/platform";
import {
  readModelStatistics,
  readModelWeights,
  writeModelStatistics,
  writeModelWeights,
} from "../../../src/engine/weights";
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

const { conv2d, maxPooling2d, upSampling2d, dense, flatten, reshape } = tf.layers;

const SAMPLES = 24;
const BATCH = 10;

/** The baseline's layers on 8 × 8 images. */
const smallBaseline: Net = () =>
  chain(
    [8, 8, 1],
    conv2d({ filters: 6, kernelSize: 3, padding: "same", activation: "relu" }),
    maxPooling2d({ poolSize: 2 }),
    flatten(),
    dense({ units: 9, activation: "relu" }),
    dense({ units: 96, activation: "relu" }),
    reshape({ targetShape: [4, 4, 6] }),
    upSampling2d({ size: [2, 2] }),
    conv2d({ filters: 8, kernelSize: 3, padding: "same", activation: "relu" }),
    conv2d({ filters: 1, kernelSize: 3, padding: "same", activation: "sigmoid" }),
  );

/** Batch number `step`: all sizes from 1 to BATCH occur, as a last batch may have any. */
function batchOf(step: number): Uint32Array {
  const size = step % 3 === 2 ? 1 + (step % BATCH) : BATCH;
  return Uint32Array.from({ length: size }, (_, i) => (i * 7 + step * 5) % SAMPLES);
}

async function train(trainer: Trainer, steps: number): Promise<number[]> {
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) losses.push(await trainer.step(batchOf(step)));
  return losses;
}

const started: Trainer[] = [];
afterEach(() => {
  for (const trainer of started.splice(0)) trainer.dispose();
});

async function start(trainer: Promise<Trainer>, seed = 5): Promise<Trainer> {
  const ready = await trainer;
  started.push(ready);
  await ready.setSamples(samplesFor(ready.model, SAMPLES, seed));
  return ready;
}

const ours = (net: Net, threads = 1, variant?: KernelVariant) =>
  start(wasm(randomise(net(), 3), { binaryCrossentropy: 1 }, BATCH, threads, variant));
const theirs = (net: Net) =>
  start(reference(randomise(net(), 3), { binaryCrossentropy: 1 }, BATCH));

beforeAll(async () => {
  await tf.setBackend("cpu");
});

describe("the WASM device", () => {
  let b: number[];
  beforeAll(async () => {
    b = await train(await theirs(smallBaseline), 20);
  });

  test.each(["relaxed", "simd"] as const)("follows tfjs for 20 steps (%s build)", async (build) => {
    const a = await train(await ours(smallBaseline, 2, build), 20);
    expect(a.at(-1)).toBeLessThan(a[0]!);
    for (const [step, loss] of a.entries()) {
      expect(Math.abs(loss - b[step]!) / b[step]!, `step ${step}`).toBeLessThan(1e-4);
    }
  });

  test("trains to the same bits on 1, 2 and 4 threads", async () => {
    const weights = await Promise.all(
      [1, 2, 4].map(async (threads) => {
        const trainer = await ours(smallBaseline, threads);
        expect(trainer.info.threads).toBe(threads);
        await train(trainer, 30);
        await trainer.pullWeights();
        return readModelWeights(trainer.model);
      }),
    );
    expect(weights[1]).toEqual(weights[0]);
    expect(weights[2]).toEqual(weights[0]);
  });

  test("keeps batch norm's moving averages as tfjs does, the same on any threads", async () => {
    const net: Net = () =>
      chain(
        [6, 6, 1],
        conv2d({ filters: 5, kernelSize: 3, padding: "same", activation: "relu" }),
        tf.layers.batchNormalization({ momentum: 0.8 }),
        conv2d({ filters: 1, kernelSize: 3, padding: "same", activation: "sigmoid" }),
      );
    const [one, three, stock] = await Promise.all([ours(net), ours(net, 3), theirs(net)]);
    for (const trainer of [one, three, stock]) {
      await train(trainer, 12);
      await trainer.pullWeights();
    }
    const [a, b, c] = await Promise.all(
      [one, three, stock].map(({ model }) => readModelStatistics(model)),
    );
    expect(a!.map((values) => values.length)).toEqual([5, 5]);
    expect(b).toEqual(a);
    for (const [index, values] of a!.entries()) {
      expect(relativeError(values, c![index]!)).toBeLessThan(1e-4);
    }
    const batch = batchOf(0);
    expect(relativeError(await one.predict(batch), await stock.predict(batch))).toBeLessThan(1e-4);
    // Moving averages given back are used: with the variance so large that the net sees nothing.
    writeModelStatistics(one.model, [a![0]!, a![1]!.map(() => 1e12)]);
    await one.pushWeights();
    const flat = await one.predict(Uint32Array.of(0, 1));
    expect(relativeError(flat.slice(0, 36), flat.slice(36))).toBeLessThan(1e-4);
  });

  test("takes no more memory after 500 steps than after the first of each size", async () => {
    const trainer = await ours(smallBaseline, 2);
    await train(trainer, 30);
    const before = trainer.memoryBytes();
    await train(trainer, 500);
    expect(trainer.memoryBytes()).toBe(before);
  });

  test("goes on from a saved optimiser state to the same bits", async () => {
    const whole = await ours(smallBaseline);
    await train(whole, 7);
    await whole.pullWeights();
    const weights = await readModelWeights(whole.model);
    const state = await whole.optimizerState();
    const resumed = await ours(smallBaseline);
    writeModelWeights(resumed.model, weights);
    await resumed.pushWeights();
    await resumed.setOptimizerState(state);
    expect(await train(resumed, 5)).toEqual(await train(whole, 5));
  });

  test("gives its weights to the model exactly, and saved they load again", async () => {
    const trainer = await ours(smallBaseline);
    await train(trainer, 3);
    await trainer.pullWeights();
    const weights = await readModelWeights(trainer.model);
    let saved: tf.io.ModelArtifacts = {};
    await trainer.model.save(
      tf.io.withSaveHandler(async (artifacts) => {
        saved = artifacts;
        return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" } };
      }),
    );
    const loaded = await tf.loadLayersModel(tf.io.fromMemory(saved));
    expect(await readModelWeights(loaded)).toEqual(weights);
    const batch = batchOf(0);
    const { inputs } = samplesFor(trainer.model, SAMPLES, 5);
    const images = tf.tensor(inputs, [SAMPLES, 8, 8, 1]).gather(Array.from(batch));
    const predicted = (await (loaded.predict(images) as tf.Tensor).data()) as Float32Array;
    expect(relativeError(await trainer.predict(batch), predicted)).toBeLessThan(1e-5);
  });

  test("agrees with finite differences", async () => {
    const trainer = await ours(smallBaseline);
    const batch = batchOf(0);
    const analytic = await gradients(trainer, batch);
    const weights = await readModelWeights(trainer.model);
    const direction = analytic.map((gradient) => gradient.map((value) => Math.sign(value)));
    const lossAt = async (distance: number) => {
      writeModelWeights(
        trainer.model,
        weights.map((array, i) => array.map((value, j) => value + distance * direction[i]![j]!)),
      );
      await trainer.pushWeights();
      return trainer.evaluate(batch);
    };
    const distance = 1e-4;
    const measured = ((await lossAt(distance)) - (await lossAt(-distance))) / (2 * distance);
    const expected = analytic.reduce(
      (sum, gradient) => sum + gradient.reduce((part, value) => part + Math.abs(value), 0),
      0,
    );
    expect(Math.abs(measured - expected) / expected).toBeLessThan(0.01);
  });

  test.each<[string, string, Net]>([
    [
      "LayerNormalization",
      "norm",
      () => chain([4, 4, 2], tf.layers.layerNormalization({ name: "norm", axis: 1 })),
    ],
    [
      "Conv2D",
      "odd",
      () =>
        chain(
          [9, 9, 9],
          conv2d({ name: "odd", filters: 9, kernelSize: 3, dataFormat: "channelsFirst" }),
        ),
    ],
    [
      "Dense",
      "bounded",
      () =>
        chain([4], dense({ name: "bounded", units: 4, kernelConstraint: tf.constraints.nonNeg() })),
    ],
  ])("refuses %s that it cannot compile, by name", async (className, name, net) => {
    const attempt = wasm(net(), { meanSquaredError: 1 }, 4);
    await expect(attempt).rejects.toThrow(UnsupportedLayerError);
    await expect(attempt).rejects.toThrow(`"${name}" (${className})`);
  });
});

/** A random chain of layers on a small image, and what it is called. */
const randomNet = fc.record({
  side: fc.integer({ min: 4, max: 7 }),
  channels: fc.integer({ min: 1, max: 3 }),
  blocks: fc.array(
    fc.record({
      filters: fc.integer({ min: 1, max: 9 }),
      kernelSize: fc.constantFrom(1, 3, 5),
      relu: fc.boolean(),
      after: fc.constantFrom("nothing", "pool", "upsample"),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  units: fc.integer({ min: 1, max: 17 }),
});

test("random small nets have tfjs's gradients", async () => {
  await fc.assert(
    fc.asyncProperty(randomNet, async ({ side, channels, blocks, units }) => {
      const net = () =>
        chain(
          [side, side, channels],
          ...blocks.flatMap(({ filters, kernelSize, relu, after }) => [
            conv2d({
              filters,
              kernelSize,
              padding: "same",
              activation: relu ? "relu" : "linear",
            }),
            ...(after === "upsample" ? [upSampling2d({ size: [2, 2] })] : []),
            ...(after === "pool" ? [maxPooling2d({ poolSize: 2, padding: "valid" })] : []),
          ]),
          flatten(),
          dense({ units }),
        );
      // Pools of pools may leave nothing.
      fc.pre(blocks.filter(({ after }) => after === "pool").length < 3);
      const batch = Uint32Array.of(3, 1, 2);
      const [a, b] = await Promise.all(
        [wasm, reference].map(async (make) => {
          const trainer = await make(randomise(net(), 9), { meanSquaredError: 1 }, 4);
          await trainer.setSamples(samplesFor(trainer.model, 4, 2));
          return trainer;
        }),
      );
      const expected = await gradients(b!, batch);
      const actual = await gradients(a!, batch);
      for (const [index, gradient] of expected.entries()) {
        expect(relativeError(actual[index]!, gradient)).toBeLessThan(1e-4);
      }
      a!.dispose();
      b!.dispose();
    }),
    { numRuns: 15, seed: 1 },
  );
});
