/**
 * What no device may swallow: a number that is none. A net that has met one is lost, and its loss
 * and weights say so, or a run would go on for hours on what is left.
 */

import * as tf from "@tensorflow/tfjs";
import { expect } from "vitest";
import type { Samples, Trainer } from "../../../src/engine/device";
import { chain, type Net } from "./nets";
import { type Choice, weightsOf } from "./pair";

const { conv2d, dense, flatten, maxPooling2d } = tf.layers;

const hasNan = (values: Float32Array) => values.some(Number.isNaN);

/** Three samples of so many numbers; those at `places` of the first are none. */
export function samplesWithNan(inputs: number, outputs: number, places: number[]): Samples {
  const values = (size: number) =>
    Float32Array.from({ length: 3 * size }, (_, i) => ((i * 7) % 11) / 11);
  const broken = values(inputs);
  for (const place of places) broken[place] = Number.NaN;
  return { count: 3, inputs: broken, targets: values(outputs) };
}

/** A step on the first sample has no loss, and neither has any net after it. */
export async function expectLost(trainer: Trainer): Promise<void> {
  expect(await trainer.step(Uint32Array.of(0, 1), 0.01)).toBeNaN();
  const { m, v } = await trainer.optimizerState();
  expect([hasNan(m), hasNan(v)]).toEqual([true, true]);
  expect((await weightsOf(trainer)).some(hasNan)).toBe(true);
  expect(await trainer.step(Uint32Array.of(1, 2), 0.01)).toBeNaN();
}

/** Moments that are no numbers, each alone, make the weights such. */
export async function expectMomentsCount(start: () => Promise<Trainer>): Promise<void> {
  for (const moment of ["m", "v"] as const) {
    const trainer = await start();
    const state = await trainer.optimizerState();
    state[moment].fill(Number.NaN);
    await trainer.setOptimizerState({ ...state, step: 3 });
    await trainer.step(Uint32Array.of(1, 2), 0.01);
    const weights = await weightsOf(trainer);
    expect(weights.every((array) => array.every(Number.isNaN))).toBe(true);
    expect((await trainer.optimizerState())[moment].every(Number.isNaN)).toBe(true);
  }
}

/** Nets with a place where a comparison could lose a number that is none, and the loss. */
export const TRAPS: Readonly<Record<string, readonly [Net, Choice]>> = {
  "a dense layer": [() => chain([16], dense({ units: 3 })), {}],
  "ReLU behind a convolution": [
    () =>
      chain(
        [4, 4, 1],
        conv2d({ filters: 4, kernelSize: 1, activation: "relu" }),
        flatten(),
        dense({ units: 3 }),
      ),
    {},
  ],
  "weight decay and clipping": [
    () => chain([16], dense({ units: 3 })),
    { adam: { weightDecay: 0.1, clipNorm: 1 } },
  ],
  "absolute error": [() => chain([16], dense({ units: 3 })), { loss: { meanAbsoluteError: 1 } }],
  "cross-entropy and absolute error": [
    () => chain([16], dense({ units: 3, activation: "sigmoid" })),
    { loss: { binaryCrossentropy: 1, meanAbsoluteError: 1 } },
  ],
};

/** Pools of one channel and of four (one vector), before a layer that takes every maximum. */
export const POOLS: Readonly<Record<number, Net>> = Object.fromEntries(
  [1, 4].map((channels) => [
    channels,
    () => chain([2, 2, channels], maxPooling2d({ poolSize: 2 }), flatten(), dense({ units: 2 })),
  ]),
);
