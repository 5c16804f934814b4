import { describe, expect, test } from "vitest";
import { Moments } from "../../../src/math/covariance";
import { classify, fitRidge, type LinearClassifier } from "../../../src/math/ridge";
import { createRng } from "../../../src/math/rng";

const SIZE = 4;
const COUNT = 60;
const CLASSES = 3;
const PENALTY = 1e-5;

/** Rows whose class shifts two of their numbers. */
const { rows, labels } = (() => {
  const rng = createRng(2, "rows");
  const labels = Uint8Array.from({ length: COUNT }, (_, i) => i % CLASSES);
  const rows = Float32Array.from({ length: COUNT * SIZE }, (_, k) => {
    const label = labels[Math.floor(k / SIZE)]!;
    const shift = [label === 1 ? 1.5 : 0, label === 2 ? 1.5 : 0, 0, 0][k % SIZE]!;
    return 3 + rng.float() + shift;
  });
  return { rows, labels };
})();

function fitted() {
  const moments = new Moments(SIZE);
  moments.add(rows);
  const sums = new Float64Array(CLASSES * SIZE);
  const counts = new Uint32Array(CLASSES);
  for (const [row, label] of labels.entries()) {
    counts[label]!++;
    for (let i = 0; i < SIZE; i++) sums[label * SIZE + i]! += rows[row * SIZE + i]!;
  }
  return { ridge: fitRidge(moments, sums, counts), moments };
}

/** What ridge regression minimises, a row's share: squared error of the indicators, and penalty. */
function objective({ order, weights, bias }: LinearClassifier, penalty: number): number {
  let sum = 0;
  for (const [row, label] of labels.entries()) {
    for (let c = 0; c < CLASSES; c++) {
      let value = bias[c]!;
      for (let i = 0; i < order; i++) value += weights[c * order + i]! * rows[row * SIZE + i]!;
      sum += (value - (c === label ? 1 : 0)) ** 2;
    }
  }
  return sum / (COUNT - 1) + penalty * weights.reduce((all, weight) => all + weight ** 2, 0);
}

describe("a ridge classifier", () => {
  const { ridge, moments } = fitted();
  const covariance = moments.covariance();
  const total = [0, 1, 2, 3].reduce((sum, i) => sum + covariance[i * SIZE + i]!, 0);

  test.each([1, 3, SIZE])("of the first %i numbers minimises its objective", (order) => {
    const best = ridge.at(order);
    const least = objective(best, PENALTY * total);
    const step = 1e-4;
    const moved = (array: Float64Array, i: number, by: number) =>
      array.map((value, k) => (k === i ? value + by : value));
    for (const name of ["weights", "bias"] as const) {
      for (const i of best[name].keys()) {
        const at = (by: number) =>
          objective({ ...best, [name]: moved(best[name], i, by) }, PENALTY * total);
        expect(at(step)).toBeGreaterThan(least);
        // The slope by finite differences.
        expect(Math.abs(at(step) - at(-step)) / (2 * step)).toBeLessThan(1e-7);
      }
    }
  });

  test("tells classes apart that a line can part, and not by numbers that say nothing", () => {
    const right = (order: number) =>
      labels.filter((label, row) => classify(ridge.at(order), rows, row * SIZE) === label).length;
    expect(right(2)).toBe(COUNT);
    expect(right(1)).toBeLessThan(COUNT);
  });

  test("of rows that never vary says the most frequent class", () => {
    const same = new Moments(2);
    same.add(new Float32Array(10).fill(1));
    const constant = fitRidge(same, Float64Array.of(2, 2, 3, 3), Uint32Array.of(2, 3));
    expect(classify(constant.at(2), Float32Array.of(1, 1), 0)).toBe(1);
  });
});
