import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { binStart, histogram, quantile, rankOf } from "../../../src/math/histogram";

describe("histogram", () => {
  test("counts each value once, those beyond the range in the end bins", () => {
    const { counts } = histogram([-5, 0, 0.24, 0.25, 0.99, 1, 7], 0, 1, 4);
    expect([...counts]).toEqual([3, 1, 0, 3]);
  });

  test("loses no value", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, min: -2, max: 2 })), (values) => {
        const { counts } = histogram(values, -1, 1, 7);
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(values.length);
      }),
    );
  });

  test("knows where its bins begin", () => {
    const bins = histogram([], 2, 4, 4);
    expect([0, 1, 4].map((bin) => binStart(bins, bin))).toEqual([2, 2.5, 4]);
  });
});

describe("a value's place", () => {
  test("is the share of smaller ones, equal ones by half", () => {
    expect(rankOf([1, 2, 2, 3], 2)).toBe(0.5);
    expect(rankOf([1, 2, 3], 9)).toBe(1);
    expect(rankOf([1, 2, 3], 0)).toBe(0);
    expect(rankOf([], 1)).toBeNaN();
  });

  test("and the value at a share go together", () => {
    const values = Float32Array.from({ length: 101 }, (_, i) => 100 - i);
    expect(quantile(values, 0.25)).toBe(25);
    expect(rankOf(values, quantile(values, 0.9))).toBeCloseTo(0.9, 1);
    // The values stay in their order.
    expect(values[0]).toBe(100);
    expect(quantile([], 0.5)).toBeNaN();
  });
});
