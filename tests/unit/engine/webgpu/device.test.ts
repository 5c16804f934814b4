import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import * as tf from "@tensorflow/tfjs";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { dawn, nodeWebgpuPlatform } from "../../../../src/cli/dawn";
import { nodeWasmPlatform } from "../../../../src/cli/wasm-platform";
import { configFor } from "../../../../src/config/recipes";
import { TRAINER_DEFAULTS, type Trainer } from "../../../../src/engine/device";
import { DeviceError, DeviceLostError } from "../../../../src/engine/errors";
import { openGpu } from "../../../../src/engine/gpu";
import { UnsupportedLayerError } from "../../../../src/engine/problems";
import { createWasmTrainer } from "../../../../src/engine/wasm/trainer";
import { Clock } from "../../../../src/engine/webgpu/clock";
import { countCalls } from "../../../../src/engine/webgpu/counting";
import { Faults } from "../../../../src/engine/webgpu/faults";
import { createWebgpuTrainer, type WebgpuTrainer } from "../../../../src/engine/webgpu/trainer";
import { presetModel } from "../../preset-models";
import { chain } from "../nets";
import { apart } from "../pair";

// A GPU in software needs half a second for each kernel, and more on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const { dense } = tf.layers;

const started: Trainer[] = [];
afterEach(() => {
  for (const trainer of started.splice(0)) trainer.dispose();
});
beforeAll(async () => {
  await tf.setBackend("cpu");
});

/** A tiny net on a device of its own. */
async function tiny(): Promise<{ trainer: WebgpuTrainer; device: GPUDevice }> {
  const device = await nodeWebgpuPlatform.openDevice();
  const options = { ...TRAINER_DEFAULTS, loss: { meanSquaredError: 1 }, batchSize: 4 };
  const trainer = await createWebgpuTrainer(chain([4], dense({ units: 4 })), options, {
    openDevice: async () => device,
  });
  started.push(trainer);
  await trainer.setSamples({ count: 8, inputs: new Float32Array(32).fill(0.5) });
  return { trainer, device };
}

describe("a training step of the baseline", () => {
  const BATCH = 2;
  const config = configFor("baseline", { batchSize: BATCH });
  const options = { ...TRAINER_DEFAULTS, loss: config.loss, batchSize: BATCH };
  const inputs = Uint8Array.from({ length: 12 * 784 }, (_, i) => (i * i) % 251);

  test("takes at most 30 dispatches, makes no buffer, and many share an upload and a submission", async () => {
    const device = await nodeWebgpuPlatform.openDevice();
    const compiled: [number, number][] = [];
    const ours = await createWebgpuTrainer(presetModel(config), options, {
      openDevice: async () => device,
      onCompiled: (done, all) => compiled.push([done, all]),
    });
    const theirs = await createWasmTrainer(presetModel(config), options, nodeWasmPlatform, 1);
    started.push(ours, theirs);
    for (const trainer of [ours, theirs]) await trainer.setSamples({ count: 12, inputs });
    expect(compiled.at(-1)?.[0]).toBe(compiled.at(-1)?.[1]);
    const first = Uint32Array.of(0, 1);
    const losses = [await ours.step(first, 1e-3)];
    const expected = [await theirs.step(first, 1e-3)];

    const look = countCalls(device);
    // The last of them a small one.
    const indices = Uint32Array.from({ length: 9 * BATCH - 1 }, (_, i) => i % 12);
    const rates = Array.from({ length: 9 }, () => 1e-3);
    losses.push(...(await ours.steps(indices, rates)));
    const { dispatches, submissions, uploads, uploadedBytes, buffers } = look();
    expect(dispatches / 9).toBeLessThanOrEqual(30);
    expect(dispatches % 9).toBe(0);
    expect([submissions, uploads, buffers]).toEqual([2, 2, 0]);
    expect(uploadedBytes).toBe(9 * 256 + indices.byteLength);

    for (let i = 0; i < 9; i++) {
      expected.push(await theirs.step(indices.subarray(i * BATCH, (i + 1) * BATCH), 1e-3));
    }
    // Adam's first steps go by signs: where gradients are all but 0, rounding decides.
    expect(apart(losses, expected)).toBeLessThan(1e-3);

    const kernels = await ours.profile(first, 1);
    expect(kernels).toHaveLength(dispatches / 9);
    const flops = kernels.reduce((sum, kernel) => sum + kernel.flops, 0);
    // 5.2 million multiply-adds an image forward; thrice that with both gradients but the first's.
    expect(flops / BATCH / 1e6).toBeGreaterThan(30);
    expect(flops / BATCH / 1e6).toBeLessThan(40);
    for (const { name, bytes, milliseconds } of kernels) {
      expect(bytes, name).toBeGreaterThan(0);
      if (milliseconds !== null) expect(milliseconds, name).toBeGreaterThanOrEqual(0);
    }
    const peak = await ours.measurePeak();
    expect(peak !== null).toBe(device.features.has("timestamp-query"));
    if (!peak) return;
    // Of any machine: over a calculator's, under all that has been built.
    for (const figure of [peak.gflops, peak.gbps]) {
      expect(figure).toBeGreaterThan(0.01);
      expect(figure).toBeLessThan(1e6);
    }
  });
});

test("no more than three submissions wait at the GPU", async () => {
  const { trainer, device } = await tiny();
  const { queue } = device;
  const submit = queue.submit.bind(queue);
  let [waiting, most, submissions] = [0, 0, 0];
  Object.assign(queue, {
    submit(buffers: readonly GPUCommandBuffer[]) {
      submissions += 1;
      most = Math.max(most, ++waiting);
      submit(buffers);
    },
    // As long as a slow GPU takes, so that the next ones are recorded before it is done.
    async onSubmittedWorkDone() {
      await new Promise((resolve) => setTimeout(resolve, 5));
      waiting -= 1;
    },
  });
  const indices = Uint32Array.from({ length: 48 * 4 }, (_, i) => i % 8);
  await trainer.steps(indices, Array<number>(48).fill(1e-3));
  expect([submissions, most]).toEqual([6, 3]);
});

describe("a GPU that is lost", () => {
  test("ends steps, evaluations and reading with an error of its own", async () => {
    const { trainer, device } = await tiny();
    expect(await trainer.step(Uint32Array.of(0, 1))).toBeGreaterThan(0);
    const pending = trainer.step(Uint32Array.of(2, 3));
    device.destroy();
    await expect(pending).rejects.toThrow(DeviceLostError);
    const indices = Uint32Array.of(0);
    await expect(trainer.step(indices)).rejects.toThrow(DeviceLostError);
    await expect(trainer.evaluate(indices)).rejects.toThrow(DeviceLostError);
    await expect(trainer.predict(indices)).rejects.toThrow(DeviceLostError);
    await expect(trainer.pullWeights()).rejects.toThrow(DeviceLostError);
    expect(() => trainer.dispose()).not.toThrow();
  });

  test("is what an error that nobody asked for amounts to", async () => {
    const { trainer, device } = await tiny();
    // No buffer is that large.
    device.createBuffer({ size: 2 ** 50, usage: 128 });
    await device.queue.onSubmittedWorkDone();
    await expect(trainer.step(Uint32Array.of(0))).rejects.toThrow(DeviceLostError);
    await expect(trainer.step(Uint32Array.of(0))).rejects.toThrow("The GPU reports an error");
  });
});

test("there may be no GPU, or none that works", async () => {
  await expect(openGpu(undefined)).rejects.toThrow(DeviceError);
  const none = { requestAdapter: async () => null };
  await expect(openGpu(none)).rejects.toThrow("no graphics card");
});

test("a GPU whose browser tells of adapters alone is called by its name", async () => {
  const gpu = (await dawn())!;
  const silent = async () => {
    const device = await openGpu(gpu);
    // Safari 26.0 has no such attribute.
    Object.defineProperty(device, "adapterInfo", { value: undefined });
    return device;
  };
  const net = () => chain([4], dense({ units: 4, activation: "sigmoid" }));
  const known = await createWebgpuTrainer(net(), TRAINER_DEFAULTS, nodeWebgpuPlatform);
  const untold = await createWebgpuTrainer(net(), TRAINER_DEFAULTS, { openDevice: silent });
  started.push(known, untold);
  expect(known.info.label).toMatch(/^WebGPU \(.+\)$/);
  expect(untold.info.label).toBe(known.info.label);
});

describe("what a GPU was waited for", () => {
  const none = new EventTarget() as GPUDevice;
  const device = Object.assign(none, { lost: new Promise<GPUDeviceLostInfo>(() => {}) });

  test("is not kept as long as the GPU", async () => {
    const faults = new Faults(device);
    const wait = async () => new WeakRef(await faults.during(Promise.resolve({ large: true })));
    const kept = await wait();
    await new Promise((resolve) => setImmediate(resolve));
    setFlagsFromString("--expose-gc");
    runInNewContext("gc")();
    expect(kept.deref()).toBeUndefined();
  });

  test("ends with the first fault, at once for those who come later", async () => {
    const faults = new Faults(device);
    const pending = faults.during(new Promise(() => {}));
    const error = new Error("too large") as GPUError;
    device.dispatchEvent(Object.assign(new Event("uncapturederror"), { error }));
    await expect(pending).rejects.toThrow("too large");
    await expect(faults.during(new Promise(() => {}))).rejects.toThrow(DeviceLostError);
  });
});

test("a clock that stands still or goes back has seen no time, and measures no peak", async () => {
  const { trainer, device } = await tiny();
  if (!device.features.has("timestamp-query")) return;
  const createBuffer = device.createBuffer.bind(device);
  Object.assign(device, {
    createBuffer(descriptor: GPUBufferDescriptor) {
      const buffer = createBuffer(descriptor);
      // Only those through which something is read are looked at.
      const getMappedRange = () =>
        new BigUint64Array(descriptor.size / 8).fill(7n).fill(9n, 0, 1).buffer;
      return Object.assign(buffer, { getMappedRange });
    },
  });
  // What would be timed takes the software driver half a minute.
  Object.assign(device.queue, { submit: () => {} });
  expect(await new Clock(device, 2).milliseconds()).toEqual([0, 0]);
  expect(await trainer.measurePeak()).toBeNull();
});

test("refuses a net that it cannot compile, by the layer's name, before it asks for a GPU", async () => {
  const kernelConstraint = tf.constraints.nonNeg();
  const net = chain([4], dense({ name: "bounded", units: 4, kernelConstraint }));
  const attempt = createWebgpuTrainer(net, TRAINER_DEFAULTS, {
    openDevice: () => Promise.reject(new Error("not asked")),
  });
  await expect(attempt).rejects.toThrow(UnsupportedLayerError);
  await expect(attempt).rejects.toThrow('"bounded" (Dense)');
});
