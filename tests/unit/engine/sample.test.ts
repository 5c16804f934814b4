/** Samples of normal distributions and their divergence: the same on every device, by finite differences too. */

import * as tf from "@tensorflow/tfjs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { DivergencePenalty, Trainer } from "../../../src/engine/device";
import { readModelWeights, writeModelWeights } from "../../../src/engine/weights";
import { FIRST_NOISE, normalNumbers } from "../../../src/math/philox";
import { Sampling } from "../../../src/nets/build/layers/sampling";
import { chain, gradients, type Net, relativeError, samplesFor } from "./nets";
import { apart, type Choice, expectSameOnThreads, SAMPLES, Trainers, train } from "./pair";
import { GpuPairs, sharedGpu } from "./webgpu/gpu";

const { conv2d, dense, flatten, reshape } = tf.layers;
const BATCH = Uint32Array.of(4, 0, 3);

/** A code of that many numbers, drawn. */
const vectorNet =
  (size: number): Net =>
  () =>
    chain(
      [4, 5, 1],
      flatten(),
      dense({ units: 2 * size, name: "distribution" }),
      new Sampling(),
      dense({ units: 20 }),
      reshape({ targetShape: [4, 5, 1] }),
    );

/** Maps, drawn twice: each sample has a stream of its own. */
const mapNet: Net = () =>
  chain(
    [3, 5, 1],
    conv2d({ filters: 6, kernelSize: 2, name: "distribution" }),
    new Sampling(),
    conv2d({ filters: 10, kernelSize: 1 }),
    new Sampling(),
    flatten(),
    dense({ units: 15 }),
    reshape({ targetShape: [3, 5, 1] }),
  );

const NETS: Record<string, Net> = {
  "3 numbers": vectorNet(3),
  "8 numbers": vectorNet(8),
  "maps, twice": mapNet,
};

const penalty = (change: Partial<DivergencePenalty> = {}): Choice => ({
  seed: 0xfedcba98,
  penalties: [
    { layer: "distribution", term: "divergence", weight: 0.3, free: 0, warmUp: 0, ...change },
  ],
});

/** What is drawn and what it costs, in the ways that there are. */
const CHOICES: Record<string, Choice> = {
  "without a divergence": { seed: 5 },
  "with its divergence": penalty(),
  "with free nats": penalty({ free: 0.03 }),
  "in warm-up": penalty({ warmUp: 7 }),
};

const trainers = new Trainers();
let pairs: GpuPairs;
beforeAll(async () => {
  await tf.setBackend("cpu");
  pairs = new GpuPairs(await sharedGpu());
}, 60_000);
afterEach(() => trainers.dispose());
afterAll(() => pairs.dispose());

async function expectGradients(ours: Trainer, theirs: Trainer, within: number): Promise<void> {
  const expected = await gradients(theirs, BATCH);
  for (const [index, array] of (await gradients(ours, BATCH)).entries()) {
    expect(relativeError(array, expected[index]!), `array ${index}`).toBeLessThan(within);
  }
}

describe.each(Object.entries(NETS))("%s", (_, net) => {
  test.each(Object.entries(CHOICES))("has tfjs's losses and gradients %s", async (_, choice) => {
    const [ours, theirs] = [await trainers.ours(net, choice), await trainers.theirs(net, choice)];
    await expectGradients(ours, theirs, 1e-5);
    expect(apart(await train(ours, 8), await train(theirs, 8))).toBeLessThan(1e-5);
    expect(await ours.evaluate(BATCH)).toBeCloseTo(await theirs.evaluate(BATCH), 5);
  });

  test("draws on the GPU what it draws on WASM", async () => {
    for (const choice of Object.values(CHOICES)) {
      const [ours, theirs] = await pairs.both(net, choice);
      await expectGradients(ours, theirs, 2e-5);
      expect(apart(await train(ours, 8), await train(theirs, 8))).toBeLessThan(2e-5);
      expect(await ours.evaluate(BATCH)).toBeCloseTo(await theirs.evaluate(BATCH), 5);
      expect(relativeError(await ours.predict(BATCH), await theirs.predict(BATCH))).toBeLessThan(
        1e-6,
      );
    }
  }, 120_000);

  test("trains to the same bits on 1 to 7 threads", () =>
    expectSameOnThreads(trainers, net, penalty({ free: 0.03, warmUp: 4 })));
});

test.each([0, 0.05])(
  "gradients are the slopes of the loss while the same numbers are drawn, %d free",
  async (free) => {
    const trainer = await trainers.ours(vectorNet(3), penalty({ free }));
    const analytic = await gradients(trainer, BATCH);
    const before = await readModelWeights(trainer.model);
    const count = before.reduce((sum, { length }) => sum + length, 0);
    const nothing = { step: 0, m: new Float32Array(count), v: new Float32Array(count) };
    /** The loss of the first step once more, with its numbers, from other weights. */
    const lossAt = async (array: number, by: number) => {
      const moved = before.map((values, i) =>
        i === array ? values.map((w, j) => w + by * Math.sign(analytic[i]![j]!)) : values,
      );
      writeModelWeights(trainer.model, moved);
      await trainer.pushWeights();
      await trainer.setOptimizerState(nothing);
      return trainer.step(BATCH, 0);
    };
    for (const array of before.keys()) {
      const measured = ((await lossAt(array, 1e-3)) - (await lossAt(array, -1e-3))) / 2e-3;
      const expected = analytic[array]!.reduce((sum, value) => sum + Math.abs(value), 0);
      expect(Math.abs(measured / expected - 1), `array ${array}`).toBeLessThan(free ? 0.02 : 0.002);
    }
  },
);

test("outside training the code is the mean, and the divergence all that it is", async () => {
  const net = vectorNet(3);
  const [plain, penal] = [
    await trainers.ours(net),
    await trainers.ours(net, penalty({ warmUp: 9 })),
  ];
  const { inputs } = samplesFor(plain.model, SAMPLES, 11);
  const found = tf.tidy(() => {
    const batch = tf.gather(
      tf.tensor(inputs, [SAMPLES, 4, 5, 1]),
      tf.tensor1d([...BATCH], "int32"),
    );
    const part = (name: string) =>
      tf.model({
        inputs: plain.model.inputs,
        outputs: plain.model.getLayer(name).output as tf.SymbolicTensor,
      });
    const distribution = part("distribution").predict(batch) as tf.Tensor;
    const [mean, logVariance] = tf.split(distribution, 2, -1) as [tf.Tensor, tf.Tensor];
    const output = plain.model.predict(batch) as tf.Tensor;
    const nats = mean.square().add(logVariance.exp()).sub(logVariance).sub(1).mul(0.5);
    return { output: output.dataSync().slice(), nats: nats.sum().dataSync()[0]! / BATCH.length };
  });
  expect(relativeError(await plain.predict(BATCH), Float32Array.from(found.output))).toBeLessThan(
    1e-6,
  );
  expect(found.nats).toBeGreaterThan(0.1);
  const more = (await penal.evaluate(BATCH)) - (await plain.evaluate(BATCH));
  expect(more).toBeCloseTo(0.3 * found.nats, 5);
});

test("the layer by itself draws those numbers in training", () => {
  const layer = new Sampling();
  layer.draw(3, 2);
  const x = tf.tensor([1, -1, 0, Math.log(4)], [1, 4]);
  const z = layer.apply(x, { training: true }) as tf.Tensor;
  const [first, second] = normalNumbers(3, 2, FIRST_NOISE, 1, 2);
  const [a, b] = z.dataSync();
  expect(a).toBeCloseTo(1 + first!, 5);
  expect(b).toBeCloseTo(-1 + 2 * second!, 5);
  expect([...(layer.apply(x) as tf.Tensor).dataSync()]).toEqual([1, -1]);
});

test.each<[Partial<DivergencePenalty>, string]>([
  [{ free: -1 }, "must be a number from 0 on, not -1"],
  [{ warmUp: 0.5 }, "must be a whole number of steps, not 0.5"],
  [{ layer: "odd" }, "no means and log-variances"],
])("%o is refused", async (change, message) => {
  const odd: Net = () =>
    chain(
      [4],
      dense({ units: 3, name: "odd" }),
      dense({ units: 4, name: "distribution" }),
      dense({ units: 4 }),
    );
  await expect(trainers.ours(odd, penalty(change))).rejects.toThrow(message);
  await expect(trainers.theirs(odd, penalty(change))).rejects.toThrow(message);
});
