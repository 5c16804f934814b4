/**
 * Max pooling. Of windows side by side a byte for each output says where its maximum was, of any
 * others a word: its pixel's row in the upper half, its column in the lower.
 */

import { floatBytes } from "./bytes";
import {
  MaxPool,
  MaxPoolGradient,
  MaxPoolWindows,
  MaxPoolWindowsGradient,
} from "./generated/records";

/** Where a value is larger than the best one, or is no number. */
// @ts-ignore: decorator
@inline
function largerOrNone(value: v128, best: v128): v128 {
  return v128.or(f32x4.gt(value, best), f32x4.ne(value, value));
}

/** Four words as bytes. */
// @ts-ignore: decorator
@inline
function storeBytes(to: usize, words: v128): void {
  const halves = i16x8.narrow_i32x4_u(words, words);
  v128.store32_lane(to, i8x16.narrow_i16x8_u(halves, halves), 0);
}

/**
 * Height and width are the output's. Ties go to the first in reading order, as in TensorFlow; what
 * is no number is largest.
 */
export function maxPool(args: MaxPool): void {
  const x = args.x;
  const xPitch = args.xPitch;
  const y = args.y;
  const yPitch = args.yPitch;
  let argmax = args.argmax;
  const height = args.height;
  const width = args.width;
  const channels = args.channels;
  const size = args.size;
  const relu = args.relu;
  const pixel = floatBytes(channels);
  const zero = f32x4.splat(0);
  for (let oy = 0; oy < height; oy++) {
    for (let ox = 0; ox < width; ox++) {
      const source = x + <usize>(oy * size) * xPitch + <usize>(ox * size) * pixel;
      const target = y + <usize>oy * yPitch + <usize>ox * pixel;
      let c = 0;
      if (size == 2) {
        for (; c + 4 <= channels; c += 4) {
          const at = floatBytes(c);
          let best = v128.load(source + at);
          let value = v128.load(source + at + pixel);
          let better = largerOrNone(value, best);
          best = v128.bitselect(value, best, better);
          let index = v128.and(i32x4.splat(1), better);
          value = v128.load(source + at + xPitch);
          better = largerOrNone(value, best);
          best = v128.bitselect(value, best, better);
          index = v128.bitselect(i32x4.splat(2), index, better);
          value = v128.load(source + at + xPitch + pixel);
          better = largerOrNone(value, best);
          best = v128.bitselect(value, best, better);
          index = v128.bitselect(i32x4.splat(3), index, better);
          if (relu) best = f32x4.max(best, zero);
          v128.store(target + at, best);
          storeBytes(argmax, index);
          argmax += 4;
        }
      }
      for (; c + 4 <= channels; c += 4) {
        const at = floatBytes(c);
        let best = v128.load(source + at);
        let index = i32x4.splat(0);
        for (let i = 0; i < size; i++) {
          for (let j = i ? 0 : 1; j < size; j++) {
            const value = v128.load(source + <usize>i * xPitch + <usize>j * pixel + at);
            const better = largerOrNone(value, best);
            best = v128.bitselect(value, best, better);
            index = v128.bitselect(i32x4.splat(i * size + j), index, better);
          }
        }
        if (relu) best = f32x4.max(best, zero);
        v128.store(target + at, best);
        storeBytes(argmax, index);
        argmax += 4;
      }
      for (; c < channels; c++) {
        const at = floatBytes(c);
        let best = f32.load(source + at);
        let index = 0;
        for (let i = 0; i < size; i++) {
          for (let j = i ? 0 : 1; j < size; j++) {
            const value = f32.load(source + <usize>i * xPitch + <usize>j * pixel + at);
            if (value > best || value != value) {
              best = value;
              index = i * size + j;
            }
          }
        }
        if (relu && best < 0) best = 0;
        f32.store(target + at, best);
        store<u8>(argmax, <u8>index);
        argmax += 1;
      }
    }
  }
}

/** Writes every dx that a window covers; the others must be zero already. */
export function maxPoolGradient(args: MaxPoolGradient): void {
  const dy = args.dy;
  const dyPitch = args.dyPitch;
  let argmax = args.argmax;
  const dx = args.dx;
  const dxPitch = args.dxPitch;
  const height = args.height;
  const width = args.width;
  const channels = args.channels;
  const size = args.size;
  const pixel = floatBytes(channels);
  for (let oy = 0; oy < height; oy++) {
    for (let ox = 0; ox < width; ox++) {
      const target = dx + <usize>(oy * size) * dxPitch + <usize>(ox * size) * pixel;
      const source = dy + <usize>oy * dyPitch + <usize>ox * pixel;
      let c = 0;
      for (; c + 4 <= channels; c += 4) {
        const at = floatBytes(c);
        const gradient = v128.load(source + at);
        const bytes = v128.load32_zero(argmax);
        const index = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(bytes));
        if (size == 2) {
          const to = target + at;
          v128.store(to, v128.and(gradient, i32x4.eq(index, i32x4.splat(0))));
          v128.store(to + pixel, v128.and(gradient, i32x4.eq(index, i32x4.splat(1))));
          v128.store(to + dxPitch, v128.and(gradient, i32x4.eq(index, i32x4.splat(2))));
          v128.store(to + dxPitch + pixel, v128.and(gradient, i32x4.eq(index, i32x4.splat(3))));
          argmax += 4;
          continue;
        }
        for (let i = 0; i < size; i++) {
          for (let j = 0; j < size; j++) {
            const here = i32x4.eq(index, i32x4.splat(i * size + j));
            v128.store(
              target + <usize>i * dxPitch + <usize>j * pixel + at,
              v128.and(gradient, here),
            );
          }
        }
        argmax += 4;
      }
      for (; c < channels; c++) {
        const at = floatBytes(c);
        const gradient = f32.load(source + at);
        const index = <i32>load<u8>(argmax);
        for (let i = 0; i < size; i++) {
          for (let j = 0; j < size; j++) {
            f32.store(
              target + <usize>i * dxPitch + <usize>j * pixel + at,
              i * size + j == index ? gradient : 0,
            );
          }
        }
        argmax += 1;
      }
    }
  }
}

/** Height and width are the image's. Ties and what is no number as above. */
export function maxPoolWindows(args: MaxPoolWindows): void {
  const x = args.x;
  const xPitch = args.xPitch;
  const height = args.height;
  const width = args.width;
  const channels = args.channels;
  const relu = args.relu;
  const pixel = floatBytes(channels);
  let argmax = args.argmax;
  for (let row = 0; row < args.windowsDown; row++) {
    const top = row * args.strideDown - args.top;
    const y0 = max(top, 0);
    const y1 = min(top + args.windowHeight, height);
    let target = args.y + <usize>row * args.yPitch;
    for (let column = 0; column < args.windowsAcross; column++) {
      const left = column * args.strideAcross - args.left;
      const x0 = max(left, 0);
      const x1 = min(left + args.windowWidth, width);
      const first = x + <usize>y0 * xPitch + <usize>x0 * pixel;
      let c = 0;
      for (; c + 4 <= channels; c += 4) {
        let best = v128.load(first + floatBytes(c));
        let place = i32x4.splat((y0 << 16) | x0);
        for (let i = y0; i < y1; i++) {
          let at = x + <usize>i * xPitch + <usize>x0 * pixel + floatBytes(c);
          for (let j = x0; j < x1; j++) {
            const value = v128.load(at);
            const better = largerOrNone(value, best);
            best = v128.bitselect(value, best, better);
            place = v128.bitselect(i32x4.splat((i << 16) | j), place, better);
            at += pixel;
          }
        }
        if (relu) best = f32x4.max(best, f32x4.splat(0));
        v128.store(target + floatBytes(c), best);
        v128.store(argmax, place);
        argmax += 16;
      }
      for (; c < channels; c++) {
        let best = f32.load(first + floatBytes(c));
        let place = (y0 << 16) | x0;
        for (let i = y0; i < y1; i++) {
          let at = x + <usize>i * xPitch + <usize>x0 * pixel + floatBytes(c);
          for (let j = x0; j < x1; j++) {
            const value = f32.load(at);
            if (value > best || value != value) {
              best = value;
              place = (i << 16) | j;
            }
            at += pixel;
          }
        }
        if (relu && best < 0) best = 0;
        f32.store(target + floatBytes(c), best);
        store<i32>(argmax, place);
        argmax += 4;
      }
      target += pixel;
    }
  }
}

/** Adds each dy to the dx that its maximum was; height and width are the output's. */
export function maxPoolWindowsGradient(args: MaxPoolWindowsGradient): void {
  const dx = args.dx;
  const dxPitch = args.dxPitch;
  const channels = args.channels;
  const pixel = floatBytes(channels);
  let argmax = args.argmax;
  for (let row = 0; row < args.height; row++) {
    let source = args.dy + <usize>row * args.dyPitch;
    for (let i = args.width; i > 0; i--) {
      for (let c = 0; c < channels; c++) {
        const place = load<u32>(argmax);
        const at = dx + <usize>(place >> 16) * dxPitch + <usize>(place & 0xffff) * pixel;
        const target = at + floatBytes(c);
        f32.store(target, f32.load(target) + f32.load(source));
        source += 4;
        argmax += 4;
      }
    }
  }
}
