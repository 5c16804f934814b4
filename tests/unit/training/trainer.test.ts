import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { DEFAULT_CONFIG, type RunConfig } from "../../../src/config/config";
import { DeviceError } from "../../../src/engine/errors";
import type { WasmPlatform } from "../../../src/engine/wasm/platform";
import { createTrainer, type DeviceHost, threadsFor } from "../../../src/training/trainer";
import { tinyModel } from "./fixtures";
import { option } from "./options";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

/** Has no kernels: whoever gets as far as asking for them hears so. */
const platform: WasmPlatform = {
  canShareMemory: false,
  kernels: () => Promise.reject(new TypeError("no kernels in this test")),
  startThread: () => ({ terminate: () => {} }),
};
const host: DeviceHost = {
  wasm: platform,
  webgpu: null,
  devices: [option("wasm"), option("tfjs-cpu")],
  cores: 2,
};
const config: RunConfig = { ...DEFAULT_CONFIG, batchSize: 8, learningRate: 0.005 };

/** A net that the WASM device cannot compile. */
function exotic(): tf.LayersModel {
  return tf.sequential({
    layers: [
      tf.layers.dense({ units: 3, inputShape: [784], kernelConstraint: tf.constraints.nonNeg() }),
      tf.layers.dense({ units: 784, activation: "sigmoid" }),
    ],
  });
}

describe("createTrainer", () => {
  it("takes tfjs where WASM cannot compile the net, with the run's settings", async () => {
    const model = exotic();
    const trainer = await createTrainer(model, config, host);
    expect(trainer.info.name).toBe("tfjs-cpu");
    expect(trainer.options).toMatchObject({
      loss: { binaryCrossentropy: 1 },
      batchSize: 8,
      optimizer: { kind: "adam", learningRate: 0.005, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
      seed: 1,
      flips: false,
    });
    trainer.dispose();
    model.dispose();
  });

  it("hands the recipe's loss and Adam's settings to the device", async () => {
    const model = tinyModel({ latentSize: 2, seed: 1 });
    const recipe = {
      device: "tfjs-cpu",
      loss: { meanSquaredError: 2 },
      beta2: 0.99,
      weightDecay: 0.01,
      clipNorm: 1.5,
      seed: 9,
      flips: true,
    } as const;
    const trainer = await createTrainer(model, { ...config, ...recipe }, host);
    expect(trainer.options).toEqual({
      loss: { meanSquaredError: 2 },
      optimizer: {
        kind: "adam",
        learningRate: 0.005,
        beta1: 0.9,
        beta2: 0.99,
        epsilon: 1e-7,
        weightDecay: 0.01,
        clipNorm: 1.5,
      },
      batchSize: 8,
      seed: 9,
      flips: true,
    });
    trainer.dispose();
    model.dispose();
  });

  it("does not hide a fault of the device it should have taken", async () => {
    const model = tinyModel({ latentSize: 2, seed: 1 });
    await expect(createTrainer(model, config, host)).rejects.toThrow("no kernels in this test");
    model.dispose();
  });

  it("names the layer when WASM was asked for by hand", async () => {
    const model = exotic();
    const attempt = createTrainer(model, { ...config, device: "wasm" }, host);
    await expect(attempt).rejects.toThrow(/dense.*Dense.*[Cc]onstraint/);
    model.dispose();
  });

  it("goes on with the next device where the browser never opens the GPU", async () => {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 784, inputShape: [784] })] });
    const devices = [option("webgpu"), option("tfjs-cpu")];
    const webgpu = { openDevice: () => new Promise<never>(() => {}) };
    vi.useFakeTimers();
    const settings = { ...config, loss: { meanSquaredError: 1 } };
    const start = createTrainer(model, settings, { ...host, devices, webgpu });
    await vi.advanceTimersByTimeAsync(20_000);
    vi.useRealTimers();
    const trainer = await start;
    expect(trainer.info.name).toBe("tfjs-cpu");
    trainer.dispose();
    model.dispose();
  });

  it("refuses a device that the machine does not offer", async () => {
    const model = tinyModel({ latentSize: 2, seed: 1 });
    const attempt = createTrainer(model, { ...config, device: "tfjs-webgpu" }, host);
    await expect(attempt).rejects.toThrow(DeviceError);
    await expect(createTrainer(model, config, { ...host, devices: [] })).rejects.toThrow(
      /No device/,
    );
    model.dispose();
  });
});

describe("threadsFor", () => {
  it("takes what is asked for, else the machine's cores up to 16", () => {
    expect(threadsFor({ threads: 3 }, 8)).toBe(3);
    expect(threadsFor({ threads: null }, 8)).toBe(8);
    expect(threadsFor({ threads: null }, 96)).toBe(16);
  });
});
