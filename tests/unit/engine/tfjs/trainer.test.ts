import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { createTfjsTrainer } from "../../../../src/engine/tfjs/trainer";
import { flipsOf } from "../../../../src/math/philox";
import { BCE, barImages, range, tinyAutoencoder, weightsOf } from "./nets";

const SAMPLES = { count: 20, inputs: barImages(20, 6) };

beforeAll(async () => {
  await tf.setBackend("cpu");
});

async function trainerFor(model: tf.LayersModel, options = BCE) {
  const trainer = await createTfjsTrainer(model, options, "cpu");
  await trainer.setSamples(SAMPLES);
  return trainer;
}

describe("createTfjsTrainer", () => {
  it("learns, in whole and partial batches", async () => {
    const model = tinyAutoencoder();
    const trainer = await trainerFor(model);
    const before = await trainer.evaluate(range(0, 20));
    for (let epoch = 0; epoch < 15; epoch++) {
      for (const [from, to] of [
        [0, 8],
        [8, 16],
        [16, 20],
      ] as const) {
        await trainer.step(range(from, to), 0.02);
      }
    }
    expect(await trainer.evaluate(range(0, 20))).toBeLessThan(0.9 * before);
    trainer.dispose();
    model.dispose();
  });

  it("resolves a step's loss before the update", async () => {
    const model = tinyAutoencoder();
    const trainer = await trainerFor(model);
    const before = await trainer.evaluate(range(3, 9));
    expect(await trainer.step(range(3, 9))).toBeCloseTo(before, 6);
    expect(await trainer.evaluate(range(3, 9))).toBeLessThan(before);
    trainer.dispose();
    model.dispose();
  });

  it("averages over samples, however they are cut into chunks", async () => {
    const model = tinyAutoencoder();
    const [small, large] = [
      await trainerFor(model),
      await trainerFor(model, { ...BCE, batchSize: 20 }),
    ];
    expect(await small.evaluate(range(0, 19))).toBeCloseTo(await large.evaluate(range(0, 19)), 6);
    for (const trainer of [small, large, model]) trainer.dispose();
  });

  it("predicts what the model predicts, sigmoid included", async () => {
    const model = tinyAutoencoder();
    const trainer = await trainerFor(model);
    const indices = Uint32Array.of(7, 0, 19, 7, 1, 2, 3, 4, 5, 6);
    const rows = Array.from(indices, (index) => SAMPLES.inputs.slice(index * 36, (index + 1) * 36));
    const inputs = Float32Array.from(rows.flatMap((row) => Array.from(row, (byte) => byte / 255)));
    const expected = (model.predict(tf.tensor(inputs, [10, 6, 6, 1])) as tf.Tensor).dataSync();
    const outputs = await trainer.predict(indices);
    expect(outputs.length).toBe(360);
    for (const [i, output] of outputs.entries()) expect(output).toBeCloseTo(expected[i]!, 6);
    trainer.dispose();
    model.dispose();
  });

  it("leaves the model alone until its weights are pulled, then copies them exactly", async () => {
    const model = tinyAutoencoder();
    const start = weightsOf(model);
    const trainer = await trainerFor(model);
    await trainer.step(range(0, 8));
    expect(weightsOf(model)).toEqual(start);
    const predicted = await trainer.predict(range(0, 4));
    await trainer.pullWeights();
    expect(weightsOf(model)).not.toEqual(start);
    trainer.dispose();
    const other = await trainerFor(model);
    expect(await other.predict(range(0, 4))).toEqual(predicted);
    other.dispose();
    model.dispose();
  });

  it("takes the model's weights when they are pushed", async () => {
    const [model, source] = [tinyAutoencoder(), tinyAutoencoder()];
    const trainer = await trainerFor(model);
    const untrained = await trainer.predict(range(0, 4));
    await trainer.step(range(0, 8));
    model.setWeights(source.getWeights());
    await trainer.pushWeights();
    expect(await trainer.predict(range(0, 4))).toEqual(untrained);
    for (const owner of [trainer, model, source]) owner.dispose();
  });

  it("goes on from a saved state as if it had never stopped", async () => {
    const model = tinyAutoencoder();
    const trainer = await trainerFor(model);
    for (let step = 0; step < 3; step++) await trainer.step(range(0, 8), 0.01);
    const state = await trainer.optimizerState();
    expect(state.step).toBe(3);
    expect(state.m.length).toBe(model.countParams());
    await trainer.pullWeights();
    const resumed = await trainerFor(model);
    await resumed.setOptimizerState(state);
    for (const one of [trainer, resumed]) {
      for (let step = 0; step < 3; step++) await one.step(range(8, 16), 0.01);
    }
    expect(await resumed.predict(range(0, 4))).toEqual(await trainer.predict(range(0, 4)));
    for (const owner of [trainer, resumed, model]) owner.dispose();
  });

  it("keeps no tensor behind", async () => {
    const before = tf.memory().numTensors;
    const model = tinyAutoencoder();
    const trainer = await trainerFor(model);
    await trainer.step(range(0, 8));
    const during = tf.memory().numTensors;
    for (let round = 0; round < 5; round++) {
      await trainer.step(range(0, 5));
      await trainer.evaluate(range(0, 20));
      await trainer.predict(range(0, 20));
      await trainer.pullWeights();
      await trainer.pushWeights();
      await trainer.setOptimizerState(await trainer.optimizerState());
    }
    expect(tf.memory().numTensors).toBe(during);
    trainer.dispose();
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it("trains layers of other kinds: batch normalisation, dropout, a final Activation, a penalty", async () => {
    const model = tf.sequential({
      layers: [
        tf.layers.flatten({ inputShape: [6, 6, 1] }),
        tf.layers.dense({ units: 12, kernelRegularizer: tf.regularizers.l2({ l2: 10 }) }),
        tf.layers.batchNormalization(),
        tf.layers.dropout({ rate: 0.2 }),
        tf.layers.dense({ units: 36 }),
        tf.layers.activation({ activation: "sigmoid" }),
      ],
    });
    const movingMean = () => Array.from(model.layers[2]!.getWeights()[2]!.dataSync());
    const trainer = await trainerFor(model);
    const first = await trainer.step(range(0, 8), 0.01);
    expect(first).toBeGreaterThan(5);
    for (let step = 0; step < 20; step++) await trainer.step(range(0, 8), 0.01);
    expect(await trainer.evaluate(range(0, 8))).toBeLessThan(first);
    expect(new Set(movingMean())).toEqual(new Set([0]));
    await trainer.pullWeights();
    expect(movingMean().some((mean) => mean !== 0)).toBe(true);
    trainer.dispose();
    model.dispose();
  });

  it("trains towards given targets by mean squared error, without a sigmoid", async () => {
    const model = tf.sequential({
      layers: [tf.layers.dense({ units: 1, kernelInitializer: "zeros", inputShape: [2] })],
    });
    const options = { ...BCE, loss: { meanSquaredError: 1 } };
    const trainer = await createTfjsTrainer(model, options, "cpu");
    const inputs = Float32Array.from([0, 1, 1, 0, 1, 1, -1, 2]);
    await trainer.setSamples({ count: 4, inputs, targets: Float32Array.from([3, -2, 1, 8]) });
    // Zero weights predict zeros: the loss is the targets' mean square.
    expect(await trainer.evaluate(range(0, 4))).toBeCloseTo((9 + 4 + 1 + 64) / 4, 5);
    for (let step = 0; step < 400; step++) await trainer.step(range(0, 4), 0.1);
    const [x0, x1] = model.getWeights()[0]!.dataSync();
    expect([x0, x1]).toEqual([0, 0]);
    await trainer.pullWeights();
    const trained = model.getWeights()[0]!.dataSync();
    expect(trained[0]).toBeCloseTo(-2, 1);
    expect(trained[1]).toBeCloseTo(3, 1);
    trainer.dispose();
    model.dispose();
  });

  it("mirrors inputs and targets together", async () => {
    const model = tinyAutoencoder();
    const side = 6;
    const mirrored = SAMPLES.inputs.map(
      (_, i) => SAMPLES.inputs[i - (i % side) + (side - 1 - (i % side))]!,
    );
    const batch = range(0, 8);
    const losses: number[] = [];
    for (let step = 0; step < 3; step++) {
      const trainer = await createTfjsTrainer(model, { ...BCE, flips: true, seed: 9 }, "cpu");
      await trainer.setSamples(SAMPLES);
      const { m, v } = await trainer.optimizerState();
      await trainer.setOptimizerState({ step, m, v });
      losses.push(await trainer.step(batch));
      // The same images, mirrored by hand where the step's flips say so.
      const flips = flipsOf(9, step + 1, 8);
      const inputs = SAMPLES.inputs.map((value, i) =>
        flips[Math.floor(i / side ** 2)] ? mirrored[i]! : value,
      );
      const plain = await trainerFor(model);
      await plain.setSamples({ count: 20, inputs });
      expect(await plain.step(batch)).toBe(losses.at(-1));
      for (const owner of [trainer, plain]) owner.dispose();
    }
    expect(new Set(losses).size).toBe(3);
    model.dispose();
  });

  it("draws a new dropout mask each step, even for a layer with a seed", async () => {
    const model = tf.sequential({
      layers: [
        tf.layers.flatten({ inputShape: [6, 6, 1] }),
        tf.layers.dropout({ rate: 0.5, seed: 3 }),
        tf.layers.dense({ units: 36, activation: "sigmoid" }),
      ],
    });
    const trainer = await trainerFor(model);
    const losses: number[] = [];
    for (let step = 0; step < 4; step++) losses.push(await trainer.step(range(0, 8), 0));
    expect(new Set(losses).size).toBe(4);
    const again = await trainerFor(model);
    expect(await again.step(range(0, 8), 0)).toBe(losses[0]);
    for (const owner of [trainer, again, model]) owner.dispose();
  });

  it("says which backend is missing", async () => {
    const model = tinyAutoencoder();
    await expect(createTfjsTrainer(model, BCE, "webgl")).rejects.toThrow(/webgl/);
    model.dispose();
  });
});
