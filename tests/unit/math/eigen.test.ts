import fc from "fast-check";
import { expect, test } from "vitest";
import { symmetricEigen } from "../../../src/math/eigen";
import { createRng } from "../../../src/math/rng";

function symmetric(size: number, entry: (row: number, column: number) => number): Float64Array {
  const matrix = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      matrix[i * size + j] = entry(i, j);
      matrix[j * size + i] = matrix[i * size + j]!;
    }
  }
  return matrix;
}

/** Largest of |A v − λ v| and |vᵢ · vⱼ − δᵢⱼ|. */
function worstError(matrix: Float64Array, size: number): number {
  const { values, vectors } = symmetricEigen(matrix, size);
  let worst = 0;
  for (let i = 0; i < size; i++) {
    for (let row = 0; row < size; row++) {
      let product = 0;
      for (let k = 0; k < size; k++) product += matrix[row * size + k]! * vectors[i * size + k]!;
      worst = Math.max(worst, Math.abs(product - values[i]! * vectors[i * size + row]!));
    }
    for (let j = 0; j <= i; j++) {
      let product = 0;
      for (let k = 0; k < size; k++) product += vectors[i * size + k]! * vectors[j * size + k]!;
      worst = Math.max(worst, Math.abs(product - (i === j ? 1 : 0)));
    }
  }
  return worst;
}

test("a 2 × 2 matrix whose answer is known", () => {
  const { values, vectors } = symmetricEigen(Float64Array.of(2, 1, 1, 2), 2);
  expect(values[0]).toBeCloseTo(3, 12);
  expect(values[1]).toBeCloseTo(1, 12);
  expect(Math.abs(vectors[0]! - vectors[1]!)).toBeCloseTo(0, 12);
  expect(Math.abs(vectors[2]! + vectors[3]!)).toBeCloseTo(0, 12);
});

test("the second difference matrix has eigenvalues 2 − 2 cos(k π / (n + 1))", () => {
  const size = 40;
  const matrix = symmetric(size, (i, j) => (i === j ? 2 : i - j === 1 ? -1 : 0));
  const { values } = symmetricEigen(matrix, size);
  values.forEach((value, i) => {
    expect(value).toBeCloseTo(2 - 2 * Math.cos(((size - i) * Math.PI) / (size + 1)), 12);
  });
});

test("any symmetric matrix: A v = λ v, orthonormal vectors, falling values", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 25 }), fc.nat(), fc.boolean(), (size, seed, sparse) => {
      const rng = createRng(seed, "matrix");
      const matrix = symmetric(size, () => (sparse && rng.float() < 0.8 ? 0 : rng.float() - 0.5));
      const { values } = symmetricEigen(matrix, size);
      for (let i = 1; i < size; i++) expect(values[i]).toBeLessThanOrEqual(values[i - 1]!);
      expect(worstError(matrix, size)).toBeLessThan(1e-12 * size);
    }),
    { numRuns: 60 },
  );
});

test("repeated and zero eigenvalues, and a range of 10¹²", () => {
  const identity = symmetric(6, (i, j) => (i === j ? 1 : 0));
  expect(worstError(identity, 6)).toBeLessThan(1e-14);
  expect(worstError(new Float64Array(36), 6)).toBeLessThan(1e-14);
  expect(
    worstError(
      symmetric(8, () => 1),
      8,
    ),
  ).toBeLessThan(1e-13);
  expect(
    worstError(
      symmetric(13, (i, j) => 10 ** -Math.min(12, i + j)),
      13,
    ),
  ).toBeLessThan(1e-13);
});

test("the matrix is left as it was", () => {
  const matrix = symmetric(5, (i, j) => i + 2 * j);
  const copy = matrix.slice();
  symmetricEigen(matrix, 5);
  expect(matrix).toEqual(copy);
});

test("a NaN or a wrong size is refused", () => {
  expect(() => symmetricEigen(new Float64Array(9).fill(Number.NaN), 3)).toThrow(/NaN/);
  expect(() => symmetricEigen(new Float64Array(8), 3)).toThrow(/9 entries, not 8/);
});
