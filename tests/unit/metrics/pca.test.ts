import { describe, expect, it } from "vitest";
import { fitPca } from "../../../src/math/pca";
import { pcaQuality } from "../../../src/metrics/metrics";
import { grey28 } from "../image-sets";
import { noisyBoxes } from "../training/fixtures";

describe("pcaQuality", () => {
  it("judges reconstructions that get better with the latent size", () => {
    const { images } = noisyBoxes(900);
    const train = Uint32Array.from({ length: 860 }, (_, i) => i + 30);
    const indices = Uint32Array.of(0, 29, 899);
    const pca = fitPca(grey28(images), train);
    const [one, four] = [1, 4].map((size) => pcaQuality(pca, size, grey28(images), indices));
    expect(four!.mean.mse).toBeLessThan(0.9 * one!.mean.mse);
    expect(four!.reconstructions.length).toBe(3 * 784);
    expect(four!.ssim.length).toBe(3);
    const error = four!.reconstructions.subarray(784, 1568).reduce((sum, value, pixel) => {
      return sum + (value - images[29 * 784 + pixel]! / 255) ** 2;
    }, 0);
    expect(four!.mse[1]).toBeCloseTo(error / 784, 6);
  });
});
