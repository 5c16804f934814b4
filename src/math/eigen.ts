/**
 * Eigenvalues and eigenvectors of a real symmetric matrix. engine/wasm/assembly/eigen.ts takes the
 * same steps in the same order: a change here is one there.
 */

import { addScaled, dot } from "./vectors";

export interface SymmetricEigen {
  /** size eigenvalues, largest first. */
  readonly values: Float64Array;
  /** size × size: row i is the unit eigenvector of value i. */
  readonly vectors: Float64Array;
}

/**
 * Decomposes a symmetric matrix: Householder tridiagonalisation, then implicit QL.
 *
 * After EISPACK's tred2 and tql2 (Smith et al. 1976), arranged so that inner loops run along
 * rows: the rotations act on rows of a matrix that begins as the identity, and the reflections
 * are applied to its rows afterwards. About 4 size³ multiplications.
 * @param matrix size × size; only the lower triangle is read, and it is left as it was
 * @throws Error when QL does not converge, as happens when the matrix has a NaN
 */
export function symmetricEigen(matrix: Float64Array, size: number): SymmetricEigen {
  if (matrix.length !== size * size) {
    throw new RangeError(
      `A ${size} × ${size} matrix has ${size * size} entries, not ${matrix.length}.`,
    );
  }
  const reflections = matrix.slice();
  const diagonal = new Float64Array(size);
  const offDiagonal = new Float64Array(size);
  const heights = new Float64Array(size);
  tridiagonalise(reflections, size, diagonal, offDiagonal, heights);

  const rotated = new Float64Array(size * size);
  for (let i = 0; i < size; i++) rotated[i * size + i] = 1;
  diagonalise(diagonal, offDiagonal, rotated, size);

  for (let row = 0; row < size; row++) reflect(rotated, row * size, reflections, heights, size);
  return byFallingValue(diagonal, rotated, size);
}

/** Copies of values and of the rows that are their vectors, the largest value first. */
export function byFallingValue(
  given: Float64Array,
  rows: Float64Array,
  size: number,
): SymmetricEigen {
  const order = Array.from(given.keys()).sort((a, b) => given[b]! - given[a]!);
  const values = new Float64Array(size);
  const vectors = new Float64Array(size * size);
  order.forEach((from, to) => {
    values[to] = given[from]!;
    vectors.set(rows.subarray(from * size, (from + 1) * size), to * size);
  });
  return { values, vectors };
}

export const NO_CONVERGENCE = "The eigenvalues did not converge: is there a NaN in the matrix?";

/**
 * Makes A tridiagonal by reflections I − u uᵀ / h, from the last row up.
 *
 * On return row i of `a` holds u in its first i entries and `heights[i]` its h (0 for none), and
 * `offDiagonal[i]` couples i − 1 and i.
 */
function tridiagonalise(
  a: Float64Array,
  size: number,
  diagonal: Float64Array,
  offDiagonal: Float64Array,
  heights: Float64Array,
): void {
  const p = new Float64Array(size);
  for (let i = size - 1; i > 0; i--) {
    const row = i * size;
    const last = row + i - 1;
    let squares = 0;
    for (let k = row; k < last; k++) squares += a[k]! * a[k]!;
    diagonal[i] = a[row + i]!;
    if (squares === 0) {
      offDiagonal[i] = a[last]!;
      continue;
    }
    const f = a[last]!;
    const norm = Math.sqrt(squares + f * f);
    const g = f > 0 ? -norm : norm;
    const h = squares + f * f - f * g;
    offDiagonal[i] = g;
    heights[i] = h;
    a[last] = f - g;

    // p = A u / h, from the lower triangle alone.
    p.fill(0, 0, i);
    for (let j = 0; j < i; j++) {
      const rowJ = j * size;
      const uj = a[row + j]!;
      let sum = a[rowJ + j]! * uj;
      for (let k = 0; k < j; k++) {
        const value = a[rowJ + k]!;
        sum += value * a[row + k]!;
        p[k] = p[k]! + value * uj;
      }
      p[j] = p[j]! + sum;
    }
    // A ← A − u qᵀ − q uᵀ with q = p − u (uᵀ p) / 2h.
    let up = 0;
    for (let k = 0; k < i; k++) {
      p[k] = p[k]! / h;
      up += p[k]! * a[row + k]!;
    }
    const shift = up / (2 * h);
    for (let k = 0; k < i; k++) p[k] = p[k]! - shift * a[row + k]!;
    for (let j = 0; j < i; j++) {
      const rowJ = j * size;
      const uj = a[row + j]!;
      const qj = p[j]!;
      for (let k = 0; k <= j; k++) {
        a[rowJ + k] = a[rowJ + k]! - (uj * p[k]! + qj * a[row + k]!);
      }
    }
  }
  diagonal[0] = a[0]!;
}

/** Implicit QL: on return `diagonal` has the eigenvalues and row i of `rows` T's eigenvector i. */
function diagonalise(
  diagonal: Float64Array,
  offDiagonal: Float64Array,
  rows: Float64Array,
  size: number,
): void {
  const d = diagonal;
  const e = new Float64Array(size);
  e.set(offDiagonal.subarray(1));
  for (let low = 0; low < size; low++) {
    for (let iteration = 0; ; iteration++) {
      let high = low;
      while (high < size - 1) {
        const scale = Math.abs(d[high]!) + Math.abs(d[high + 1]!);
        if (Math.abs(e[high]!) <= Number.EPSILON * scale) break;
        high++;
      }
      if (high === low) break;
      // Two or three iterations are usual; EISPACK gives up after 30.
      if (iteration === 60) {
        throw new Error(NO_CONVERGENCE);
      }
      // Wilkinson's shift, from the 2 × 2 block at `low`.
      let g = (d[low + 1]! - d[low]!) / (2 * e[low]!);
      let r = Math.hypot(g, 1);
      g = d[high]! - d[low]! + e[low]! / (g + (g < 0 ? -r : r));
      let s = 1;
      let c = 1;
      let p = 0;
      let i = high - 1;
      for (; i >= low; i--) {
        const f = s * e[i]!;
        const b = c * e[i]!;
        r = Math.sqrt(f * f + g * g);
        e[i + 1] = r;
        if (r === 0) {
          // Underflow: the block has split, so start over on its parts.
          d[i + 1] = d[i + 1]! - p;
          e[high] = 0;
          break;
        }
        s = f / r;
        c = g / r;
        g = d[i + 1]! - p;
        r = (d[i]! - g) * s + 2 * c * b;
        p = s * r;
        d[i + 1] = g + p;
        g = c * r - b;
        rotate(rows, i * size, size, c, s);
      }
      if (r === 0 && i >= low) continue;
      d[low] = d[low]! - p;
      e[low] = g;
      e[high] = 0;
    }
  }
}

/** Turns the row at `from` and the one after it by the angle whose cosine and sine are c and s. */
function rotate(rows: Float64Array, from: number, size: number, c: number, s: number): void {
  for (let k = from; k < from + size; k++) {
    const lower = rows[k + size]!;
    const upper = rows[k]!;
    rows[k + size] = s * upper + c * lower;
    rows[k] = c * upper - s * lower;
  }
}

/** Takes the eigenvector at `from` from the tridiagonal matrix back to the original, in place. */
function reflect(
  vectors: Float64Array,
  from: number,
  reflections: Float64Array,
  heights: Float64Array,
  size: number,
): void {
  for (let i = 1; i < size; i++) {
    const h = heights[i]!;
    if (h === 0) continue;
    const projection = dot(reflections, i * size, vectors, from, i) / h;
    addScaled(vectors, from, -projection, reflections, i * size, i);
  }
}
