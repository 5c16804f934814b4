/** Tensors joined number by number, multiples of tensors, and tensors side by side. */

import { floatBytes } from "./bytes";
import {
  AddRows,
  CopyPixels,
  MaximumRows,
  MinimumRows,
  MultiplyRows,
  PassWhere,
  ScaleRows,
  SubtractRows,
} from "./generated/records";
import { storeLanes } from "./math";

const enum By {
  sum,
  product,
  difference,
  maximum,
  minimum,
}

// @ts-ignore: decorator
@inline
function joined(by: By, a: v128, b: v128): v128 {
  switch (by) {
    case By.sum:
      return f32x4.add(a, b);
    case By.product:
      return f32x4.mul(a, b);
    case By.difference:
      return f32x4.sub(a, b);
    case By.maximum:
      return f32x4.max(a, b);
    default:
      return f32x4.min(a, b);
  }
}

/** Inlined for each, so that no loop asks which it is; `to` may be a or b. */
// @ts-ignore: decorator
@inline
function joinRows(args: AddRows, by: By): void {
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
      storeLanes(to + at, joined(by, v128.load(a + at), v128.load(b + at)), columns - i);
    }
    a += aPitch;
    b += bPitch;
    to += toPitch;
  }
}

/** to = a + b */
export function addRows(args: AddRows): void {
  joinRows(args, By.sum);
}

/** to = a · b */
export function multiplyRows(args: MultiplyRows): void {
  joinRows(changetype<AddRows>(args), By.product);
}

/** to = a − b */
export function subtractRows(args: SubtractRows): void {
  joinRows(changetype<AddRows>(args), By.difference);
}

/** to = max(a, b) */
export function maximumRows(args: MaximumRows): void {
  joinRows(changetype<AddRows>(args), By.maximum);
}

/** to = min(a, b) */
export function minimumRows(args: MinimumRows): void {
  joinRows(changetype<AddRows>(args), By.minimum);
}

/** to = from where a equals b, or where it does not, and 0 elsewhere; `to` may be any of them. */
export function passWhere(args: PassWhere): void {
  let a = args.a;
  let b = args.b;
  let from = args.from;
  let to = args.to;
  const columns = args.columns;
  const equal = args.equal;
  for (let row = args.rows; row > 0; row--) {
    for (let i = 0; i < columns; i += 4) {
      const at = floatBytes(i);
      const same = f32x4.eq(v128.load(a + at), v128.load(b + at));
      const value = v128.load(from + at);
      storeLanes(to + at, equal ? v128.and(value, same) : v128.andnot(value, same), columns - i);
    }
    a += args.aPitch;
    b += args.bPitch;
    from += args.fromPitch;
    to += args.toPitch;
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
      // A call for each pixel would take longer than its few vectors.
      if (bytes & 15) memory.copy(to, from, bytes);
      else for (let at: usize = 0; at < bytes; at += 16) v128.store(to + at, v128.load(from + at));
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
