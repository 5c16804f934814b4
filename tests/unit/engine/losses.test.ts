import * as tf from "@tensorflow/tfjs";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import type { LossWeights } from "../../../src/config/loss";
import type { Trainer } from "../../../src/engine/device";
import type { KernelVariant } from "../../../src/engine/wasm/platform";
import { readModelWeights, writeModelWeights } from "../../../src/engine/weights";
import {
  chain,
  gradients,
  lossSlopes,
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
/** In colour, and so low that the Gaussian's window has 7 pixels: 2 × 3 windows of each channel. */
const colour = (activation: Activation) =>
  chain([8, 9, 3], conv2d({ filters: 3, kernelSize: 3, padding: "same", activation }));
const NETS = { small, large, apart, colour };

const LOSSES: Record<string, LossWeights> = {
  "absolute error": { meanAbsoluteError: 1 },
  "uniform SSIM": { ssimUniform: 1 },
  "Gaussian SSIM": { ssimGaussian: 0.3 },
  "the write-up's SSIM": { ssimWriteup: 2 },
  "squared and absolute error": { meanSquaredError: 3, meanAbsoluteError: 0.5 },
  "SSIM and absolute error": { ssimGaussian: 0.84, meanAbsoluteError: 0.16 },
  "two SSIMs": { ssimGaussian: 1, ssimUniform: 0.5 },
  "Huber's": { huber: 1 },
  "the cosine": { cosineSimilarity: 0.8 },
  "the cosine and Huber's": { cosineSimilarity: 1, huber: 3, meanAbsoluteError: 0.2 },
  "cross-entropy and the cosine": { binaryCrossentropy: 0.5, cosineSimilarity: 1 },
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
    huber: 1.2,
    cosineSimilarity: 0.6,
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

  test.each(["small", "colour"] as const)("agrees with finite differences (%s)", async (name) => {
    const trainer = await ours(netFor(name, loss), loss);
    const batch = Uint32Array.of(5, 1, 7);
    const { measured, expected } = await lossSlopes(trainer, batch, 2e-4);
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

test.each([small, colour])("trains to the same bits on 1, 2 and 4 threads", async (net) => {
  const runs = await Promise.all(
    [1, 2, 4].map(async (threads) => {
      const loss = { binaryCrossentropy: 0.3, ssimGaussian: 1, ssimUniform: 0.5 };
      const trainer = await ours(() => net("sigmoid"), loss, threads);
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

/** Outputs up to 4 from their targets: both sides of Huber's bend. */
test("Huber's loss is a square near 0 and straight from 1 on", async () => {
  const net: Net = () => chain([5], dense({ units: 5, useBias: false }));
  const inputs = Float32Array.of(0.5, 1, 2, 4, 0.25);
  const targets = Float32Array.of(0, 0, 5, 0, 0.25);
  for (const make of [wasm, reference]) {
    const model = net();
    const eye = Float32Array.from({ length: 25 }, (_, i) => (i % 6 === 0 ? 1 : 0));
    writeModelWeights(model, [eye]);
    const trainer = await make(model, { huber: 1 }, 1);
    started.push(trainer);
    await trainer.setSamples({ count: 1, inputs, targets });
    const one = Uint32Array.of(0);
    expect((await trainer.evaluate(one)) * 5).toBeCloseTo(0.125 + 0.5 + 2.5 + 3.5 + 0, 5);
    const [kernel] = await gradients(trainer, one);
    // Row 0 of the kernel's gradient: the first input times each output's slope.
    const slopes = Array.from(kernel!.subarray(0, 5), (value) => (value * 5) / 0.5);
    for (const [i, slope] of [0.5, 1, -1, 1, 0].entries()) expect(slopes[i]).toBeCloseTo(slope, 5);
  }
});

test("the cosine's loss of outputs that are all 0 is 1, with a gradient that is a number", async () => {
  for (const make of [wasm, reference]) {
    const model = chain([4], dense({ units: 4 }));
    writeModelWeights(model, [new Float32Array(16), new Float32Array(4)]);
    const trainer = await make(model, { cosineSimilarity: 1 }, 1);
    started.push(trainer);
    await trainer.setSamples({ count: 1, inputs: Float32Array.of(0.6, 0, 0.8, 0) });
    const one = Uint32Array.of(0);
    expect(await trainer.evaluate(one)).toBeCloseTo(1, 6);
    const [, bias] = await gradients(trainer, one);
    // −t over the least length: its square is 1e-7.
    for (const [i, t] of [0.6, 0, 0.8, 0].entries()) {
      expect(bias![i]! * Math.sqrt(1e-7)).toBeCloseTo(-t, 4);
    }
  }
});

test.each<[string, LossWeights, Net]>([
  ["at least 7 × 7 pixels", { ssimGaussian: 1 }, pixelwise([6, 28, 1])],
  ["output is 28 × 6 × 1", { ssimUniform: 1 }, pixelwise([28, 6, 1])],
  ["1 × 1 × 784", { meanSquaredError: 1, ssimWriteup: 1 }, () => chain([2], dense({ units: 784 }))],
  ["at least one term", {}, pixelwise([8, 8, 1])],
  ["needs 2 channels at least", { categoricalCrossentropy: 1 }, pixelwise([8, 8, 1])],
  [
    "cannot both see the output's logits",
    { binaryCrossentropy: 1, categoricalCrossentropy: 1 },
    pixelwise([8, 8, 1], 2),
  ],
  ["must be over 0, not -2", { meanSquaredError: -2 }, pixelwise([8, 8, 1])],
])("refuses: %s", async (message, loss, net) => {
  const attempt = start(wasm(net(), loss, 4));
  await expect(attempt).rejects.toThrow(RangeError);
  await expect(attempt).rejects.toThrow(message);
  await expect(reference(net(), loss, 4)).rejects.toThrow(message);
});
