import { describe, expect, test } from "vitest";
import { Moments } from "../../../src/math/covariance";
import { fitGaussian, independent, sampleGaussian, unitNormal } from "../../../src/math/gaussian";
import { createRng } from "../../../src/math/rng";

/** Rows of three numbers, two of which hang together; the third is dead. */
function rows(count: number): Float32Array {
  const rng = createRng(4, "rows");
  return Float32Array.from({ length: count }, () => rng.float()).reduce(
    (all, value, i) => {
      const other = rng.float();
      all.set([value, 2 * value + other, 5], 3 * i);
      return all;
    },
    new Float32Array(3 * count),
  );
}

function momentsOf(values: Float32Array, size = 3): Moments {
  const moments = new Moments(size);
  moments.add(values);
  return moments;
}

/** Sample covariance by its definition. */
function covarianceOf(values: Float32Array, i: number, j: number, size = 3): number {
  const count = values.length / size;
  const mean = (k: number) => {
    let sum = 0;
    for (let row = 0; row < count; row++) sum += values[row * size + k]! / count;
    return sum;
  };
  let sum = 0;
  for (let row = 0; row < count; row++) {
    sum += (values[row * size + i]! - mean(i)) * (values[row * size + j]! - mean(j));
  }
  return sum / (count - 1);
}

describe("moments", () => {
  const values = rows(41);

  test("are those of the definition, whichever parts the rows come in", () => {
    const parts = new Moments(3);
    for (const [from, to] of [
      [0, 1],
      [1, 18],
      [18, 41],
    ] as const) {
      parts.add(values.subarray(3 * from, 3 * to));
    }
    expect(parts.count).toBe(41);
    for (const moments of [parts, momentsOf(values)]) {
      const covariance = moments.covariance();
      for (let i = 0; i < 3; i++) {
        for (let j = 0; j <= i; j++) {
          expect(covariance[3 * i + j]).toBeCloseTo(covarianceOf(values, i, j), 8);
        }
      }
      expect(moments.mean()[2]).toBeCloseTo(5, 12);
    }
  });

  test("need two rows for a covariance", () => {
    expect(() => momentsOf(Float32Array.of(1, 2, 3)).covariance()).toThrow(/two rows/);
  });
});

describe("a Gaussian fitted to rows", () => {
  const fitted = fitGaussian(momentsOf(rows(500)));
  const count = 20_000;

  test("has samples with the rows' means and covariances", () => {
    const samples = sampleGaussian(fitted, count, createRng(1, "sample"));
    const drawn = momentsOf(samples);
    const [mean, covariance] = [drawn.mean(), drawn.covariance()];
    for (let i = 0; i < 3; i++) {
      expect(Math.abs(mean[i]! - fitted.mean[i]!)).toBeLessThan(0.02);
      for (let j = 0; j <= i; j++) {
        const wanted = covarianceOf(rows(500), i, j);
        expect(Math.abs(covariance[3 * i + j]! - wanted)).toBeLessThan(0.02);
      }
    }
    // The dead number stays where it is.
    expect(samples[2]).toBeCloseTo(5, 6);
  });

  test("draws the same again with the same seed", () => {
    const draw = (seed: number) => sampleGaussian(fitted, 4, createRng(seed, "sample"));
    expect(draw(7)).toEqual(draw(7));
    expect(draw(8)).not.toEqual(draw(7));
  });

  test("loses covariances but no variance where numbers are drawn by themselves", () => {
    const own = momentsOf(sampleGaussian(independent(fitted), count, createRng(1, "sample")));
    const covariance = own.covariance();
    const values = rows(500);
    for (const i of [0, 1]) {
      expect(Math.abs(covariance[3 * i + i]! - covarianceOf(values, i, i))).toBeLessThan(0.02);
    }
    expect(covarianceOf(values, 1, 0)).toBeGreaterThan(0.1);
    expect(Math.abs(covariance[3]!)).toBeLessThan(0.01);
  });

  test("of mean 0 and variance 1 is the standard normal, tails and all", () => {
    const samples = sampleGaussian(unitNormal(2), count, createRng(3, "sample"));
    const beyond = (limit: number) => samples.filter((value) => Math.abs(value) > limit).length;
    // 31.73% and 4.55%, each ± 4 standard errors of 40,000 draws.
    expect(beyond(1) / samples.length).toBeCloseTo(0.3173, 2);
    expect(beyond(2) / samples.length).toBeCloseTo(0.0455, 2);
  });
});
