/** Max pooling with windows that do not overlap; a byte for each output says where its maximum was. */

import { int, ptr } from "./args";

/**
 * x, xPitch, y, yPitch, place, height, width, channels, size, relu: height and width are the
 * output's. Ties go to the first in reading order, as in TensorFlow; what is no number is largest.
 */
export function maxPool(args: usize): void {
  const x = ptr(args, 0);
  const xPitch = ptr(args, 1);
  const y = ptr(args, 2);
  const yPitch = ptr(args, 3);
  let place = ptr(args, 4);
  const height = int(args, 5);
  const width = int(args, 6);
  const channels = int(args, 7);
  const size = int(args, 8);
  const relu = int(args, 9);
  const pixel = <usize>channels << 2;
  const zero = f32x4.splat(0);
  for (let oy = 0; oy < height; oy++) {
    for (let ox = 0; ox < width; ox++) {
      const source = x + <usize>(oy * size) * xPitch + <usize>(ox * size) * pixel;
      const target = y + <usize>oy * yPitch + <usize>ox * pixel;
      let c = 0;
      for (; c + 4 <= channels; c += 4) {
        const at = <usize>c << 2;
        let best = v128.load(source + at);
        let where = i32x4.splat(0);
        for (let i = 0; i < size; i++) {
          for (let j = i ? 0 : 1; j < size; j++) {
            const value = v128.load(source + <usize>i * xPitch + <usize>j * pixel + at);
            const better = v128.or(f32x4.gt(value, best), f32x4.ne(value, value));
            best = v128.bitselect(value, best, better);
            where = v128.bitselect(i32x4.splat(i * size + j), where, better);
          }
        }
        if (relu) best = f32x4.max(best, zero);
        v128.store(target + at, best);
        const words = i16x8.narrow_i32x4_u(where, where);
        v128.store32_lane(place, i8x16.narrow_i16x8_u(words, words), 0);
        place += 4;
      }
      for (; c < channels; c++) {
        const at = <usize>c << 2;
        let best = f32.load(source + at);
        let where = 0;
        for (let i = 0; i < size; i++) {
          for (let j = i ? 0 : 1; j < size; j++) {
            const value = f32.load(source + <usize>i * xPitch + <usize>j * pixel + at);
            if (value > best || value != value) {
              best = value;
              where = i * size + j;
            }
          }
        }
        if (relu && best < 0) best = 0;
        f32.store(target + at, best);
        store<u8>(place, <u8>where);
        place += 1;
      }
    }
  }
}

/**
 * dy, dyPitch, y, yPitch, place, dx, dxPitch, height, width, channels, size, relu: writes every
 * dx that a window covers; the others must be zero already.
 */
export function maxPoolGradient(args: usize): void {
  const dy = ptr(args, 0);
  const dyPitch = ptr(args, 1);
  const y = ptr(args, 2);
  const yPitch = ptr(args, 3);
  let place = ptr(args, 4);
  const dx = ptr(args, 5);
  const dxPitch = ptr(args, 6);
  const height = int(args, 7);
  const width = int(args, 8);
  const channels = int(args, 9);
  const size = int(args, 10);
  const relu = int(args, 11);
  const pixel = <usize>channels << 2;
  const zero = f32x4.splat(0);
  for (let oy = 0; oy < height; oy++) {
    for (let ox = 0; ox < width; ox++) {
      const target = dx + <usize>(oy * size) * dxPitch + <usize>(ox * size) * pixel;
      const source = dy + <usize>oy * dyPitch + <usize>ox * pixel;
      const output = y + <usize>oy * yPitch + <usize>ox * pixel;
      let c = 0;
      for (; c + 4 <= channels; c += 4) {
        const at = <usize>c << 2;
        let gradient = v128.load(source + at);
        if (relu) gradient = v128.and(gradient, f32x4.gt(v128.load(output + at), zero));
        const bytes = v128.load32_zero(place);
        const where = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(bytes));
        for (let i = 0; i < size; i++) {
          for (let j = 0; j < size; j++) {
            const here = i32x4.eq(where, i32x4.splat(i * size + j));
            v128.store(
              target + <usize>i * dxPitch + <usize>j * pixel + at,
              v128.and(gradient, here),
            );
          }
        }
        place += 4;
      }
      for (; c < channels; c++) {
        const at = <usize>c << 2;
        let gradient = f32.load(source + at);
        if (relu && !(f32.load(output + at) > 0)) gradient = 0;
        const where = <i32>load<u8>(place);
        for (let i = 0; i < size; i++) {
          for (let j = 0; j < size; j++) {
            f32.store(
              target + <usize>i * dxPitch + <usize>j * pixel + at,
              i * size + j == where ? gradient : 0,
            );
          }
        }
        place += 1;
      }
    }
  }
}
