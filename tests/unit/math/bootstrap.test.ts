import { describe, expect, it } from "vitest";
import { pairedDifferences, percentileInterval, resampledMeans } from "../../../src/math/bootstrap";
import { createRng } from "../../../src/math/rng";
import { mean } from "../../../src/math/vectors";

/** About normal, mean 0, standard deviation 1. */
function normals(count: number, seed: number): Float32Array {
  const rng = createRng(seed, "normals");
  return Float32Array.from({ length: count }, () => {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += rng.float();
    return sum;
  });
}

const interval = (values: Float64Array, seed = 1, samples = 2000) =>
  percentileInterval(resampledMeans(values, createRng(seed, "bootstrap"), samples), 0.95);

describe("the paired bootstrap", () => {
  it("gives the interval that the normal distribution gives for many images", () => {
    const values = Float64Array.from(normals(1400, 3));
    const { low, high } = interval(values);
    const error = 1.96 / Math.sqrt(1400);
    expect(high - mean(values)).toBeGreaterThan(0.9 * error);
    expect(high - mean(values)).toBeLessThan(1.1 * error);
    expect(mean(values) - low).toBeGreaterThan(0.9 * error);
    expect(mean(values) - low).toBeLessThan(1.1 * error);
  });

  it("finds a small difference that both runs' spread would hide", () => {
    const hard = normals(400, 1);
    const noise = normals(400, 2);
    const a = hard.map((value, i) => value + 0.02 + 0.05 * noise[i]!);
    const { low, high } = interval(pairedDifferences(a, hard));
    expect(low).toBeGreaterThan(0.01);
    expect(high).toBeLessThan(0.03);
    // Unpaired, the error of a mean of 400 is 0.05.
    const unpaired = interval(Float64Array.from(a));
    expect(unpaired.high - unpaired.low).toBeGreaterThan(0.15);
  });

  it("is the same for the same seed, drawn at once or in slices", () => {
    const values = Float64Array.from(normals(50, 4));
    const whole = resampledMeans(values, createRng(1, "bootstrap"), 300);
    const rng = createRng(1, "bootstrap");
    const slices = [100, 150, 50].flatMap((samples) => [...resampledMeans(values, rng, samples)]);
    expect(slices).toEqual([...whole]);
    expect(interval(values, 1)).toEqual(interval(values, 1));
    expect(interval(values, 2)).not.toEqual(interval(values, 1));
  });

  it("cuts off as much at both ends", () => {
    const means = Float64Array.from({ length: 1001 }, (_, i) => (i * 8) % 1001);
    const { low, high } = percentileInterval(means, 0.9);
    expect(low).toBeCloseTo(50, 9);
    expect(high).toBeCloseTo(950, 9);
    expect(percentileInterval(Float64Array.of(5), 0.95)).toEqual({ low: 5, high: 5 });
  });

  it("refuses figures that do not pair", () => {
    expect(() => pairedDifferences(new Float32Array(3), new Float32Array(4))).toThrow(RangeError);
    expect(() => pairedDifferences(new Float32Array(0), new Float32Array(0))).toThrow(RangeError);
  });
});
