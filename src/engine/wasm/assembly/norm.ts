/** Batch normalisation: sums over images and pixels, and what follows from them for each channel. */

import { doubleBytes, floatBytes } from "./bytes";
import {
  Affine,
  AffinePair,
  NormGradient,
  NormInference,
  NormStatistics,
  PairSums,
} from "./generated/records";

/**
 * Adds one image's Σ b and Σ a·b of each channel to the doubles at `to` (all the first sums, then
 * all the second).
 */
export function pairSums(args: PairSums): void {
  const a = args.a;
  const aPitch = args.aPitch;
  const b = args.b;
  const bPitch = args.bPitch;
  const rows = args.rows;
  const pixels = args.pixels;
  const channels = args.channels;
  const to = args.to;
  const products = to + doubleBytes(channels);
  const step = floatBytes(channels);
  let c = 0;
  // Eight sums at once: one alone waits four cycles for itself at each pixel.
  for (; c + 16 <= channels; c += 16) {
    let sum0 = f32x4.splat(0);
    let sum1 = sum0;
    let sum2 = sum0;
    let sum3 = sum0;
    let product0 = sum0;
    let product1 = sum0;
    let product2 = sum0;
    let product3 = sum0;
    for (let row = 0; row < rows; row++) {
      let p = a + <usize>row * aPitch + floatBytes(c);
      let q = b + <usize>row * bPitch + floatBytes(c);
      for (let pixel = pixels; pixel > 0; pixel--) {
        let value = v128.load(q);
        sum0 = f32x4.add(sum0, value);
        product0 = f32x4.add(product0, f32x4.mul(v128.load(p), value));
        value = v128.load(q, 16);
        sum1 = f32x4.add(sum1, value);
        product1 = f32x4.add(product1, f32x4.mul(v128.load(p, 16), value));
        value = v128.load(q, 32);
        sum2 = f32x4.add(sum2, value);
        product2 = f32x4.add(product2, f32x4.mul(v128.load(p, 32), value));
        value = v128.load(q, 48);
        sum3 = f32x4.add(sum3, value);
        product3 = f32x4.add(product3, f32x4.mul(v128.load(p, 48), value));
        p += step;
        q += step;
      }
    }
    const at = doubleBytes(c);
    addDoubles(to + at, sum0);
    addDoubles(to + at + 32, sum1);
    addDoubles(to + at + 64, sum2);
    addDoubles(to + at + 96, sum3);
    addDoubles(products + at, product0);
    addDoubles(products + at + 32, product1);
    addDoubles(products + at + 64, product2);
    addDoubles(products + at + 96, product3);
  }
  for (; c + 4 <= channels; c += 4) {
    let sum = f32x4.splat(0);
    let product = f32x4.splat(0);
    for (let row = 0; row < rows; row++) {
      let p = a + <usize>row * aPitch + floatBytes(c);
      let q = b + <usize>row * bPitch + floatBytes(c);
      for (let pixel = pixels; pixel > 0; pixel--) {
        const value = v128.load(q);
        sum = f32x4.add(sum, value);
        product = f32x4.add(product, f32x4.mul(v128.load(p), value));
        p += step;
        q += step;
      }
    }
    addDoubles(to + doubleBytes(c), sum);
    addDoubles(products + doubleBytes(c), product);
  }
  for (; c < channels; c++) {
    let sum: f32 = 0;
    let product: f32 = 0;
    for (let row = 0; row < rows; row++) {
      let p = a + <usize>row * aPitch + floatBytes(c);
      let q = b + <usize>row * bPitch + floatBytes(c);
      for (let pixel = pixels; pixel > 0; pixel--) {
        const value = load<f32>(q);
        sum += value;
        product += load<f32>(p) * value;
        p += step;
        q += step;
      }
    }
    const at = doubleBytes(c);
    store<f64>(to + at, load<f64>(to + at) + <f64>sum);
    store<f64>(products + at, load<f64>(products + at) + <f64>product);
  }
}

function addDoubles(to: usize, x: v128): void {
  v128.store(to, f64x2.add(v128.load(to), f64x2.promote_low_f32x4(x)));
  const high = v128.shuffle<i64>(x, x, 1, 1);
  v128.store(to, f64x2.add(v128.load(to, 16), f64x2.promote_low_f32x4(high)), 16);
}

/** Sum over groups of one double each, in the groups' order. */
function groupSum(at: usize, stride: usize, groups: i32): f64 {
  let sum: f64 = 0;
  for (; groups > 0; groups--) {
    sum += load<f64>(at);
    at += stride;
  }
  return sum;
}

/** Stores what turns x into y, y = x · scale + shift, and mean and 1 / deviation for the gradient. */
function storeChannel(
  to: usize,
  channels: i32,
  c: i32,
  mean: f64,
  variance: f64,
  epsilon: f64,
  gamma: usize,
  beta: usize,
): void {
  const at = floatBytes(c);
  const inverse = 1 / sqrt(variance + epsilon);
  const scale = gamma ? <f64>load<f32>(gamma + at) * inverse : inverse;
  const start: f64 = beta ? <f64>load<f32>(beta + at) : 0;
  const step = floatBytes(channels);
  store<f32>(to + at, <f32>scale);
  store<f32>(to + step + at, <f32>(start - mean * scale));
  store<f32>(to + 2 * step + at, <f32>mean);
  store<f32>(to + 3 * step + at, <f32>inverse);
}

/**
 * Mean and variance of each channel from its groups' Σ x and Σ x² (in double: their difference
 * loses digits) over `count` numbers; moves the moving averages; stores four floats a channel at
 * `to`.
 */
export function normStatistics(args: NormStatistics): void {
  const sums = args.sums;
  const stride = args.stride;
  const groups = args.groups;
  const channels = args.channels;
  const count = <f64>args.count;
  const moving = args.mean;
  const movingVariance = args.variance;
  const momentum = <f64>args.momentum;
  for (let c = 0; c < channels; c++) {
    const at = doubleBytes(c);
    const mean = groupSum(sums + at, stride, groups) / count;
    const squares = groupSum(sums + doubleBytes(channels) + at, stride, groups) / count;
    const variance = max<f64>(0, squares - mean * mean);
    const p = moving + floatBytes(c);
    const q = movingVariance + floatBytes(c);
    store<f32>(p, <f32>(mean + (<f64>load<f32>(p) - mean) * momentum));
    store<f32>(q, <f32>(variance + (<f64>load<f32>(q) - variance) * momentum));
    storeChannel(args.to, channels, c, mean, variance, <f64>args.epsilon, args.gamma, args.beta);
  }
}

/** The same four floats, from moving averages. */
export function normInference(args: NormInference): void {
  const channels = args.channels;
  for (let c = 0; c < channels; c++) {
    const at = floatBytes(c);
    storeChannel(
      args.to,
      channels,
      c,
      <f64>load<f32>(args.mean + at),
      <f64>load<f32>(args.variance + at),
      <f64>args.epsilon,
      args.gamma,
      args.beta,
    );
  }
}

/**
 * From the groups' Σ dy and Σ x·dy and the forward pass's four floats a channel: the gradients of
 * γ and β, where they are wanted, and three floats a channel, with which dx = dy·A + x·B + C.
 */
export function normGradient(args: NormGradient): void {
  const sums = args.sums;
  const stride = args.stride;
  const groups = args.groups;
  const channels = args.channels;
  const count = <f64>args.count;
  const forward = args.forward;
  const gammaGradient = args.gammaGradient;
  const betaGradient = args.betaGradient;
  const to = args.to;
  const step = floatBytes(channels);
  for (let c = 0; c < channels; c++) {
    const at = floatBytes(c);
    const scale = <f64>load<f32>(forward + at);
    const mean = <f64>load<f32>(forward + 2 * step + at);
    const inverse = <f64>load<f32>(forward + 3 * step + at);
    const sum = groupSum(sums + doubleBytes(c), stride, groups);
    const product = groupSum(sums + doubleBytes(channels + c), stride, groups);
    const normed = inverse * (product - mean * sum);
    if (gammaGradient) store<f32>(gammaGradient + at, <f32>normed);
    if (betaGradient) store<f32>(betaGradient + at, <f32>sum);
    const slope = (-scale * inverse * normed) / count;
    store<f32>(to + at, <f32>scale);
    store<f32>(to + step + at, <f32>slope);
    store<f32>(to + 2 * step + at, <f32>((-scale * sum) / count - slope * mean));
  }
}

/** y = x · scale + shift, by channel. */
export function affine(args: Affine): void {
  let xRow = args.x;
  const xPitch = args.xPitch;
  let yRow = args.y;
  const yPitch = args.yPitch;
  const pixels = args.pixels;
  const scale = args.scale;
  const shift = args.shift;
  const step = floatBytes(args.channels);
  const whole = step & ~15;
  for (let row = args.rows; row > 0; row--) {
    let x = xRow;
    let y = yRow;
    for (let pixel = pixels; pixel > 0; pixel--) {
      let at: usize = 0;
      for (; at < whole; at += 16) {
        const product = f32x4.mul(v128.load(x + at), v128.load(scale + at));
        v128.store(y + at, f32x4.add(product, v128.load(shift + at)));
      }
      for (; at < step; at += 4) {
        store<f32>(y + at, load<f32>(x + at) * load<f32>(scale + at) + load<f32>(shift + at));
      }
      x += step;
      y += step;
    }
    xRow += xPitch;
    yRow += yPitch;
  }
}

/** y = a·A + b·B + C, by channel; `factors` are all A, then all B, then all C. */
export function affinePair(args: AffinePair): void {
  let aRow = args.a;
  const aPitch = args.aPitch;
  let bRow = args.b;
  const bPitch = args.bPitch;
  let yRow = args.y;
  const yPitch = args.yPitch;
  const pixels = args.pixels;
  const first = args.factors;
  const step = floatBytes(args.channels);
  const whole = step & ~15;
  const second = first + step;
  const third = second + step;
  for (let row = args.rows; row > 0; row--) {
    let a = aRow;
    let b = bRow;
    let y = yRow;
    for (let pixel = pixels; pixel > 0; pixel--) {
      let at: usize = 0;
      for (; at < whole; at += 16) {
        let value = f32x4.mul(v128.load(a + at), v128.load(first + at));
        value = f32x4.add(value, f32x4.mul(v128.load(b + at), v128.load(second + at)));
        v128.store(y + at, f32x4.add(value, v128.load(third + at)));
      }
      for (; at < step; at += 4) {
        const value = load<f32>(a + at) * load<f32>(first + at);
        store<f32>(
          y + at,
          value + load<f32>(b + at) * load<f32>(second + at) + load<f32>(third + at),
        );
      }
      a += step;
      b += step;
      y += step;
    }
    aRow += aPitch;
    bRow += bPitch;
    yRow += yPitch;
  }
}
