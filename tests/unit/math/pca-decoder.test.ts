import { describe, expect, it } from "vitest";
import { decodeWithPca, type Pca } from "../../../src/math/pca";
import { PcaSums } from "../../../src/math/pca-decoder";
import { createRng } from "../../../src/math/rng";

describe("an image decoded by PCA at one size after another", () => {
  it("is what PCA makes of it at that size, wherever the size came from", () => {
    const rng = createRng(5, "components");
    const random = (length: number) => Float64Array.from({ length }, () => rng.float() - 0.4);
    const pca: Pca = {
      mean: random(784),
      components: random(30 * 784).map((value) => value / 8),
      variances: new Float64Array(30),
      isCut: false,
    };
    const code = random(30);
    const sums = new PcaSums(pca, code);
    const shown = new Float32Array(2 * 784);
    const walk = Array.from({ length: 200 }, () => rng.int(31));
    for (const size of [3, 4, 30, 29, 2, 1, 17, 16, 30, 5, 0, ...walk]) {
      sums.keep(size);
      sums.write(shown, 784);
      const expected = decodeWithPca(pca, 30, code, () => size);
      const apart = expected.map((value, i) => Math.abs(value - shown[784 + i]!));
      expect(Math.max(...apart)).toBeLessThan(1e-6);
    }
    expect(shown.subarray(0, 784).every((value) => value === 0)).toBe(true);
  });
});
