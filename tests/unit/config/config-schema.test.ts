import { describe, expect, it } from "vitest";
import { DEFAULT_CONFIG } from "../../../src/config/config";
import {
  ConfigError,
  checkSetting,
  parseConfig,
  parseDataChoice,
} from "../../../src/config/config-schema";
import { PRESETS } from "../../../src/nets/presets";

describe("class ids", () => {
  const of = (classes: number[]) => ({ ...DEFAULT_CONFIG, classes });

  it("are Fashion-MNIST's unless the data set is known", () => {
    expect(parseConfig(of([0, 9])).classes).toEqual([0, 9]);
    expect(() => parseConfig(of([10]))).toThrow(/0 to 9/);
    expect(parseConfig(of([3, 25]), 26).classes).toEqual([3, 25]);
    expect(() => parseConfig(of([26]), 26)).toThrow(/0 to 25/);
    expect(() => parseConfig(of([2]), 2)).toThrow(/0 to 1/);
    expect(parseDataChoice(of([25]), 26).classes).toEqual([25]);
    expect(() => parseDataChoice(of([25, 25]), 26)).toThrow(/0 to 25, ascending/);
    expect(checkSetting("classes", [46], 47)).toEqual({ value: [46] });
  });
});

describe("parseConfig", () => {
  it("takes the defaults, and the ends of every range", () => {
    expect(parseConfig(DEFAULT_CONFIG)).toEqual(DEFAULT_CONFIG);
    const extreme = { latentSize: 512, seed: 4294967295, epochs: 1000, batchSize: 1, patience: 1 };
    expect(parseConfig({ ...DEFAULT_CONFIG, ...extreme })).toMatchObject(extreme);
    const other = { warmup: 0.5, beta2: 0, weightDecay: 1, clipNorm: 0.001, flips: true };
    expect(parseConfig({ ...DEFAULT_CONFIG, ...other })).toMatchObject(other);
  });

  it.each([
    [{ latentSize: 0 }, /latent size.*1 to 512/],
    [{ latentSize: 2.5 }, /latent size.*whole/],
    [{ classes: [] }, /classes.*at least one/],
    [{ classes: [1, 0] }, /ascending/],
    [{ classes: [3, 3] }, /different/],
    [{ classes: [10] }, /0 to 9/],
    [{ split: "random" }, /stratified, writeup/],
    [{ seed: -1 }, /seed.*0 to 4294967295/],
    [{ epochs: 1001 }, /Epochs.*1 to 1000/],
    [{ batchSize: "128" }, /batch size/],
    [{ learningRate: 0 }, /learning rate.*0\.000001 to 1/],
    [{ learningRate: Number.NaN }, /learning rate/],
    [{ patience: 0 }, /patience/],
    [{ device: "gpu" }, /device.*wasm/],
    [{ threads: 65 }, /Threads.*1 to 64/],
    [{ preset: "resnet" }, /baseline, baseline-linear, modified, loom, nested/],
    [{ loss: {} }, /loss.*one or more of binaryCrossentropy, meanSquaredError/],
    [{ loss: { crossentropy: 1 } }, /one or more of binaryCrossentropy/],
    [{ loss: "meanSquaredError" }, /one or more of binaryCrossentropy/],
    [{ loss: { ssimUniform: 0 } }, /weight.*0\.001 to 1000/],
    [{ schedule: "linear" }, /schedule.*constant, cosine, oneCycle/],
    [{ warmup: 0.51 }, /warm-up.*0 to 0\.5/],
    [{ beta2: 1 }, /beta2.*0 to 0\.9999/],
    [{ weightDecay: -0.1 }, /weight decay.*0 to 1/],
    [{ clipNorm: 0 }, /gradient's norm.*0\.001 to 1000/],
    [{ flips: "yes" }, /Flips.*true or false/],
    [{ monitor: "loss" }, /validationLoss, ssimWriteup, ssim, mse/],
    [{ restoreBest: 1 }, /best weights.*true or false/],
    [{ preset: "loom" }, /loom.*binaryCrossentropy.*sigmoid/],
  ])("refuses %o and says what is allowed", (change, message) => {
    const attempt = () => parseConfig({ ...DEFAULT_CONFIG, ...change });
    expect(attempt).toThrow(ConfigError);
    expect(attempt).toThrow(message);
  });

  it("takes every loss that the net can have", () => {
    const loss = { ssimUniform: 0.5, ssimGaussian: 0.5, meanSquaredError: 1 };
    for (const preset of PRESETS) {
      expect(parseConfig({ ...DEFAULT_CONFIG, preset, loss })).toMatchObject({ preset, loss });
    }
    const mixed = { binaryCrossentropy: 1, ssimUniform: 0.5 };
    expect(parseConfig({ ...DEFAULT_CONFIG, loss: mixed }).loss).toEqual(mixed);
  });

  it("refuses what is no settings at all", () => {
    expect(() => parseConfig(null)).toThrow(ConfigError);
    expect(() => parseDataChoice({ classes: [0] })).toThrow(ConfigError);
  });
});
