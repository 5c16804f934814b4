/** exp and log of four floats, by Cephes' single-precision polynomials (relative error about 1e-7). */

import { madd } from "./simd";

/** e^x, with x clamped to ±87, where a float neither overflows nor is denormal. */
export function exp4(x: v128): v128 {
  x = f32x4.max(f32x4.min(x, f32x4.splat(87)), f32x4.splat(-87));
  const n = f32x4.nearest(f32x4.mul(x, f32x4.splat(1.44269504088896341)));
  // ln 2 in two parts, so that x − n·ln 2 keeps its digits.
  let r = f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(-2.1219444e-4)));
  let p = f32x4.splat(1.98756915e-4);
  p = madd(p, r, f32x4.splat(1.3981999507e-3));
  p = madd(p, r, f32x4.splat(8.3334519073e-3));
  p = madd(p, r, f32x4.splat(4.1665795894e-2));
  p = madd(p, r, f32x4.splat(1.6666665459e-1));
  p = madd(p, r, f32x4.splat(5.0000001201e-1));
  p = f32x4.add(madd(p, f32x4.mul(r, r), r), f32x4.splat(1));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return f32x4.mul(p, power);
}

/** ln(1 + t) for t in [0, 1]. */
export function log1p4(t: v128): v128 {
  const one = f32x4.splat(1);
  const u = f32x4.add(one, t);
  // u is in [1, 2]: above √2 halve it and add ln 2.
  const large = f32x4.gt(u, f32x4.splat(1.41421356237));
  const x = f32x4.sub(v128.bitselect(f32x4.mul(u, f32x4.splat(0.5)), u, large), one);
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
  let y = f32x4.mul(f32x4.mul(p, x), z);
  y = f32x4.sub(y, f32x4.mul(z, f32x4.splat(0.5)));
  y = f32x4.add(x, y);
  y = f32x4.add(y, v128.and(f32x4.splat(0.69314718056), large));
  // What rounding took from 1 + t.
  const lost = f32x4.sub(t, f32x4.sub(u, one));
  return f32x4.add(y, f32x4.div(lost, u));
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

/** The first `count` lanes of x, the others 0. */
export function firstLanes(x: v128, count: i32): v128 {
  const lanes = i32x4(0, 1, 2, 3);
  return v128.and(x, i32x4.lt_s(lanes, i32x4.splat(count)));
}

/** Stores the first `count` lanes of x, 1 to 4. */
export function storeLanes(to: usize, x: v128, count: i32): void {
  if (count >= 4) {
    v128.store(to, x);
    return;
  }
  f32.store(to, f32x4.extract_lane(x, 0));
  if (count > 1) f32.store(to, f32x4.extract_lane(x, 1), 4);
  if (count > 2) f32.store(to, f32x4.extract_lane(x, 2), 8);
}
