/** Functions of four floats, by Cephes' single-precision polynomials (relative error about 1e-7). */

import { floatBytes } from "./bytes";
import { madd } from "./simd";

/** x clamped to ±87, where e^x neither overflows nor is denormal. */
// @ts-ignore: decorator
@inline
function clampExponent(x: v128): v128 {
  return f32x4.max(f32x4.min(x, f32x4.splat(87)), f32x4.splat(-87));
}

/** The whole number n nearest to x / ln 2. */
// @ts-ignore: decorator
@inline
function powerOf(x: v128): v128 {
  return f32x4.nearest(f32x4.mul(x, f32x4.splat(1.44269504088896341)));
}

/** e^r − 1 for r = x − n·ln 2. */
// @ts-ignore: decorator
@inline
function expRest(x: v128, n: v128): v128 {
  // ln 2 in two parts, so that x − n·ln 2 keeps its digits.
  let r = f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(-2.1219444e-4)));
  let p = f32x4.splat(1.98756915e-4);
  p = madd(p, r, f32x4.splat(1.3981999507e-3));
  p = madd(p, r, f32x4.splat(8.3334519073e-3));
  p = madd(p, r, f32x4.splat(4.1665795894e-2));
  p = madd(p, r, f32x4.splat(1.6666665459e-1));
  p = madd(p, r, f32x4.splat(5.0000001201e-1));
  return madd(p, f32x4.mul(r, r), r);
}

/** 2^n */
// @ts-ignore: decorator
@inline
function powerOfTwo(n: v128): v128 {
  return i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
}

/** e^x, with x clamped to ±87. */
export function exp4(x: v128): v128 {
  x = clampExponent(x);
  const n = powerOf(x);
  return f32x4.mul(f32x4.add(expRest(x, n), f32x4.splat(1)), powerOfTwo(n));
}

/** e^x − 1, with x clamped to ±87: to the last digits near 0, too. */
export function expm14(x: v128): v128 {
  x = clampExponent(x);
  const n = powerOf(x);
  const power = powerOfTwo(n);
  return madd(expRest(x, n), power, f32x4.sub(power, f32x4.splat(1)));
}

/** tanh x */
export function tanh4(x: v128): v128 {
  const one = f32x4.splat(1);
  const size = f32x4.abs(x);
  const e = exp4(f32x4.mul(size, f32x4.splat(-2)));
  const large = f32x4.div(f32x4.sub(one, e), f32x4.add(one, e));
  const sign = v128.and(x, f32x4.splat(-0.0));
  const z = f32x4.mul(x, x);
  let p = f32x4.splat(-5.70498872745e-3);
  p = madd(p, z, f32x4.splat(2.06390887954e-2));
  p = madd(p, z, f32x4.splat(-5.37397155531e-2));
  p = madd(p, z, f32x4.splat(1.33314422036e-1));
  p = madd(p, z, f32x4.splat(-3.33332819422e-1));
  const small = madd(f32x4.mul(p, z), x, x);
  return v128.bitselect(small, v128.or(large, sign), f32x4.lt(size, f32x4.splat(0.625)));
}

/** ln(1 + x) − x for x from √½ − 1 to √2 − 1. */
// @ts-ignore: decorator
@inline
function logRest(x: v128): v128 {
  const z = f32x4.mul(x, x);
  let p = f32x4.splat(7.0376836292e-2);
  p = madd(p, x, f32x4.splat(-1.151461031e-1));
  p = madd(p, x, f32x4.splat(1.167699874e-1));
  p = madd(p, x, f32x4.splat(-1.2420140846e-1));
  p = madd(p, x, f32x4.splat(1.4249322787e-1));
  p = madd(p, x, f32x4.splat(-1.6668057665e-1));
  p = madd(p, x, f32x4.splat(2.0000714765e-1));
  p = madd(p, x, f32x4.splat(-2.4999993993e-1));
  p = madd(p, x, f32x4.splat(3.3333331174e-1));
  const y = f32x4.mul(f32x4.mul(p, x), z);
  return f32x4.sub(y, f32x4.mul(z, f32x4.splat(0.5)));
}

/** ln(1 + t) for t in [0, 1]. */
export function log1p4(t: v128): v128 {
  const one = f32x4.splat(1);
  const u = f32x4.add(one, t);
  // u is in [1, 2]: above √2 halve it and add ln 2.
  const large = f32x4.gt(u, f32x4.splat(1.41421356237));
  const x = f32x4.sub(v128.bitselect(f32x4.mul(u, f32x4.splat(0.5)), u, large), one);
  let y = logRest(x);
  y = f32x4.add(x, y);
  y = f32x4.add(y, v128.and(f32x4.splat(0.69314718056), large));
  // What rounding took from 1 + t.
  const lost = f32x4.sub(t, f32x4.sub(u, one));
  return f32x4.add(y, f32x4.div(lost, u));
}

/**
 * ln x for x from 1 on. Not AssemblyScript's own, whose tables would lie in memory where programs and
 * tensors do.
 */
export function log(x: f32): f32 {
  // What is no number must stay none.
  if (x != x) return x;
  const bits = reinterpret<i32>(x);
  const fraction = reinterpret<f32>((bits & 0x7fffff) | 0x3f800000) - 1;
  const rest = f32x4.extract_lane(log1p4(f32x4.splat(fraction)), 0);
  return <f32>((bits >> 23) - 127) * 0.69314718056 + rest;
}

/** ln x for x over 0 that are not denormal. */
export function log4(x: v128): v128 {
  // x = m · 2^n with m from √½ to √2.
  let m = v128.or(v128.and(x, i32x4.splat(0x007fffff)), i32x4.splat(0x3f000000));
  let n = i32x4.sub(i32x4.shr_u(x, 23), i32x4.splat(126));
  const small = f32x4.lt(m, f32x4.splat(0.707106781186547524));
  m = f32x4.sub(f32x4.add(m, v128.and(m, small)), f32x4.splat(1));
  // The mask is −1.
  n = i32x4.add(n, small);
  const power = f32x4.convert_i32x4_s(n);
  const rest = madd(power, f32x4.splat(-2.1219444e-4), logRest(m));
  return madd(power, f32x4.splat(0.693359375), f32x4.add(m, rest));
}

/** 1 / (1 + e^−z), given e = e^−|z|. */
// @ts-ignore: decorator
@inline
export function sigmoidFrom(z: v128, e: v128): v128 {
  const one = f32x4.splat(1);
  const positive = f32x4.ge(z, f32x4.splat(0));
  return f32x4.div(v128.bitselect(one, e, positive), f32x4.add(one, e));
}

/** Sum of the four lanes. */
// @ts-ignore: decorator
@inline
export function sum4(x: v128): f32 {
  return (
    f32x4.extract_lane(x, 0) +
    f32x4.extract_lane(x, 1) +
    (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3))
  );
}

/** Products of four floats, in double, as two sums of two. */
// @ts-ignore: decorator
@inline
export function products4(a: v128, b: v128): v128 {
  const low = f64x2.mul(f64x2.promote_low_f32x4(a), f64x2.promote_low_f32x4(b));
  const a2 = v128.shuffle<i64>(a, a, 1, 0);
  const b2 = v128.shuffle<i64>(b, b, 1, 0);
  return f64x2.add(low, f64x2.mul(f64x2.promote_low_f32x4(a2), f64x2.promote_low_f32x4(b2)));
}

/** Sum of both lanes. */
// @ts-ignore: decorator
@inline
export function both(x: v128): f64 {
  return f64x2.extract_lane(x, 0) + f64x2.extract_lane(x, 1);
}

/** The first `count` lanes of x, the others 0. */
export function firstLanes(x: v128, count: i32): v128 {
  const lanes = i32x4(0, 1, 2, 3);
  return v128.and(x, i32x4.lt_s(lanes, i32x4.splat(count)));
}

/** Stores the first `count` lanes of x, from 1 on, and all of them from 4 on. */
// @ts-ignore: decorator
@inline
export function storeLanes(to: usize, x: v128, count: i32): void {
  if (count >= 4) v128.store(to, x);
  else storeFew(to, x, count);
}

/** Apart, so that loops are small where vectors are whole. */
function storeFew(to: usize, x: v128, count: i32): void {
  f32.store(to, f32x4.extract_lane(x, 0));
  if (count > 1) f32.store(to, f32x4.extract_lane(x, 1), 4);
  if (count > 2) f32.store(to, f32x4.extract_lane(x, 2), 8);
}

/**
 * Bytes to the four channels from c on, or to the last four, some of them a second time; the first
 * ones where there are fewer.
 */
// @ts-ignore: decorator
@inline
export function firstOfFour(c: i32, channels: i32): usize {
  return floatBytes(max(0, min(c, channels - 4)));
}
