/** Parametric ReLU: numbers below 0 times a slope, and the gradients of both. */

import { floatBytes } from "./bytes";
import { Prelu, PreluGradient } from "./generated/records";
import { storeLanes } from "./math";

/** y = x where x is over 0, else x · slope; slopes are a channel's where they are shared. */
export function prelu(args: Prelu): void {
  const channels = args.channels;
  const step = floatBytes(channels);
  const zero = f32x4.splat(0);
  let xRow = args.x;
  let yRow = args.y;
  let slopes = args.slopes;
  for (let row = args.rows; row > 0; row--) {
    let x = xRow;
    let y = yRow;
    for (let pixel = args.pixels; pixel > 0; pixel--) {
      for (let i = 0; i < channels; i += 4) {
        const at = floatBytes(i);
        const value = v128.load(x + at);
        const scaled = f32x4.mul(value, v128.load(slopes + at));
        storeLanes(y + at, v128.bitselect(value, scaled, f32x4.gt(value, zero)), channels - i);
      }
      x += step;
      y += step;
      if (!args.shared) slopes += step;
    }
    xRow += args.xPitch;
    yRow += args.yPitch;
  }
}

/** Adds dy · x, where x is not over 0, to the sums of slopes' gradients; makes dx where it is wanted. */
export function preluGradient(args: PreluGradient): void {
  const channels = args.channels;
  const step = floatBytes(channels);
  const zero = f32x4.splat(0);
  let xRow = args.x;
  let dyRow = args.dy;
  let dxRow = args.dx;
  let slopes = args.slopes;
  let sums = args.sums;
  for (let row = args.rows; row > 0; row--) {
    let x = xRow;
    let dy = dyRow;
    let dx = dxRow;
    for (let pixel = args.pixels; pixel > 0; pixel--) {
      for (let i = 0; i < channels; i += 4) {
        const at = floatBytes(i);
        const lanes = channels - i;
        const value = v128.load(x + at);
        const slope = v128.load(dy + at);
        const above = f32x4.gt(value, zero);
        const part = v128.andnot(f32x4.mul(value, slope), above);
        storeLanes(sums + at, f32x4.add(v128.load(sums + at), part), lanes);
        if (dx) {
          const scaled = f32x4.mul(slope, v128.load(slopes + at));
          storeLanes(dx + at, v128.bitselect(slope, scaled, above), lanes);
        }
      }
      x += step;
      dy += step;
      if (dx) dx += step;
      if (!args.shared) {
        slopes += step;
        sums += step;
      }
    }
    xRow += args.xPitch;
    dyRow += args.dyPitch;
    if (dxRow) dxRow += args.dxPitch;
  }
}
