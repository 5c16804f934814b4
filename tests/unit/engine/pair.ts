/** One net on both devices, with any options. */

import type * as tf from "@tensorflow/tfjs";
import { expect } from "vitest";
import {
  type Samples,
  TRAINER_DEFAULTS,
  type Trainer,
  type TrainerOptions,
} from "../../../src/engine/device";
import { ADAM_DEFAULTS, type AdamOptions } from "../../../src/engine/optimizer";
import { createTfjsTrainer } from "../../../src/engine/tfjs/trainer";
import { createWasmTrainer } from "../../../src/engine/wasm/trainer";
import { readModelWeights } from "../../../src/engine/weights";
import { gradients, type Net, randomise, relativeError, samplesFor } from "./nets";
import { testWasmPlatform } from "./threads";

export const SAMPLES = 12;

export type Choice = Partial<TrainerOptions> & {
  /** Changes of Adam's defaults, where nothing is said of an optimiser. */
  readonly adam?: Partial<AdamOptions>;
};

export function complete({ adam = {}, ...others }: Choice): TrainerOptions {
  return {
    ...TRAINER_DEFAULTS,
    loss: { meanSquaredError: 1 },
    batchSize: 8,
    optimizer: { ...ADAM_DEFAULTS, ...adam },
    ...others,
  };
}

/** Starts trainers and frees them; each has the same weights and the same samples. */
export class Trainers {
  readonly #started: Trainer[] = [];

  async ours(net: Net, choice: Choice = {}, threads = 1, samples?: Samples): Promise<Trainer> {
    const model = randomise(net(), 3);
    const start = createWasmTrainer(model, complete(choice), testWasmPlatform, threads);
    return this.#ready(await start, samples);
  }

  async theirs(net: Net, choice: Choice = {}, samples?: Samples): Promise<Trainer> {
    const start = createTfjsTrainer(randomise(net(), 3), complete(choice), "cpu");
    return this.#ready(await start, samples);
  }

  async #ready(trainer: Trainer, samples?: Samples): Promise<Trainer> {
    this.#started.push(trainer);
    await trainer.setSamples(samples ?? samplesFor(trainer.model, SAMPLES, 11));
    return trainer;
  }

  dispose(): void {
    for (const trainer of this.#started.splice(0)) trainer.dispose();
  }
}

/** The batch of a step: of 8, 7 or 6 samples. */
export function batchOf(step: number): Uint32Array {
  return Uint32Array.from({ length: 8 - (step % 3) }, (_, i) => (i * 5 + step * 7) % SAMPLES);
}

/** Losses of that many steps. */
export async function train(trainer: Trainer, steps: number, rate = 0.01): Promise<number[]> {
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) losses.push(await trainer.step(batchOf(step), rate));
  return losses;
}

export async function weightsOf(trainer: Trainer): Promise<Float32Array[]> {
  await trainer.pullWeights();
  return readModelWeights(trainer.model);
}

/** Largest relative difference of two courses of a loss. */
export function apart(a: readonly number[], b: readonly number[]): number {
  return Math.max(...a.map((value, i) => Math.abs(value - b[i]!) / Math.abs(b[i]!)));
}

/** Outputs are alike to 1e-6, and gradients to 1e-5, each array by its norm. */
export async function expectSame(
  ours: Trainer,
  theirs: Trainer,
  batch = Uint32Array.of(4, 0, 3),
): Promise<void> {
  expect(relativeError(await ours.predict(batch), await theirs.predict(batch))).toBeLessThan(1e-6);
  const expected = await gradients(theirs, batch);
  for (const [index, array] of (await gradients(ours, batch)).entries()) {
    expect(relativeError(array, expected[index]!), `array ${index}`).toBeLessThan(1e-5);
  }
}

/** A few steps end in the same bits on 1 to 7 threads. */
export async function expectSameOnThreads(
  trainers: Trainers,
  net: Net,
  choice: Choice = {},
): Promise<void> {
  const [one, ...more] = await Promise.all(
    [1, 2, 4, 7].map(async (threads) => {
      const trainer = await trainers.ours(net, choice, threads);
      return { losses: await train(trainer, 3), weights: await weightsOf(trainer) };
    }),
  );
  for (const other of more) expect(other).toEqual(one);
}

/** Names and shapes of a model's trained arrays. */
export function shapesOf(model: tf.LayersModel): number[][] {
  return model.trainableWeights.map((variable) => variable.shape as number[]);
}
