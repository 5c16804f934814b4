import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RunConfig } from "../../../src/config/config";
import { learningRateAt } from "../../../src/config/schedule";
import { SCHEDULES } from "../../../src/config/settings";

type Rates = Pick<RunConfig, "learningRate" | "schedule" | "warmup">;

const rates = (settings: Rates, steps: number) =>
  Array.from({ length: steps }, (_, i) => learningRateAt(settings, i + 1, steps));

describe("learningRateAt", () => {
  it("stays where it is", () => {
    expect(rates({ learningRate: 0.3, schedule: "constant", warmup: 0 }, 3)).toEqual([
      0.3, 0.3, 0.3,
    ]);
  });

  it("rises in equal parts, then stays", () => {
    const seen = rates({ learningRate: 0.8, schedule: "constant", warmup: 0.4 }, 10);
    const wanted = [0.2, 0.4, 0.6, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8];
    for (const [i, rate] of seen.entries()) expect(rate).toBeCloseTo(wanted[i]!, 12);
  });

  it("falls by half a cosine, at whose middle it is half", () => {
    const seen = rates({ learningRate: 2, schedule: "cosine", warmup: 0.2 }, 10);
    const wanted = [1, 2, ...Array.from({ length: 8 }, (_, i) => 1 + Math.cos((Math.PI * i) / 8))];
    for (const [i, rate] of seen.entries()) expect(rate).toBeCloseTo(wanted[i]!, 12);
    expect(seen[6]).toBeCloseTo(1, 12);
  });

  it("makes one cycle: from near a 25th over the peak to a ten-thousandth", () => {
    const seen = rates({ learningRate: 1, schedule: "oneCycle", warmup: 0.3 }, 1000);
    expect(seen[0]).toBeCloseTo(1 / 25 + (24 / 25) * (1 / 300), 12);
    expect(seen[149]).toBeCloseTo(1 / 25 + (24 / 25) * 0.5, 12);
    expect(seen[299]).toBe(1);
    expect(seen[649]).toBeCloseTo((1 + 1e-4) / 2, 12);
    expect(seen[999]).toBeCloseTo(1e-4, 12);
  });

  it("is over 0 and at most the peak, rises at most once and then falls", () => {
    const settings = fc.record({
      learningRate: fc.double({ min: 1e-6, max: 1, noNaN: true }),
      schedule: fc.constantFrom(...SCHEDULES),
      warmup: fc.double({ min: 0, max: 0.5, noNaN: true }),
    });
    fc.assert(
      fc.property(settings, fc.integer({ min: 1, max: 200 }), (given, steps) => {
        const seen = rates(given, steps);
        expect(Math.min(...seen)).toBeGreaterThan(0);
        expect(Math.max(...seen)).toBeLessThanOrEqual(given.learningRate * (1 + 1e-12));
        const peak = seen.indexOf(Math.max(...seen));
        for (let i = 1; i < steps; i++) {
          const change = seen[i]! - seen[i - 1]!;
          expect(i <= peak ? change >= 0 : change <= 1e-15).toBe(true);
        }
      }),
    );
  });

  it.each([0, 11, 1.5])("knows no step %s of 10", (step) => {
    const settings: Rates = { learningRate: 1, schedule: "cosine", warmup: 0 };
    expect(() => learningRateAt(settings, step, 10)).toThrow(RangeError);
  });
});
