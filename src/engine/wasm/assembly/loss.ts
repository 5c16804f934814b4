/**
 * Losses of one image and their gradients; an address of 0 stands for "not wanted".
 *
 * A term adds `weight` times its loss to the double at `sum`, and `scale` times its gradient to dy,
 * where the flags sumAdds and dyAdds say so; elsewhere it overwrites them.
 */

import { float, int, ptr } from "./args";
import { exp4, firstLanes, log1p4, sigmoidFrom, storeLanes, sum4 } from "./math";
import { madd } from "./simd";

/** Writes or adds a term's loss to that of its image. */
export function storeLoss(at: usize, loss: f64, adds: i32): void {
  f64.store(at, adds ? f64.load(at) + loss : loss);
}

/**
 * z, zPitch, target, targetPitch, dz, dzPitch, output, rows, columns, scale, weight, sum: binary
 * cross-entropy from logits, max(z, 0) − z·y + ln(1 + e^−|z|), summed over the image;
 * dz = (σ(z) − y) · scale where dz is not 0; σ(z), closely packed, where `output` is not 0.
 * Always the first term: it overwrites.
 */
export function bceLoss(args: usize): void {
  let z = ptr(args, 0);
  const zPitch = ptr(args, 1);
  let target = ptr(args, 2);
  const targetPitch = ptr(args, 3);
  let dz = ptr(args, 4);
  const dzPitch = ptr(args, 5);
  let output = ptr(args, 6);
  const columns = int(args, 8);
  const scale = f32x4.splat(float(args, 9));
  const zero = f32x4.splat(0);
  let total: f64 = 0;
  for (let left = int(args, 7); left > 0; left--) {
    let sum = zero;
    for (let i = 0; i < columns; i += 4) {
      const at = <usize>i << 2;
      const value = v128.load(z + at);
      const y = v128.load(target + at);
      const e = exp4(f32x4.neg(f32x4.abs(value)));
      const loss = f32x4.add(
        f32x4.sub(f32x4.max(value, zero), f32x4.mul(value, y)),
        log1p4(e),
      );
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
    if (output) output += <usize>columns << 2;
  }
  storeLoss(ptr(args, 11), <f64>float(args, 10) * total, 0);
}

/** Squared or absolute error: see mseLoss and maeLoss. */
// @ts-ignore: decorator
@inline
function errorLoss(args: usize, absolute: bool): void {
  let y = ptr(args, 0);
  const yPitch = ptr(args, 1);
  let target = ptr(args, 2);
  const targetPitch = ptr(args, 3);
  let dy = ptr(args, 4);
  const dyPitch = ptr(args, 5);
  const columns = int(args, 7);
  const dyAdds = int(args, 11);
  const zero = f32x4.splat(0);
  const scale = f32x4.splat(absolute ? float(args, 8) : 2 * float(args, 8));
  let total: f64 = 0;
  for (let left = int(args, 6); left > 0; left--) {
    let sum = zero;
    for (let i = 0; i < columns; i += 4) {
      const at = <usize>i << 2;
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
  storeLoss(ptr(args, 10), <f64>float(args, 9) * total, int(args, 12));
}

/**
 * y, yPitch, target, targetPitch, dy, dyPitch, rows, columns, scale, weight, sum, dyAdds, sumAdds:
 * squared error summed over the image; dy = 2 (y − target) · scale where dy is not 0.
 */
export function mseLoss(args: usize): void {
  errorLoss(args, false);
}

/** Arguments as of mseLoss: absolute error; dy = ±scale, and 0 where y equals the target. */
export function maeLoss(args: usize): void {
  errorLoss(args, true);
}

/**
 * dp, p, pitch, dz, dzPitch, rows, columns: dz += dp · p (1 − p), the gradient by logits z of what
 * was computed from p = σ(z); `pitch` is that of dp and p.
 */
export function logitGradient(args: usize): void {
  let dp = ptr(args, 0);
  let p = ptr(args, 1);
  const pitch = ptr(args, 2);
  let dz = ptr(args, 3);
  const dzPitch = ptr(args, 4);
  const columns = int(args, 6);
  const one = f32x4.splat(1);
  for (let left = int(args, 5); left > 0; left--) {
    for (let i = 0; i < columns; i += 4) {
      const at = <usize>i << 2;
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
