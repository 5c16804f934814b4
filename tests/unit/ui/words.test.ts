import { describe, expect, it } from "vitest";
import type { QualityFigures } from "../../../src/metrics/metrics";
import {
  compact,
  distance,
  duration,
  learningRate,
  numbers,
  rate,
} from "../../../src/ui/kit/format";
import { compare, MEASURES, verdict, whyTheyDisagree } from "../../../src/ui/kit/verdict";
import { detailOf, reasonBeside } from "../../../src/ui/views/train/device/words";

const PCA: QualityFigures = { mse: 0.0027, psnr: 28, ssim: 0.911, ssimWriteup: 0.938 };
const WORSE: QualityFigures = { mse: 0.004, psnr: 25, ssim: 0.86, ssimWriteup: 0.913 };
const BETTER: QualityFigures = { mse: 0.0024, psnr: 28.4, ssim: 0.94, ssimWriteup: 0.959 };

const measure = (key: keyof QualityFigures) => MEASURES.find((each) => each.key === key)!;

describe("one figure against PCA's", () => {
  it("is better where it is higher, and an error where it is lower", () => {
    expect(compare(measure("ssim"), 0.92, 0.911)).toEqual({ better: "net", by: "0.009" });
    expect(compare(measure("psnr"), 27.5, 28)).toEqual({ better: "pca", by: "0.5" });
    expect(compare(measure("mse"), 0.0024, 0.0027)).toEqual({ better: "net", by: "0.30" });
    expect(compare(measure("mse"), 0.003, 0.0027).better).toBe("pca");
  });

  it("is even where nobody could see the difference", () => {
    expect(compare(measure("ssim"), 0.91101, 0.91099).better).toBe("even");
  });

  it("differs by what the shown figures differ by", () => {
    // 0.912 and 0.911 are shown; the difference itself would round to 0.000.
    expect(compare(measure("ssim"), 0.91151, 0.91149)).toEqual({ better: "net", by: "0.001" });
  });
});

describe("the verdict", () => {
  it("is that there is nothing to beat where PCA has all numbers of an image", () => {
    const exact = { mse: 2e-15, psnr: 100, ssim: 1, ssimWriteup: 1 };
    const { answer, words } = verdict(BETTER, exact, 1568, "garments");
    expect([answer, words]).toEqual(["no", expect.stringContaining("no mark to beat")]);
  });

  it("says no where PCA is ahead everywhere", () => {
    expect(verdict(WORSE, PCA, 128, "garments")).toEqual({
      answer: "no",
      short: "No",
      words: "PCA does more with the same 128 numbers, by every measure.",
    });
  });

  it("says yes only where the net is ahead everywhere", () => {
    const { answer, words } = verdict(BETTER, PCA, 1, "garments");
    expect(answer).toBe("yes");
    expect(words).toMatch(/one number .*by every measure/);
  });

  it("says by how many measures where the rest is even", () => {
    const { answer, words } = verdict({ ...BETTER, psnr: PCA.psnr }, PCA, 8, "garments");
    expect(answer).toBe("yes");
    expect(words).toMatch(/by 3 of 4 measures/);
  });

  it("names both sides where they pull apart, and why they can", () => {
    const partly = verdict({ ...WORSE, ssimWriteup: 0.95, ssim: 0.92 }, PCA, 128, "garments");
    expect(partly.answer).toBe("partly");
    expect(partly.words).toBe(
      "Better by the write-up’s SSIM and Wang’s SSIM; worse by MSE and PSNR.",
    );
    expect(whyTheyDisagree(partly)).toMatch(/SSIM/);
    expect(whyTheyDisagree(verdict(WORSE, PCA, 128, "garments"))).toBeNull();
  });

  it("says neither where all figures are the same", () => {
    expect(verdict(PCA, { ...PCA }, 32, "garments").answer).toBe("even");
  });
});

describe("figures", () => {
  it("read as people say them", () => {
    expect([9.2, 59.7, 312, 3725].map(duration)).toEqual([
      "9 s",
      "1 min 00 s",
      "5 min 12 s",
      "1 h 02 min",
    ]);
    expect([0.31, 38.21, 412.3, 2449].map(rate)).toEqual(["0.31", "38.2", "412", "2,449"]);
    expect([320, 9248, 803_264, 1_621_793].map(compact)).toEqual([
      "320",
      "9.2 k",
      "803 k",
      "1.62 M",
    ]);
    expect([0, 2.304, 0.1, 0.0662, 0.000214].map(distance)).toEqual([
      "0.00",
      "2.30",
      "0.10",
      "0.066",
      "0.00021",
    ]);
    expect([1, 2, 512].map(numbers)).toEqual(["1 number", "2 numbers", "512 numbers"]);
  });
});

describe("learning rates", () => {
  it.each([
    [0.001, "0.001"],
    [0.00042134, "0.000421"],
    [0.00004213, "4.21 · 10⁻⁵"],
    [1e-6, "1 · 10⁻⁶"],
    [0, "0"],
  ])("%d reads %s", (value, words) => {
    expect(learningRate(value)).toBe(words);
  });
});

describe("a device's reason", () => {
  it("does not repeat the hardware that stands above it", () => {
    const detail = detailOf("tfjs WebGL (ANGLE (Google, SwiftShader))");
    const reason = "It computes in software here (ANGLE (Google, SwiftShader)): for a test.";
    expect(reasonBeside(detail, reason)).toBe("It computes in software here: for a test.");
    expect(reasonBeside("", "Plain JavaScript.")).toBe("Plain JavaScript.");
  });
});
