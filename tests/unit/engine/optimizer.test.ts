import * as tf from "@tensorflow/tfjs";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { writeModelWeights } from "../../../src/engine/weights";
import { chain, gradients, type Net, relativeError } from "./nets";
import { apart, batchOf, shapesOf, Trainers, train, weightsOf } from "./pair";

const { batchNormalization, conv2d, conv2dTranspose, dense, flatten, reshape } = tf.layers;
const l2 = (rate: number) => tf.regularizers.l2({ l2: rate });

/** Every kind of layer that has weights; 9,000 of them, so that sums take several chunks. */
const plain: Net = () => netWith(null);
const penalised: Net = () => netWith(0.02);

function netWith(rate: number | null): tf.LayersModel {
  const penalty = rate === null ? {} : { kernelRegularizer: l2(rate) };
  return chain(
    [6, 6, 2],
    conv2d({ filters: 5, kernelSize: 3, padding: "same", activation: "relu", ...penalty }),
    flatten(),
    dense({ units: 25 }),
    batchNormalization(),
    dense({ units: 144, activation: "relu", ...penalty }),
    reshape({ targetShape: [6, 6, 4] }),
    conv2dTranspose({
      filters: 2,
      kernelSize: 3,
      padding: "same",
      ...(rate === null ? {} : { kernelRegularizer: l2(rate / 2) }),
    }),
  );
}

const trainers = new Trainers();
afterEach(() => trainers.dispose());
beforeAll(async () => {
  await tf.setBackend("cpu");
});

const norm = (arrays: readonly Float32Array[]) =>
  Math.sqrt(arrays.reduce((sum, array) => array.reduce((part, x) => part + x * x, sum), 0));

describe("weight decay", () => {
  test("shrinks kernels by rate · decay before the update, and nothing else", async () => {
    const still = await trainers.ours(plain);
    const before = await weightsOf(still);
    await still.step(batchOf(0), 0.01);
    const decaying = await trainers.ours(plain, { adam: { weightDecay: 0.3 } });
    await decaying.step(batchOf(0), 0.01);
    const [without, having] = [await weightsOf(still), await weightsOf(decaying)];
    for (const [index, shape] of shapesOf(still.model).entries()) {
      const factor = shape.length > 1 ? 0.01 * 0.3 : 0;
      for (const [i, weight] of before[index]!.entries()) {
        expect(having[index]![i]! - without[index]![i]!).toBeCloseTo(-factor * weight, 6);
      }
    }
  });

  test("follows tfjs for 12 steps", async () => {
    const choice = { adam: { weightDecay: 0.5 } };
    const [a, b] = [await trainers.ours(plain, choice, 2), await trainers.theirs(plain, choice)];
    expect(apart(await train(a, 12), await train(b, 12))).toBeLessThan(1e-4);
    const [ours, theirs] = [await weightsOf(a), await weightsOf(b)];
    for (const [index, weights] of theirs.entries()) {
      // A bias before batch norm is moved by rounding alone.
      if (index === 3) continue;
      expect(relativeError(ours[index]!, weights), `array ${index}`).toBeLessThan(2e-3);
    }
  });
});

describe("clipping", () => {
  test("scales all gradients by one factor, to the limit", async () => {
    const whole = await gradients(await trainers.ours(plain), batchOf(0));
    const limit = norm(whole) / 7;
    for (const make of ["ours", "theirs"] as const) {
      const trainer = await trainers[make](plain, { adam: { clipNorm: limit } });
      const clipped = await gradients(trainer, batchOf(0));
      expect(norm(clipped)).toBeCloseTo(limit, 6);
      for (const [index, gradient] of whole.entries()) {
        const scaled = gradient.map((value) => value / 7);
        // Rounding alone is left of the gradient of the bias before batch norm.
        if (index !== 3) expect(relativeError(clipped[index]!, scaled)).toBeLessThan(1e-4);
      }
    }
  });

  test("leaves gradients below the limit as they are, to the bit", async () => {
    const [free, limited] = [
      await trainers.ours(plain),
      await trainers.ours(plain, { adam: { clipNorm: 1e4 } }),
    ];
    expect(await train(limited, 4)).toEqual(await train(free, 4));
    expect(await weightsOf(limited)).toEqual(await weightsOf(free));
  });

  test("follows tfjs for 12 steps where it clips at some", async () => {
    const choice = { adam: { clipNorm: 0.5 } };
    const [a, b] = [await trainers.ours(plain, choice, 2), await trainers.theirs(plain, choice)];
    const courses = [await train(a, 12), await train(b, 12)] as const;
    expect(apart(...courses)).toBeLessThan(1e-4);
    expect(courses[0]).not.toEqual(await train(await trainers.ours(plain), 12));
  });
});

describe("L2 regularisation", () => {
  const rates = [0.02, null, null, null, null, null, 0.02, null, 0.01, null];

  test("adds λ · Σ w² to the loss of steps and evaluations, and 2 λ w to the gradient", async () => {
    const [free, bound] = [await trainers.ours(plain), await trainers.ours(penalised)];
    const weights = await weightsOf(free);
    const penalty = weights.reduce(
      (sum, array, index) => sum + (rates[index] ?? 0) * norm([array]) ** 2,
      0,
    );
    expect(penalty).toBeGreaterThan(0.1);
    const [without, having] = [await free.evaluate(batchOf(1)), await bound.evaluate(batchOf(1))];
    expect(having - without).toBeCloseTo(penalty, 6);
    const [freeStep, boundStep] = [await free.step(batchOf(0), 0), await bound.step(batchOf(0), 0)];
    expect(boundStep - freeStep).toBeCloseTo(penalty, 6);
    const at = [await free.optimizerState(), await bound.optimizerState()] as const;
    const expected = weights.flatMap((array, index) =>
      Array.from(array, (weight) => 2 * (rates[index] ?? 0) * weight),
    );
    for (const [i, added] of expected.entries()) {
      expect((at[1].m[i]! - at[0].m[i]!) / 0.1).toBeCloseTo(added, 5);
    }
  });

  test("follows tfjs for 12 steps, in evaluations too", async () => {
    const [a, b] = [await trainers.ours(penalised, {}, 2), await trainers.theirs(penalised)];
    expect(apart(await train(a, 12), await train(b, 12))).toBeLessThan(1e-4);
    const batch = batchOf(2);
    expect(await a.evaluate(batch)).toBeCloseTo(await b.evaluate(batch), 4);
    // The penalty is counted once, however many batches an evaluation takes.
    const many = Uint32Array.from({ length: 12 }, (_, i) => i);
    expect(await a.evaluate(many)).toBeCloseTo(await b.evaluate(many), 4);
  });
});

/** Kernels, biases, scales and offsets; biases start at 0, where L1 has no slope. */
const sparse = (l1: number, lambda: number): Net => {
  const both = { l1, l2: lambda };
  return () => {
    const model = chain(
      [6, 6, 2],
      conv2d({
        filters: 5,
        kernelSize: 3,
        activation: "relu",
        kernelRegularizer: tf.regularizers.l1l2(both),
        biasRegularizer: tf.regularizers.l1l2(both),
      }),
      batchNormalization({
        gammaRegularizer: tf.regularizers.l1l2(both),
        betaRegularizer: tf.regularizers.l1l2(both),
      }),
      flatten(),
      dense({ units: 72, biasRegularizer: tf.regularizers.l1l2(both) }),
    );
    return model;
  };
};

describe("L1 and L2 on kernels, biases, scales and offsets", () => {
  /** Arrays 0 to 3 and 5 have the penalty, 4 is the last kernel. */
  const isPenalised = (index: number) => index !== 4;

  test("add l1 · Σ |w| + l2 · Σ w² to the loss and their slopes to the gradient", async () => {
    const [free, bound] = [
      await trainers.ours(sparse(0, 0)),
      await trainers.ours(sparse(0.03, 0.02)),
    ];
    const weights = await weightsOf(free);
    // Half of them are 0, which pulls nowhere.
    for (const array of weights) for (let i = 0; i < array.length; i += 2) array[i] = 0;
    for (const trainer of [free, bound]) {
      writeModelWeights(trainer.model, weights);
      await trainer.pushWeights();
    }
    const penalty = weights
      .filter((_, index) => isPenalised(index))
      .flatMap((array) => [...array])
      .reduce((sum, w) => sum + 0.03 * Math.abs(w) + 0.02 * w * w, 0);
    expect(penalty).toBeGreaterThan(0.1);
    const [without, having] = [await free.evaluate(batchOf(1)), await bound.evaluate(batchOf(1))];
    expect(having - without).toBeCloseTo(penalty, 6);
    const [slopes, pulled] = [
      await gradients(free, batchOf(0)),
      await gradients(bound, batchOf(0)),
    ];
    for (const [index, array] of weights.entries()) {
      for (const [i, w] of array.entries()) {
        const pull = isPenalised(index) ? 0.03 * Math.sign(w) + 0.04 * w : 0;
        expect(pulled[index]![i]! - slopes[index]![i]!).toBeCloseTo(pull, 5);
      }
    }
  });

  test("follow tfjs for 12 steps, from biases of 0 too", async () => {
    const net = sparse(0.01, 0.005);
    const [a, b] = [await trainers.ours(net, {}, 2), await trainers.theirs(net)];
    const weights = await weightsOf(a);
    for (const index of [1, 3, 5]) weights[index]!.fill(0);
    for (const trainer of [a, b]) {
      writeModelWeights(trainer.model, weights);
      await trainer.pushWeights();
    }
    expect(apart(await train(a, 12), await train(b, 12))).toBeLessThan(1e-4);
  });

  test("give the same bits on 1 to 7 threads", async () => {
    const [one, ...more] = await Promise.all(
      [1, 2, 5, 7].map(async (threads) => {
        const trainer = await trainers.ours(sparse(0.01, 0.005), {}, threads);
        return { losses: await train(trainer, 6), weights: await weightsOf(trainer) };
      }),
    );
    for (const other of more) expect(other).toEqual(one);
  });
});

describe("all of them at once", () => {
  const choice = { adam: { weightDecay: 0.2, clipNorm: 0.7 } };

  test("follow tfjs for 12 steps", async () => {
    const [a, b] = [
      await trainers.ours(penalised, choice, 2),
      await trainers.theirs(penalised, choice),
    ];
    expect(apart(await train(a, 12), await train(b, 12))).toBeLessThan(1e-4);
  });

  test("give the same bits on 1, 2 and 4 threads", async () => {
    const [one, ...more] = await Promise.all(
      [1, 2, 4].map(async (threads) => {
        const trainer = await trainers.ours(penalised, choice, threads);
        return { losses: await train(trainer, 10), weights: await weightsOf(trainer) };
      }),
    );
    for (const other of more) expect(other).toEqual(one);
  });

  test("agree with finite differences of the loss", async () => {
    const trainer = await trainers.ours(penalised);
    const weights = await weightsOf(trainer);
    const analytic = await gradients(trainer, batchOf(0));
    const distance = 1e-3;
    for (const index of [0, 2, 6, 8]) {
      const direction = analytic[index]!.map((value) => Math.sign(value));
      const lossAt = async (way: number) => {
        const moved = weights.map((array, other) =>
          other === index ? array.map((value, i) => value + way * distance * direction[i]!) : array,
        );
        const fresh = await trainers.ours(penalised);
        writeModelWeights(fresh.model, moved);
        await fresh.pushWeights();
        return fresh.step(batchOf(0), 0);
      };
      const measured = ((await lossAt(1)) - (await lossAt(-1))) / (2 * distance);
      const expected = analytic[index]!.reduce((sum, value) => sum + Math.abs(value), 0);
      expect(Math.abs(measured - expected) / expected, `array ${index}`).toBeLessThan(0.02);
    }
  });
});
