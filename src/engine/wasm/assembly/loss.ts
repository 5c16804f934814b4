/**
 * Losses of one image and their gradients, where those are wanted.
 *
 * A term adds `weight` times its loss to the double at `sum`, and `scale` times its gradient to dy,
 * where the flags sumAdds and dyAdds say so; elsewhere it overwrites them.
 */

import { floatBytes } from "./bytes";
import { BceLoss, ErrorLoss, LogitGradient } from "./generated/records";
import { exp4, firstLanes, log1p4, sigmoidFrom, storeLanes, sum4 } from "./math";
import { madd } from "./simd";

/** Writes or adds a term's loss to that of its image. */
export function storeLoss(at: usize, loss: f64, adds: i32): void {
  f64.store(at, adds ? f64.load(at) + loss : loss);
}

/**
 * Binary cross-entropy from logits, max(z, 0) − z·y + ln(1 + e^−|z|), summed over the image;
 * dz = (σ(z) − y) · scale; `output` = σ(z), closely packed. Always the first term: it overwrites.
 */
export function bceLoss(args: BceLoss): void {
  let z = args.z;
  const zPitch = args.zPitch;
  let target = args.target;
  const targetPitch = args.targetPitch;
  let dz = args.dz;
  const dzPitch = args.dzPitch;
  let output = args.output;
  const columns = args.columns;
  const scale = f32x4.splat(args.scale);
  const zero = f32x4.splat(0);
  let total: f64 = 0;
  for (let left = args.rows; left > 0; left--) {
    let sum = zero;
    for (let i = 0; i < columns; i += 4) {
      const at = floatBytes(i);
      const value = v128.load(z + at);
      const y = v128.load(target + at);
      const e = exp4(f32x4.neg(f32x4.abs(value)));
      const loss = f32x4.add(f32x4.sub(f32x4.max(value, zero), f32x4.mul(value, y)), log1p4(e));
      const lanes = columns - i;
      sum = f32x4.add(sum, lanes < 4 ? firstLanes(loss, lanes) : loss);
      if (dz || output) {
        const p = sigmoidFrom(value, e);
        if (dz) storeLanes(dz + at, f32x4.mul(f32x4.sub(p, y), scale), lanes);
        if (output) storeLanes(output + at, p, lanes);
      }
    }
    total += <f64>sum4(sum);
    z += zPitch;
    target += targetPitch;
    if (dz) dz += dzPitch;
    if (output) output += floatBytes(columns);
  }
  storeLoss(args.sum, <f64>args.weight * total, 0);
}

/** Inlined for each of the two, so that no loop asks which it is. */
// @ts-ignore: decorator
@inline
function error(args: ErrorLoss, absolute: bool): void {
  let y = args.y;
  const yPitch = args.yPitch;
  let target = args.target;
  const targetPitch = args.targetPitch;
  let dy = args.dy;
  const dyPitch = args.dyPitch;
  const columns = args.columns;
  const dyAdds = args.dyAdds;
  const zero = f32x4.splat(0);
  const scale = f32x4.splat(absolute ? args.scale : 2 * args.scale);
  let total: f64 = 0;
  for (let left = args.rows; left > 0; left--) {
    let sum = zero;
    for (let i = 0; i < columns; i += 4) {
      const at = floatBytes(i);
      const lanes = columns - i;
      const value = v128.load(y + at);
      const off = f32x4.sub(value, v128.load(target + at));
      const loss = absolute ? f32x4.abs(off) : f32x4.mul(off, off);
      sum = f32x4.add(sum, lanes < 4 ? firstLanes(loss, lanes) : loss);
      if (dy) {
        let slope = f32x4.mul(off, scale);
        if (absolute) {
          // The scale with the sign of the difference, 0 where there is none, and no number where
          // that is none.
          const up = v128.and(f32x4.gt(off, zero), scale);
          slope = f32x4.sub(up, v128.and(f32x4.lt(off, zero), scale));
          slope = v128.bitselect(slope, off, f32x4.eq(off, off));
        }
        if (dyAdds) slope = f32x4.add(slope, v128.load(dy + at));
        storeLanes(dy + at, slope, lanes);
      }
    }
    total += <f64>sum4(sum);
    y += yPitch;
    target += targetPitch;
    if (dy) dy += dyPitch;
  }
  storeLoss(args.sum, <f64>args.weight * total, args.sumAdds);
}

/**
 * Squared error summed over the image, dy = 2 (y − target) · scale; or the absolute one, dy =
 * ±scale, and 0 where y equals the target.
 */
export function errorLoss(args: ErrorLoss): void {
  if (args.absolute) error(args, true);
  else error(args, false);
}

/**
 * dz += dp · p (1 − p), the gradient by logits z of what was computed from p = σ(z); `pitch` is
 * that of dp and p.
 */
export function logitGradient(args: LogitGradient): void {
  let dp = args.dp;
  let p = args.p;
  const pitch = args.pitch;
  let dz = args.dz;
  const dzPitch = args.dzPitch;
  const columns = args.columns;
  const one = f32x4.splat(1);
  for (let left = args.rows; left > 0; left--) {
    for (let i = 0; i < columns; i += 4) {
      const at = floatBytes(i);
      const value = v128.load(p + at);
      const slope = f32x4.mul(value, f32x4.sub(one, value));
      const sum = madd(v128.load(dp + at), slope, v128.load(dz + at));
      storeLanes(dz + at, sum, columns - i);
    }
    dp += pitch;
    p += pitch;
    dz += dzPitch;
  }
}
