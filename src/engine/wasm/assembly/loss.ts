/**
 * Losses of one image and their gradients, where those are wanted.
 *
 * A term adds `weight` times its loss to the double at `sum`, and `scale` times its gradient to dy,
 * where the flags sumAdds and dyAdds say so; elsewhere it overwrites them.
 */

import { floatBytes } from "./bytes";
import {
  BceLoss,
  CosineLoss,
  DivergenceLoss,
  ErrorFunction,
  ErrorLoss,
  LogitGradient,
  SoftmaxLoss,
} from "./generated/records";
import {
  both,
  exp4,
  expm14,
  firstLanes,
  log,
  log1p4,
  products4,
  sigmoidFrom,
  storeLanes,
  sum4,
} from "./math";
import { madd } from "./simd";

/** Writes or adds a term's loss to that of its image. */
export function storeLoss(at: usize, loss: f64, adds: i32): void {
  f64.store(at, adds ? f64.load(at) + loss : loss);
}

/**
 * Binary cross-entropy from logits, max(z, 0) − z·y + ln(1 + e^−|z|), summed over the image;
 * dz = (σ(z) − y) · scale; `output` = σ(z), closely packed. Always the first of its
 * tensor: it overwrites dz.
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
  storeLoss(args.sum, <f64>args.weight * total, args.sumAdds);
}

/** Inlined for each of them, so that no loop asks which it is. */
// @ts-ignore: decorator
@inline
function error(args: ErrorLoss, kind: ErrorFunction): void {
  let y = args.y;
  const yPitch = args.yPitch;
  let target = args.target;
  const targetPitch = args.targetPitch;
  let dy = args.dy;
  const dyPitch = args.dyPitch;
  const columns = args.columns;
  const dyAdds = args.dyAdds;
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  const half = f32x4.splat(0.5);
  const scale = f32x4.splat(kind == ErrorFunction.squared ? 2 * args.scale : args.scale);
  let total: f64 = 0;
  for (let left = args.rows; left > 0; left--) {
    let sum = zero;
    for (let i = 0; i < columns; i += 4) {
      const at = floatBytes(i);
      const lanes = columns - i;
      const value = v128.load(y + at);
      const off = f32x4.sub(value, v128.load(target + at));
      let loss = f32x4.abs(off);
      if (kind == ErrorFunction.squared) loss = f32x4.mul(off, off);
      if (kind == ErrorFunction.huber) {
        const near = f32x4.min(loss, one);
        loss = f32x4.mul(near, f32x4.sub(loss, f32x4.mul(near, half)));
      }
      sum = f32x4.add(sum, lanes < 4 ? firstLanes(loss, lanes) : loss);
      if (dy) {
        let slope = f32x4.mul(off, scale);
        if (kind == ErrorFunction.absolute) {
          // The scale with the sign of the difference, 0 where there is none, and no number where
          // that is none.
          const up = v128.and(f32x4.gt(off, zero), scale);
          slope = f32x4.sub(up, v128.and(f32x4.lt(off, zero), scale));
          slope = v128.bitselect(slope, off, f32x4.eq(off, off));
        }
        if (kind == ErrorFunction.huber) {
          slope = f32x4.mul(f32x4.max(f32x4.min(off, one), f32x4.neg(one)), scale);
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
 * ±scale, and 0 where y equals the target; or Huber's, dy = (y − target) · scale, at most ±scale.
 */
export function errorLoss(args: ErrorLoss): void {
  switch (args.kind) {
    case ErrorFunction.squared:
      error(args, ErrorFunction.squared);
      break;
    case ErrorFunction.absolute:
      error(args, ErrorFunction.absolute);
      break;
    default:
      error(args, ErrorFunction.huber);
  }
}

/** Least square of a length: as COSINE_EPSILON of config/loss.ts. */
const LEAST_SQUARE: f64 = 1e-7;

/**
 * 1 − cos of the whole image's y and target, c = y · t / (|y| |t|); dy = (c y / |y|² − t / (|y| |t|)) ·
 * scale. Where a length is as good as 0, it counts as the least there is, which does not change with y.
 */
export function cosineLoss(args: CosineLoss): void {
  const columns = args.columns;
  let y = args.y;
  let target = args.target;
  let squares = f64x2.splat(0);
  let wanted = f64x2.splat(0);
  let products = f64x2.splat(0);
  for (let left = args.rows; left > 0; left--) {
    for (let i = 0; i < columns; i += 4) {
      const at = floatBytes(i);
      const a = firstLanes(v128.load(y + at), columns - i);
      const b = firstLanes(v128.load(target + at), columns - i);
      squares = f64x2.add(squares, products4(a, a));
      wanted = f64x2.add(wanted, products4(b, b));
      products = f64x2.add(products, products4(a, b));
    }
    y += args.yPitch;
    target += args.targetPitch;
  }
  const square = both(squares);
  const length = Math.sqrt(max(square, LEAST_SQUARE));
  const lengths = length * Math.sqrt(max(both(wanted), LEAST_SQUARE));
  const cosine = both(products) / lengths;
  storeLoss(args.sum, <f64>args.weight * (1 - cosine), args.sumAdds);
  let dy = args.dy;
  if (!dy) return;
  const along = square > LEAST_SQUARE ? cosine / square : 0;
  const own = f32x4.splat(<f32>(along * <f64>args.scale));
  const other = f32x4.splat(<f32>(-(<f64>args.scale) / lengths));
  y = args.y;
  target = args.target;
  for (let left = args.rows; left > 0; left--) {
    for (let i = 0; i < columns; i += 4) {
      const at = floatBytes(i);
      const pull = f32x4.mul(v128.load(target + at), other);
      let slope = f32x4.add(f32x4.mul(v128.load(y + at), own), pull);
      if (args.dyAdds) slope = f32x4.add(slope, v128.load(dy + at));
      storeLanes(dy + at, slope, columns - i);
    }
    y += args.yPitch;
    target += args.targetPitch;
    dy += args.dyPitch;
  }
}

/**
 * Cross-entropy of each pixel's softmax over its channels, from logits: Σ t (ln Σ eᶻ − z), summed over
 * the image; dz = (softmax(z) Σ t − t) · scale.
 */
export function softmaxLoss(args: SoftmaxLoss): void {
  const channels = args.channels;
  const pixel = floatBytes(channels);
  const lowest = f32x4.splat(<f32>-Infinity);
  let total: f64 = 0;
  for (let row = 0; row < args.rows; row++) {
    let z = args.z + <usize>row * args.zPitch;
    let target = args.target + <usize>row * args.targetPitch;
    let dz = args.dz ? args.dz + <usize>row * args.dzPitch : 0;
    for (let left = args.pixels; left > 0; left--) {
      let most = lowest;
      for (let c = 0; c < channels; c += 4) {
        const value = v128.load(z + floatBytes(c));
        const lanes = channels - c;
        const inside = i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(lanes));
        most = f32x4.max(most, v128.bitselect(value, lowest, inside));
      }
      const peak = f32x4.splat(
        max(
          max(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1)),
          max(f32x4.extract_lane(most, 2), f32x4.extract_lane(most, 3)),
        ),
      );
      let powers = f32x4.splat(0);
      let products = f32x4.splat(0);
      let shares = f32x4.splat(0);
      for (let c = 0; c < channels; c += 4) {
        const at = floatBytes(c);
        const off = f32x4.sub(v128.load(z + at), peak);
        const t = firstLanes(v128.load(target + at), channels - c);
        powers = f32x4.add(powers, firstLanes(exp4(off), channels - c));
        products = f32x4.add(products, f32x4.mul(t, firstLanes(off, channels - c)));
        shares = f32x4.add(shares, t);
      }
      const sum = sum4(powers);
      const share = sum4(shares);
      total += <f64>share * <f64>log(sum) - <f64>sum4(products);
      if (dz) {
        const factor = f32x4.splat((share * args.scale) / sum);
        const scale = f32x4.splat(args.scale);
        for (let c = 0; c < channels; c += 4) {
          const at = floatBytes(c);
          const p = f32x4.mul(exp4(f32x4.sub(v128.load(z + at), peak)), factor);
          const slope = f32x4.sub(p, f32x4.mul(v128.load(target + at), scale));
          storeLanes(dz + at, slope, channels - c);
        }
        dz += pixel;
      }
      z += pixel;
      target += pixel;
    }
  }
  storeLoss(args.sum, <f64>args.weight * total, args.sumAdds);
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

/**
 * The divergence of normal distributions from the standard one, of mean m and log-variance v:
 * (m² + eᵛ − 1 − v) / 2 nats a number, and `free` where it is less, whose gradient is 0.
 */
export function divergenceLoss(args: DivergenceLoss): void {
  const channels = args.channels;
  const step = floatBytes(channels);
  const half = f32x4.splat(0.5);
  const free = f32x4.splat(args.free);
  const part: f32 = args.warmUp > 0 ? min<f32>(1, <f32>args.settings.step / args.warmUp) : 1;
  const scale = f32x4.splat(args.scale * part);
  let xRow = args.x;
  let dxRow = args.dx;
  let total: f64 = 0;
  for (let row = args.rows; row > 0; row--) {
    let x = xRow;
    let dx = dxRow;
    let sum = f32x4.splat(0);
    for (let pixel = args.pixels; pixel > 0; pixel--) {
      for (let i = 0; i < channels; i += 4) {
        const at = floatBytes(i);
        const lanes = channels - i;
        const mean = v128.load(x + at);
        const logVariance = v128.load(x + step + at);
        const excess = expm14(logVariance);
        const spread = f32x4.sub(excess, logVariance);
        let loss = f32x4.mul(f32x4.add(f32x4.mul(mean, mean), spread), half);
        // Without free nats all of it counts; what is no number stays none.
        const isFree = args.free > 0 ? f32x4.lt(loss, free) : f32x4.splat(0);
        loss = v128.bitselect(free, loss, isFree);
        sum = f32x4.add(sum, lanes < 4 ? firstLanes(loss, lanes) : loss);
        if (dx) {
          const slope = v128.andnot(f32x4.mul(mean, scale), isFree);
          const spreadSlope = f32x4.mul(f32x4.mul(excess, half), scale);
          storeLanes(dx + at, slope, lanes);
          storeLanes(dx + step + at, v128.andnot(spreadSlope, isFree), lanes);
        }
      }
      x += 2 * step;
      if (dx) dx += 2 * step;
    }
    total += <f64>sum4(sum);
    xRow += args.xPitch;
    if (dxRow) dxRow += args.dxPitch;
  }
  storeLoss(args.sum, <f64>(args.weight * part) * total, args.sumAdds);
}
