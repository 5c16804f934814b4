import { describe, expect, it } from "vitest";
import { DEFAULT_CONFIG } from "../../../src/config/config";
import {
  ConfigError,
  checkSetting,
  fitConfig,
  parseConfig,
  parseDataChoice,
  parseSettings,
} from "../../../src/config/config-schema";
import { catalogueWith } from "../../../src/datasets/catalogue";
import type { DataSpec } from "../../../src/datasets/dataset";
import { FASHION_MNIST } from "../../../src/datasets/fashion-mnist";
import { PRESETS } from "../../../src/nets/presets";
import { netText, parseNet } from "../../../src/nets/text";
import { GREY_16 } from "../image-sets";

describe("class ids", () => {
  const of = (classes: number[]) => ({ ...DEFAULT_CONFIG, classes });

  it("are those of the settings' data set", () => {
    expect(parseConfig(of([0, 9])).classes).toEqual([0, 9]);
    expect(() => parseConfig(of([10]))).toThrow(/0 to 9/);
    const signs = { ...of([0, 2]), data: GREY_16.id };
    expect(parseConfig(signs, catalogueWith(GREY_16))).toEqual(signs);
    expect(() => parseConfig({ ...signs, classes: [3] }, catalogueWith(GREY_16))).toThrow(/0 to 2/);
    expect(checkSetting("classes", [2], GREY_16)).toEqual({ value: [2] });
  });

  it("are any that a data set can have where it is not known which it is", () => {
    expect(parseDataChoice(of([25, 255])).classes).toEqual([25, 255]);
    expect(() => parseDataChoice(of([256]))).toThrow(/0 to 255/);
    expect(() => parseDataChoice(of([25, 25]))).toThrow(/0 to 255, ascending/);
  });
});

describe("the data set", () => {
  const OWN = "conv 4 3 relu /2 > latent 6 > mirror";
  const signs = { ...DEFAULT_CONFIG, data: GREY_16.id, net: OWN, latentSize: 6 };

  it("is Fashion-MNIST in settings that name none", () => {
    const { data, ...earlier } = DEFAULT_CONFIG;
    expect(data).toBe("fashion-mnist");
    expect(parseConfig(earlier)).toEqual(DEFAULT_CONFIG);
    expect(parseDataChoice({ classes: [0], split: "writeup", seed: 2 }).data).toBe(data);
  });

  it("decides what is asked of a net", () => {
    const config = parseConfig(signs, catalogueWith(GREY_16));
    expect(config.net).toBe(netText(parseNet(OWN, GREY_16)));
    // Written out, the text is one for 16 × 16 pixels.
    expect(() => parseConfig({ ...config, data: "fashion-mnist" })).toThrow(
      /^The net's text is no net for images of 28×28×1: .*16×16×1/,
    );
    const large: DataSpec = { ...GREY_16, id: "large", height: 256, width: 256, channels: 3 };
    const baseline = { ...DEFAULT_CONFIG, data: "large" };
    expect(() => parseConfig(baseline, catalogueWith(large))).toThrow(
      /^The net has [\d,]+ weights; 20,000,000 is the most/,
    );
  });

  it("is named where it is not at hand, and is no path", () => {
    expect(() => parseConfig(signs)).toThrow(
      "The data set is signs-grey, which is not loaded here; there is fashion-mnist.",
    );
    expect(() => fitConfig(parseSettings(signs), FASHION_MNIST)).toThrow(
      "The data set is signs-grey, and these images are Fashion-MNIST's.",
    );
    expect(() => parseSettings({ ...signs, data: "../data" })).toThrow(/letters, digits, _ and -/);
    expect(parseSettings(signs)).toEqual(signs);
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
