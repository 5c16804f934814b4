import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { nodeWasmPlatform } from "../../../src/cli/wasm-platform";
import { TRAINER_DEFAULTS } from "../../../src/engine/device";
import { ADAM_DEFAULTS, SGD_DEFAULTS } from "../../../src/engine/optimizer";
import { createWasmTracer } from "../../../src/engine/wasm/tracer";
import { createWasmTrainer } from "../../../src/engine/wasm/trainer";
import { pickImages } from "../../../src/math/image-set";
import { buildNet } from "../../../src/nets/build";
import { parseNet } from "../../../src/nets/text";
import type { SlowStep } from "../../../src/protocol/messages";
import { type CreateTracer, takeSlowStep } from "../../../src/worker/slow-step";
import { pattern } from "../image-sets";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const IMAGE = { height: 6, width: 8, channels: 1 };
const TEXT =
  "conv 3 3 relu > norm > dropout 0.4 > pool 2 > latent 5 relu > dense 48 relu > shape 6x8x1 > conv 1 3 sigmoid";
const dataset = { shape: IMAGE, images: pattern(IMAGE, 12) };
const indices = Uint32Array.of(7, 2, 9, 4, 11);
const RATE = 0.02;
const create: CreateTracer = (model, options) => createWasmTracer(model, options, nodeWasmPlatform);

/** A net after two steps, with a number of its code that is 0 for all images. */
async function started(optimizer: typeof ADAM_DEFAULTS | typeof SGD_DEFAULTS = ADAM_DEFAULTS) {
  const model = buildNet(parseNet(TEXT, IMAGE), 5);
  const [kernel, bias] = model.getLayer("latent").getWeights();
  const negative = tf.tensor1d([0, 0, -100, 0, 0]);
  model.getLayer("latent").setWeights([kernel!, bias!.add(negative)]);
  const options = { ...TRAINER_DEFAULTS, optimizer, batchSize: 5, seed: 3 };
  const trainer = await createWasmTrainer(model, options, nodeWasmPlatform, 1);
  await trainer.setSamples({ count: 12, shape: IMAGE, inputs: dataset.images });
  for (let step = 0; step < 2; step++) await trainer.step(indices, RATE);
  await trainer.pullWeights();
  const task = { model, options, dataset, indices, learningRate: RATE };
  return { model, trainer, task: { ...task, state: await trainer.optimizerState() } };
}

const layer = ({ layers }: SlowStep, name: string) => layers.find((each) => each.layer === name)!;

describe("a step taken apart", () => {
  it("is the very step that the run then takes, and changes nothing of it", async () => {
    const { model, trainer, task } = await started();
    const before = model.getWeights().map((weight) => weight.dataSync<"float32">().slice());
    const slow = await takeSlowStep(create, task);
    for (const [i, weight] of model.getWeights().entries()) {
      expect(weight.dataSync<"float32">()).toEqual(before[i]);
    }
    expect(slow.lossBefore).toBeCloseTo(await trainer.evaluate(indices), 5);
    expect(slow.loss).toBeCloseTo(await trainer.step(indices, RATE), 5);
    expect(slow.lossAfter).toBeCloseTo(await trainer.evaluate(indices), 5);
    expect(slow.lossAfter).toBeLessThan(slow.lossBefore);
    expect(slow.learningRate).toBe(RATE);
    expect(slow).toMatchObject({ count: 5, images: { count: 5, shape: IMAGE } });
    expect(slow.images.pixels).toEqual(pickImages(dataset, indices));
    expect(slow.layers.map((each) => each.layer)).toEqual(
      model.layers.slice(1).map(({ name }) => name),
    );
    trainer.dispose();
  });

  it("counts what is 0 for all of the batch, and nothing else", async () => {
    const { task, trainer } = await started();
    const slow = await takeSlowStep(create, task);
    const { dead, units } = layer(slow, "latent");
    expect(units).toBe(5);
    expect(dead).toBeGreaterThanOrEqual(1);
    expect(dead).toBeLessThan(5);
    expect(layer(slow, "encoder_norm").dead).toBe(0);
    trainer.dispose();
  });

  it("has each layer's gradients and weights, spread around 0", async () => {
    const { model, task, trainer } = await started();
    const slow = await takeSlowStep(create, task);
    const { weights, output, gradient, gradientNorm } = layer(slow, "latent");
    const size = model.getLayer("latent").countParams();
    for (const spread of [weights!.values, weights!.gradient]) {
      expect(spread.counts.reduce((sum, count) => sum + count, 0)).toBe(size);
      expect(spread.most).toBeGreaterThanOrEqual(spread.rms);
      expect(spread.rms).toBeGreaterThan(0);
    }
    expect(output.counts.reduce((sum, count) => sum + count, 0)).toBe(5 * 5);
    expect(gradientNorm).toBeCloseTo(gradient!.rms * Math.sqrt(25), 6);
    expect(weights!.gradientNorm).toBeCloseTo(weights!.gradient.rms * Math.sqrt(size), 6);
    // Adam's steps are about as long as the learning rate, for every weight.
    const length = weights!.change! * weights!.values.rms;
    expect(length).toBeGreaterThan(RATE / 20);
    expect(length).toBeLessThan(2 * RATE);
    expect(layer(slow, "encoder_pool").weights).toBeNull();
    trainer.dispose();
  });

  it("follows one weight through Adam, by Adam's own formulas", async () => {
    const { task, trainer } = await started();
    const { weight } = await takeSlowStep(create, task);
    const { gradient, mean, square, before, after } = weight!;
    const { beta1, beta2, epsilon } = ADAM_DEFAULTS;
    expect(mean.after).toBeCloseTo(mean.before + (1 - beta1) * (gradient - mean.before), 7);
    expect(square.after).toBeCloseTo(
      square.before + (1 - beta2) * (gradient ** 2 - square.before),
      8,
    );
    const rate = (RATE * Math.sqrt(1 - beta2 ** 3)) / (1 - beta1 ** 3);
    expect(after - before).toBeCloseTo(
      (-rate * mean.after) / (Math.sqrt(square.after) + epsilon),
      5,
    );
    expect(mean.before).not.toBe(0);
    trainer.dispose();
    const other = await started(SGD_DEFAULTS);
    expect((await takeSlowStep(create, other.task)).weight).toBeNull();
    other.trainer.dispose();
  });
});
