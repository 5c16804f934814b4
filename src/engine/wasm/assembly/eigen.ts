/**
 * Eigenvectors of a symmetric matrix in double: the steps of math/eigen.ts, two numbers at a time.
 *
 * Every sum is taken in that file's order and no multiply-add is fused, so that both give the same
 * bits. Matrices are row by row; addresses are in bytes.
 *
 * Each function takes one step of many. V8 runs new code as it was compiled in haste, and better code
 * from the next call on: all of 784 rows in one call took three times as long.
 */

const DOUBLE: usize = 8;

// @ts-ignore: decorator
@inline
function at(array: usize, index: i32): f64 {
  return load<f64>(array + <usize>index * DOUBLE);
}

// @ts-ignore: decorator
@inline
function put(array: usize, index: i32, value: f64): void {
  store<f64>(array + <usize>index * DOUBLE, value);
}

/**
 * Row `i` of making the lower triangle of `a`, size × size, tridiagonal by reflections I − u uᵀ / h,
 * from the last row up to row 0.
 *
 * After it row i of `a` holds u in its first i entries and `heights` its h (0 for none);
 * `offDiagonal` couples i − 1 and i. `p` has room for `size` numbers.
 */
export function tridiagonalise(
  a: usize,
  size: i32,
  diagonal: usize,
  offDiagonal: usize,
  heights: usize,
  p: usize,
  i: i32,
): void {
  const stride = <usize>size * DOUBLE;
  const row = a + <usize>i * stride;
  put(diagonal, i, at(row, i));
  if (i == 0) return;
  let squares: f64 = 0;
  for (let k = 0; k < i - 1; k++) squares += at(row, k) * at(row, k);
  const f = at(row, i - 1);
  if (squares == 0) {
    put(offDiagonal, i, f);
    return;
  }
  const norm = Math.sqrt(squares + f * f);
  const g = f > 0 ? -norm : norm;
  const h = squares + f * f - f * g;
  put(offDiagonal, i, g);
  put(heights, i, h);
  put(row, i - 1, f - g);

  multiply(a, stride, row, p, i);
  // A ← A − u qᵀ − q uᵀ with q = p − u (uᵀ p) / 2h.
  let up: f64 = 0;
  for (let k = 0; k < i; k++) {
    put(p, k, at(p, k) / h);
    up += at(p, k) * at(row, k);
  }
  const shift = up / (2 * h);
  for (let k = 0; k < i; k++) put(p, k, at(p, k) - shift * at(row, k));
  for (let j = 0; j < i; j++)
    subtractOuter(a + <usize>j * stride, at(row, j), at(p, j), row, p, j + 1);
}

/** p = A u for the leading i × i of A's lower triangle, two of its rows at a time. */
function multiply(a: usize, stride: usize, u: usize, p: usize, i: i32): void {
  memory.fill(p, 0, <usize>i * DOUBLE);
  let j = 0;
  for (; j + 1 < i; j += 2) {
    const first = a + <usize>j * stride;
    const second = first + stride;
    const u0 = at(u, j);
    const u1 = at(u, j + 1);
    const u0s = f64x2.splat(u0);
    const u1s = f64x2.splat(u1);
    let sum0 = at(first, j) * u0;
    let sum1 = at(second, j + 1) * u1;
    // j is even.
    const end = <usize>j * DOUBLE;
    for (let k: usize = 0; k < end; k += 16) {
      const value0 = v128.load(first + k);
      const value1 = v128.load(second + k);
      const us = v128.load(u + k);
      const products0 = f64x2.mul(value0, us);
      const products1 = f64x2.mul(value1, us);
      sum0 = sum0 + f64x2.extract_lane(products0, 0) + f64x2.extract_lane(products0, 1);
      sum1 = sum1 + f64x2.extract_lane(products1, 0) + f64x2.extract_lane(products1, 1);
      const sum = f64x2.add(v128.load(p + k), f64x2.mul(value0, u0s));
      v128.store(p + k, f64x2.add(sum, f64x2.mul(value1, u1s)));
    }
    put(p, j, at(p, j) + sum0);
    const between = at(second, j);
    sum1 += between * u0;
    put(p, j, at(p, j) + between * u1);
    put(p, j + 1, at(p, j + 1) + sum1);
  }
  if (j < i) {
    const last = a + <usize>j * stride;
    const uj = at(u, j);
    let sum = at(last, j) * uj;
    for (let k = 0; k < j; k++) {
      const value = at(last, k);
      sum += value * at(u, k);
      put(p, k, at(p, k) + value * uj);
    }
    put(p, j, at(p, j) + sum);
  }
}

/** row[k] −= uj p[k] + pj u[k] for k < length. */
// @ts-ignore: decorator
@inline
function subtractOuter(row: usize, uj: f64, pj: f64, u: usize, p: usize, length: i32): void {
  const ujs = f64x2.splat(uj);
  const pjs = f64x2.splat(pj);
  const even = <usize>(length & ~1) * DOUBLE;
  for (let k: usize = 0; k < even; k += 16) {
    const change = f64x2.add(f64x2.mul(ujs, v128.load(p + k)), f64x2.mul(pjs, v128.load(u + k)));
    v128.store(row + k, f64x2.sub(v128.load(row + k), change));
  }
  if (length & 1) {
    const k = length - 1;
    put(row, k, at(row, k) - (uj * at(p, k) + pj * at(u, k)));
  }
}

/**
 * The eigenvalue at `low`, after those before it, by implicit QL: in the end `d` has the eigenvalues
 * and row i of `rows`, which begins as the identity, the tridiagonal matrix's eigenvector i. `e`
 * couples i and i + 1; its last entry is 0.
 *
 * @returns 0 where the eigenvalue has not converged, else 1
 */
export function diagonalise(d: usize, e: usize, rows: usize, size: i32, low: i32): i32 {
  const stride = <usize>size * DOUBLE;
  for (let iteration = 0; iteration <= 60; iteration++) {
    let high = low;
    while (high < size - 1) {
      const scale = abs(at(d, high)) + abs(at(d, high + 1));
      if (abs(at(e, high)) <= f64.EPSILON * scale) break;
      high++;
    }
    if (high == low) return 1;
    if (iteration == 60) break;
    // Wilkinson's shift, from the 2 × 2 block at `low`.
    let g = (at(d, low + 1) - at(d, low)) / (2 * at(e, low));
    let r = hypot1(g);
    g = at(d, high) - at(d, low) + at(e, low) / (g + (g < 0 ? -r : r));
    let s: f64 = 1;
    let c: f64 = 1;
    let p: f64 = 0;
    let i = high - 1;
    for (; i >= low; i--) {
      const f = s * at(e, i);
      const b = c * at(e, i);
      r = Math.sqrt(f * f + g * g);
      put(e, i + 1, r);
      if (r == 0) {
        // Underflow: the block has split, so start over on its parts.
        put(d, i + 1, at(d, i + 1) - p);
        put(e, high, 0);
        break;
      }
      s = f / r;
      c = g / r;
      g = at(d, i + 1) - p;
      r = (at(d, i) - g) * s + 2 * c * b;
      p = s * r;
      put(d, i + 1, g + p);
      g = c * r - b;
      rotate(rows + <usize>i * stride, stride, c, s);
    }
    if (r == 0 && i >= low) continue;
    put(d, low, at(d, low) - p);
    put(e, low, g);
    put(e, high, 0);
  }
  return 0;
}

/** √(g² + 1) as V8's Math.hypot has it: scaled by the larger, with Kahan's sum. */
function hypot1(g: f64): f64 {
  const size = abs(g);
  const scale = size > 1 ? size : 1;
  const x = size / scale;
  const y = 1 / scale;
  const first = x * x;
  const second = y * y;
  // The first sum is exact, so that there is nothing yet to make up for.
  return Math.sqrt(first + second) * scale;
}

/** Turns the row at `upper` and the one after it by the angle whose cosine and sine are c and s. */
// @ts-ignore: decorator
@inline
function rotate(upper: usize, stride: usize, c: f64, s: f64): void {
  const cs = f64x2.splat(c);
  const ss = f64x2.splat(s);
  const even = stride & ~15;
  for (let k: usize = 0; k < even; k += 16) {
    const above = v128.load(upper + k);
    const below = v128.load(upper + stride + k);
    v128.store(upper + stride + k, f64x2.add(f64x2.mul(ss, above), f64x2.mul(cs, below)));
    v128.store(upper + k, f64x2.sub(f64x2.mul(cs, above), f64x2.mul(ss, below)));
  }
  if (stride & 15) {
    const above = load<f64>(upper + even);
    const below = load<f64>(upper + stride + even);
    store<f64>(upper + stride + even, s * above + c * below);
    store<f64>(upper + even, c * above - s * below);
  }
}

/** Takes the eigenvectors from ≤ row < to from the tridiagonal matrix back to the original, in place. */
export function reflect(
  rows: usize,
  reflections: usize,
  heights: usize,
  size: i32,
  from: i32,
  to: i32,
): void {
  const stride = <usize>size * DOUBLE;
  for (let i = 1; i < size; i++) {
    const h = at(heights, i);
    if (h == 0) continue;
    const reflection = reflections + <usize>i * stride;
    for (let row = from; row < to; row++) {
      const vector = rows + <usize>row * stride;
      addScaled(vector, -(dot(reflection, vector, i) / h), reflection, i);
    }
  }
}

/** As math/vectors.ts: four sums side by side. */
// @ts-ignore: decorator
@inline
function dot(a: usize, b: usize, length: i32): f64 {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  const end = <usize>(length & ~3) * DOUBLE;
  for (let k: usize = 0; k < end; k += 32) {
    low = f64x2.add(low, f64x2.mul(v128.load(a + k), v128.load(b + k)));
    high = f64x2.add(high, f64x2.mul(v128.load(a + k, 16), v128.load(b + k, 16)));
  }
  let first = f64x2.extract_lane(low, 0);
  for (let k = length & ~3; k < length; k++) first += at(a, k) * at(b, k);
  return (
    first + f64x2.extract_lane(low, 1) + (f64x2.extract_lane(high, 0) + f64x2.extract_lane(high, 1))
  );
}

/** target[k] += factor source[k] for k < length. */
// @ts-ignore: decorator
@inline
function addScaled(target: usize, factor: f64, source: usize, length: i32): void {
  const factors = f64x2.splat(factor);
  const even = <usize>(length & ~1) * DOUBLE;
  for (let k: usize = 0; k < even; k += 16) {
    const sum = f64x2.add(v128.load(target + k), f64x2.mul(factors, v128.load(source + k)));
    v128.store(target + k, sum);
  }
  if (length & 1) {
    const k = length - 1;
    put(target, k, at(target, k) + factor * at(source, k));
  }
}
