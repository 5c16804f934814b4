import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Trainer } from "../../../src/engine/device";
import { DeviceLostError } from "../../../src/engine/errors";
import { openGpu } from "../../../src/engine/gpu";
import { ADAM_DEFAULTS } from "../../../src/engine/optimizer";
import { createTfjsTrainer } from "../../../src/engine/tfjs/trainer";
import { createWebgpuTrainer } from "../../../src/engine/webgpu/trainer";
import { score } from "../../../src/training/score";
import { barImages, range, tinyAutoencoder, weightsOf } from "../../unit/engine/tfjs/nets";
import { grey28 } from "../../unit/image-sets";
import { boxes } from "../../unit/training/fixtures";

const OPTIONS = {
  loss: { binaryCrossentropy: 1 },
  optimizer: ADAM_DEFAULTS,
  batchSize: 8,
  seed: 3,
  flips: true,
};
const SAMPLES = { count: 20, inputs: barImages(20, 6) };

let device: GPUDevice;
beforeAll(async () => {
  await tf.setBackend("cpu");
  device = await openGpu(navigator.gpu);
});
afterAll(() => device.destroy());

/** Losses, weights and outputs of a few steps, the last batch partial, from the same start. */
async function trained(start: (model: tf.LayersModel) => Promise<Trainer>) {
  const model = tinyAutoencoder();
  const trainer = await start(model);
  await trainer.setSamples(SAMPLES);
  const rates = [0.01, 0.01, 0.005];
  const losses = trainer.steps ? [...(await trainer.steps(range(0, 20), rates))] : [];
  for (const [i, rate] of rates.entries()) {
    const batch = range(8 * i, Math.min(8 * i + 8, 20));
    if (losses.length < 3) losses.push(await trainer.step(batch, rate));
  }
  losses.push(await trainer.step(range(0, 8), 0.01), await trainer.evaluate(range(0, 20)));
  await trainer.pullWeights();
  const outputs = await trainer.predict(range(0, 20));
  return { trainer, losses, outputs, weights: weightsOf(model) };
}

/** One device for all, so that kernels are compiled once; trainers would destroy it. */
const onGpu = (model: tf.LayersModel) => {
  const openDevice = async () => Object.assign(device, { destroy: () => {} });
  return createWebgpuTrainer(model, OPTIONS, { openDevice });
};

describe("the WebGPU device in a browser", () => {
  it("trains as tfjs does on the CPU, and to the same bits again", async () => {
    const theirs = await trained((model) => createTfjsTrainer(model, OPTIONS, "cpu"));
    const ours = await trained(onGpu);
    expect(ours.losses).toHaveLength(theirs.losses.length);
    for (const [i, loss] of ours.losses.entries()) {
      expect(Math.abs(loss / theirs.losses[i]! - 1), `loss ${i}`).toBeLessThan(1e-4);
    }
    for (const [i, weight] of ours.weights.entries()) {
      expect(Math.abs(weight - theirs.weights[i]!)).toBeLessThan(1e-3);
    }
    for (const [i, output] of ours.outputs.entries()) {
      expect(Math.abs(output - theirs.outputs[i]!)).toBeLessThan(1e-3);
    }
    const again = await trained(onGpu);
    expect(again.losses).toEqual(ours.losses);
    expect(again.weights).toEqual(ours.weights);
    for (const { trainer } of [theirs, ours, again]) trainer.dispose();
  });

  it("scores images as the CPU does", async () => {
    const { count, images } = boxes(10);
    const { conv2d } = tf.layers;
    const shape = { filters: 1, kernelSize: 3, padding: "same", activation: "sigmoid" } as const;
    const net = tf.sequential({ layers: [conv2d({ ...shape, inputShape: [28, 28, 1] })] });
    const ours = await onGpu(net);
    const theirs = await createTfjsTrainer(net, OPTIONS, "cpu");
    for (const trainer of [ours, theirs]) await trainer.setSamples({ count, inputs: images });
    expect(ours.score).toBeDefined();
    const found = await score(ours, grey28(images), range(0, 10));
    const expected = await score(theirs, grey28(images), range(0, 10));
    for (const figure of ["bce", "mse", "ssim", "ssimWriteup"] as const) {
      for (const [i, value] of expected[figure].entries()) {
        expect(Math.abs(found[figure][i]! - value), `${figure} ${i}`).toBeLessThan(
          1e-4 * (1 + value),
        );
      }
    }
    for (const trainer of [ours, theirs]) trainer.dispose();
  });

  it("says so when the GPU is lost in the middle of a call", async () => {
    const own = await openGpu(navigator.gpu);
    const dense = tf.layers.dense({ units: 4, inputShape: [4] });
    const options = { ...OPTIONS, loss: { meanSquaredError: 1 }, flips: false };
    const trainer = await createWebgpuTrainer(tf.sequential({ layers: [dense] }), options, {
      openDevice: async () => own,
    });
    await trainer.setSamples({ count: 8, inputs: new Float32Array(32).fill(0.5) });
    expect(await trainer.step(range(0, 8))).toBeGreaterThan(0);
    const pending = trainer.steps(new Uint32Array(2048), Array(256).fill(0.01));
    own.destroy();
    await expect(pending).rejects.toThrow(DeviceLostError);
    await expect(trainer.step(range(0, 8))).rejects.toThrow("The GPU is lost");
    trainer.dispose();
  });
});
