/** Adam over one flat run of weights (Kingma & Ba 2015, in Keras's form), and AdamW. */

import { int, ptr } from "./args";
import {
  SETTINGS_CLIP,
  SETTINGS_DECAY,
  SETTINGS_EPSILON,
  SETTINGS_FIRST,
  SETTINGS_RATE,
  SETTINGS_SECOND,
} from "./opcodes";
import { madd } from "./simd";

/**
 * Up to this a moment is set to 0: denormal floats are slow and move no weight. A moment that is no
 * number is not that small, and must spoil its weight.
 */
const TINY: f32 = 1e-35;

/** Updates four first and second moments in place, and gives the weights' step. */
// @ts-ignore: decorator
@inline
function moments(
  first: usize,
  second: usize,
  g: v128,
  rate: v128,
  keepFirst: v128,
  keepSecond: v128,
  epsilon: v128,
): v128 {
  const tiny = f32x4.splat(TINY);
  let m = v128.load(first);
  let v = v128.load(second);
  m = madd(f32x4.sub(g, m), keepFirst, m);
  v = madd(f32x4.sub(f32x4.mul(g, g), v), keepSecond, v);
  m = v128.andnot(m, f32x4.le(f32x4.abs(m), tiny));
  v = v128.andnot(v, f32x4.le(v, tiny));
  v128.store(first, m);
  v128.store(second, v);
  return f32x4.div(f32x4.mul(rate, m), f32x4.add(f32x4.sqrt(v), epsilon));
}

/**
 * weights, gradients, first, second, settings, from, to, factors, decays: floats from ≤ i < to,
 * both multiples of 4. Where `factors`, gradients are scaled for clipping, and weights that decay
 * before the update; a loop of its own, since the two products make it 13% slower.
 */
export function adam(args: usize): void {
  const weights = ptr(args, 0);
  const gradients = ptr(args, 1);
  const first = ptr(args, 2);
  const second = ptr(args, 3);
  const settings = ptr(args, 4);
  const rate = v128.load32_splat(settings + SETTINGS_RATE * 4);
  const keepFirst = v128.load32_splat(settings + SETTINGS_FIRST * 4);
  const keepSecond = v128.load32_splat(settings + SETTINGS_SECOND * 4);
  const epsilon = v128.load32_splat(settings + SETTINGS_EPSILON * 4);
  let at = <usize>int(args, 5) << 2;
  const to = <usize>int(args, 6) << 2;
  if (!int(args, 7)) {
    for (; at < to; at += 16) {
      const g = v128.load(gradients + at);
      const step = moments(first + at, second + at, g, rate, keepFirst, keepSecond, epsilon);
      v128.store(weights + at, f32x4.sub(v128.load(weights + at), step));
    }
    return;
  }
  const clip = v128.load32_splat(settings + SETTINGS_CLIP * 4);
  const decay = int(args, 8)
    ? v128.load32_splat(settings + SETTINGS_DECAY * 4)
    : f32x4.splat(1);
  for (; at < to; at += 16) {
    const g = f32x4.mul(v128.load(gradients + at), clip);
    const step = moments(first + at, second + at, g, rate, keepFirst, keepSecond, epsilon);
    v128.store(weights + at, f32x4.sub(f32x4.mul(v128.load(weights + at), decay), step));
  }
}
