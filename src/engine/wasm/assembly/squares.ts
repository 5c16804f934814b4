/** Sums of squares in double, for penalties on weights and limits on gradients. */

import { doubleBytes, floatBytes } from "./bytes";
import { ClipScale, SumSquares } from "./generated/records";
import { madd } from "./simd";

/**
 * Σ x² into the double at `sum`, over floats from ≤ i < min(from + grain, end), multiples of 4;
 * adds rate · x to `gradients`, where there are any.
 */
export function sumSquares(args: SumSquares): void {
  const x = args.x;
  const from = args.from;
  const gradients = args.gradients;
  const rate = f32x4.splat(args.rate);
  const to = floatBytes(min(from + args.grain, args.end));
  let sum = f64x2.splat(0);
  for (let at = floatBytes(from); at < to; at += 16) {
    const value = v128.load(x + at);
    const low = f64x2.promote_low_f32x4(value);
    const high = f64x2.promote_low_f32x4(v128.shuffle<i64>(value, value, 1, 0));
    sum = f64x2.add(sum, f64x2.add(f64x2.mul(low, low), f64x2.mul(high, high)));
    if (gradients) {
      const gradient = v128.load(gradients + at);
      v128.store(gradients + at, madd(value, rate, gradient));
    }
  }
  f64.store(args.sum, f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1));
}

/**
 * Into the settings: what gradients whose squares add up to those sums are multiplied by, so that
 * their norm is at most `limit`. Adds in order, so that no thread changes the result.
 */
export function clipScale(args: ClipScale): void {
  const sums = args.sums;
  let total: f64 = 0;
  for (let i = 0; i < args.count; i++) total += f64.load(sums + doubleBytes(i));
  const norm = Math.sqrt(total);
  const limit = <f64>args.limit;
  // A norm that is not a number must spoil the weights, not hide.
  args.settings.clip = norm <= limit ? 1 : <f32>(limit / norm);
}
