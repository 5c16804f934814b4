import { describe, expect, it } from "vitest";
import { meanInterval, studentQuantile } from "../../../src/math/student";

describe("Student's t", () => {
  // Tables: two-sided 5%.
  it.each([
    [1, 12.70620474],
    [2, 4.30265273],
    [3, 3.18244631],
    [4, 2.77644511],
    [5, 2.57058184],
    [9, 2.26215716],
    [10, 2.22813885],
    [30, 2.04227246],
    [100, 1.98397152],
    [1399, 1.9616593],
  ])("with %i degrees of freedom is %f", (freedom, t) => {
    expect(studentQuantile(freedom) / t).toBeCloseTo(1, 5);
  });

  it("makes intervals of means: three values, by hand", () => {
    const { low, high } = meanInterval([0.91, 0.92, 0.93]);
    const half = (4.30265273 * 0.01) / Math.sqrt(3);
    expect(low).toBeCloseTo(0.92 - half, 7);
    expect(high).toBeCloseTo(0.92 + half, 7);
    expect(meanInterval([2, 2])).toEqual({ low: 2, high: 2 });
  });

  it("has none of a single value", () => {
    expect(() => meanInterval([1])).toThrow(RangeError);
  });
});
