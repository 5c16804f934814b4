import * as tf from "@tensorflow/tfjs";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import type { LossWeights } from "../../../src/config/loss";
import type { Trainer } from "../../../src/engine/device";
import type { KernelVariant } from "../../../src/engine/wasm/platform";
import { readModelWeights, writeModelWeights } from "../../../src/engine/weights";
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

const { conv2d, dense } = tf.layers;
type Activation = "linear" | "sigmoid";

/** Targets are the inputs: 12 × 14 pixels, the windows of no SSIM ending where a vector does. */
const small = (activation: Activation) =>
  chain(
    [12, 14, 1],
    conv2d({ filters: 3, kernelSize: 3, padding: "same", activation: "relu" }),
    conv2d({ filters: 1, kernelSize: 3, padding: "same", activation }),
  );
/** The images of the page. */
const large = (activation: Activation) =>
  chain([28, 28, 1], conv2d({ filters: 1, kernelSize: 5, padding: "same", activation }));
/** Targets apart from the inputs, 11 × 13 pixels: one window of the Gaussian fits. */
const apart = (activation: Activation) =>
  chain([13, 15, 1], conv2d({ filters: 1, kernelSize: 3, padding: "valid", activation }));
const NETS = { small, large, apart };

const LOSSES: Record<string, LossWeights> = {
  "absolute error": { meanAbsoluteError: 1 },
  "uniform SSIM": { ssimUniform: 1 },
  "Gaussian SSIM": { ssimGaussian: 0.3 },
  "the write-up's SSIM": { ssimWriteup: 2 },
  "squared and absolute error": { meanSquaredError: 3, meanAbsoluteError: 0.5 },
  "SSIM and absolute error": { ssimGaussian: 0.84, meanAbsoluteError: 0.16 },
  "two SSIMs": { ssimGaussian: 1, ssimUniform: 0.5 },
  "weighted cross-entropy": { binaryCrossentropy: 0.2 },
  "weighted squared error": { meanSquaredError: 7 },
  "cross-entropy and squared error": { binaryCrossentropy: 1, meanSquaredError: 5 },
  "cross-entropy and SSIM": { binaryCrossentropy: 0.5, ssimWriteup: 1 },
  "every term": {
    binaryCrossentropy: 0.4,
    meanSquaredError: 2,
    meanAbsoluteError: 0.3,
    ssimUniform: 0.5,
    ssimGaussian: 1.5,
    ssimWriteup: 0.7,
  },
};

/** A net that looks at one pixel at a time. */
const pixelwise =
  (shape: number[], filters = 1): Net =>
  () =>
    chain(shape, conv2d({ filters, kernelSize: 1 }));

/** A net for a loss: half of those that may do without a sigmoid do. */
function netFor(name: keyof typeof NETS, loss: LossWeights): Net {
  const linear = loss.binaryCrossentropy === undefined && loss.meanAbsoluteError === undefined;
  return () => NETS[name](linear ? "linear" : "sigmoid");
}

const started: Trainer[] = [];
afterEach(() => {
  for (const trainer of started.splice(0)) trainer.dispose();
});

async function start(making: Promise<Trainer>): Promise<Trainer> {
  const trainer = await making;
  started.push(trainer);
  await trainer.setSamples(samplesFor(trainer.model, 12, 11));
  return trainer;
}

const ours = (net: Net, loss: LossWeights, threads = 1, variant?: KernelVariant) =>
  start(wasm(randomise(net(), 3), loss, 8, threads, variant));

beforeAll(async () => {
  await tf.setBackend("cpu");
});

describe.each(Object.entries(LOSSES))("%s", (_, loss) => {
  test.each(Object.keys(NETS) as (keyof typeof NETS)[])("equals tfjs's (%s)", async (name) => {
    const net = netFor(name, loss);
    const batch = Uint32Array.of(4, 0, 3, 11, 2);
    const theirs = await start(reference(randomise(net(), 3), loss, 8));
    const expected = await gradients(theirs, batch);
    const [loss5, outputs] = [await theirs.evaluate(batch), await theirs.predict(batch)];
    for (const variant of ["relaxed", "simd"] as const) {
      const trainer = await ours(net, loss, 1, variant);
      const actual = await gradients(trainer, batch);
      for (const [index, gradient] of expected.entries()) {
        expect(relativeError(actual[index]!, gradient), `${variant} ${index}`).toBeLessThan(1e-4);
      }
      expect(Math.abs((await trainer.evaluate(batch)) / loss5 - 1), variant).toBeLessThan(1e-5);
      expect(relativeError(await trainer.predict(batch), outputs), variant).toBeLessThan(1e-5);
    }
  });

  test("agrees with finite differences", async () => {
    const trainer = await ours(netFor("small", loss), loss);
    const batch = Uint32Array.of(5, 1, 7);
    const analytic = await gradients(trainer, batch);
    const weights = await readModelWeights(trainer.model);
    const lossAt = async (distance: number) => {
      writeModelWeights(
        trainer.model,
        weights.map((array, i) => array.map((w, j) => w + distance * Math.sign(analytic[i]![j]!))),
      );
      await trainer.pushWeights();
      return trainer.evaluate(batch);
    };
    const distance = 2e-4;
    const measured = ((await lossAt(distance)) - (await lossAt(-distance))) / (2 * distance);
    const expected = analytic
      .flatMap((gradient) => Array.from(gradient, Math.abs))
      .reduce((sum, value) => sum + value);
    expect(Math.abs(measured / expected - 1)).toBeLessThan(0.01);
  });

  test("is the mean over images, and what a step says of it", async () => {
    const trainer = await ours(netFor("small", loss), loss);
    const batch = Uint32Array.from({ length: 8 }, (_, i) => i);
    let sum = 0;
    for (const image of batch) sum += await trainer.evaluate(Uint32Array.of(image));
    expect(await trainer.evaluate(batch)).toBeCloseTo(sum / 8, 10);
    // More than a batch: in parts of 8 and 2.
    expect(await trainer.evaluate(Uint32Array.of(...batch, 0, 1))).not.toBeNaN();
    expect(await trainer.step(batch, 0)).toBeCloseTo(sum / 8, 10);
  });
});

test("trains to the same bits on 1, 2 and 4 threads", async () => {
  const runs = await Promise.all(
    [1, 2, 4].map(async (threads) => {
      const loss = { binaryCrossentropy: 0.3, ssimGaussian: 1, ssimUniform: 0.5 };
      const trainer = await ours(() => small("sigmoid"), loss, threads);
      expect(trainer.info.threads).toBe(threads);
      const losses: number[] = [];
      for (let step = 0; step < 30; step++) {
        const size = step % 3 === 2 ? 1 + (step % 8) : 8;
        losses.push(
          await trainer.step(Uint32Array.from({ length: size }, (_, i) => (i * 5 + step) % 12)),
        );
      }
      await trainer.pullWeights();
      return { losses, weights: await readModelWeights(trainer.model) };
    }),
  );
  expect(runs[0]!.losses[27]).toBeLessThan(runs[0]!.losses[0]!);
  expect(runs[1]).toEqual(runs[0]);
  expect(runs[2]).toEqual(runs[0]);
});

test.each<[string, LossWeights, Net]>([
  ["at least 11 × 11 pixels", { ssimGaussian: 1 }, pixelwise([10, 28, 1])],
  ["output is 28 × 6 × 1", { ssimUniform: 1 }, pixelwise([28, 6, 1])],
  ["needs images of one channel", { ssimWriteup: 1 }, pixelwise([9, 9, 1], 2)],
  ["1 × 1 × 784", { meanSquaredError: 1, ssimWriteup: 1 }, () => chain([2], dense({ units: 784 }))],
  ["at least one term", {}, pixelwise([8, 8, 1])],
  ["must be over 0, not -2", { meanSquaredError: -2 }, pixelwise([8, 8, 1])],
])("refuses: %s", async (message, loss, net) => {
  const attempt = start(wasm(net(), loss, 4));
  await expect(attempt).rejects.toThrow(RangeError);
  await expect(attempt).rejects.toThrow(message);
  await expect(reference(net(), loss, 4)).rejects.toThrow(message);
});
