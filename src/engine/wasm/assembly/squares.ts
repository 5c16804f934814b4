/** Sums of squares in double, for penalties on weights and limits on gradients. */

import { float, int, ptr } from "./args";
import { SETTINGS_CLIP } from "./opcodes";
import { madd } from "./simd";

/**
 * x, from, grain, end, sum, gradients, rate: Σ x² into the double at `sum`, over floats
 * from ≤ i < min(from + grain, end), multiples of 4; adds rate · x to `gradients`, unless they
 * are 0.
 */
export function sumSquares(args: usize): void {
  const x = ptr(args, 0);
  const from = int(args, 1);
  const gradients = ptr(args, 5);
  const rate = f32x4.splat(float(args, 6));
  const to = <usize>min(from + int(args, 2), int(args, 3)) << 2;
  let sum = f64x2.splat(0);
  for (let at = <usize>from << 2; at < to; at += 16) {
    const value = v128.load(x + at);
    const low = f64x2.promote_low_f32x4(value);
    const high = f64x2.promote_low_f32x4(v128.shuffle<i64>(value, value, 1, 0));
    sum = f64x2.add(sum, f64x2.add(f64x2.mul(low, low), f64x2.mul(high, high)));
    if (gradients) {
      const gradient = v128.load(gradients + at);
      v128.store(gradients + at, madd(value, rate, gradient));
    }
  }
  f64.store(ptr(args, 4), f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1));
}

/**
 * sums, count, limit, settings: what gradients whose squares add up to those sums are multiplied
 * by, so that their norm is at most `limit`. Adds in order, so that no thread changes the result.
 */
export function clipScale(args: usize): void {
  const sums = ptr(args, 0);
  let total: f64 = 0;
  for (let i = 0; i < int(args, 1); i++) total += f64.load(sums + (<usize>i << 3));
  const norm = Math.sqrt(total);
  const limit = <f64>float(args, 2);
  // A norm that is not a number must spoil the weights, not hide.
  f32.store(ptr(args, 3) + SETTINGS_CLIP * 4, norm <= limit ? 1 : <f32>(limit / norm));
}
