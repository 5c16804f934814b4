/**
 * What is random in training beside dropout of numbers: of whole channels, of SELU's, normal noise, and
 * numbers drawn from normal distributions.
 */

import { floatBytes } from "./bytes";
import {
  AlphaDropout,
  GaussianNoise,
  Sample,
  SampleGradient,
  Settings,
  SpatialDropout,
} from "./generated/records";
import { exp4, log4, storeLanes } from "./math";
import { philoxWords } from "./philox";
import { madd } from "./simd";

/**
 * to = from · scale in channels whose word reaches the threshold, else 0. At `words` there is room for
 * those of the channels and 18 more.
 */
export function spatialDropout(args: SpatialDropout): void {
  const threshold = i32x4.splat(args.threshold);
  const scale = f32x4.splat(args.scale);
  const channels = args.channels;
  const words = args.words;
  philoxWords(words, args.settings, args.stream, args.block, (channels + 3) >> 2);
  let fromRow = args.from;
  let toRow = args.to;
  const step = floatBytes(channels);
  for (let row = args.rows; row > 0; row--) {
    let from = fromRow;
    let to = toRow;
    for (let pixel = args.pixels; pixel > 0; pixel--) {
      for (let i = 0; i < channels; i += 4) {
        const at = floatBytes(i);
        const kept = i32x4.ge_u(v128.load(words + at), threshold);
        const value = f32x4.mul(v128.load(from + at), scale);
        storeLanes(to + at, v128.and(value, kept), channels - i);
      }
      from += step;
      to += step;
    }
    fromRow += args.fromPitch;
    toRow += args.toPitch;
  }
}

/** to = from · scale + offset where the number's word reaches the threshold, else `dropped`. */
export function alphaDropout(args: AlphaDropout): void {
  const threshold = i32x4.splat(args.threshold);
  const scale = f32x4.splat(args.scale);
  const offset = f32x4.splat(args.offset);
  const dropped = f32x4.splat(args.dropped);
  const columns = args.columns;
  const words = args.words;
  let from = args.from;
  let to = args.to;
  for (let row = 0; row < args.rows; row++) {
    const first = row * columns;
    const skipped = first & 3;
    const blocks = (skipped + columns + 3) >> 2;
    philoxWords(words, args.settings, args.stream, args.block + (first >> 2), blocks);
    const drawn = words + floatBytes(skipped);
    for (let i = 0; i < columns; i += 4) {
      const at = floatBytes(i);
      const kept = i32x4.ge_u(v128.load(drawn + at), threshold);
      const value = madd(v128.load(from + at), scale, offset);
      storeLanes(to + at, v128.bitselect(value, dropped, kept), columns - i);
    }
    from += args.fromPitch;
    to += args.toPitch;
  }
}

/** A number in (0, 1) from the first 23 bits of a word. */
// @ts-ignore: decorator
@inline
function share(words: v128): v128 {
  const whole = f32x4.convert_i32x4_s(i32x4.shr_u(words, 9));
  return f32x4.mul(f32x4.add(whole, f32x4.splat(0.5)), f32x4.splat(1.1920928955078125e-7));
}

/**
 * Makes normal numbers of the words of so many blocks, in their place and two blocks at a time: see
 * normalNumbers in philox.ts. Sine and cosine by Cephes' polynomials.
 */
function normals(words: usize, blocks: i32): void {
  for (let block = 0; block < blocks; block += 2) {
    const a = v128.load(words);
    const b = v128.load(words, 16);
    const size = f32x4.mul(log4(share(v128.shuffle<i32>(a, b, 0, 2, 4, 6))), f32x4.splat(-2));
    const radius = f32x4.sqrt(size);
    // The angle in quarters of a turn, and what is left of it beside whole ones, in radians.
    const angle = f32x4.mul(share(v128.shuffle<i32>(a, b, 1, 3, 5, 7)), f32x4.splat(4));
    const quarter = f32x4.nearest(angle);
    const r = f32x4.mul(f32x4.sub(angle, quarter), f32x4.splat(1.5707963267948966));
    const z = f32x4.mul(r, r);
    let s = madd(f32x4.splat(-1.9515295891e-4), z, f32x4.splat(8.3321608736e-3));
    s = madd(s, z, f32x4.splat(-1.6666654611e-1));
    s = madd(f32x4.mul(s, z), r, r);
    let c = madd(f32x4.splat(2.443315711809948e-5), z, f32x4.splat(-1.388731625493765e-3));
    c = madd(c, z, f32x4.splat(4.166664568298827e-2));
    c = madd(f32x4.mul(c, z), z, madd(z, f32x4.splat(-0.5), f32x4.splat(1)));
    const turns = i32x4.trunc_sat_f32x4_s(quarter);
    const one = i32x4.splat(1);
    const two = i32x4.splat(2);
    const swaps = i32x4.eq(v128.and(turns, one), one);
    // The sign's bit, where cosine or sine is below 0.
    const left = i32x4.shl(v128.and(i32x4.add(turns, one), two), 30);
    const below = i32x4.shl(v128.and(turns, two), 30);
    const cosine = f32x4.mul(v128.xor(v128.bitselect(s, c, swaps), left), radius);
    const sine = f32x4.mul(v128.xor(v128.bitselect(c, s, swaps), below), radius);
    v128.store(words, v128.shuffle<i32>(cosine, sine, 0, 4, 1, 5));
    v128.store(words, v128.shuffle<i32>(cosine, sine, 2, 6, 3, 7), 16);
    words += 32;
  }
}

/** Draws normal numbers of that row, `columns` in each; gives the address of the first. */
function rowNormals(
  words: usize,
  settings: Settings,
  stream: i32,
  block: i32,
  row: i32,
  columns: i32,
): usize {
  const first = row * columns;
  const skipped = first & 3;
  const blocks = (skipped + columns + 3) >> 2;
  philoxWords(words, settings, stream, block + (first >> 2), blocks);
  normals(words, blocks);
  return words + floatBytes(skipped);
}

/** to = from · (1 + n) where it multiplies, else from + n, with normal numbers n of that deviation. */
export function gaussianNoise(args: GaussianNoise): void {
  const deviation = f32x4.splat(args.deviation);
  const multiplies = args.multiplies;
  const columns = args.columns;
  const words = args.words;
  let from = args.from;
  let to = args.to;
  for (let row = 0; row < args.rows; row++) {
    const drawn = rowNormals(words, args.settings, args.stream, args.block, row, columns);
    for (let i = 0; i < columns; i += 4) {
      const at = floatBytes(i);
      const value = v128.load(from + at);
      const noise = f32x4.mul(v128.load(drawn + at), deviation);
      storeLanes(to + at, madd(noise, multiplies ? value : f32x4.splat(1), value), columns - i);
    }
    from += args.fromPitch;
    to += args.toPitch;
  }
}

/** to = mean + exp(log-variance / 2) · n with normal numbers n. */
export function sample(args: Sample): void {
  const half = f32x4.splat(0.5);
  const channels = args.channels;
  const step = floatBytes(channels);
  let fromRow = args.from;
  let toRow = args.to;
  for (let row = 0; row < args.rows; row++) {
    let drawn = rowNormals(
      args.words,
      args.settings,
      args.stream,
      args.block,
      row,
      args.pixels * channels,
    );
    let from = fromRow;
    let to = toRow;
    for (let pixel = args.pixels; pixel > 0; pixel--) {
      for (let i = 0; i < channels; i += 4) {
        const at = floatBytes(i);
        const deviation = exp4(f32x4.mul(v128.load(from + step + at), half));
        const value = madd(deviation, v128.load(drawn + at), v128.load(from + at));
        storeLanes(to + at, value, channels - i);
      }
      drawn += step;
      from += 2 * step;
      to += step;
    }
    fromRow += args.fromPitch;
    toRow += args.toPitch;
  }
}

/** Of the means dy; of the log-variances dy · n · exp(log-variance / 2) / 2. */
export function sampleGradient(args: SampleGradient): void {
  const half = f32x4.splat(0.5);
  const channels = args.channels;
  const step = floatBytes(channels);
  let fromRow = args.from;
  let dyRow = args.dy;
  let dxRow = args.dx;
  for (let row = 0; row < args.rows; row++) {
    let drawn = rowNormals(
      args.words,
      args.settings,
      args.stream,
      args.block,
      row,
      args.pixels * channels,
    );
    let from = fromRow;
    let dy = dyRow;
    let dx = dxRow;
    for (let pixel = args.pixels; pixel > 0; pixel--) {
      for (let i = 0; i < channels; i += 4) {
        const at = floatBytes(i);
        const slope = v128.load(dy + at);
        const deviation = exp4(f32x4.mul(v128.load(from + step + at), half));
        const spread = f32x4.mul(f32x4.mul(deviation, half), v128.load(drawn + at));
        storeLanes(dx + at, slope, channels - i);
        storeLanes(dx + step + at, f32x4.mul(slope, spread), channels - i);
      }
      drawn += step;
      from += 2 * step;
      dy += step;
      dx += 2 * step;
    }
    fromRow += args.fromPitch;
    dyRow += args.dyPitch;
    dxRow += args.dxPitch;
  }
}
