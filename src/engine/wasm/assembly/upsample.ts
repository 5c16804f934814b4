/** Enlarging: nearest neighbour and bilinear, and the gradients of both. */

import { floatBytes } from "./bytes";
import { Bilinear, BilinearGradient, Upsample, UpsampleGradient } from "./generated/records";
import { firstOfFour, storeLanes } from "./math";
import { madd } from "./simd";

/** Nearest neighbour; height and width are the input's. */
export function upsample(args: Upsample): void {
  const from = args.from;
  const fromPitch = args.fromPitch;
  const to = args.to;
  const toPitch = args.toPitch;
  const height = args.height;
  const width = args.width;
  const pixel = floatBytes(args.channels);
  const down = args.factorDown;
  const across = args.factorAcross;
  for (let y = 0; y < height * down; y++) {
    let source = from + <usize>(y / down) * fromPitch;
    let target = to + <usize>y * toPitch;
    for (let x = 0; x < width; x++) {
      for (let i = 0; i < across; i++) {
        memory.copy(target, source, pixel);
        target += pixel;
      }
      source += pixel;
    }
  }
}

/** dx = sums of so many of dy; height and width are those of dx. */
export function upsampleGradient(args: UpsampleGradient): void {
  const dy = args.dy;
  const dyPitch = args.dyPitch;
  const dx = args.dx;
  const dxPitch = args.dxPitch;
  const height = args.height;
  const width = args.width;
  const channels = args.channels;
  const down = args.factorDown;
  const across = args.factorAcross;
  const pixel = floatBytes(channels);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const target = dx + <usize>y * dxPitch + <usize>x * pixel;
      const first = dy + <usize>(y * down) * dyPitch + <usize>(x * across) * pixel;
      for (let c = 0; c < channels; c += 4) {
        const at = firstOfFour(c, channels);
        let sum = f32x4.splat(0);
        let line = first + at;
        for (let i = down; i > 0; i--) {
          let p = line;
          for (let j = across; j > 0; j--) {
            sum = f32x4.add(sum, v128.load(p));
            p += pixel;
          }
          line += dyPitch;
        }
        storeLanes(target + at, sum, channels);
      }
    }
  }
}

/**
 * Where new pixel i lies among `pixels` old ones, in parts of which 2 · factor are a pixel: by their
 * middles, or by their corners.
 */
// @ts-ignore: decorator
@inline
function placeOf(i: i32, factor: i32, pixels: i32, middles: i32): i32 {
  const place = 2 * i + (middles ? 1 - factor : 0);
  return max(0, min(place, 2 * factor * (pixels - 1)));
}

/**
 * Bilinear; height and width are the input's. Two rows are mixed column by column, each when it is
 * first needed, and new pixels are mixed of two such columns.
 */
export function bilinear(args: Bilinear): void {
  const height = args.height;
  const width = args.width;
  const channels = args.channels;
  const pixel = floatBytes(channels);
  const down = args.factorDown;
  const across = args.factorAcross;
  const middles = args.middles;
  const lines = 2 * down;
  const parts = 2 * across;
  const share: f32 = 1 / <f32>parts;
  for (let y = 0; y < height * down; y++) {
    const row = placeOf(y, down, height, middles);
    const first = row / lines;
    const above = args.from + <usize>first * args.fromPitch;
    const below = args.from + <usize>min(first + 1, height - 1) * args.fromPitch;
    const v = f32x4.splat(<f32>(row - lines * first) / <f32>lines);
    const to = args.to + <usize>y * args.toPitch;
    for (let c = 0; c < channels; c += 4) {
      const at = firstOfFour(c, channels);
      let target = to + at;
      let column = 0;
      let left = mixed(v128.load(above + at), v128.load(below + at), v);
      const next = <usize>min(1, width - 1) * pixel + at;
      let right = mixed(v128.load(above + next), v128.load(below + next), v);
      for (let x = 0; x < width * across; x++) {
        const place = placeOf(x, across, width, middles);
        // Places rise by at most one.
        if (place >= parts * (column + 1)) {
          column++;
          left = right;
          const offset = <usize>min(column + 1, width - 1) * pixel + at;
          right = mixed(v128.load(above + offset), v128.load(below + offset), v);
        }
        const u = f32x4.splat(<f32>(place - parts * column) * share);
        storeLanes(target, mixed(left, right, u), channels);
        target += pixel;
      }
    }
  }
}

/** a + share · (b − a) */
// @ts-ignore: decorator
@inline
function mixed(a: v128, b: v128, share: v128): v128 {
  return madd(f32x4.sub(b, a), share, a);
}

/** Adds what a column got of one new row to the two rows that it was made of. */
// @ts-ignore: decorator
@inline
function give(above: usize, below: usize, value: v128, v: v128, lanes: i32): void {
  const lower = f32x4.mul(value, v);
  storeLanes(above, f32x4.add(v128.load(above), f32x4.sub(value, lower)), lanes);
  storeLanes(below, f32x4.add(v128.load(below), lower), lanes);
}

/**
 * dx = the shares in the gradients of all pixels that were made of it; sizes are those of dx. A new
 * row's gradients are summed column by column before they go to the two rows.
 */
export function bilinearGradient(args: BilinearGradient): void {
  const dx = args.dx;
  const height = args.height;
  const width = args.width;
  const channels = args.channels;
  const pixel = floatBytes(channels);
  const down = args.factorDown;
  const across = args.factorAcross;
  const middles = args.middles;
  const lines = 2 * down;
  const parts = 2 * across;
  const share: f32 = 1 / <f32>parts;
  for (let row = 0; row < height; row++) {
    memory.fill(dx + <usize>row * args.dxPitch, 0, <usize>width * pixel);
  }
  for (let y = 0; y < height * down; y++) {
    const row = placeOf(y, down, height, middles);
    const first = row / lines;
    const above = dx + <usize>first * args.dxPitch;
    const below = dx + <usize>min(first + 1, height - 1) * args.dxPitch;
    const v = f32x4.splat(<f32>(row - lines * first) / <f32>lines);
    for (let c = 0; c < channels; c += 4) {
      const at = floatBytes(c);
      const lanes = channels - c;
      let source = args.dy + <usize>y * args.dyPitch + at;
      let column = 0;
      let left = f32x4.splat(0);
      let right = left;
      for (let x = 0; x < width * across; x++) {
        const place = placeOf(x, across, width, middles);
        if (place >= parts * (column + 1)) {
          const offset = <usize>column * pixel + at;
          give(above + offset, below + offset, left, v, lanes);
          column++;
          left = right;
          right = f32x4.splat(0);
        }
        const slope = v128.load(source);
        const u = <f32>(place - parts * column) * share;
        const part = f32x4.mul(slope, f32x4.splat(u));
        left = f32x4.add(left, f32x4.sub(slope, part));
        right = f32x4.add(right, part);
        source += pixel;
      }
      const offset = <usize>column * pixel + at;
      give(above + offset, below + offset, left, v, lanes);
      const last = <usize>min(column + 1, width - 1) * pixel + at;
      give(above + last, below + last, right, v, lanes);
    }
  }
}
