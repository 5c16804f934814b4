import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { nodeWasmPlatform } from "../../../src/cli/wasm-platform";
import type { Trainer } from "../../../src/engine/device";
import { DeviceError } from "../../../src/engine/errors";
import type { OptimizerState } from "../../../src/engine/optimizer";
import { createSelfTest, type Start } from "../../../src/training/self-test";
import { createTrainer } from "../../../src/training/trainer";
import { option } from "./options";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const host = {
  wasm: nodeWasmPlatform,
  webgpu: null,
  devices: [option("wasm"), option("tfjs-cpu")],
  cores: 1,
};
const on =
  (device: "wasm" | "tfjs-cpu"): Start =>
  (model, config) =>
    createTrainer(model, { ...config, device }, host);

/** The reference with something wrong. */
const faulty =
  (spoil: (trainer: Trainer) => void): Start =>
  async (model, config) => {
    const trainer = await on("tfjs-cpu")(model, config);
    spoil(trainer);
    return trainer;
  };

/** Gradients as they are, then changed. */
const gradients = (change: (m: Float32Array) => Float32Array) =>
  faulty((trainer) => {
    const right = trainer.optimizerState.bind(trainer);
    trainer.optimizerState = async (): Promise<OptimizerState> => {
      const state = await right();
      return { ...state, m: change(state.m) };
    };
  });

const selfTest = createSelfTest(on("tfjs-cpu"));

describe("the self-test", () => {
  it("finds nothing wrong with the WASM device", async () => {
    expect(await selfTest(on("wasm"))).toBe("");
  });

  it.each([
    ["zeros", (m: Float32Array) => m.map(() => 0), /zero/],
    [
      "a bias's gradient left out",
      (m: Float32Array) => m.map((x, i) => (i < 27 || i > 29 ? x : 0)),
      /zero/,
    ],
    ["a gradient 3% too large", (m: Float32Array) => m.map((x) => 1.03 * x), /wrong/],
    ["no numbers", (m: Float32Array) => m.map(() => Number.NaN), /not a number/],
  ])("finds %s", async (_, change, said) => {
    expect(await selfTest(gradients(change))).toMatch(said);
  });

  it("finds an update that does nothing", async () => {
    const stuck = faulty((trainer) => {
      const step = trainer.step.bind(trainer);
      trainer.step = (indices) => step(indices, 0);
    });
    expect(await selfTest(stuck)).toMatch(/does not train/);
  });

  it("hands on what the device throws, and frees it", async () => {
    let freed = false;
    const failing = faulty((trainer) => {
      const dispose = trainer.dispose.bind(trainer);
      trainer.step = () => Promise.reject(new DeviceError("The GPU is gone."));
      trainer.dispose = () => {
        freed = true;
        dispose();
      };
    });
    await expect(selfTest(failing)).rejects.toThrow("The GPU is gone.");
    expect(freed).toBe(true);
  });
});
