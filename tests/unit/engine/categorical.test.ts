/** Categorical cross-entropy, of each pixel's softmax over its channels, on every device. */

import * as tf from "@tensorflow/tfjs";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { nodeWasmPlatform } from "../../../src/cli/wasm-platform";
import type { LossWeights } from "../../../src/config/loss";
import type { Samples, Trainer } from "../../../src/engine/device";
import type { KernelVariant } from "../../../src/engine/wasm/platform";
import { createWasmTrainer } from "../../../src/engine/wasm/trainer";
import { writeModelWeights } from "../../../src/engine/weights";
import { createRng } from "../../../src/math/rng";
import { chain, gradients, lossSlopes, type Net, randomise, relativeError, sizeOf } from "./nets";
import { type Choice, complete, expectSameOnThreads, Trainers } from "./pair";
import { GpuPairs, sharedGpu } from "./webgpu/gpu";

// A GPU in software needs half a second for each kernel, and more on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const { conv2d, dense, flatten, softmax } = tf.layers;
const BATCH = Uint32Array.of(4, 0, 3, 1, 2);

const NETS: Readonly<Record<string, { net: Net; loss: LossWeights }>> = {
  "one class an image": {
    net: () => chain([4, 3, 2], flatten(), dense({ units: 10, activation: "softmax" })),
    loss: { categoricalCrossentropy: 1 },
  },
  "a class of each pixel, in a layer of its own": {
    net: () => chain([5, 7, 2], conv2d({ filters: 3, kernelSize: 3 }), softmax({ axis: -1 })),
    loss: { categoricalCrossentropy: 0.7 },
  },
  "beside terms of the probabilities": {
    net: () =>
      chain(
        [5, 7, 1],
        conv2d({ filters: 4, kernelSize: 3, activation: "relu" }),
        conv2d({ filters: 5, kernelSize: 1, activation: "softmax" }),
      ),
    loss: { categoricalCrossentropy: 0.5, meanSquaredError: 3, cosineSimilarity: 0.4 },
  },
};

/** One class in three of four pixels, shares of all classes in the rest. */
function samplesOf(model: tf.LayersModel): Samples {
  const rng = createRng(5, "test data");
  const floats = (length: number) => Float32Array.from({ length }, () => rng.float());
  const shape = model.outputs[0]!.shape;
  const channels = shape.at(-1)!;
  const rows = Array.from({ length: (6 * sizeOf(shape)) / channels }, (_, pixel) => {
    const right = rng.int(channels);
    const shares = floats(channels);
    const total = shares.reduce((sum, share) => sum + share);
    return Array.from(shares, (share, i) =>
      pixel % 4 === 0 ? share / total : Number(i === right),
    );
  });
  return {
    count: 6,
    inputs: floats(6 * sizeOf(model.inputs[0]!.shape)),
    targets: Float32Array.from(rows.flat()),
  };
}

const trainers = new Trainers();
const started: Trainer[] = [];
let pairs: GpuPairs;
beforeAll(async () => {
  await tf.setBackend("cpu");
  pairs = new GpuPairs(await sharedGpu());
});
afterEach(() => trainers.dispose());
afterAll(() => {
  pairs.dispose();
  for (const trainer of started) trainer.dispose();
});

const onWasm =
  (variant: KernelVariant) =>
  async (net: Net, choice: Choice, samples: Samples): Promise<Trainer> => {
    const model = randomise(net(), 3);
    const trainer = await createWasmTrainer(model, complete(choice), nodeWasmPlatform, 1, variant);
    started.push(trainer);
    await trainer.setSamples(samples);
    return trainer;
  };

type Start = (net: Net, choice: Choice, samples: Samples) => Promise<Trainer>;
const DEVICES: Readonly<Record<string, Start>> = {
  "relaxed WASM": onWasm("relaxed"),
  "plain WASM": onWasm("simd"),
  WebGPU: (net, choice, samples) => pairs.gpu(net, choice, samples),
};

describe.each(Object.entries(NETS))("%s", (_, { net, loss }) => {
  test.each(Object.keys(DEVICES))("is tfjs's on %s", async (device) => {
    const samples = samplesOf(net());
    const theirs = await trainers.theirs(net, { loss }, samples);
    const ours = await DEVICES[device]!(net, { loss }, samples);
    const rows = await theirs.predict(BATCH);
    expect(relativeError(await ours.predict(BATCH), rows)).toBeLessThan(1e-5);
    expect((await ours.evaluate(BATCH)) / (await theirs.evaluate(BATCH))).toBeCloseTo(1, 5);
    const expected = await gradients(theirs, BATCH);
    for (const [index, array] of (await gradients(ours, BATCH)).entries()) {
      expect(relativeError(array, expected[index]!), `array ${index}`).toBeLessThan(1e-5);
    }
  });

  test.each(Object.keys(DEVICES))("agrees with finite differences on %s", async (device) => {
    const trainer = await DEVICES[device]!(net, { loss }, samplesOf(net()));
    const { measured, expected } = await lossSlopes(trainer, BATCH, 1e-3);
    expect(Math.abs(measured / expected - 1)).toBeLessThan(0.01);
  });
});

/** −ln of the right class's probability is 200 here, and that probability is 0 in a float. */
test.each(Object.keys(DEVICES))("a certain mistake has a finite loss on %s", async (device) => {
  const net: Net = () => chain([2], dense({ units: 2, useBias: false, activation: "softmax" }));
  const samples = { count: 1, inputs: Float32Array.of(1, 0), targets: Float32Array.of(0, 1) };
  const choice = { loss: { categoricalCrossentropy: 1 } };
  const trainer = await DEVICES[device]!(net, choice, samples);
  writeModelWeights(trainer.model, [Float32Array.of(100, -100, 0, 0)]);
  await trainer.pushWeights();
  expect(await trainer.evaluate(Uint32Array.of(0))).toBeCloseTo(200, 3);
  const [kernel] = await gradients(trainer, Uint32Array.of(0));
  for (const [i, slope] of [1, -1, 0, 0].entries()) expect(kernel![i]).toBeCloseTo(slope, 5);
});

test("trains to the same bits on 1 to 7 threads", () => {
  const { net, loss } = NETS["beside terms of the probabilities"]!;
  return expectSameOnThreads(trainers, net, { loss });
});
