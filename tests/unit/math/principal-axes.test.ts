import { describe, expect, it } from "vitest";
import { principalAxes } from "../../../src/math/principal-axes";
import { createRng } from "../../../src/math/rng";

/** Codes on a line through (1, 2, 3) along (2, −1, 2) / 3, with a little noise along (0, 2, 1). */
function line(count: number): Float32Array {
  const rng = createRng(1, "line");
  return Float32Array.from(
    Array.from({ length: count }, () => {
      const along = 6 * (rng.float() - 0.5);
      const across = 0.1 * (rng.float() - 0.5);
      return [1 + 2 * along, 2 - along + 2 * across, 3 + 2 * along + across];
    }).flat(),
  );
}

describe("principal axes", () => {
  it("are the directions in which codes vary most, with their variances", () => {
    const codes = line(400);
    const { mean, axes, variances } = principalAxes(codes, 3);
    for (const [i, part] of [2, -1, 2].entries()) expect(axes[i]).toBeCloseTo(part / 3, 2);
    expect(variances[0]! / variances[1]!).toBeGreaterThan(500);
    const total = [0, 1, 2].reduce((sum, column) => {
      const values = codes.filter((_, i) => i % 3 === column);
      expect(mean[column]).toBeCloseTo(values.reduce((a, b) => a + b, 0) / 400, 5);
      return sum + values.reduce((a, b) => a + (b - mean[column]!) ** 2, 0) / 399;
    }, 0);
    expect(variances.reduce((a, b) => a + b, 0)).toBeCloseTo(total, 4);
  });

  it("are orthonormal, and have no variance where the codes have none", () => {
    // The second number is dead.
    const codes = line(50).map((value, i) => (i % 3 === 1 ? 0 : value));
    const { axes, variances } = principalAxes(codes, 3);
    for (const i of [0, 1, 2]) {
      for (const j of [0, 1, 2]) {
        const dot = [0, 1, 2].reduce((sum, k) => sum + axes[3 * i + k]! * axes[3 * j + k]!, 0);
        expect(dot).toBeCloseTo(i === j ? 1 : 0, 10);
      }
    }
    expect(variances[2]).toBe(0);
  });

  it("need two codes", () => {
    expect(() => principalAxes(new Float32Array(3), 3)).toThrow("at least two codes");
  });
});
