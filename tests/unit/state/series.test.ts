import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  appendLosses,
  EMPTY_SERIES,
  type LossSeries,
  smoothed,
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
        expect(series.values).toEqual(Float32Array.from(parts.flat()));
      }),
    );
  });

  it("does not change the series it starts from", () => {
    const one = appendLosses(EMPTY_SERIES, 1, Float32Array.of(3, 2));
    appendLosses(one, 3, Float32Array.of(1));
    expect(Array.from(one.values)).toEqual([3, 2]);
  });

  it("skips steps that it already has", () => {
    const one = appendLosses(EMPTY_SERIES, 1, Float32Array.of(3, 2));
    const two = appendLosses(one, 2, Float32Array.of(2, 1));
    expect(Array.from(two.values)).toEqual([3, 2, 1]);
  });

  it("refuses a gap", () => {
    expect(() => appendLosses(EMPTY_SERIES, 3, Float32Array.of(1))).toThrow(RangeError);
  });

  it("makes new memory only when it is full, for twice as many steps", () => {
    let series: LossSeries = EMPTY_SERIES;
    const buffers = new Set<ArrayBufferLike>();
    for (let i = 0; i < 10_000; i++) {
      series = appendLosses(series, i * 10 + 1, new Float32Array(10).fill(i));
      buffers.add(series.values.buffer);
    }
    expect(series.count).toBe(100_000);
    expect(series.values.at(-1)).toBe(9999);
    expect(buffers.size).toBeLessThan(10);
  });

  it("keeps both where two series go on from one", () => {
    const one = appendLosses(EMPTY_SERIES, 1, Float32Array.of(3, 2));
    const [a, b] = [4, 5].map((loss) => appendLosses(one, 3, Float32Array.of(loss)));
    expect([...a!.values]).toEqual([3, 2, 4]);
    expect([...b!.values]).toEqual([3, 2, 5]);
  });
});

const seriesOf = (...losses: number[]) => appendLosses(EMPTY_SERIES, 1, Float32Array.from(losses));

describe("smoothing", () => {
  it("is the same whether it runs along or is taken at once, for any weight asked for between", () => {
    const losses = fc.array(fc.float({ noNaN: true, min: 0, max: 9 }), {
      minLength: 1,
      maxLength: 90,
    });
    fc.assert(
      fc.property(losses, fc.constantFrom(0.5, 0.9), (list, weight) => {
        let series: LossSeries = EMPTY_SERIES;
        for (const [i, loss] of list.entries()) {
          series = appendLosses(series, i + 1, Float32Array.of(loss));
          if (i % 7 === 0) smoothed(series, 0.3);
          if (i % 3 === 0) smoothed(series, weight);
        }
        const early = smoothed(seriesOf(...list.slice(0, 1)), weight);
        expect(smoothed(series, weight)).toEqual(smoothed(seriesOf(...list), weight));
        expect(early[0]).toBeCloseTo(list[0]!, 5);
      }),
    );
  });

  it("is TensorBoard's: each value an average of those so far, the nearer the heavier", () => {
    // 0.5: (0.5·1) / 0.5; (0.25·1 + 0.5·3) / 0.75; (0.125·1 + 0.25·3 + 0.5·2) / 0.875
    const values = smoothed(seriesOf(1, 3, 2), 0.5);
    expect(values[0]).toBe(1);
    expect(values[1]).toBeCloseTo(7 / 3, 6);
    expect(values[2]).toBeCloseTo(15 / 7, 6);
  });

  it("leaves a level curve as it is, and any curve with a weight of 0", () => {
    const level = smoothed(seriesOf(...new Float32Array(5000).fill(0.25)), 0.99);
    for (const value of level) expect(value).toBeCloseTo(0.25, 6);
    expect(Array.from(smoothed(seriesOf(3, 1), 0))).toEqual([3, 1]);
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
