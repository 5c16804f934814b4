import * as tf from "@tensorflow/tfjs";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { actAsBrowser, dawn, NO_GPU, nodeWebgpuPlatform } from "../../../../src/cli/dawn";
import { TRAINER_DEFAULTS, type Trainer } from "../../../../src/engine/device";
import { DeviceLostError } from "../../../../src/engine/errors";
import { shareWithTfjs } from "../../../../src/engine/share";
import { createTfjsTrainer } from "../../../../src/engine/tfjs/trainer";
import { createWebgpuTrainer, type WebgpuTrainer } from "../../../../src/engine/webgpu/trainer";
import { chain, relativeError } from "../nets";
import { apart } from "../pair";

// A GPU in software needs half a second for each kernel, and more on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const { batchNormalization, dense, dropout } = tf.layers;
const OPTIONS = { ...TRAINER_DEFAULTS, loss: { meanSquaredError: 1 }, batchSize: 4 };
const SAMPLES = {
  count: 8,
  inputs: Float32Array.from({ length: 40 }, (_, i) => Math.sin(i * i)),
};
const ALL = Uint32Array.from({ length: 8 }, (_, i) => i);

beforeAll(async () => {
  const gpu = await dawn();
  if (!gpu) throw new Error(NO_GPU);
  await actAsBrowser(gpu);
  await tf.setBackend("cpu");
});
const started: Trainer[] = [];
afterEach(async () => {
  for (const trainer of started.splice(0)) trainer.dispose();
  await tf.setBackend("cpu");
});

async function trained(): Promise<{ trainer: WebgpuTrainer; device: GPUDevice }> {
  const device = await nodeWebgpuPlatform.openDevice();
  const hidden = dense({ units: 3, activation: "relu" });
  const net = chain([5], hidden, batchNormalization(), dense({ units: 5 }));
  const trainer = await createWebgpuTrainer(net, OPTIONS, { openDevice: async () => device });
  started.push(trainer);
  await trainer.setSamples(SAMPLES);
  await trainer.steps(ALL, [0.05, 0.02]);
  return { trainer, device };
}

const bitsOf = (model: tf.LayersModel) =>
  Promise.all(model.getWeights().map(async (weight) => Array.from(await weight.data())));

describe("a trainer that shares its GPU with tfjs", () => {
  test("gives the model its weights there, to the bit, and nothing is read back", async () => {
    const { trainer, device } = await trained();
    const { model } = trainer;
    await trainer.pullWeights();
    const expected = await bitsOf(model);
    await trainer.step(ALL.subarray(0, 4));
    await trainer.pullWeights();
    const newest = await bitsOf(model);
    expect(newest).not.toEqual(expected);
    model.setWeights(model.getWeights().map((weight) => tf.zeros(weight.shape)));

    const buffers: GPUBuffer[] = [];
    const createBuffer = device.createBuffer.bind(device);
    device.createBuffer = (descriptor) => {
      const buffer = createBuffer(descriptor);
      buffers.push(buffer);
      return buffer;
    };
    await shareWithTfjs(trainer);
    expect(buffers.length).toBeGreaterThan(0);
    expect(buffers.filter(({ usage }) => (usage & GPUBufferUsage.MAP_READ) !== 0)).toEqual([]);
    expect(tf.getBackend()).toBe("webgpu");
    expect((tf.backend() as unknown as { device: GPUDevice }).device).toBe(device);
    expect(await bitsOf(model)).toEqual(newest);

    // tfjs computes with them, also once the trainer is gone.
    const ours = await trainer.predict(ALL);
    trainer.dispose();
    const theirs = model.predict(tf.tensor(SAMPLES.inputs, [8, 5])) as tf.Tensor;
    expect(relativeError(await theirs.data<"float32">(), ours)).toBeLessThan(1e-4);
  });

  test("leaves the model as it is where the GPU is lost", async () => {
    const { trainer, device } = await trained();
    device.destroy();
    await device.lost;
    await expect(shareWithTfjs(trainer)).rejects.toThrow(DeviceLostError);
    expect(tf.getBackend()).toBe("cpu");
  });
});

test("tfjs trains on a device that it is given, in Node too", async () => {
  const train = async (backend: "cpu" | "webgpu") => {
    const model = tf.sequential({
      layers: [
        dense({
          units: 5,
          inputShape: [5],
          kernelInitializer: tf.initializers.glorotUniform({ seed: 1 }),
        }),
        dropout({ rate: 0.3 }),
      ],
    });
    const trainer = await createTfjsTrainer(model, OPTIONS, backend, nodeWebgpuPlatform);
    started.push(trainer);
    // A GPU goes by its name, so that nobody takes one in software for a real one.
    expect(trainer.info.label).toMatch(backend === "cpu" ? /^tfjs CPU/ : /^tfjs WebGPU \(.+\)$/);
    await trainer.setSamples(SAMPLES);
    const losses = [];
    for (let i = 0; i < 3; i++) losses.push(await trainer.step(ALL.subarray(i, i + 4), 0.05));
    return losses;
  };
  expect(apart(await train("webgpu"), await train("cpu"))).toBeLessThan(1e-4);
});
