/** Sums of tensors, multiples of tensors, and tensors side by side. */

import { float, int, ptr } from "./args";
import { storeLanes } from "./math";

/** a, aPitch, b, bPitch, to, toPitch, rows, columns: to = a + b; `to` may be one of them. */
export function addRows(args: usize): void {
  let a = ptr(args, 0);
  const aPitch = ptr(args, 1);
  let b = ptr(args, 2);
  const bPitch = ptr(args, 3);
  let to = ptr(args, 4);
  const toPitch = ptr(args, 5);
  const columns = int(args, 7);
  for (let row = int(args, 6); row > 0; row--) {
    for (let i = 0; i < columns; i += 4) {
      const at = <usize>i << 2;
      storeLanes(to + at, f32x4.add(v128.load(a + at), v128.load(b + at)), columns - i);
    }
    a += aPitch;
    b += bPitch;
    to += toPitch;
  }
}

/** from, fromPitch, fromPixel, to, toPitch, toPixel, rows, pixels, bytes: that much of each pixel. */
export function copyPixels(args: usize): void {
  let fromRow = ptr(args, 0);
  const fromPixel = ptr(args, 2);
  let toRow = ptr(args, 3);
  const toPixel = ptr(args, 5);
  const pixels = int(args, 7);
  const bytes = ptr(args, 8);
  for (let row = int(args, 6); row > 0; row--) {
    let from = fromRow;
    let to = toRow;
    for (let pixel = pixels; pixel > 0; pixel--) {
      memory.copy(to, from, bytes);
      from += fromPixel;
      to += toPixel;
    }
    fromRow += ptr(args, 1);
    toRow += ptr(args, 4);
  }
}

/** from, fromPitch, to, toPitch, rows, columns, scale, offset: to = from · scale + offset. */
export function scaleRows(args: usize): void {
  let from = ptr(args, 0);
  const fromPitch = ptr(args, 1);
  let to = ptr(args, 2);
  const toPitch = ptr(args, 3);
  const columns = int(args, 5);
  const scale = f32x4.splat(float(args, 6));
  const offset = f32x4.splat(float(args, 7));
  for (let row = int(args, 4); row > 0; row--) {
    for (let i = 0; i < columns; i += 4) {
      const at = <usize>i << 2;
      const value = f32x4.add(f32x4.mul(v128.load(from + at), scale), offset);
      storeLanes(to + at, value, columns - i);
    }
    from += fromPitch;
    to += toPitch;
  }
}
