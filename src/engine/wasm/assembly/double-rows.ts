/**
 * Products of two sets of rows of doubles, for orthogonal bases of long vectors.
 *
 * Columns are taken a few at a time, so that 64 rows of them stay in a core's second cache while the
 * others stream through the first.
 */

import { doubleBytes } from "./bytes";

/** Columns at a time: 64 rows take 256 KB. */
const COLUMNS: i32 = 512;

// @ts-ignore: decorator
@inline
function load(at: usize): v128 {
  return v128.load(at);
}

// @ts-ignore: decorator
@inline
function madd2(a: v128, b: v128, c: v128): v128 {
  return f64x2.add(f64x2.mul(a, b), c);
}

// @ts-ignore: decorator
@inline
function addLanes(to: usize, sums: v128): void {
  const sum = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
  f64.store(to, f64.load(to) + sum);
}

/**
 * Adds Σ_k a[i][k] b[j][k] to `out`[i][j].
 *
 * @param aRows a multiple of 4
 * @param bRows a multiple of 2
 * @param size numbers in a row, a multiple of 2
 * @param out aRows rows of bRows doubles
 */
export function addRowProducts(
  a: usize,
  aRows: i32,
  b: usize,
  bRows: i32,
  size: i32,
  out: usize,
): void {
  const pitch = doubleBytes(size);
  const outPitch = doubleBytes(bRows);
  for (let from = 0; from < size; from += COLUMNS) {
    const start = doubleBytes(from);
    const end = doubleBytes(min(from + COLUMNS, size));
    for (let j = 0; j < bRows; j += 2) {
      const bRow = b + <usize>j * pitch;
      for (let i = 0; i < aRows; i += 4) {
        let p = a + <usize>i * pitch + start;
        let q = bRow + start;
        const last = bRow + end;
        let s00 = f64x2.splat(0);
        let s01 = s00;
        let s10 = s00;
        let s11 = s00;
        let s20 = s00;
        let s21 = s00;
        let s30 = s00;
        let s31 = s00;
        for (; q < last; q += 16) {
          const b0 = load(q);
          const b1 = load(q + pitch);
          let x = load(p);
          s00 = madd2(x, b0, s00);
          s01 = madd2(x, b1, s01);
          x = load(p + pitch);
          s10 = madd2(x, b0, s10);
          s11 = madd2(x, b1, s11);
          x = load(p + 2 * pitch);
          s20 = madd2(x, b0, s20);
          s21 = madd2(x, b1, s21);
          x = load(p + 3 * pitch);
          s30 = madd2(x, b0, s30);
          s31 = madd2(x, b1, s31);
          p += 16;
        }
        let to = out + <usize>i * outPitch + doubleBytes(j);
        addLanes(to, s00);
        addLanes(to + 8, s01);
        to += outPitch;
        addLanes(to, s10);
        addLanes(to + 8, s11);
        to += outPitch;
        addLanes(to, s20);
        addLanes(to + 8, s21);
        to += outPitch;
        addLanes(to, s30);
        addLanes(to + 8, s31);
      }
    }
  }
}

/**
 * Adds Σ_j weights[i][j] b[j][k] to `to`[i][k].
 *
 * @param rows a multiple of 2
 * @param bRows a multiple of 4
 * @param size numbers in a row, a multiple of 2
 * @param weights rows of bRows doubles
 */
export function addCombinations(
  weights: usize,
  rows: i32,
  b: usize,
  bRows: i32,
  size: i32,
  to: usize,
): void {
  const pitch = doubleBytes(size);
  const weightPitch = doubleBytes(bRows);
  for (let from = 0; from < size; from += COLUMNS) {
    const start = doubleBytes(from);
    const end = doubleBytes(min(from + COLUMNS, size));
    for (let j = 0; j < bRows; j += 4) {
      const bRow = b + <usize>j * pitch;
      for (let i = 0; i < rows; i += 2) {
        const w = weights + <usize>i * weightPitch + doubleBytes(j);
        const v = w + weightPitch;
        const w0 = v128.load64_splat(w);
        const w1 = v128.load64_splat(w, 8);
        const w2 = v128.load64_splat(w, 16);
        const w3 = v128.load64_splat(w, 24);
        const v0 = v128.load64_splat(v);
        const v1 = v128.load64_splat(v, 8);
        const v2 = v128.load64_splat(v, 16);
        const v3 = v128.load64_splat(v, 24);
        let q = bRow + start;
        const last = bRow + end;
        let p = to + <usize>i * pitch + start;
        for (; q < last; q += 16) {
          let first = load(p);
          let second = load(p + pitch);
          let x = load(q);
          first = madd2(x, w0, first);
          second = madd2(x, v0, second);
          x = load(q + pitch);
          first = madd2(x, w1, first);
          second = madd2(x, v1, second);
          x = load(q + 2 * pitch);
          first = madd2(x, w2, first);
          second = madd2(x, v2, second);
          x = load(q + 3 * pitch);
          first = madd2(x, w3, first);
          second = madd2(x, v3, second);
          v128.store(p, first);
          v128.store(p + pitch, second);
          p += 16;
        }
      }
    }
  }
}
