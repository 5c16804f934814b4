import { describe, expect, test } from "vitest";
import { cholesky, solveLower, solveUpper } from "../../../src/math/cholesky";
import { createRng } from "../../../src/math/rng";

const SIZE = 7;

/** B Bᵀ of random numbers, rank `rank`. */
function semidefinite(rank: number): Float64Array {
  const rng = createRng(1, "matrix");
  const b = Float64Array.from({ length: SIZE * rank }, () => rng.float() - 0.5);
  const at = (i: number, j: number) => {
    let sum = 0;
    for (let k = 0; k < rank; k++) sum += b[i * rank + k]! * b[j * rank + k]!;
    return sum;
  };
  return Float64Array.from({ length: SIZE * SIZE }, (_, k) => at(Math.floor(k / SIZE), k % SIZE));
}

/** L Lᵀ */
function square(factor: Float64Array): Float64Array {
  return Float64Array.from({ length: SIZE * SIZE }, (_, place) => {
    const [i, j] = [Math.floor(place / SIZE), place % SIZE];
    let sum = 0;
    for (let k = 0; k < SIZE; k++) sum += factor[i * SIZE + k]! * factor[j * SIZE + k]!;
    return sum;
  });
}

function expectClose(found: Float64Array, wanted: Float64Array): void {
  for (const [i, value] of wanted.entries()) expect(found[i]).toBeCloseTo(value, 10);
}

describe("the Cholesky factor", () => {
  test("of a small matrix is the one worked out by hand", () => {
    const factor = cholesky(Float64Array.of(4, 0, 2, 10), 2);
    expect([...factor]).toEqual([2, 0, 1, 3]);
  });

  test("times its transpose is the matrix, and it is lower triangular", () => {
    const matrix = semidefinite(SIZE);
    const factor = cholesky(matrix, SIZE);
    expectClose(square(factor), matrix);
    for (let i = 0; i < SIZE; i++) {
      for (let j = i + 1; j < SIZE; j++) expect(factor[i * SIZE + j]).toBe(0);
    }
  });

  test("is there for directions without variance", () => {
    const matrix = semidefinite(3);
    expectClose(square(cholesky(matrix, SIZE)), matrix);
    // A number that is dead: no variance, no covariance.
    const dead = semidefinite(SIZE).map((value, k) =>
      k % SIZE === 2 || Math.floor(k / SIZE) === 2 ? 0 : value,
    );
    expectClose(square(cholesky(dead, SIZE)), dead);
  });

  test("is refused to what has none", () => {
    expect(() => cholesky(Float64Array.of(1, 0, 2, 1), 2)).toThrow(/positive semidefinite/);
    expect(() => cholesky(Float64Array.of(1, 0, Number.NaN, 1), 2)).toThrow(/NaN/);
  });

  test("solves the equations of every leading block", () => {
    const matrix = semidefinite(SIZE);
    const factor = cholesky(matrix, SIZE);
    const b = Float64Array.from({ length: SIZE }, (_, i) => i - 2.5);
    const y = solveLower(factor, SIZE, b);
    for (const order of [1, 4, SIZE]) {
      const x = solveUpper(factor, SIZE, order, y);
      expect(x).toHaveLength(order);
      for (let i = 0; i < order; i++) {
        const left = x.reduce((sum, value, j) => sum + matrix[i * SIZE + j]! * value, 0);
        expect(left).toBeCloseTo(b[i]!, 8);
      }
    }
  });
});
