/** Sums of tensors, multiples of tensors, and tensors side by side. */

import { floatBytes } from "./bytes";
import { AddRows, CopyPixels, ScaleRows } from "./generated/records";
import { storeLanes } from "./math";

/** to = a + b; `to` may be one of them. */
export function addRows(args: AddRows): void {
  let a = args.a;
  const aPitch = args.aPitch;
  let b = args.b;
  const bPitch = args.bPitch;
  let to = args.to;
  const toPitch = args.toPitch;
  const columns = args.columns;
  for (let row = args.rows; row > 0; row--) {
    for (let i = 0; i < columns; i += 4) {
      const at = floatBytes(i);
      storeLanes(to + at, f32x4.add(v128.load(a + at), v128.load(b + at)), columns - i);
    }
    a += aPitch;
    b += bPitch;
    to += toPitch;
  }
}

/** That many bytes of each pixel; `fromPixel` and `toPixel` lie between the starts of two. */
export function copyPixels(args: CopyPixels): void {
  let fromRow = args.from;
  const fromPixel = args.fromPixel;
  let toRow = args.to;
  const toPixel = args.toPixel;
  const pixels = args.pixels;
  const bytes = args.bytes;
  for (let row = args.rows; row > 0; row--) {
    let from = fromRow;
    let to = toRow;
    for (let pixel = pixels; pixel > 0; pixel--) {
      memory.copy(to, from, bytes);
      from += fromPixel;
      to += toPixel;
    }
    fromRow += args.fromPitch;
    toRow += args.toPitch;
  }
}

/** to = from · scale + offset. */
export function scaleRows(args: ScaleRows): void {
  let from = args.from;
  const fromPitch = args.fromPitch;
  let to = args.to;
  const toPitch = args.toPitch;
  const columns = args.columns;
  const scale = f32x4.splat(args.scale);
  const offset = f32x4.splat(args.offset);
  for (let row = args.rows; row > 0; row--) {
    for (let i = 0; i < columns; i += 4) {
      const at = floatBytes(i);
      const value = f32x4.add(f32x4.mul(v128.load(from + at), scale), offset);
      storeLanes(to + at, value, columns - i);
    }
    from += fromPitch;
    to += toPitch;
  }
}
