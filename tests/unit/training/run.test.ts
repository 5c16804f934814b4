import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { learningRateAt } from "../../../src/config/schedule";
import { TRAINER_DEFAULTS } from "../../../src/engine/device";
import { createTfjsTrainer } from "../../../src/engine/tfjs/trainer";
import { bceFloor } from "../../../src/metrics/metrics";
import { RunControl } from "../../../src/training/control";
import { NonFiniteLossError, RunCancelledError } from "../../../src/training/errors";
import { trainRun } from "../../../src/training/run";
import type { NextStep } from "../../../src/training/run-options";
import {
  DATASET,
  ofType,
  PCA_FIGURES,
  runOptions,
  ScriptedTrainer,
  SPLIT,
  StridingTrainer,
  tinyModel,
} from "./fixtures";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

async function realTrainer(seed = 1) {
  const model = tinyModel({ latentSize: 3, seed });
  const options = { ...TRAINER_DEFAULTS, loss: { meanSquaredError: 1 }, batchSize: 4 };
  return createTfjsTrainer(model, options, "cpu");
}

describe("trainRun", () => {
  it("trains a real net: losses fall, and the result says what happened", async () => {
    const trainer = await realTrainer();
    const { events, options } = runOptions(trainer, { epochs: 4, learningRate: 0.01 });
    const result = await trainRun(options);
    const epochs = ofType(events, "epoch");
    expect(epochs.map((event) => event.epoch)).toEqual([1, 2, 3, 4]);
    expect(epochs.map((event) => event.step)).toEqual([3, 6, 9, 12]);
    expect(epochs[3]!.validationLoss).toBeLessThan(0.7 * epochs[0]!.validationLoss);
    expect(epochs[3]!.validation.ssim).toBeGreaterThan(epochs[0]!.validation.ssim);
    expect(result).toMatchObject({
      preset: "baseline",
      latent: 128,
      device: "tfjs-cpu",
      threads: 1,
      data: "synthetic",
      trainImages: 10,
      validationImages: 4,
      testImages: 6,
      parameters: 784 * 3 + 3 + 3 * 784 + 784,
      epochs: 4,
      bestEpoch: 4,
      trainLoss: epochs[3]!.trainLoss,
      validationLoss: epochs[3]!.validationLoss,
      pca: PCA_FIGURES,
    });
    expect(result.test.bceGap).toBeCloseTo(result.test.bce - bceFloor(DATASET, SPLIT.test), 10);
    // The loss was the squared error, so on the test split it is the figure of that name.
    expect(result.test.mse).toBeCloseTo(await trainer.evaluate(SPLIT.test), 6);
    expect(events.at(-2)).toEqual({ type: "phase", phase: "evaluating" });
    const [tested] = ofType(events, "tested");
    expect(tested!.ssim).toHaveLength(6);
    for (const figure of ["ssim", "ssimWriteup", "mse"] as const) {
      const mean = tested![figure].reduce((sum, value) => sum + value, 0) / 6;
      expect(mean).toBeCloseTo(result.test[figure], 6);
    }
    trainer.dispose();
  });

  it("shows pictures of the untrained net, often in the first epoch, then after each", async () => {
    const trainer = new ScriptedTrainer(1);
    const { events, options } = runOptions(trainer, { batchSize: 1, epochs: 3 });
    await trainRun(options);
    const previews = ofType(events, "preview");
    expect(previews.map(({ epoch, step }) => [epoch, step])).toEqual([
      [0, 0],
      [1, 1],
      [1, 2],
      [1, 4],
      [1, 8],
      [1, 10],
      [2, 20],
      [3, 30],
    ]);
    // The scripted net paints what it has learnt: weight / 100.
    for (const { step, reconstructions } of previews) {
      expect(reconstructions[0]).toBeCloseTo(step / 100, 6);
    }
  });

  it("repeats itself exactly with the same seed", async () => {
    const losses = async (seed: number) => {
      const trainer = await realTrainer();
      const { events, options } = runOptions(trainer, { epochs: 2, seed });
      await trainRun(options);
      trainer.dispose();
      return ofType(events, "step").map((event) => event.loss);
    };
    const first = await losses(7);
    expect(await losses(7)).toEqual(first);
    expect(await losses(8)).not.toEqual(first);
  });

  it("takes every training image once an epoch, in an order of its own, the last batch smaller", async () => {
    const trainer = new ScriptedTrainer(4);
    await trainRun(runOptions(trainer, { epochs: 2 }).options);
    expect(trainer.batches.map((batch) => batch.length)).toEqual([4, 4, 2, 4, 4, 2]);
    const orders = [trainer.batches.slice(0, 3).flat(), trainer.batches.slice(3).flat()];
    for (const order of orders) {
      expect([...order].sort((a, b) => a - b)).toEqual([...SPLIT.train]);
    }
    expect(orders[0]).not.toEqual(orders[1]);
  });

  it("weights the epoch's training loss by batch size, as Keras does", async () => {
    const trainer = new ScriptedTrainer(4);
    trainer.stepLoss = (step) => step;
    const { events, options } = runOptions(trainer, { epochs: 1 });
    const result = await trainRun(options);
    expect(ofType(events, "epoch")[0]!.trainLoss).toBeCloseTo((4 * 1 + 4 * 2 + 2 * 3) / 10, 12);
    expect(result.trainLoss).toBeCloseTo(1.8, 12);
  });

  it("gives each step the learning rate of its schedule, over all epochs", async () => {
    const trainer = new ScriptedTrainer(4);
    const rates = { learningRate: 0.02, schedule: "cosine", warmup: 0.25 } as const;
    await trainRun(runOptions(trainer, { epochs: 4, ...rates }).options);
    const expected = Array.from({ length: 12 }, (_, i) => learningRateAt(rates, i + 1, 12));
    expect(trainer.rates).toEqual(expected);
    expect(trainer.rates[2]).toBe(0.02);
  });

  it("judges and shows outputs beyond black and white as black and white", async () => {
    const trainer = new ScriptedTrainer(4);
    const predict = (values: readonly number[]) => async (indices: Uint32Array) =>
      Float32Array.from({ length: indices.length * 784 }, (_, i) => values[i % values.length]!);
    trainer.predict = predict([-0.5, 0.25, 3]);
    const { events, options } = runOptions(trainer, { epochs: 1 });
    const beyond = await trainRun(options);
    expect(ofType(events, "preview")[0]!.reconstructions.subarray(0, 3)).toEqual(
      Float32Array.of(0, 0.25, 1),
    );
    const within = new ScriptedTrainer(4);
    within.predict = predict([0, 0.25, 1]);
    expect(beyond.test).toEqual((await trainRun(runOptions(within, { epochs: 1 }).options)).test);
  });

  it("returns its settings, and counts what was spent before it", async () => {
    const config = { epochs: 1, loss: { meanSquaredError: 1 }, seed: 5 };
    const runs = [0, 2.5].map(async (preparation) => {
      const { options } = runOptions(new ScriptedTrainer(4), config, { preparation });
      return { result: await trainRun(options), options };
    });
    const [plain, prepared] = await Promise.all(runs);
    expect(plain!.result.config).toEqual(plain!.options.config);
    expect(prepared!.result.seconds - plain!.result.seconds).toBeCloseTo(2.5, 10);
  });

  it("without restoring the best keeps the last epoch's weights, though an earlier one was better", async () => {
    const trainer = new ScriptedTrainer(4);
    trainer.evaluationLoss = (step) => ({ 3: 0.3, 6: 0.1, 9: 0.2 })[step]!;
    const { events, options } = runOptions(trainer);
    const result = await trainRun(options);
    expect(ofType(events, "epoch").map((event) => event.isBest)).toEqual([true, true, false]);
    expect(result).toMatchObject({ epochs: 3, bestEpoch: 3, validationLoss: 0.2 });
    expect(trainer.model.getWeights()[0]!.dataSync()[0]).toBe(9);
  });

  it("restores the best by the monitored value, which need not be the loss", async () => {
    const trainer = new ScriptedTrainer(4);
    // The grey of the pictures comes nearer with every epoch, and the loss goes up.
    trainer.evaluationLoss = (step) => step / 10;
    const best = async (monitor: "mse" | "validationLoss") => {
      trainer.weight = 0;
      const { events, options } = runOptions(trainer, { monitor, restoreBest: true });
      const { epochs, bestEpoch } = await trainRun(options);
      const isBest = ofType(events, "epoch").map((event) => event.isBest);
      return { epochs, bestEpoch, isBest, weight: trainer.weight };
    };
    expect(await best("validationLoss")).toEqual({
      epochs: 3,
      bestEpoch: 1,
      isBest: [true, false, false],
      weight: 3,
    });
    expect(await best("mse")).toEqual({
      epochs: 3,
      bestEpoch: 3,
      isBest: [true, true, true],
      weight: 9,
    });
  });

  it("with a patience alone stops early and keeps the last epoch's weights", async () => {
    const trainer = new ScriptedTrainer(4);
    trainer.evaluationLoss = (step) => ({ 3: 0.3, 6: 0.4, 9: 0.5 })[step]!;
    const result = await trainRun(runOptions(trainer, { epochs: 50, patience: 2 }).options);
    expect(result).toMatchObject({ epochs: 3, bestEpoch: 3, validationLoss: 0.5 });
    expect(trainer.weight).toBe(9);
  });

  it("with a patience stops after so many epochs without a better loss, and restores the best", async () => {
    const trainer = new ScriptedTrainer(4);
    const losses = [0.5, 0.4, 0.45, 0.3, 0.3, 0.31, 0.1];
    trainer.evaluationLoss = (step) => losses[step / 3 - 1]!;
    const { events, options } = runOptions(trainer, {
      epochs: 50,
      patience: 2,
      restoreBest: true,
    });
    const result = await trainRun(options);
    // Epoch 5 is as good as epoch 4, not better; after epoch 6 patience is over.
    expect(result).toMatchObject({ epochs: 6, bestEpoch: 4, validationLoss: 0.3 });
    expect(trainer.weight).toBe(12);
    expect(trainer.model.getWeights()[0]!.dataSync()[0]).toBe(12);
    expect(result.trainLoss).toBe(ofType(events, "epoch")[3]!.trainLoss);
    const last = ofType(events, "preview").at(-1)!;
    expect(last).toMatchObject({ epoch: 4, step: 12 });
    expect(last.reconstructions[0]).toBeCloseTo(0.12, 6);
  });

  it("pauses between steps, shows a preview, and goes on", async () => {
    const control = new RunControl();
    const trainer = new ScriptedTrainer(4);
    trainer.onStep = (step) => step === 2 && control.pause();
    const { events, options } = runOptions(trainer, { epochs: 1 }, { control });
    const run = trainRun(options);
    await until(() => ofType(events, "phase").some(({ phase }) => phase === "paused"));
    expect(events.map((event) => (event.type === "phase" ? event.phase : event.type))).toEqual([
      "training",
      "preview",
      "step",
      "preview",
      "step",
      // Step 2 shows its pictures by itself: they are not shown twice.
      "preview",
      "paused",
    ]);
    control.resume();
    expect((await run).epochs).toBe(1);
    expect(
      events.slice(7).map((event) => (event.type === "phase" ? event.phase : event.type)),
    ).toEqual(["training", "step", "epoch", "preview", "evaluating", "tested"]);
  });

  it("begins paused and makes single steps, each with a preview", async () => {
    const control = new RunControl(true);
    const trainer = new ScriptedTrainer(4);
    const { events, options } = runOptions(trainer, { epochs: 1 }, { control });
    const run = trainRun(options);
    await until(() => ofType(events, "preview").length === 1);
    expect(trainer.weight).toBe(0);
    for (const step of [1, 2]) {
      control.step();
      await until(() => ofType(events, "preview").length === step + 1);
      expect(trainer.weight).toBe(step);
    }
    expect(ofType(events, "phase").map((event) => event.phase)).toEqual(["training", "paused"]);
    control.stop();
    await run;
  });

  it("has single steps of a paused run looked at before they are taken, and no others", async () => {
    const control = new RunControl(true);
    const trainer = new ScriptedTrainer(4);
    const taken: { step: number; weight: number; pulled: number; images: number }[] = [];
    let isWanted = false;
    const slowStep = {
      isWanted: () => isWanted,
      async take({ step, indices }: NextStep) {
        const pulled = trainer.model.getWeights()[0]!.dataSync()[0]!;
        taken.push({ step, weight: trainer.weight, pulled, images: indices.length });
      },
    };
    const { events, options } = runOptions(trainer, { epochs: 1 }, { control, slowStep });
    const run = trainRun(options);
    await until(() => ofType(events, "preview").length === 1);
    for (const [steps, wanted] of [
      [1, false],
      [2, true],
    ] as const) {
      isWanted = wanted;
      control.step();
      await until(() => ofType(events, "preview").length === steps + 1);
    }
    expect(taken).toEqual([{ step: 2, weight: 1, pulled: 1, images: 4 }]);
    control.resume();
    await run;
    expect(taken).toHaveLength(1);
  });

  it("stopped within an epoch, validates and counts what there is", async () => {
    const control = new RunControl();
    const trainer = new ScriptedTrainer(4);
    trainer.onStep = (step) => step === 5 && control.stop();
    const { events, options } = runOptions(trainer, { epochs: 9 }, { control });
    const result = await trainRun(options);
    expect(trainer.weight).toBe(5);
    expect(result).toMatchObject({ epochs: 2, bestEpoch: 2, validationLoss: 1 / 6 });
    expect(result.trainLoss).toBeCloseTo((1 / 4 + 1 / 5) / 2, 12);
    expect(ofType(events, "epoch").map((event) => event.step)).toEqual([3, 5]);
  });

  it("stopped before the first step, evaluates the untrained net", async () => {
    const control = new RunControl(true);
    const { events, options } = runOptions(new ScriptedTrainer(4), {}, { control });
    const run = trainRun(options);
    await until(() => ofType(events, "preview").length === 1);
    control.stop();
    expect(await run).toMatchObject({ epochs: 0, bestEpoch: 0, trainLoss: 1, validationLoss: 1 });
    expect(ofType(events, "epoch")).toEqual([]);
  });

  it.each([
    ["training", () => {}],
    ["paused", (control: RunControl) => control.pause()],
  ])("cancelled while %s, rejects and steps no more", async (_, before) => {
    const control = new RunControl();
    const trainer = new ScriptedTrainer(4);
    trainer.onStep = (step) => {
      if (step !== 2) return;
      before(control);
      setImmediate(() => setImmediate(() => control.cancel()));
    };
    const { options } = runOptions(trainer, { epochs: 1000 }, { control });
    await expect(trainRun(options)).rejects.toThrow(RunCancelledError);
    expect(trainer.weight).toBeLessThan(10);
  });

  it("cancelled while PCA is still computed, does not wait for it", async () => {
    const control = new RunControl();
    const pca = () => new Promise<never>(() => setImmediate(() => control.cancel()));
    const { options } = runOptions(new ScriptedTrainer(4), {}, { control, pca });
    await expect(trainRun(options)).rejects.toThrow(RunCancelledError);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])("names the step of a loss of %s", async (bad) => {
    const trainer = new ScriptedTrainer(4);
    trainer.stepLoss = (step) => (step === 5 ? bad : 0.5);
    const { events, options } = runOptions(trainer, { learningRate: 0.5 });
    const error = await trainRun(options).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(NonFiniteLossError);
    expect(error).toMatchObject({ step: 5, message: expect.stringMatching(/step 5 \(epoch 2\)/) });
    expect(error).toMatchObject({ remedy: expect.stringMatching(/learning rate.*0\.5.*0\.05/) });
    expect(ofType(events, "step")).toHaveLength(4);
  });

  it("measures speed over steps alone, and the run's time without its pauses", async () => {
    let time = 0;
    const control = new RunControl();
    const trainer = new ScriptedTrainer(4);
    trainer.onStep = (step) => {
      time += 2000;
      if (step === 2) control.pause();
    };
    trainer.evaluate = async () => {
      time += 500;
      return 0.5;
    };
    const { events, options } = runOptions(trainer, { epochs: 2 }, { control, now: () => time });
    const run = trainRun(options);
    await until(() => ofType(events, "phase").some(({ phase }) => phase === "paused"));
    time += 60_000;
    control.resume();
    const result = await run;
    expect(result.imagesPerSecond).toBeCloseTo(20 / 12, 10);
    // 6 steps of 2 s; validation of 4 images twice and 6 test images, in chunks of 4: 4 of 0.5 s.
    expect(result.seconds).toBeCloseTo(6 * 2 + 4 * 0.5, 10);
    expect(ofType(events, "epoch").map((event) => event.seconds)).toEqual([6.5, 6.5]);
  });

  it("sleeps with a laptop that is closed, without a trace in speed and time", async () => {
    let time = 0;
    const trainer = new ScriptedTrainer(4);
    trainer.onStep = (step) => {
      time += step === 5 ? 7_200_000 : 2000;
    };
    let evaluations = 0;
    trainer.evaluate = async () => {
      evaluations += 1;
      time += evaluations === 3 ? 7_200_000 : 500;
      return 0.5;
    };
    const { events, options } = runOptions(trainer, { epochs: 3 }, { now: () => time });
    const result = await trainRun(options);
    expect(result.imagesPerSecond).toBeCloseTo(26 / 16, 10);
    // Eight of nine steps, two of three validations, and the test images in two pieces.
    expect(result.seconds).toBeCloseTo(8 * 2 + 2 * 0.5 + 2 * 0.5, 10);
    const awake = ofType(events, "step").find((event) => event.step === 5)!;
    expect(awake.secondsLeft).toBeLessThan(20);
    expect(ofType(events, "epoch").map((event) => event.seconds)).toEqual([6.5, 4.5, 6]);
  });
});

describe("on a device that takes many steps in one call", () => {
  it("trains exactly as one that takes them one by one, in fewer calls", async () => {
    const settings = { epochs: 5, schedule: "cosine", learningRate: 0.01 } as const;
    const striding = new StridingTrainer(1);
    const plain = new ScriptedTrainer(1);
    const [many, single] = [striding, plain].map((trainer) => {
      trainer.stepLoss = (step) => step / 64;
      return runOptions(trainer, { ...settings, batchSize: 1 }, { now: () => 0 });
    });
    const results = [await trainRun(many!.options), await trainRun(single!.options)];
    expect(results[0]).toEqual(results[1]);
    expect(many!.events).toEqual(single!.events);
    expect(striding.batches).toEqual(plain.batches);
    expect(striding.rates).toEqual(plain.rates);
    // 10 steps an epoch; calls double while they take no time, and end with the epoch, or where the
    // first one shows pictures: after steps 1, 2, 4 and 8.
    expect(striding.calls).toEqual([1, 1, 2, 4, 2, 10, 10, 10, 10]);
  });

  it("makes single steps while paused", async () => {
    const control = new RunControl(true);
    const trainer = new StridingTrainer(1);
    const { events, options } = runOptions(trainer, { batchSize: 1 }, { control, now: () => 0 });
    const run = trainRun(options);
    for (const step of [1, 2, 3, 4]) {
      control.step();
      await until(() => ofType(events, "step").length === step);
    }
    expect(trainer.calls).toEqual([1, 1, 1, 1]);
    control.cancel();
    await expect(run).rejects.toThrow(RunCancelledError);
  });

  it("names the very step whose loss is not finite", async () => {
    const trainer = new StridingTrainer(1);
    trainer.stepLoss = (step) => (step === 6 ? Number.NaN : 0.5);
    const { events, options } = runOptions(trainer, { batchSize: 1 }, { now: () => 0 });
    await expect(trainRun(options)).rejects.toMatchObject({ step: 6 });
    expect(ofType(events, "step")).toHaveLength(5);
  });
});

/** Waits for something that happens in turns of the event loop, not after a time. */
async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 1000; turn++) {
    if (condition()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error("It did not happen within 1000 turns.");
}
