/** Cholesky's factor of a symmetric matrix, and linear equations solved with it. */

import { addScaled, dot } from "./vectors";

/** Pivots under this share of the largest diagonal entry are rounding: there is no variance. */
const NO_VARIANCE = 1e-12;

/**
 * The lower triangular L with L Lᵀ = matrix, row by row (Cholesky and Banachiewicz).
 *
 * The leading k × k block of L is the factor of the matrix's leading k × k block. Directions without
 * variance get a column of zeros, so that covariances with dead numbers have a factor too.
 * @param matrix size × size, positive semidefinite; only the lower triangle is read
 * @returns size × size, zeros above the diagonal
 * @throws RangeError when the matrix has a NaN or is not positive semidefinite
 */
export function cholesky(matrix: Float64Array, size: number): Float64Array {
  const factor = new Float64Array(size * size);
  let largest = 0;
  for (let i = 0; i < size; i++) largest = Math.max(largest, matrix[i * size + i]!);
  const smallest = largest * NO_VARIANCE;
  for (let i = 0; i < size; i++) {
    const row = i * size;
    for (let j = 0; j < i; j++) {
      const pivot = factor[j * size + j]!;
      if (pivot === 0) continue;
      factor[row + j] = (matrix[row + j]! - dot(factor, row, factor, j * size, j)) / pivot;
    }
    const left = matrix[row + i]! - dot(factor, row, factor, row, i);
    // Rounding may leave as much below 0 as above it; written so that a NaN fails too.
    if (!(left >= -1e3 * smallest)) {
      throw new RangeError("The matrix is not positive semidefinite: is there a NaN in it?");
    }
    factor[row + i] = left > smallest ? Math.sqrt(left) : 0;
  }
  return factor;
}

/** Solves L y = b for y, where L has no zero on its diagonal. */
export function solveLower(factor: Float64Array, size: number, b: Float64Array): Float64Array {
  const y = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    y[i] = (b[i]! - dot(factor, i * size, y, 0, i)) / factor[i * size + i]!;
  }
  return y;
}

/**
 * Solves Lᵀ x = y for x with the leading `order` × `order` block of L.
 *
 * With y of `solveLower`, x solves the equations of the matrix's leading block.
 */
export function solveUpper(
  factor: Float64Array,
  size: number,
  order: number,
  y: Float64Array,
): Float64Array {
  const x = y.slice(0, order);
  for (let i = order - 1; i >= 0; i--) {
    x[i] = x[i]! / factor[i * size + i]!;
    addScaled(x, 0, -x[i]!, factor, i * size, i);
  }
  return x;
}
