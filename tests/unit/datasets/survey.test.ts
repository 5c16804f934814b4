import { describe, expect, test } from "vitest";
import type { Dataset } from "../../../src/datasets/dataset";
import { SYNTHETIC_GARMENTS } from "../../../src/datasets/fashion-mnist";
import { splitDataset } from "../../../src/datasets/split";
import { INTENSITY_BINS, surveyClasses } from "../../../src/datasets/survey";

/** Class 2: all pixels 0 or 200, by turns from image to image; class 5: all 51. */
function dataset(): Dataset {
  const images = new Uint8Array(40 * 784);
  for (let i = 1; i < 20; i += 2) images.fill(200, i * 784, (i + 1) * 784);
  images.fill(51, 20 * 784);
  const labels = Uint8Array.from({ length: 40 }, (_, i) => (i < 20 ? 2 : 5));
  return {
    spec: SYNTHETIC_GARMENTS,
    shape: SYNTHETIC_GARMENTS,
    classes: [2, 5],
    count: 40,
    images,
    labels,
  };
}

describe("a survey", () => {
  const data = dataset();
  const [first, second] = surveyClasses(data, splitDataset(data, "stratified", 1));

  test("counts each class in each part", () => {
    expect(first).toMatchObject({ id: 2, train: 16, validation: 2, test: 2 });
    expect(second).toMatchObject({ id: 5, train: 16, validation: 2, test: 2 });
  });

  test("takes mean and deviation pixel by pixel", () => {
    expect(new Set(first!.mean)).toEqual(new Set([100]));
    expect(new Set(first!.deviation)).toEqual(new Set([100]));
    expect(new Set(second!.mean)).toEqual(new Set([51]));
    expect(new Set(second!.deviation)).toEqual(new Set([0]));
  });

  test("takes brightness, contrast and black over all pixels", () => {
    expect(first!.brightness).toBeCloseTo(100 / 255, 12);
    expect(first!.contrast).toBeCloseTo(100 / 255, 12);
    expect(first!.black).toBe(0.5);
    expect(second).toMatchObject({ contrast: 0, black: 0 });
    expect(second!.brightness).toBeCloseTo(0.2, 12);
  });

  test("counts every pixel in one of its bins", () => {
    expect(first!.intensities).toHaveLength(INTENSITY_BINS);
    expect(first!.intensities[0]).toBe(10 * 784);
    expect(first!.intensities[200 / 8]).toBe(10 * 784);
    expect(second!.intensities[Math.floor(51 / 8)]).toBe(20 * 784);
  });
});
