import { describe, expect, test } from "vitest";
import { LOSS_TERMS, type LossWeights, SSIM_OF_TERM, termsOf } from "../../../src/config/loss";

const IMAGE = { height: 28, width: 28, channels: 1 };

describe("termsOf", () => {
  test("lists the terms that are there, in a fixed order", () => {
    expect(
      termsOf({ ssimGaussian: 0.5, meanSquaredError: 2, binaryCrossentropy: 1 }, IMAGE),
    ).toEqual([
      ["binaryCrossentropy", 1],
      ["meanSquaredError", 2],
      ["ssimGaussian", 0.5],
    ]);
  });

  test("takes images as small as SSIM's window", () => {
    const [height, width, channels] = [11, 11, 1];
    expect(termsOf({ ssimGaussian: 1 }, { height, width, channels })).toHaveLength(1);
    expect(termsOf({ ssimWriteup: 1 }, { height: 7, width, channels })).toHaveLength(1);
  });

  test.each<[string, LossWeights, typeof IMAGE]>([
    ["at least one term", {}, IMAGE],
    ["weight of ssimUniform must be over 0, not 0", { ssimUniform: 0 }, IMAGE],
    ["weight of meanSquaredError must be over 0, not -1", { meanSquaredError: -1 }, IMAGE],
    ["not NaN", { meanAbsoluteError: Number.NaN }, IMAGE],
    ["not Infinity", { binaryCrossentropy: Number.POSITIVE_INFINITY }, IMAGE],
    ["at least 11 × 11 pixels", { ssimGaussian: 1 }, { ...IMAGE, height: 10 }],
    ["output is 28 × 6 × 1", { meanSquaredError: 1, ssimUniform: 1 }, { ...IMAGE, width: 6 }],
    ["ssimWriteup needs images of one channel", { ssimWriteup: 1 }, { ...IMAGE, channels: 3 }],
  ])("refuses: %s", (message, weights, shape) => {
    expect(() => termsOf(weights, shape)).toThrow(RangeError);
    expect(() => termsOf(weights, shape)).toThrow(message);
  });
});

test("windows of SSIM are symmetric and of sum 1", () => {
  const windows = LOSS_TERMS.flatMap((term) => SSIM_OF_TERM[term] ?? []);
  expect(windows.map(({ taps }) => taps.length)).toEqual([7, 11, 7]);
  for (const { taps } of windows) {
    expect([...taps].reverse()).toEqual(taps);
    expect(taps.reduce((sum, tap) => sum + tap)).toBeCloseTo(1, 14);
  }
});
