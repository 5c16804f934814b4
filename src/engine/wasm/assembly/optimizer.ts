/** Optimisers over one flat run of weights: engine/optimizer.ts has their formulas. */

import { floatBytes } from "./bytes";
import { Adam, Rmsprop, Sgd } from "./generated/records";
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
 * Floats from ≤ i < to, both multiples of 4. Where there are factors, gradients are scaled for
 * clipping, and weights that decay before the update; a loop of its own, since the two products
 * make it 13% slower.
 */
export function adam(args: Adam): void {
  const weights = args.weights;
  const gradients = args.gradients;
  const first = args.first;
  const second = args.second;
  const settings = args.settings;
  const rate = f32x4.splat(settings.learningRate);
  const keepFirst = f32x4.splat(args.oneMinusBeta1);
  const keepSecond = f32x4.splat(args.oneMinusBeta2);
  const epsilon = f32x4.splat(args.epsilon);
  let at = floatBytes(args.from);
  const to = floatBytes(args.to);
  if (!args.hasFactors) {
    for (; at < to; at += 16) {
      const g = v128.load(gradients + at);
      const step = moments(first + at, second + at, g, rate, keepFirst, keepSecond, epsilon);
      v128.store(weights + at, f32x4.sub(v128.load(weights + at), step));
    }
    return;
  }
  const clip = f32x4.splat(settings.clip);
  const decay = f32x4.splat(args.decays ? settings.decay : 1);
  for (; at < to; at += 16) {
    const g = f32x4.mul(v128.load(gradients + at), clip);
    const step = moments(first + at, second + at, g, rate, keepFirst, keepSecond, epsilon);
    v128.store(weights + at, f32x4.sub(f32x4.mul(v128.load(weights + at), decay), step));
  }
}

/** x, but 0 where it is too small to move a weight. */
// @ts-ignore: decorator
@inline
function withoutTiny(x: v128): v128 {
  return v128.andnot(x, f32x4.le(f32x4.abs(x), f32x4.splat(TINY)));
}

/** Floats from ≤ i < to, both multiples of 4. */
export function sgd(args: Sgd): void {
  const weights = args.weights;
  const gradients = args.gradients;
  const velocity = args.velocity;
  const settings = args.settings;
  const rate = f32x4.splat(settings.learningRate);
  const momentum = f32x4.splat(args.momentum);
  const clip = f32x4.splat(settings.clip);
  const decay = f32x4.splat(args.decays ? settings.decay : 1);
  const to = floatBytes(args.to);
  for (let at = floatBytes(args.from); at < to; at += 16) {
    const pull = f32x4.mul(f32x4.mul(v128.load(gradients + at), clip), rate);
    const m = withoutTiny(f32x4.sub(f32x4.mul(v128.load(velocity + at), momentum), pull));
    v128.store(velocity + at, m);
    const step = args.nesterov ? f32x4.sub(f32x4.mul(m, momentum), pull) : m;
    v128.store(weights + at, f32x4.add(f32x4.mul(v128.load(weights + at), decay), step));
  }
}

/** Likewise; it is centred where there are means. */
export function rmsprop(args: Rmsprop): void {
  const weights = args.weights;
  const gradients = args.gradients;
  const squares = args.squares;
  const velocity = args.velocity;
  const means = args.means;
  const settings = args.settings;
  const rate = f32x4.splat(settings.learningRate);
  const keep = f32x4.splat(args.oneMinusRho);
  const momentum = f32x4.splat(args.momentum);
  const epsilon = f32x4.splat(args.epsilon);
  const clip = f32x4.splat(settings.clip);
  const decay = f32x4.splat(args.decays ? settings.decay : 1);
  const to = floatBytes(args.to);
  for (let at = floatBytes(args.from); at < to; at += 16) {
    const g = f32x4.mul(v128.load(gradients + at), clip);
    let v = v128.load(squares + at);
    v = withoutTiny(f32x4.add(f32x4.mul(f32x4.sub(f32x4.mul(g, g), v), keep), v));
    v128.store(squares + at, v);
    if (means) {
      let a = v128.load(means + at);
      a = withoutTiny(f32x4.add(f32x4.mul(f32x4.sub(g, a), keep), a));
      v128.store(means + at, a);
      // By rounding it may be a little below 0, where all gradients were alike.
      v = f32x4.max(f32x4.sub(v, f32x4.mul(a, a)), f32x4.splat(0));
    }
    const pull = f32x4.div(f32x4.mul(rate, g), f32x4.sqrt(f32x4.add(v, epsilon)));
    const m = withoutTiny(f32x4.add(f32x4.mul(v128.load(velocity + at), momentum), pull));
    v128.store(velocity + at, m);
    v128.store(weights + at, f32x4.sub(f32x4.mul(v128.load(weights + at), decay), m));
  }
}
