import * as tf from "@tensorflow/tfjs";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { nodeWasmPlatform } from "../../../src/cli/wasm-platform";
import type { RunConfig } from "../../../src/config/config";
import type { Trainer } from "../../../src/engine/device";
import { ADAM_DEFAULTS } from "../../../src/engine/optimizer";
import { createTfjsTrainer } from "../../../src/engine/tfjs/trainer";
import { createWasmTrainer } from "../../../src/engine/wasm/trainer";
import type { Checkpoint } from "../../../src/runs/checkpoint";
import { RunControl } from "../../../src/training/control";
import { CheckpointError } from "../../../src/training/errors";
import { trainRun } from "../../../src/training/run";
import type { RunOptions } from "../../../src/training/run-options";
import { flatWeights } from "../../../src/training/weights";
import { ofType, runOptions, ScriptedTrainer, tinyModel } from "./fixtures";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const made: Trainer[] = [];
afterEach(() => {
  for (const trainer of made.splice(0)) trainer.dispose();
});

/** A net with all that a step draws or keeps: dropout, batch norm's averages, both kinds of layer. */
function smallNet(seed: number): tf.LayersModel {
  const { batchNormalization, conv2d, dense, dropout, flatten, maxPooling2d, reshape } = tf.layers;
  const init = (layer: number) => tf.initializers.glorotUniform({ seed: 10 * seed + layer });
  return tf.sequential({
    layers: [
      conv2d({
        filters: 3,
        kernelSize: 3,
        strides: 2,
        padding: "same",
        activation: "relu",
        inputShape: [28, 28, 1],
        kernelInitializer: init(1),
      }),
      batchNormalization(),
      maxPooling2d({ poolSize: 2 }),
      flatten(),
      dropout({ rate: 0.3 }),
      dense({ units: 5, kernelInitializer: init(2) }),
      dense({ units: 784, activation: "sigmoid", kernelInitializer: init(3) }),
      reshape({ targetShape: [28, 28, 1] }),
    ],
  });
}

const CONFIG: Partial<RunConfig> = {
  batchSize: 4,
  epochs: 5,
  loss: { meanSquaredError: 1 },
  learningRate: 0.01,
  schedule: "cosine",
  warmup: 0.1,
  flips: true,
  seed: 3,
  restoreBest: true,
};

/** 10 training images in batches of 4 are 3 steps an epoch. */
async function trained(initial: number, device: "wasm" | "cpu", more: Partial<RunOptions> = {}) {
  const model = smallNet(initial);
  const options = {
    loss: { meanSquaredError: 1 },
    optimizer: { ...ADAM_DEFAULTS, weightDecay: 0.01 },
    batchSize: 4,
    seed: 3,
    flips: true,
  };
  const trainer =
    device === "wasm"
      ? await createWasmTrainer(model, options, nodeWasmPlatform, 1)
      : await createTfjsTrainer(model, options, device);
  made.push(trainer);
  const run = runOptions(trainer, CONFIG, { checkpointEvery: 0, ...more });
  const result = await trainRun(run.options);
  const weights = await flatWeights(model);
  return { ...run, result, weights };
}

const checkpointsOf = (run: { events: Parameters<typeof ofType>[0] }) =>
  ofType(run.events, "checkpoint").map((event) => event.checkpoint);

/** What a run computed, without what the clock says. */
function computed({ events, result, weights }: Awaited<ReturnType<typeof trained>>, from: number) {
  const { seconds: _seconds, imagesPerSecond: _rate, ...figures } = result;
  return {
    weights,
    figures,
    losses: ofType(events, "step").flatMap(({ step, loss }) => (step > from ? [loss] : [])),
    epochs: ofType(events, "epoch").flatMap(({ seconds: _ofEpoch, ...each }) =>
      each.step > from ? [each] : [],
    ),
    tested: ofType(events, "tested"),
  };
}

describe.each(["wasm", "cpu"] as const)("a run that goes on from a checkpoint, on %s", (device) => {
  it("takes the same steps to the bit, from whichever epoch", async () => {
    const whole = await trained(1, device);
    const checkpoints = checkpointsOf(whole);
    expect(checkpoints.map(({ progress }) => progress.step)).toEqual([3, 6, 9, 12, 15]);
    let best: Float32Array | null = null;
    for (const checkpoint of checkpoints) {
      best = checkpoint.best ?? best;
      // Stored and read back; from other initial weights, which must not matter.
      const stored = structuredClone({ ...checkpoint, best });
      const rest = await trained(7, device, { checkpoint: stored });
      expect(computed(rest, 0)).toEqual(computed(whole, checkpoint.progress.step));
    }
  });

  it("takes the same steps to the bit from the middle of an epoch, where it was paused", async () => {
    const whole = await trained(1, device);
    const control = new RunControl();
    const paused = trained(1, device, {
      control,
      emit(event) {
        if (event.type === "step" && event.step === 8) control.pause();
        if (event.type === "checkpoint" && event.checkpoint.progress.step === 8) {
          found.push(event.checkpoint);
          control.cancel();
        }
        if (event.type === "checkpoint" && event.checkpoint.best) best = event.checkpoint.best;
      },
    });
    const found: Checkpoint[] = [];
    let best: Float32Array | null = null;
    await expect(paused).rejects.toThrow(/cancelled/);
    expect(found[0]!.progress).toMatchObject({ epoch: 3, step: 8, images: 8 });
    const rest = await trained(7, device, { checkpoint: { ...found[0]!, best } });
    expect(computed(rest, 0)).toEqual(computed(whole, 8));
  });
});

describe.each(["wasm", "cpu"] as const)("checkpoints within epochs, on %s", (device) => {
  it("change no bit of the run, and it goes on from each of them to the same bits", async () => {
    const undisturbed = await trained(1, device);
    // Every step takes 6 s, and so does an evaluation.
    let time = 0;
    const yieldToHost = async () => {
      time += 6000;
    };
    const watched = await trained(1, device, { now: () => time, yieldToHost });
    expect(computed(watched, 0)).toEqual(computed(undisturbed, 0));
    const found = checkpointsOf(watched);
    // Three are an epoch: the first, then those that come ten seconds after the last, and the ends.
    expect(found.map(({ progress }) => progress.step)).toEqual([1, 3, 5, 6, 8, 9, 11, 12, 14, 15]);
    let best: Float32Array | null = null;
    for (const checkpoint of found) {
      best = checkpoint.best ?? best;
      if (checkpoint.progress.images === 0) continue;
      const rest = await trained(7, device, {
        checkpoint: structuredClone({ ...checkpoint, best }),
      });
      expect(computed(rest, 0)).toEqual(computed(undisturbed, checkpoint.progress.step));
    }
  });
});

describe("checkpoints", () => {
  const scripted = (config: Partial<RunConfig>, more: Partial<RunOptions> = {}) => {
    const trainer = new ScriptedTrainer(4);
    return { trainer, ...runOptions(trainer, config, { checkpointEvery: 0, ...more }) };
  };

  it("are not taken where nobody keeps them", async () => {
    const trainer = new ScriptedTrainer(4);
    const { events, options } = runOptions(trainer);
    await trainRun(options);
    expect(ofType(events, "checkpoint")).toEqual([]);
  });

  it("hand on the best weights once", async () => {
    const { trainer, events, options } = scripted({ epochs: 4 });
    trainer.evaluationLoss = (step) => Math.abs(step - 6) + 1;
    await trainRun(options);
    const found = checkpointsOf({ events });
    expect(found.map(({ best }) => best && [...best])).toEqual([[3], [6], null, null]);
    expect(found.map(({ weights }) => [...weights])).toEqual([[3], [6], [9], [12]]);
    expect(found.map(({ progress }) => progress.best?.epoch)).toEqual([1, 2, 2, 2]);
    expect(found.map(({ progress }) => progress.kept?.epoch)).toEqual([1, 2, 3, 4]);
  });

  it("come no more often than asked for, but at the end of training in any case", async () => {
    const { events, options } = scripted({ epochs: 6 }, { checkpointEvery: 3000 });
    await trainRun(options);
    const epochs = checkpointsOf({ events }).map(({ progress }) => progress.epoch);
    expect(epochs[0]).toBe(1);
    expect(epochs.at(-1)).toBe(6);
    expect(epochs.length).toBeGreaterThan(1);
    expect(epochs.length).toBeLessThan(6);
    // Those between were the best, too, so that the newest best comes along with the last.
    expect(checkpointsOf({ events }).at(-1)!.best).toEqual(Float32Array.of(18));
  });

  it("keep the patience of early stopping, even where it was used up", async () => {
    const { trainer, events, options } = scripted({ epochs: 20, patience: 2 });
    trainer.evaluationLoss = (step) => Math.abs(step - 6) + 1;
    const whole = await trainRun(options);
    expect(whole.epochs).toBe(4);
    let best: Float32Array | null = null;
    for (const checkpoint of checkpointsOf({ events })) {
      best = checkpoint.best ?? best;
      const rest = scripted({ epochs: 20, patience: 2 }, { checkpoint: { ...checkpoint, best } });
      rest.trainer.evaluationLoss = trainer.evaluationLoss;
      expect((await trainRun(rest.options)).epochs).toBe(4);
    }
  });

  it("count the time spent before", async () => {
    const { events, options } = scripted({ epochs: 2 });
    await trainRun(options);
    const [first] = checkpointsOf({ events });
    const later = { ...first!, progress: { ...first!.progress, seconds: 1000 } };
    const rest = scripted({ epochs: 2 }, { checkpoint: later });
    expect((await trainRun(rest.options)).seconds).toBeGreaterThan(1000);
  });

  it.each([
    ["weights", { weights: new Float32Array(7) }, /the net has \d+ weights, and 7 were stored/],
    ["moments", { m: new Float32Array(7), v: new Float32Array(7) }, /optimiser's state/],
    ["best weights", { best: null }, /best weights are missing/],
  ])("of another net are refused: %s", async (_what, change, message) => {
    const trainer = async () => {
      const options = { loss: { meanSquaredError: 1 }, optimizer: ADAM_DEFAULTS, batchSize: 4 };
      const model = tinyModel({ latentSize: 2, seed: 1 });
      return createTfjsTrainer(model, { ...options, seed: 0, flips: false }, "cpu");
    };
    const { events, options } = runOptions(await trainer(), { epochs: 1 }, { checkpointEvery: 0 });
    await trainRun(options);
    const [good] = checkpointsOf({ events });
    const checkpoint = { ...good!, ...change };
    const attempt = trainRun(runOptions(await trainer(), { epochs: 2 }, { checkpoint }).options);
    await expect(attempt).rejects.toThrow(message);
    await expect(attempt).rejects.toThrow(CheckpointError);
  });
});
