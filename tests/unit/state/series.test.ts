import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  appendLosses,
  EMPTY_SERIES,
  type LossSeries,
  lossesOf,
  smooth,
  thin,
} from "../../../src/state/series";

describe("the series of losses", () => {
  it("keeps every loss in its order, however they arrive", () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.float({ noNaN: true })), { maxLength: 30 }), (parts) => {
        let series: LossSeries = EMPTY_SERIES;
        for (const part of parts) {
          series = appendLosses(series, series.count + 1, Float32Array.from(part));
        }
        expect(lossesOf(series)).toEqual(Float32Array.from(parts.flat()));
      }),
    );
  });

  it("does not change the series it starts from", () => {
    const one = appendLosses(EMPTY_SERIES, 1, Float32Array.of(3, 2));
    appendLosses(one, 3, Float32Array.of(1));
    expect(Array.from(lossesOf(one))).toEqual([3, 2]);
  });

  it("skips steps that it already has", () => {
    const one = appendLosses(EMPTY_SERIES, 1, Float32Array.of(3, 2));
    const two = appendLosses(one, 2, Float32Array.of(2, 1));
    expect(Array.from(lossesOf(two))).toEqual([3, 2, 1]);
  });

  it("refuses a gap", () => {
    expect(() => appendLosses(EMPTY_SERIES, 3, Float32Array.of(1))).toThrow(RangeError);
  });

  it("holds 100,000 steps in about a hundred chunks", () => {
    let series: LossSeries = EMPTY_SERIES;
    for (let i = 0; i < 10_000; i++)
      series = appendLosses(series, i * 10 + 1, new Float32Array(10));
    expect(series.count).toBe(100_000);
    expect(series.chunks.length).toBeLessThan(110);
  });
});

describe("smoothing", () => {
  it("is TensorBoard's: each value an average of those so far, the nearer the heavier", () => {
    // 0.5: (0.5·1) / 0.5; (0.25·1 + 0.5·3) / 0.75; (0.125·1 + 0.25·3 + 0.5·2) / 0.875
    const smoothed = smooth(Float32Array.of(1, 3, 2), 0.5);
    expect(smoothed[0]).toBe(1);
    expect(smoothed[1]).toBeCloseTo(7 / 3, 6);
    expect(smoothed[2]).toBeCloseTo(15 / 7, 6);
  });

  it("leaves a level curve as it is, and any curve with a weight of 0", () => {
    const level = smooth(new Float32Array(5000).fill(0.25), 0.99);
    for (const value of level) expect(value).toBeCloseTo(0.25, 6);
    expect(Array.from(smooth(Float32Array.of(3, 1), 0))).toEqual([3, 1]);
  });
});

describe("thinning for a chart", () => {
  it("keeps few points, both ends, the extremes, and the order", () => {
    const values = fc.array(fc.float({ noNaN: true, min: 0, max: 1 }), {
      minLength: 1,
      maxLength: 3000,
    });
    fc.assert(
      fc.property(values, (list) => {
        const losses = Float32Array.from(list);
        const points = thin(losses, 100);
        const ys = points.map(({ y }) => y);
        expect(points.length).toBeLessThanOrEqual(100);
        expect(points[0]).toEqual({ x: 1, y: losses[0] });
        expect(points.at(-1)).toEqual({ x: losses.length, y: losses.at(-1) });
        expect(Math.max(...ys)).toBe(Math.max(...losses));
        expect(Math.min(...ys)).toBe(Math.min(...losses));
        expect(points.every(({ x }, i) => i === 0 || x > points[i - 1]!.x)).toBe(true);
        expect(points.every(({ x, y }) => losses[x - 1] === y)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});
