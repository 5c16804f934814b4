import { describe, expect, it } from "vitest";
import { duration, progressText, resultText } from "../../../src/cli/train-report";
import { DEFAULT_CONFIG } from "../../../src/config/config";
import type { RunResult } from "../../../src/runs/results";

const RESULT: RunResult = {
  preset: "baseline",
  latent: 128,
  seed: 1,
  split: "stratified",
  device: "wasm",
  threads: 1,
  data: "synthetic",
  trainImages: 11200,
  validationImages: 1400,
  testImages: 1400,
  parameters: 5,
  epochs: 3,
  bestEpoch: 2,
  trainLoss: 0.25,
  validationLoss: 0.26,
  test: { bce: 0.27, bceGap: 0.04, mse: 0.005, psnr: 23.456, ssim: 0.8, ssimWriteup: 0.9 },
  pca: { mse: 0.004, psnr: 25, ssim: 0.85, ssimWriteup: 0.93 },
  imagesPerSecond: 812.4,
  config: DEFAULT_CONFIG,
  seconds: 61,
};

describe("progressText", () => {
  it("grows with what is known", () => {
    const step = { epoch: 3, loss: 0.25, imagesPerSecond: 812.4, secondsLeft: null };
    expect(progressText(step, 50, null)).toBe("epoch 3/50  loss 0.2500  812 images/s");
    expect(progressText({ ...step, secondsLeft: 245 }, 50, 0.3)).toBe(
      "epoch 3/50  loss 0.2500  validation 0.3000  812 images/s  4:05 left",
    );
    expect(progressText({ ...step, imagesPerSecond: 0.57 }, 50, null)).toMatch(/0\.6 images/);
  });
});

describe("resultText", () => {
  it("labels synthetic data, and names SSIM's protocol", () => {
    const text = resultText(RESULT);
    expect(text).toMatch(/^Synthetic garments, not Fashion-MNIST\./);
    expect(text).toMatch(/3 epochs, weights of epoch 2; 1:01 on wasm with 1 thread, 812 /);
    expect(text).toMatch(/^Loss 0\.2500, validation 0\.2600 \(binaryCrossentropy:1\)$/m);
    expect(text).toMatch(/SSIM \(write-up protocol\)/);
    const rows = text.split("\n").filter((line) => line.includes(" dB"));
    expect(rows[0]!.trim().split(/ {2,}/)).toEqual([
      "this net",
      "0.00500",
      "23.46 dB",
      "0.8000",
      "0.9000",
    ]);
    expect(rows[1]).toMatch(/PCA, 128.*0\.9300$/);
    expect(resultText({ ...RESULT, data: "fashion-mnist" })).not.toMatch(/Synthetic/);
    expect(resultText({ ...RESULT, epochs: 1 })).toMatch(/ 1 epoch, weights of epoch 2;/);
  });
});

describe("duration", () => {
  it.each([
    [0.4, "0:00"],
    [59.6, "1:00"],
    [3723, "1:02:03"],
  ])("%d seconds: %s", (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });

  it("says where few images were tested", () => {
    const few = { ...RESULT, testImages: 12, testChance: 0.0312 };
    expect(resultText(few)).toMatch(
      /^Only 12 test images: which ones they are moves their mean SSIM \(write-up\) by ±0\.03\.$/m,
    );
    expect(resultText({ ...RESULT, testImages: 12 })).toMatch(
      /12 test images: their figures are rough/,
    );
    expect(resultText({ ...few, testImages: 100 })).not.toMatch(/^Only/m);
  });
});
