/** Sums of products of pixels over images, for covariances: whole numbers, so exact. */

import { doubleBytes } from "./bytes";
import { AddProducts, GatherPixels } from "./generated/records";

/**
 * Puts each pixel's values in all images side by side, as 16-bit numbers, and adds them up: of `count` images of `size`
 * bytes, the pixels from the first to before the last. `count` is as `addProducts` wants it.
 */
export function gatherPixels(args: GatherPixels): void {
  const size = <usize>args.size;
  const bytes = (<usize>args.count) << 1;
  const sums = args.sums;
  const last = args.lastPixel;
  for (let pixel = args.firstPixel; pixel < last; pixel++) {
    let from = args.images + <usize>pixel;
    const to = args.to + <usize>pixel * bytes;
    let sum = 0;
    for (let at: usize = 0; at < bytes; at += 2) {
      const value = <i32>load<u8>(from);
      store<u16>(to + at, <u16>value);
      sum += value;
      from += size;
    }
    const total = sums + doubleBytes(pixel);
    store<f64>(total, load<f64>(total) + <f64>sum);
  }
}

/**
 * Adds Σ x[i] x[j] over `count` images to the double at row i, column j ≤ i of `products`, in rows from the first to
 * before the last: multiples of 4, as `size` is.
 *
 * `pixels` has `size` rows of `count` numbers from 0 to 255; `count` is a multiple of 8, at most 33,024, so that a sum
 * fits 32 bits.
 */
export function addProducts(args: AddProducts): void {
  const size = args.size;
  const pixels = args.pixels;
  const products = args.products;
  const last = args.lastRow;
  const stride = (<usize>args.count) << 1;
  for (let i = args.firstRow; i < last; i += 4) {
    const rows = pixels + <usize>i * stride;
    for (let j = 0; j < i + 4; j += 2) {
      addTile(rows, pixels + <usize>j * stride, stride, products, size, i, j);
    }
  }
}

/** Four rows by two columns: what is loaded of six pixels serves eight sums. */
function addTile(
  rows: usize,
  columns: usize,
  stride: usize,
  products: usize,
  size: i32,
  i: i32,
  j: i32,
): void {
  let a0 = i32x4.splat(0);
  let a1 = i32x4.splat(0);
  let b0 = i32x4.splat(0);
  let b1 = i32x4.splat(0);
  let c0 = i32x4.splat(0);
  let c1 = i32x4.splat(0);
  let d0 = i32x4.splat(0);
  let d1 = i32x4.splat(0);
  for (let k: usize = 0; k < stride; k += 16) {
    const x0 = v128.load(columns + k);
    const x1 = v128.load(columns + stride + k);
    let row = rows + k;
    let y = v128.load(row);
    a0 = i32x4.add(a0, i32x4.dot_i16x8_s(x0, y));
    a1 = i32x4.add(a1, i32x4.dot_i16x8_s(x1, y));
    row += stride;
    y = v128.load(row);
    b0 = i32x4.add(b0, i32x4.dot_i16x8_s(x0, y));
    b1 = i32x4.add(b1, i32x4.dot_i16x8_s(x1, y));
    row += stride;
    y = v128.load(row);
    c0 = i32x4.add(c0, i32x4.dot_i16x8_s(x0, y));
    c1 = i32x4.add(c1, i32x4.dot_i16x8_s(x1, y));
    row += stride;
    y = v128.load(row);
    d0 = i32x4.add(d0, i32x4.dot_i16x8_s(x0, y));
    d1 = i32x4.add(d1, i32x4.dot_i16x8_s(x1, y));
  }
  const line = doubleBytes(size);
  let target = products + <usize>i * line + doubleBytes(j);
  addPair(target, a0, a1, j, i);
  target += line;
  addPair(target, b0, b1, j, i + 1);
  target += line;
  addPair(target, c0, c1, j, i + 2);
  target += line;
  addPair(target, d0, d1, j, i + 3);
}

/** Adds the lanes' sums at columns j and j + 1, as far as they are in the lower triangle. */
function addPair(target: usize, first: v128, second: v128, j: i32, i: i32): void {
  if (j <= i) store<f64>(target, load<f64>(target) + <f64>sumOf(first));
  if (j + 1 <= i) store<f64>(target, load<f64>(target, 8) + <f64>sumOf(second), 8);
}

// @ts-ignore: decorator
@inline
function sumOf(x: v128): i32 {
  const pairs = i32x4.add(x, v128.shuffle<i64>(x, x, 1, 0));
  return i32x4.extract_lane(pairs, 0) + i32x4.extract_lane(pairs, 1);
}
