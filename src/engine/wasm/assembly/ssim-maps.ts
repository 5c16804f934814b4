/** Filters of SSIM's maps: down the columns, and along the rows on the way back. */

import { floatBytes } from "./bytes";
import { madd } from "./simd";

/** The maps x, y, (x − y)² and x² + y² of one image, whole vectors of each row. */
export function fillMaps(
  y: usize,
  yPitch: usize,
  target: usize,
  targetPitch: usize,
  height: i32,
  pitch: usize,
  maps: usize,
): void {
  const plane = pitch * <usize>height;
  for (let row = 0; row < height; row++) {
    for (let at: usize = 0; at < pitch; at += 16) {
      const a = v128.load(y + at);
      const b = v128.load(target + at);
      const d = f32x4.sub(a, b);
      v128.store(maps + at, a);
      v128.store(maps + plane + at, b);
      v128.store(maps + 2 * plane + at, f32x4.mul(d, d));
      v128.store(maps + 3 * plane + at, madd(a, a, f32x4.mul(b, b)));
    }
    y += yPitch;
    target += targetPitch;
    maps += pitch;
  }
}

/** One row of each of the four maps, filtered down the columns. */
export function filterColumns(
  maps: usize,
  plane: usize,
  pitch: usize,
  taps: usize,
  side: i32,
  to: usize,
  toPlane: usize,
): void {
  const end = taps + floatBytes(side);
  for (let at: usize = 0; at < pitch; at += 16) {
    let p = maps + at;
    let q = p + 2 * plane;
    let a = f32x4.splat(0);
    let b = a;
    let c = a;
    let d = a;
    for (let tap = taps; tap < end; tap += 4) {
      const weight = v128.load32_splat(tap);
      a = madd(v128.load(p), weight, a);
      b = madd(v128.load(p + plane), weight, b);
      c = madd(v128.load(q), weight, c);
      d = madd(v128.load(q + plane), weight, d);
      p += pitch;
      q += pitch;
    }
    v128.store(to + at, a);
    v128.store(to + toPlane + at, b);
    v128.store(to + 2 * toPlane + at, c);
    v128.store(to + 3 * toPlane + at, d);
  }
}

/** One row of each of the three derivatives, filtered along the row, by taps `step` bytes apart, back to the image's width. */
export function spreadRow(
  slopes: usize,
  slopePlane: usize,
  taps: usize,
  side: i32,
  step: usize,
  to: usize,
  toPlane: usize,
  pitch: usize,
): void {
  const end = taps + floatBytes(side);
  for (let at: usize = 0; at < pitch; at += 16) {
    let p = slopes + at;
    let a = f32x4.splat(0);
    let b = a;
    let c = a;
    for (let tap = taps; tap < end; tap += 4) {
      const weight = v128.load32_splat(tap);
      a = madd(v128.load(p), weight, a);
      b = madd(v128.load(p + slopePlane), weight, b);
      c = madd(v128.load(p + 2 * slopePlane), weight, c);
      p += step;
    }
    v128.store(to + at, a);
    v128.store(to + toPlane + at, b);
    v128.store(to + 2 * toPlane + at, c);
  }
}
