/** Figures of nets that draw their codes: in nats an image, and what they say of the images' likelihood. */

import * as tf from "@tensorflow/tfjs";
import { beforeAll, expect, test } from "vitest";
import { nodeWasmPlatform } from "../../../src/cli/wasm-platform";
import { divergenceOf } from "../../../src/config/likelihood";
import { configFor } from "../../../src/config/recipes";
import { createWasmPredictor } from "../../../src/engine/wasm/predictor";
import { JUDGING_NOISE, normalNumbers } from "../../../src/math/philox";
import { buildNet } from "../../../src/nets/build";
import { parseNet } from "../../../src/nets/text";
import { BOUND_SAMPLES, DrawnCodes, type JudgedPart } from "../../../src/training/drawn-codes";
import { trainerOptions } from "../../../src/training/trainer";
import { noisyBoxes } from "./fixtures";

const images = noisyBoxes(12);
const PIXELS = 784;
const INDICES = Uint32Array.of(3, 0, 7);
const PART: JudgedPart = {
  images,
  indices: INDICES,
  loss: { binaryCrossentropy: 1 },
  seed: 5,
  samples: 4,
  pause: async () => {},
};
const NET = "latent 3 sample > dense 784 sigmoid > shape 28x28x1";

beforeAll(() => tf.setBackend("cpu"));

const modelOf = (text: string) => buildNet(parseNet(text, images.shape), 2);
const judging = (model: tf.LayersModel) =>
  DrawnCodes.of(model, (half, { batchSize }) =>
    createWasmPredictor(half, nodeWasmPlatform, { batchSize }),
  );

test("the figures are their definitions, by the numbers that the seed draws", async () => {
  const model = modelOf(NET);
  const drawn = await judging(model);
  const found = await drawn.judge(PART);
  const [encoder, decoder] = ["encoder_dense", "decoder_dense"].map((name) => model.getLayer(name));
  const sums = { reconstruction: 0, kl: 0, bound: 0 };
  for (const [place, index] of INDICES.entries()) {
    const pixels = Array.from(
      images.images.subarray(index * PIXELS, (index + 1) * PIXELS),
      (byte) => byte / 255,
    );
    const both = [...(encoder!.apply(tf.tensor2d([pixels])) as tf.Tensor).dataSync()];
    const [mean, logVariance] = [both.slice(0, 3), both.slice(3)];
    const noise = normalNumbers(5, place, JUDGING_NOISE, 4, 3);
    let likelihood = 0;
    for (let sample = 0; sample < 4; sample++) {
      const n = [...noise.subarray(3 * sample, 3 * sample + 3)];
      const z = mean.map((m, i) => m + Math.exp(logVariance[i]! / 2) * n[i]!);
      const p = (decoder!.apply(tf.tensor2d([z])) as tf.Tensor).dataSync();
      const nats = pixels.reduce(
        (sum, y, i) => sum - y * Math.log(p[i]!) - (1 - y) * Math.log(1 - p[i]!),
        0,
      );
      sums.reconstruction += nats / 4;
      const prior = z.reduce((sum, each) => sum - each ** 2 / 2, 0);
      const own = n.reduce((sum, each, i) => sum - each ** 2 / 2 - logVariance[i]! / 2, 0);
      likelihood += Math.exp(prior - own - nats) / 4;
    }
    sums.bound -= Math.log(likelihood);
    for (const [i, m] of mean.entries()) {
      sums.kl += (m ** 2 + Math.exp(logVariance[i]!) - 1 - logVariance[i]!) / 2;
    }
  }
  expect(found.reconstruction).toBeCloseTo(sums.reconstruction / 3, 2);
  expect(found.kl).toBeCloseTo(sums.kl / 3, 4);
  expect(found.bound).toBeCloseTo(sums.bound / 3, 2);
  expect(found.elbo).toBe(found.reconstruction + found.kl);
  expect(await drawn.judge(PART)).toEqual(found);
  expect(await drawn.judge({ ...PART, seed: 6 })).not.toEqual(found);
  drawn.dispose();
});

test("a decoder that knows nothing has ln 2 a pixel, and the bound finds that the codes are free", async () => {
  const model = modelOf(NET);
  const decoder = model.getLayer("decoder_dense");
  decoder.setWeights(decoder.getWeights().map((weight) => tf.zerosLike(weight)));
  // Distributions that are wider than the standard one, so that no sample counts for many.
  const encoder = model.getLayer("encoder_dense");
  encoder.setWeights([encoder.getWeights()[0]!, tf.tensor1d([0, 0, 0, 2, 2, 2])]);
  const drawn = await judging(model);
  const { elbo, reconstruction, kl, bound } = await drawn.judge({
    ...PART,
    samples: BOUND_SAMPLES,
  });
  expect(reconstruction).toBeCloseTo(PIXELS * Math.LN2, 3);
  expect(kl).toBeGreaterThan(1);
  expect(elbo - bound).toBeGreaterThan(0.8 * kl);
  expect(Math.abs(bound - PIXELS * Math.LN2)).toBeLessThan(0.2 * kl);
  drawn.dispose();
});

test("numbers whose means stand still are not active", async () => {
  const model = modelOf("dense 8 relu > latent 2 sample > dense 784 sigmoid > shape 28x28x1");
  const distribution = model.getLayer("encoder_dense_2");
  const [kernel, bias] = distribution.getWeights();
  const first = tf.tensor2d([1, 0, 0, 0], [1, 4]);
  distribution.setWeights([kernel!.mul(first).mul(10), bias!]);
  const drawn = await judging(model);
  expect(
    await drawn.judge({ ...PART, indices: Uint32Array.from({ length: 12 }, (_, i) => i) }),
  ).toMatchObject({ activeUnits: 1 });
  drawn.dispose();
});

test("any other loss has a Gaussian likelihood, in which a perfect picture costs nothing", async () => {
  const model = modelOf("latent 2 sample > dense 784 > shape 28x28x1");
  const drawn = await judging(model);
  const decoder = model.getLayer("decoder_dense");
  const [kernel] = decoder.getWeights();
  const row = Float32Array.from(images.images.subarray(0, PIXELS), (byte) => byte / 255);
  decoder.setWeights([tf.zerosLike(kernel!), tf.tensor1d(row)]);
  const of = async (index: number) => {
    const part = { ...PART, indices: Uint32Array.of(index), loss: { meanSquaredError: 1 } };
    return (await drawn.judge(part)).reconstruction;
  };
  expect(await of(0)).toBeLessThan(1e-6);
  const squares = row.reduce((sum, y, i) => sum + (y - images.images[PIXELS + i]! / 255) ** 2, 0);
  expect(await of(1)).toBeCloseTo(squares / 0.02, 2);
  drawn.dispose();
});

test("a nat of divergence counts as one of the reconstruction does", () => {
  const settings = { beta: 2, betaWarmup: 7, freeNats: 0.1 };
  const weights = (loss: object, size: number) => divergenceOf({ ...settings, loss }, size)?.weight;
  expect(weights({ binaryCrossentropy: 0.5 }, 100)).toBeCloseTo(0.01, 10);
  expect(weights({ binaryCrossentropy: 1, ssimUniform: 1 }, 100)).toBeCloseTo(0.02, 10);
  expect(weights({ meanSquaredError: 3 }, 100)).toBeCloseTo((2 * 3 * 0.02) / 100, 10);
  expect(weights({ ssimUniform: 1 }, 100)).toBeCloseTo(0.02, 10);
  expect(divergenceOf({ ...settings, beta: 0, loss: {} }, 100)).toBeNull();
});

test("a trainer is told of all that a net draws, and of nothing where it draws nothing", () => {
  const config = configFor("baseline", { beta: 3, betaWarmup: 9, freeNats: 0.2 });
  const model = modelOf("conv 6 3 > sample > latent 3 sample > dense 784 sigmoid > shape 28x28x1");
  const { penalties } = trainerOptions(config, model);
  const same = { term: "divergence", weight: 3 / PIXELS, free: 0.2, warmUp: 9 };
  expect(penalties).toEqual([
    { layer: "encoder_conv", ...same },
    { layer: "encoder_dense", ...same },
  ]);
  expect(trainerOptions({ ...config, beta: 0 }, model).penalties).toBeUndefined();
  expect(trainerOptions(config, modelOf(NET.replace(" sample", ""))).penalties).toBeUndefined();
});
