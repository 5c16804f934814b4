/** Normalisation of parts of one image: a pixel's channels, or groups of channels over all pixels. */

import { floatBytes } from "./bytes";
import { LayerNorm, LayerNormGradient } from "./generated/records";
import { firstLanes, storeLanes, sum4 } from "./math";
import { madd } from "./simd";

/** Σ x over some channels of an image's pixels. */
function sumOf(x: usize, pitch: usize, step: usize, rows: i32, pixels: i32, count: i32): f32 {
  let sum = f32x4.splat(0);
  for (let row = 0; row < rows; row++) {
    let p = x + <usize>row * pitch;
    for (let pixel = pixels; pixel > 0; pixel--) {
      for (let i = 0; i < count; i += 4) {
        const value = v128.load(p + floatBytes(i));
        sum = f32x4.add(sum, count - i < 4 ? firstLanes(value, count - i) : value);
      }
      p += step;
    }
  }
  return sum4(sum);
}

/** Σ (x − mean)² likewise. */
function squaresOf(
  x: usize,
  pitch: usize,
  step: usize,
  rows: i32,
  pixels: i32,
  count: i32,
  mean: v128,
): f32 {
  let sum = f32x4.splat(0);
  for (let row = 0; row < rows; row++) {
    let p = x + <usize>row * pitch;
    for (let pixel = pixels; pixel > 0; pixel--) {
      for (let i = 0; i < count; i += 4) {
        const off = f32x4.sub(v128.load(p + floatBytes(i)), mean);
        const square = f32x4.mul(off, off);
        sum = f32x4.add(sum, count - i < 4 ? firstLanes(square, count - i) : square);
      }
      p += step;
    }
  }
  return sum4(sum);
}

/** A factor for each of four channels; 1 where there is none. */
// @ts-ignore: decorator
@inline
function factors(gamma: usize, at: usize): v128 {
  return gamma ? v128.load(gamma + at) : f32x4.splat(1);
}

/**
 * Of `rows` × `pixels` pixels, which lie together: y = γ (x − μ) / √(σ² + ε) + β. At `stats` it leaves
 * μ and 1 / √(σ² + ε).
 */
function normalise(
  args: LayerNorm,
  x: usize,
  y: usize,
  rows: i32,
  pixels: i32,
  channel: i32,
  stats: usize,
): void {
  const count = args.count;
  const step = floatBytes(args.channels);
  const total: f32 = <f32>(rows * pixels * count);
  const mean = sumOf(x, args.xPitch, step, rows, pixels, count) / total;
  const means = f32x4.splat(mean);
  const variance = squaresOf(x, args.xPitch, step, rows, pixels, count, means) / total;
  const inverse: f32 = 1 / sqrt(variance + args.epsilon);
  f32.store(stats, mean);
  f32.store(stats, inverse, 4);
  const inverses = f32x4.splat(inverse);
  const gamma = args.gamma ? args.gamma + floatBytes(channel) : 0;
  const beta = args.beta ? args.beta + floatBytes(channel) : 0;
  for (let row = 0; row < rows; row++) {
    let p = x + <usize>row * args.xPitch;
    let q = y + <usize>row * args.yPitch;
    for (let pixel = pixels; pixel > 0; pixel--) {
      for (let i = 0; i < count; i += 4) {
        const at = floatBytes(i);
        let value = f32x4.mul(f32x4.sub(v128.load(p + at), means), inverses);
        value = f32x4.mul(value, factors(gamma, at));
        if (beta) value = f32x4.add(value, v128.load(beta + at));
        storeLanes(q + at, value, count - i);
      }
      p += step;
      q += step;
    }
  }
}

/** Sums of the lanes of four vectors, side by side. */
// @ts-ignore: decorator
@inline
function sums4(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<i32>(a, b, 0, 4, 1, 5), v128.shuffle<i32>(a, b, 2, 6, 3, 7));
  const cd = f32x4.add(v128.shuffle<i32>(c, d, 0, 4, 1, 5), v128.shuffle<i32>(c, d, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<i64>(ab, cd, 0, 2), v128.shuffle<i64>(ab, cd, 1, 3));
}

/** As `normalise`, of the channels of each of four pixels, a multiple of 4: they share the roots. */
function normaliseFour(args: LayerNorm, x: usize, y: usize, stats: usize): void {
  const count = args.count;
  const step = floatBytes(count);
  const share = f32x4.splat(1 / <f32>count);
  let a = f32x4.splat(0);
  let b = a;
  let c = a;
  let d = a;
  for (let i = 0; i < count; i += 4) {
    const p = x + floatBytes(i);
    a = f32x4.add(a, v128.load(p));
    b = f32x4.add(b, v128.load(p + step));
    c = f32x4.add(c, v128.load(p + 2 * step));
    d = f32x4.add(d, v128.load(p + 3 * step));
  }
  const means = f32x4.mul(sums4(a, b, c, d), share);
  const mean0 = v128.shuffle<i32>(means, means, 0, 0, 0, 0);
  const mean1 = v128.shuffle<i32>(means, means, 1, 1, 1, 1);
  const mean2 = v128.shuffle<i32>(means, means, 2, 2, 2, 2);
  const mean3 = v128.shuffle<i32>(means, means, 3, 3, 3, 3);
  a = f32x4.splat(0);
  b = a;
  c = a;
  d = a;
  for (let i = 0; i < count; i += 4) {
    const p = x + floatBytes(i);
    const off0 = f32x4.sub(v128.load(p), mean0);
    a = madd(off0, off0, a);
    const off1 = f32x4.sub(v128.load(p + step), mean1);
    b = madd(off1, off1, b);
    const off2 = f32x4.sub(v128.load(p + 2 * step), mean2);
    c = madd(off2, off2, c);
    const off3 = f32x4.sub(v128.load(p + 3 * step), mean3);
    d = madd(off3, off3, d);
  }
  const variances = f32x4.mul(sums4(a, b, c, d), share);
  const roots = f32x4.sqrt(f32x4.add(variances, f32x4.splat(args.epsilon)));
  const inverses = f32x4.div(f32x4.splat(1), roots);
  v128.store(stats, v128.shuffle<i32>(means, inverses, 0, 4, 1, 5));
  v128.store(stats, v128.shuffle<i32>(means, inverses, 2, 6, 3, 7), 16);
  a = v128.shuffle<i32>(inverses, inverses, 0, 0, 0, 0);
  b = v128.shuffle<i32>(inverses, inverses, 1, 1, 1, 1);
  c = v128.shuffle<i32>(inverses, inverses, 2, 2, 2, 2);
  d = v128.shuffle<i32>(inverses, inverses, 3, 3, 3, 3);
  const gamma = args.gamma;
  const beta = args.beta;
  for (let i = 0; i < count; i += 4) {
    const at = floatBytes(i);
    const p = x + at;
    const q = y + at;
    const factor = factors(gamma, at);
    const shift = beta ? v128.load(beta + at) : f32x4.splat(0);
    let value = f32x4.mul(f32x4.sub(v128.load(p), mean0), a);
    v128.store(q, f32x4.add(f32x4.mul(value, factor), shift));
    value = f32x4.mul(f32x4.sub(v128.load(p + step), mean1), b);
    v128.store(q + step, f32x4.add(f32x4.mul(value, factor), shift));
    value = f32x4.mul(f32x4.sub(v128.load(p + 2 * step), mean2), c);
    v128.store(q + 2 * step, f32x4.add(f32x4.mul(value, factor), shift));
    value = f32x4.mul(f32x4.sub(v128.load(p + 3 * step), mean3), d);
    v128.store(q + 3 * step, f32x4.add(f32x4.mul(value, factor), shift));
  }
}

/** Sets follow each other pixel by pixel and, in a pixel, group by group of `count` channels. */
export function layerNorm(args: LayerNorm): void {
  const channels = args.channels;
  const count = args.count;
  const step = floatBytes(channels);
  let stats = args.stats;
  if (args.wholeImage) {
    for (let c = 0; c < channels; c += count) {
      const at = floatBytes(c);
      normalise(args, args.x + at, args.y + at, args.rows, args.pixels, c, stats);
      stats += 8;
    }
    return;
  }
  for (let row = 0; row < args.rows; row++) {
    let x = args.x + <usize>row * args.xPitch;
    let y = args.y + <usize>row * args.yPitch;
    let pixel = args.pixels;
    for (; pixel >= 4 && (count & 3) == 0; pixel -= 4) {
      normaliseFour(args, x, y, stats);
      x += 4 * step;
      y += 4 * step;
      stats += 32;
    }
    for (; pixel > 0; pixel--) {
      normalise(args, x, y, 1, 1, 0, stats);
      x += step;
      y += step;
      stats += 8;
    }
  }
}

/** With g = γ · dy: dx = (g − mean of g − x̂ · mean of g · x̂) / √(σ² + ε), of one set. */
function inputGradient(
  args: LayerNormGradient,
  x: usize,
  dy: usize,
  dx: usize,
  rows: i32,
  pixels: i32,
  channel: i32,
  stats: usize,
): void {
  const count = args.count;
  const step = floatBytes(args.channels);
  const mean = f32x4.splat(f32.load(stats));
  const inverse = f32x4.splat(f32.load(stats, 4));
  const gamma = args.gamma ? args.gamma + floatBytes(channel) : 0;
  const gammaSums = args.gammaSums ? args.gammaSums + floatBytes(channel) : 0;
  const betaSums = args.betaSums ? args.betaSums + floatBytes(channel) : 0;
  let sum = f32x4.splat(0);
  let product = f32x4.splat(0);
  for (let row = 0; row < rows; row++) {
    let p = x + <usize>row * args.xPitch;
    let q = dy + <usize>row * args.dyPitch;
    for (let pixel = pixels; pixel > 0; pixel--) {
      for (let i = 0; i < count; i += 4) {
        const at = floatBytes(i);
        const lanes = count - i;
        const slope = v128.load(q + at);
        const normed = f32x4.mul(f32x4.sub(v128.load(p + at), mean), inverse);
        const own = f32x4.mul(slope, normed);
        if (gammaSums) {
          storeLanes(gammaSums + at, f32x4.add(v128.load(gammaSums + at), own), lanes);
        }
        if (betaSums) {
          storeLanes(betaSums + at, f32x4.add(v128.load(betaSums + at), slope), lanes);
        }
        const factor = factors(gamma, at);
        const g = f32x4.mul(slope, factor);
        const gx = f32x4.mul(own, factor);
        sum = f32x4.add(sum, lanes < 4 ? firstLanes(g, lanes) : g);
        product = f32x4.add(product, lanes < 4 ? firstLanes(gx, lanes) : gx);
      }
      p += step;
      q += step;
    }
  }
  if (!dx) return;
  const total: f32 = <f32>(rows * pixels * count);
  const meanSlope = f32x4.splat(sum4(sum) / total);
  const meanProduct = f32x4.splat(sum4(product) / total);
  for (let row = 0; row < rows; row++) {
    let p = x + <usize>row * args.xPitch;
    let q = dy + <usize>row * args.dyPitch;
    let to = dx + <usize>row * args.dxPitch;
    for (let pixel = pixels; pixel > 0; pixel--) {
      for (let i = 0; i < count; i += 4) {
        const at = floatBytes(i);
        const normed = f32x4.mul(f32x4.sub(v128.load(p + at), mean), inverse);
        const g = f32x4.sub(f32x4.mul(v128.load(q + at), factors(gamma, at)), meanSlope);
        const off = madd(f32x4.neg(normed), meanProduct, g);
        storeLanes(to + at, f32x4.mul(off, inverse), count - i);
      }
      p += step;
      q += step;
      to += step;
    }
  }
}

/** Adds to the group's sums of γ's and β's gradients, and makes dx where it is wanted. */
export function layerNormGradient(args: LayerNormGradient): void {
  const channels = args.channels;
  const count = args.count;
  const step = floatBytes(channels);
  let stats = args.stats;
  if (args.wholeImage) {
    for (let c = 0; c < channels; c += count) {
      const at = floatBytes(c);
      const dx = args.dx ? args.dx + at : 0;
      inputGradient(args, args.x + at, args.dy + at, dx, args.rows, args.pixels, c, stats);
      stats += 8;
    }
    return;
  }
  for (let row = 0; row < args.rows; row++) {
    let x = args.x + <usize>row * args.xPitch;
    let dy = args.dy + <usize>row * args.dyPitch;
    let dx = args.dx ? args.dx + <usize>row * args.dxPitch : 0;
    for (let pixel = args.pixels; pixel > 0; pixel--) {
      inputGradient(args, x, dy, dx, 1, 1, 0, stats);
      x += step;
      dy += step;
      if (dx) dx += step;
      stats += 8;
    }
  }
}
