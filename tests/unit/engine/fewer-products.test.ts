/** Convolutions that WASM does with fewer products than they have taps, held to tfjs. */

import * as tf from "@tensorflow/tfjs";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { compile } from "../../../src/engine/compile";
import type { Trainer } from "../../../src/engine/device";
import { trainingFlops } from "../../../src/engine/flops";
import { chain, gradients, type Net, randomise, relativeError, samplesFor, wasm } from "./nets";
import { Trainers } from "./pair";

const { layers } = tf;

interface Case {
  readonly shape: readonly [number, number, number];
  readonly filters: number;
  readonly padding?: "same" | "valid";
  readonly activation?: "relu" | "elu";
  readonly useBias?: boolean;
  /** Of an image that is doubled before. */
  readonly isDoubled?: boolean;
}

/** Between two others, so that gradients pass it and its input's halo is its own. */
const netOf =
  ({
    shape: [height, width, channels],
    filters,
    padding = "same",
    isDoubled = false,
    ...rest
  }: Case): Net =>
  () =>
    chain(
      [height, width, 1],
      layers.conv2d({ filters: channels, kernelSize: 1, activation: "elu" }),
      ...(isDoubled ? [layers.upSampling2d({})] : []),
      layers.conv2d({ filters, kernelSize: 3, padding, ...rest }),
      layers.conv2d({ filters: 1, kernelSize: 1 }),
    );

const CASES: Record<string, Case> = {
  "32 channels of 6 × 8": { shape: [6, 8, 32], filters: 32, activation: "relu" },
  "sides that are odd": { shape: [7, 5, 32], filters: 24, activation: "relu" },
  "sides that are odd, without padding": { shape: [9, 7, 24], filters: 32, padding: "valid" },
  "without padding, odd and even": { shape: [10, 9, 32], filters: 32, padding: "valid" },
  "without a bias, ELU": { shape: [6, 6, 32], filters: 20, activation: "elu", useBias: false },
  "more tiles than are transformed at once": { shape: [20, 19, 24], filters: 24 },
  "a doubled image": { shape: [4, 3, 8], filters: 12, activation: "relu", isDoubled: true },
  "a doubled image of one row": { shape: [1, 4, 4], filters: 8, isDoubled: true },
  "a doubled image, without a bias": {
    shape: [3, 3, 12],
    filters: 4,
    activation: "elu",
    useBias: false,
    isDoubled: true,
  },
  "a doubled image, in several parts": { shape: [14, 10, 32], filters: 24, isDoubled: true },
};

const BATCHES = [Uint32Array.of(4), Uint32Array.of(0, 3, 1)];
const trainers = new Trainers();
beforeAll(() => tf.setBackend("cpu"));
afterEach(() => trainers.dispose());

async function start(net: Net, threads: number, variant: "relaxed" | "simd"): Promise<Trainer> {
  const model = randomise(net(), 3);
  const trainer = await wasm(model, { meanSquaredError: 1 }, 8, threads, variant);
  await trainer.setSamples(samplesFor(model, 12, 11));
  return trainer;
}

describe.each(Object.entries(CASES))("%s", (_, each) => {
  const net = netOf(each);

  test("is done so", () => {
    const plan = compile(net());
    expect(trainingFlops(plan, "wasm")).toBeLessThan(trainingFlops(plan, "folded"));
  });

  test("has tfjs's outputs and gradients, in both builds", async () => {
    const theirs = await trainers.theirs(net);
    for (const variant of ["relaxed", "simd"] as const) {
      const ours = await start(net, 1, variant);
      for (const batch of BATCHES) {
        await ours.setOptimizerState(await theirs.optimizerState());
        expect(relativeError(await ours.predict(batch), await theirs.predict(batch))).toBeLessThan(
          1e-5,
        );
        const expected = await gradients(theirs, batch);
        const actual = await gradients(ours, batch);
        for (const [index, variable] of ours.model.trainableWeights.entries()) {
          expect(relativeError(actual[index]!, expected[index]!), variable.name).toBeLessThan(1e-5);
        }
      }
      ours.dispose();
    }
  });

  test("has the same bits on 1 to 7 threads", async () => {
    const known: Float32Array[][] = [];
    const batch = Uint32Array.of(4, 0, 3, 1, 2, 6, 5);
    for (const threads of [1, 2, 7]) {
      const trainer = await start(net, threads, "relaxed");
      known.push([...(await gradients(trainer, batch)), await trainer.predict(batch)]);
      trainer.dispose();
    }
    for (const other of known) expect(other).toEqual(known[0]);
  });
});
