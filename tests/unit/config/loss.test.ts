import { describe, expect, it, test } from "vitest";
import {
  LOSS_TERMS,
  LOSS_TYPE,
  type LossWeights,
  lossFormula,
  lossInTerms,
  lossName,
  ssimOfTerm,
  termsOf,
} from "../../../src/config/loss";

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
    const [height, width, channels] = [7, 9, 3];
    expect(termsOf({ ssimGaussian: 1 }, { height, width, channels })).toHaveLength(1);
    expect(termsOf({ ssimWriteup: 1 }, { height, width, channels })).toHaveLength(1);
  });

  test.each<[string, LossWeights, typeof IMAGE]>([
    ["at least one term", {}, IMAGE],
    ["weight of ssimUniform must be over 0, not 0", { ssimUniform: 0 }, IMAGE],
    ["weight of meanSquaredError must be over 0, not -1", { meanSquaredError: -1 }, IMAGE],
    ["not NaN", { meanAbsoluteError: Number.NaN }, IMAGE],
    ["not Infinity", { binaryCrossentropy: Number.POSITIVE_INFINITY }, IMAGE],
    ["at least 7 × 7 pixels", { ssimGaussian: 1 }, { ...IMAGE, height: 6 }],
    ["output is 28 × 6 × 1", { meanSquaredError: 1, ssimUniform: 1 }, { ...IMAGE, width: 6 }],
  ])("refuses: %s", (message, weights, shape) => {
    expect(() => termsOf(weights, shape)).toThrow(RangeError);
    expect(() => termsOf(weights, shape)).toThrow(message);
  });
});

test.each([
  [28, 28, 11],
  [11, 64, 11],
  [10, 12, 9],
  [64, 9, 9],
  [8, 8, 7],
  [7, 7, 7],
])("windows of SSIM in %i × %i pixels are symmetric, of sum 1, and fit", (height, width, side) => {
  const windows = LOSS_TERMS.flatMap((term) => ssimOfTerm(term, { height, width }) ?? []);
  expect(windows.map(({ taps }) => taps.length)).toEqual([7, side, 7]);
  for (const { taps } of windows) {
    expect([...taps].reverse()).toEqual(taps);
    expect(taps.reduce((sum, tap) => sum + tap)).toBeCloseTo(1, 14);
  }
});

const { read, write, allowed } = LOSS_TYPE;

describe("a loss as text", () => {
  it.each([
    ["mse:1,ssimUniform:0.5", { meanSquaredError: 1, ssimUniform: 0.5 }],
    ["bce", { binaryCrossentropy: 1 }],
    [" mae : 2e-1 , ssimWriteup", { meanAbsoluteError: 0.2, ssimWriteup: 1 }],
    ["ssimGaussian:1000,meanSquaredError:0.001", { ssimGaussian: 1000, meanSquaredError: 0.001 }],
  ])("reads %j", (text, loss) => {
    expect(read(text)).toEqual(loss);
  });

  it.each([
    "",
    "mse:",
    "mse:0",
    "mse:-1",
    "mse:1001",
    "mse:x",
    "mse:0x10",
    "mse:0,5",
    "mse:1:2",
    "rmse",
    "mse,mse:2",
    ",",
  ])("refuses %j and names what there is", (text) => {
    expect(read(text)).toBeUndefined();
    expect(allowed).toMatch(
      /^terms with weights from 0\.001 to 1000 such as .* categoricalCrossentropy, bce, mse, mae, cosine, cce, each once$/,
    );
  });

  it("writes what it reads", () => {
    const loss = { ssimUniform: 0.5, meanSquaredError: 1 };
    expect(lossInTerms(loss)).toBe("meanSquaredError:1, ssimUniform:0.5");
    expect(read(lossInTerms(loss))).toEqual(loss);
    expect(write(loss)).toBe("mse,ssimUniform:0.5");
  });
});

describe("losses in words", () => {
  it.each([
    [{ binaryCrossentropy: 1 }, "BCE", "binary cross-entropy"],
    [{ meanAbsoluteError: 1 }, "MAE", "mean absolute error"],
    [{ meanSquaredError: 0.5 }, "½ MSE", "½ MSE"],
    [{ meanSquaredError: 1, ssimWriteup: 3 }, "3 · SSIM write-up + MSE", null],
    [
      { meanSquaredError: 1, ssimGaussian: 0.5, ssimUniform: 0.5 },
      "½ SSIM 7×7 + ½ SSIM 11×11 + MSE",
      null,
    ],
    [
      { meanSquaredError: 1, ssimGaussian: 0.25, ssimUniform: 0.25, ssimWriteup: 0.5 },
      "SSIM (¼ 7×7 + ¼ 11×11 + ½ write-up) + MSE",
      null,
    ],
  ])("%j is %s", (loss, formula, name) => {
    expect(lossFormula(loss)).toBe(formula);
    expect(lossName(loss)).toBe(name ?? formula);
  });
});
