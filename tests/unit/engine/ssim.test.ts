import * as tf from "@tensorflow/tfjs";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { type LossTerm, type LossWeights, ssimOfTerm } from "../../../src/config/loss";
import type { Samples, Trainer } from "../../../src/engine/device";
import { createRng } from "../../../src/math/rng";
import { ssimWang, ssimWriteup } from "../../../src/metrics/ssim";
import type { SsimProtocol } from "../../../src/metrics/ssim-protocols";
import { GREY_28 } from "../image-sets";
import { chain, gradients, type Net, randomise, reference, samplesFor, wasm } from "./nets";

const { activation, conv2d } = tf.layers;

const SSIM_TERMS = ["ssimUniform", "ssimGaussian", "ssimWriteup"] as const;

const started: Trainer[] = [];
afterEach(() => {
  for (const trainer of started.splice(0)) trainer.dispose();
});

async function start(making: Promise<Trainer>, samples?: Samples): Promise<Trainer> {
  const trainer = await making;
  started.push(trainer);
  await trainer.setSamples(samples ?? samplesFor(trainer.model, 12, 11));
  return trainer;
}

beforeAll(async () => {
  await tf.setBackend("cpu");
});

/** 1 − SSIM by its definition, window by window, in double precision. */
function dissimilarity(
  { taps, covarianceFactor, c1, c2 }: SsimProtocol,
  x: Float32Array,
  y: Float32Array,
  height: number,
  width: number,
): number {
  const side = taps.length;
  let total = 0;
  const mean = (top: number, left: number, value: (at: number) => number) => {
    let sum = 0;
    for (let i = 0; i < side; i++) {
      for (let j = 0; j < side; j++) {
        sum += taps[i]! * taps[j]! * value((top + i) * width + left + j);
      }
    }
    return sum;
  };
  for (let top = 0; top + side <= height; top++) {
    for (let left = 0; left + side <= width; left++) {
      const mx = mean(top, left, (at) => x[at]!);
      const my = mean(top, left, (at) => y[at]!);
      const vx = covarianceFactor * mean(top, left, (at) => (x[at]! - mx) ** 2);
      const vy = covarianceFactor * mean(top, left, (at) => (y[at]! - my) ** 2);
      const vxy = covarianceFactor * mean(top, left, (at) => (x[at]! - mx) * (y[at]! - my));
      const ssim =
        ((2 * mx * my + c1) * (2 * vxy + c2)) / ((mx ** 2 + my ** 2 + c1) * (vx + vy + c2));
      total += 1 - ssim;
    }
  }
  return total / ((height - side + 1) * (width - side + 1));
}

/** A net that gives images back, each pixel times `gain`. */
const identity =
  (shape: number[], gain = 1): Net =>
  () => {
    const model = chain(shape, conv2d({ filters: 1, kernelSize: 1, useBias: false }));
    model.trainableWeights[0]!.write(tf.tensor([gain], [1, 1, 1, 1]));
    return model;
  };

/** Makes other images of 28 × 28 pixels. */
const randomNet: Net = () => {
  const layer = conv2d({ filters: 1, kernelSize: 5, padding: "same", activation: "sigmoid" });
  return randomise(chain([28, 28, 1], layer), 3);
};

/** Images whose bright and dark parts are flat but for a little noise, as garments are. */
function flatImages(count: number, height: number, width: number): Float32Array {
  const rng = createRng(8, "flat images");
  return Float32Array.from({ length: count * height * width }, (_, i) => {
    const column = i % width;
    return column < width / 3 ? 0 : 0.9 + 0.1 * rng.float();
  });
}

const DEVICES = { wasm, reference };

describe.each(Object.keys(DEVICES) as (keyof typeof DEVICES)[])("SSIM on device %s", (device) => {
  const trainerOf = (net: Net, loss: LossWeights, samples?: Samples) =>
    start(DEVICES[device](net(), loss, 8), samples);

  test.each<[LossTerm, typeof ssimWang]>([
    ["ssimGaussian", ssimWang],
    ["ssimWriteup", ssimWriteup],
  ])("%s is that of the scores", async (term, ssim) => {
    const trainer = await trainerOf(randomNet, { [term]: 1 });
    const { inputs } = samplesFor(trainer.model, 12, 11);
    for (let image = 0; image < 12; image++) {
      const index = Uint32Array.of(image);
      const expected = 1 - ssim(await trainer.predict(index), inputs, GREY_28, 0, image * 784);
      expect(Math.abs((await trainer.evaluate(index)) - expected)).toBeLessThan(1e-5);
    }
  });

  test.each(SSIM_TERMS)("%s keeps its digits where images are flat and alike", async (term) => {
    for (const [height, width] of [
      [12, 14],
      [17, 13],
      [28, 28],
    ] as const) {
      const inputs = flatImages(3, height, width);
      for (const gain of [0.97, 0.5]) {
        const net = identity([height, width, 1], gain);
        const trainer = await trainerOf(net, { [term]: 1 }, { count: 3, inputs });
        const size = height * width;
        for (let image = 0; image < 3; image++) {
          const y = inputs.subarray(image * size, (image + 1) * size);
          const x = y.map((pixel) => Math.fround(pixel * Math.fround(gain)));
          const expected = dissimilarity(ssimOfTerm(term, { height, width })!, x, y, height, width);
          const actual = await trainer.evaluate(Uint32Array.of(image));
          expect(Math.abs(actual - expected)).toBeLessThan(1e-5);
        }
      }
    }
  });

  test("is 0 for equal images, and there is no way down from there", async () => {
    const loss = { ssimUniform: 1, ssimGaussian: 1, ssimWriteup: 1, meanAbsoluteError: 1 };
    const trainer = await trainerOf(identity([12, 14, 1]), loss);
    const batch = Uint32Array.of(0, 5);
    expect(await trainer.evaluate(batch)).toBe(0);
    expect((await gradients(trainer, batch))[0]![0]).toBeCloseTo(0, 6);
  });
});

test("finds an image again from SSIM alone", async () => {
  const trainer = await start(wasm(identity([12, 14, 1], 0.2)(), { ssimUniform: 1 }, 8));
  const batch = Uint32Array.of(0, 1, 2, 3);
  for (let step = 0; step < 150; step++) await trainer.step(batch, 0.02);
  expect(await trainer.evaluate(batch)).toBeLessThan(0.001);
});

test("stays finite where logits are far out", async () => {
  const net = identity([12, 14, 1], 500);
  const withSigmoid = () => {
    const model = net();
    const output = activation({ activation: "sigmoid" }).apply(model.outputs[0]!);
    return tf.model({ inputs: model.inputs, outputs: output as tf.SymbolicTensor });
  };
  const trainer = await start(wasm(withSigmoid(), { binaryCrossentropy: 1, ssimWriteup: 1 }, 8));
  const batch = Uint32Array.of(0, 1);
  expect(await trainer.evaluate(batch)).toBeGreaterThan(10);
  expect(Number.isFinite((await gradients(trainer, batch))[0]![0])).toBe(true);
});
