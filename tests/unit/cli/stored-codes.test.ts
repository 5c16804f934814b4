import { beforeAll, describe, expect, it } from "vitest";
import { codeRanges, reconstructFromBytes } from "../../../src/cli/sweep/stored-codes";
import { IMAGE_PIXELS } from "../../../src/datasets/fashion-mnist";
import { syntheticDataset } from "../../../src/datasets/synthetic";
import { fitPca, type Pca, reconstructWithPca } from "../../../src/math/pca";
import { grey28 } from "../image-sets";

const { images } = syntheticDataset([0, 1], 30, 1);
const range = (from: number, to: number) =>
  Uint32Array.from({ length: to - from }, (_, i) => from + i);
const TRAIN = range(0, 40);
const TEST = range(40, 60);
let pca: Pca;
beforeAll(() => {
  pca = fitPca(grey28(images), TRAIN);
});

/** The code's number of that component: by its definition. */
function codeOf(index: number, component: number): number {
  let code = 0;
  for (let pixel = 0; pixel < IMAGE_PIXELS; pixel++) {
    const centred = images[index * IMAGE_PIXELS + pixel]! / 255 - pca.mean[pixel]!;
    code += centred * pca.components[component * IMAGE_PIXELS + pixel]!;
  }
  return code;
}

describe("codeRanges", () => {
  it("are the smallest and largest codes of those images", () => {
    const { low, high } = codeRanges(pca, 5, images, TRAIN);
    expect(low).toHaveLength(5);
    for (let component = 0; component < 5; component++) {
      const codes = [...TRAIN].map((index) => codeOf(index, component));
      expect(low[component]).toBeCloseTo(Math.min(...codes), 10);
      expect(high[component]).toBeCloseTo(Math.max(...codes), 10);
    }
  });

  it("end with PCA's rank", () => {
    expect(codeRanges(pca, 512, images, TRAIN).low).toHaveLength(39);
  });
});

describe("reconstructFromBytes", () => {
  it("is PCA to half a step of each number, inside the ranges", () => {
    const ranges = codeRanges(pca, 8, images, TRAIN);
    const exact = reconstructWithPca(pca, 8, grey28(images), TRAIN);
    const rounded = reconstructFromBytes(pca, ranges, 8, images, TRAIN);
    let bound = 0;
    for (let i = 0; i < 8; i++) bound += ((ranges.high[i]! - ranges.low[i]!) / 255 / 2) ** 2;
    let differs = false;
    for (let image = 0; image < TRAIN.length; image++) {
      let squares = 0;
      for (let p = image * IMAGE_PIXELS; p < (image + 1) * IMAGE_PIXELS; p++) {
        squares += (rounded[p]! - exact[p]!) ** 2;
      }
      // Components are orthonormal, so that squared errors of codes and images are the same;
      // clamping brings them no further apart.
      expect(squares).toBeLessThanOrEqual(bound * (1 + 1e-5));
      differs ||= squares > 0;
    }
    expect(differs).toBe(true);
  });

  it("cuts off what lies beyond, and takes fewer numbers than have ranges", () => {
    const ranges = { low: new Float64Array(8).fill(-0.5), high: new Float64Array(8).fill(0.5) };
    const beyond = TRAIN.filter((index) => Math.abs(codeOf(index, 0)) > 0.5);
    expect(beyond.length).toBeGreaterThan(0);
    const decoded = reconstructFromBytes(pca, ranges, 1, images, beyond);
    // Where the first component weighs most.
    const pixel = pca.components
      .slice(0, IMAGE_PIXELS)
      .reduce((best, weight, at, all) => (Math.abs(weight) > Math.abs(all[best]!) ? at : best), 0);
    for (const [i, index] of beyond.entries()) {
      const end = Math.sign(codeOf(index, 0)) * 0.5;
      const value = pca.mean[pixel]! + end * pca.components[pixel]!;
      expect(decoded[i * IMAGE_PIXELS + pixel]).toBeCloseTo(Math.min(1, Math.max(0, value)), 6);
    }
  });

  it("bears a number that is the same in all images", () => {
    const none = { low: new Float64Array(1), high: new Float64Array(1) };
    const flat = reconstructFromBytes(pca, none, 1, images, TEST);
    expect(flat[0]).toBeCloseTo(pca.mean[0]!, 6);
    expect(flat.every(Number.isFinite)).toBe(true);
  });
});
