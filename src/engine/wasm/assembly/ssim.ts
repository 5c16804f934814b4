/**
 * Structural dissimilarity of one image from its target, 1 − SSIM, and its gradient; of several
 * channels the mean.
 *
 * With d = x − y, means μ over a window and f the factor of sample covariance,
 *
 *     u = μd² / (μx² + μy² + C1)      w = f (E[d²] − μd²) / (f (E[x² + y²] − μx² − μy²) + C2)
 *
 * a window's SSIM (Wang et al. 2004) is (1 − u)(1 − w). Formed so, rounding errors stay small
 * beside 1 − SSIM: nothing large cancels where x and y are alike.
 *
 * A pixel's channels lie side by side, so that of c channels a row is c times as wide, and the taps
 * along it lie c floats apart: what is said of widths below is in floats.
 *
 * Scratch memory, in floats, `pitch` being the width rounded up to whole vectors: maps x, y, d²
 * and x² + y² (4 of height · pitch); a row of each, filtered down the columns (4 of pitch + 4); a
 * row of each of the three derivatives, between zeros (3 of pitch + side · c, rounded up likewise);
 * and those filtered along the rows (3 of (height − side + 1) · pitch). lower/ssim.ts reserves it.
 */

import { floatBytes } from "./bytes";
import { SsimLoss } from "./generated/records";
import { storeLoss } from "./loss";
import { firstLanes, storeLanes, sum4 } from "./math";
import { madd } from "./simd";
import { fillMaps, filterColumns, spreadRow } from "./ssim-maps";

/** Bytes of a row of maps. */
// @ts-ignore: decorator
@inline
function pitchOf(width: i32): usize {
  return floatBytes((width + 3) & ~3);
}

/** Bytes of a row of derivatives: the zeros of a window less one pixel before it, and as many or more after it. */
// @ts-ignore: decorator
@inline
function slopePitchOf(pitch: usize, span: i32): usize {
  return pitch + floatBytes((span + 3) & ~3);
}

/**
 * Σ (1 − SSIM) over one row of windows, whose pixels lie `step` bytes apart. `from` has the row filtered down the columns; `slopes`
 * gets half its derivative by the filtered x and those by the filtered d² and x² + y², and zeros
 * past the last window: a pixel's gradient is 2 (the first + d · the second + x · the third).
 */
function compareRow(
  from: usize,
  fromPlane: usize,
  taps: usize,
  side: i32,
  step: usize,
  windows: i32,
  constants: usize,
  slopes: usize,
  slopePlane: usize,
): f32 {
  const end = taps + floatBytes(side);
  const factor = v128.load32_splat(constants);
  const c1 = v128.load32_splat(constants, 4);
  const c2 = v128.load32_splat(constants, 8);
  const one = f32x4.splat(1);
  let sum = f32x4.splat(0);
  for (let i = 0; i < windows; i += 4) {
    const at = floatBytes(i);
    let p = from + at;
    let q = p + 2 * fromPlane;
    let x = f32x4.splat(0);
    let y = x;
    let off = x;
    let squares = x;
    for (let tap = taps; tap < end; tap += 4) {
      const weight = v128.load32_splat(tap);
      x = madd(v128.load(p), weight, x);
      y = madd(v128.load(p + fromPlane), weight, y);
      off = madd(v128.load(q), weight, off);
      squares = madd(v128.load(q + fromPlane), weight, squares);
      p += step;
      q += step;
    }
    const d = f32x4.sub(x, y);
    const energy = madd(x, x, f32x4.mul(y, y));
    const b1 = f32x4.add(energy, c1);
    const b2 = madd(factor, f32x4.sub(squares, energy), c2);
    // One division for both reciprocals.
    const inverse = f32x4.div(one, f32x4.mul(b1, b2));
    const inverse1 = f32x4.mul(inverse, b2);
    const inverse2 = f32x4.mul(inverse, f32x4.mul(factor, b1));
    const dd = f32x4.mul(d, d);
    const u = f32x4.mul(dd, inverse1);
    const w = f32x4.mul(f32x4.sub(off, dd), inverse2);
    const loss = f32x4.sub(f32x4.add(u, w), f32x4.mul(u, w));
    const lanes = windows - i;
    sum = f32x4.add(sum, lanes < 4 ? firstLanes(loss, lanes) : loss);
    if (slopes) {
      const restW = f32x4.sub(one, w);
      // By E[d²]; by E[x² + y²] it is −w times that.
      const byOff = f32x4.mul(f32x4.sub(one, u), inverse2);
      const first = f32x4.mul(f32x4.mul(restW, inverse1), f32x4.sub(d, f32x4.mul(u, x)));
      const second = f32x4.mul(byOff, f32x4.sub(d, f32x4.mul(w, x)));
      const byMean = f32x4.sub(first, second);
      const bySquares = f32x4.neg(f32x4.mul(w, byOff));
      const to = slopes + at;
      v128.store(to, firstLanes(byMean, lanes));
      v128.store(to + slopePlane, firstLanes(byOff, lanes));
      v128.store(to + 2 * slopePlane, firstLanes(bySquares, lanes));
    }
  }
  return sum4(sum);
}

/**
 * One row of the gradient: `spread` has the derivatives of the first of `count` rows of windows
 * that this row of the image lies in, `taps` the weight that the first of them gives it.
 */
function gradientRow(
  spread: usize,
  spreadPlane: usize,
  pitch: usize,
  taps: usize,
  count: i32,
  y: usize,
  target: usize,
  dy: usize,
  width: i32,
  scale: v128,
  adds: i32,
): void {
  for (let i = 0; i < width; i += 4) {
    const at = floatBytes(i);
    let p = spread + at;
    let tap = taps;
    let byMean = f32x4.splat(0);
    let byOff = byMean;
    let bySquares = byMean;
    for (let left = count; left > 0; left--) {
      const weight = v128.load32_splat(tap);
      byMean = madd(v128.load(p), weight, byMean);
      byOff = madd(v128.load(p + spreadPlane), weight, byOff);
      bySquares = madd(v128.load(p + 2 * spreadPlane), weight, bySquares);
      p += pitch;
      tap -= 4;
    }
    const x = v128.load(y + at);
    const d = f32x4.sub(x, v128.load(target + at));
    let slope = f32x4.mul(scale, madd(x, bySquares, madd(d, byOff, byMean)));
    if (adds) slope = f32x4.add(slope, v128.load(dy + at));
    storeLanes(dy + at, slope, width - i);
  }
}

/**
 * 1 − SSIM summed over channels and the windows of `side` × `side` pixels inside the image, and scale · its
 * gradient; flags as in loss.ts. `window` has the floats f, C1, C2 and the taps.
 */
export function ssimLoss(args: SsimLoss): void {
  const y = args.y;
  const yPitch = args.yPitch;
  const target = args.target;
  const targetPitch = args.targetPitch;
  const dy = args.dy;
  const dyPitch = args.dyPitch;
  const height = args.height;
  const channels = args.channels;
  const width = args.width * channels;
  const constants = args.window;
  const side = args.side;
  const scale = f32x4.splat(2 * args.scale);
  const adds = args.dyAdds;
  const maps = args.scratch;
  const taps = constants + 12;
  const rows = height - side + 1;
  const windows = width - (side - 1) * channels;
  const pitch = pitchOf(width);
  const plane = pitch * <usize>height;
  const filtered = maps + 4 * plane;
  const filteredPlane = pitch + 16;
  const slopes = filtered + 4 * filteredPlane;
  const step = floatBytes(channels);
  const slopePlane = slopePitchOf(pitch, side * channels);
  const spread = slopes + 3 * slopePlane;
  const spreadPlane = pitch * <usize>rows;
  const margin = floatBytes((side - 1) * channels);

  fillMaps(y, yPitch, target, targetPitch, height, pitch, maps);
  // Another term may have left its derivatives where this one's zeros must be.
  if (dy) memory.fill(slopes, 0, 3 * slopePlane);
  let total: f64 = 0;
  for (let row = 0; row < rows; row++) {
    const offset = <usize>row * pitch;
    filterColumns(maps + offset, plane, pitch, taps, side, filtered, filteredPlane);
    const to = dy ? slopes + margin : 0;
    total += <f64>(
      compareRow(filtered, filteredPlane, taps, side, step, windows, constants, to, slopePlane)
    );
    if (dy) spreadRow(slopes, slopePlane, taps, side, step, spread + offset, spreadPlane, pitch);
  }
  storeLoss(args.sum, <f64>args.weight * total, args.sumAdds);
  if (!dy) return;
  for (let row = 0; row < height; row++) {
    const first = max(0, row - side + 1);
    const count = min(row, rows - 1) - first + 1;
    const at = <usize>row;
    gradientRow(
      spread + <usize>first * pitch,
      spreadPlane,
      pitch,
      taps + floatBytes(row - first),
      count,
      y + at * yPitch,
      target + at * targetPitch,
      dy + at * dyPitch,
      width,
      scale,
      adds,
    );
  }
}
