/** Sums over weights and gradients in double, for penalties on weights and limits on gradients. */

import { doubleBytes, floatBytes } from "./bytes";
import { ClipScale, SumSquares, WeightPenalty } from "./generated/records";
import { both, products4 } from "./math";
import { madd } from "./simd";

/** Σ x² into the double at `sum`, over floats from ≤ i < min(from + grain, end), multiples of 4. */
export function sumSquares(args: SumSquares): void {
  const x = args.x;
  const from = args.from;
  const to = floatBytes(min(from + args.grain, args.end));
  let sum = f64x2.splat(0);
  for (let at = floatBytes(from); at < to; at += 16) {
    const value = v128.load(x + at);
    sum = f64x2.add(sum, products4(value, value));
  }
  f64.store(args.sum, both(sum));
}

/**
 * l1 · Σ |w| + l2 · Σ w² into the double at `sum`, over floats as of sumSquares; adds
 * l1 · sign(w) + 2 · l2 · w to `gradients`, where there are any. The sign of 0 is 0.
 */
export function weightPenalty(args: WeightPenalty): void {
  const weights = args.weights;
  const from = args.from;
  const gradients = args.gradients;
  const l1 = args.l1;
  const l2 = args.l2;
  const up = f32x4.splat(l1);
  const slope = f32x4.splat(2 * l2);
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  const to = floatBytes(min(from + args.grain, args.end));
  let sizes = f64x2.splat(0);
  let sum = f64x2.splat(0);
  for (let at = floatBytes(from); at < to; at += 16) {
    const w = v128.load(weights + at);
    sizes = f64x2.add(sizes, products4(f32x4.abs(w), one));
    sum = f64x2.add(sum, products4(w, w));
    if (gradients) {
      const sign = f32x4.sub(v128.and(f32x4.gt(w, zero), up), v128.and(f32x4.lt(w, zero), up));
      const pull = madd(w, slope, sign);
      v128.store(gradients + at, f32x4.add(v128.load(gradients + at), pull));
    }
  }
  f64.store(args.sum, <f64>l1 * both(sizes) + <f64>l2 * both(sum));
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
