/** Kernels that move numbers: between layouts, from the data set, into zeros. */

import { int, ptr } from "./args";

/** from, to, toPitch, rows, columns: bytes 0 to 255 become floats 0 to 1, row by row. */
export function loadBytes(args: usize): void {
  let from = ptr(args, 0);
  let to = ptr(args, 1);
  const toPitch = ptr(args, 2);
  const columns = int(args, 4);
  for (let row = int(args, 3); row > 0; row--) {
    for (let i = 0; i < columns; i++) {
      // Divided, not multiplied by the inverse: the same floats as JavaScript's x / 255.
      f32.store(to + (<usize>i << 2), <f32>load<u8>(from + <usize>i) / 255);
    }
    from += <usize>columns;
    to += toPitch;
  }
}

/** from, fromPitch, to, toPitch, rows, bytes: rows of whole floats. */
export function copyRows(args: usize): void {
  let from = ptr(args, 0);
  const fromPitch = ptr(args, 1);
  let to = ptr(args, 2);
  const toPitch = ptr(args, 3);
  const bytes = ptr(args, 5);
  for (let row = int(args, 4); row > 0; row--) {
    memory.copy(to, from, bytes);
    from += fromPitch;
    to += toPitch;
  }
}

/** to, bytes. */
export function fillZero(args: usize): void {
  memory.fill(ptr(args, 0), 0, ptr(args, 1));
}

/**
 * from, fromPitch, to, toPitch, rows, columnFrom, columnTo: to[c][r] = from[r][c] for those
 * columns.
 */
export function transpose(args: usize): void {
  const from = ptr(args, 0);
  const fromPitch = ptr(args, 1);
  const to = ptr(args, 2);
  const toPitch = ptr(args, 3);
  const rows = int(args, 4);
  const columnTo = int(args, 6);
  let column = int(args, 5);
  for (; column + 4 <= columnTo; column += 4) {
    let source = from + (<usize>column << 2);
    let target = to + <usize>column * toPitch;
    let row = 0;
    for (; row + 4 <= rows; row += 4) {
      const a = v128.load(source);
      const b = v128.load(source + fromPitch);
      const c = v128.load(source + 2 * fromPitch);
      const d = v128.load(source + 3 * fromPitch);
      const ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
      const cd = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
      const AB = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
      const CD = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
      v128.store(target, v128.shuffle<i64>(ab, cd, 0, 2));
      v128.store(target + toPitch, v128.shuffle<i64>(ab, cd, 1, 3));
      v128.store(target + 2 * toPitch, v128.shuffle<i64>(AB, CD, 0, 2));
      v128.store(target + 3 * toPitch, v128.shuffle<i64>(AB, CD, 1, 3));
      source += 4 * fromPitch;
      target += 16;
    }
    for (; row < rows; row++) {
      f32.store(target, f32.load(source));
      f32.store(target + toPitch, f32.load(source, 4));
      f32.store(target + 2 * toPitch, f32.load(source, 8));
      f32.store(target + 3 * toPitch, f32.load(source, 12));
      source += fromPitch;
      target += 4;
    }
  }
  for (; column < columnTo; column++) {
    let source = from + (<usize>column << 2);
    let target = to + <usize>column * toPitch;
    for (let row = 0; row < rows; row++) {
      f32.store(target, f32.load(source));
      source += fromPitch;
      target += 4;
    }
  }
}

/**
 * to, from, table, slabs, first, last: to[i] = Σ over slabs of from[table[slab] + i], for floats
 * first ≤ i < last. Sums in the table's order, so that results never depend on threads.
 */
export function sumSlabs(args: usize): void {
  const to = ptr(args, 0);
  const from = ptr(args, 1);
  const table = ptr(args, 2);
  const slabs = int(args, 3);
  const last = ptr(args, 5) << 2;
  let at = ptr(args, 4) << 2;
  for (; at + 16 <= last; at += 16) {
    let sum = v128.load(from + <usize>load<u32>(table) + at);
    for (let slab = 1; slab < slabs; slab++) {
      sum = f32x4.add(sum, v128.load(from + <usize>load<u32>(table + (<usize>slab << 2)) + at));
    }
    v128.store(to + at, sum);
  }
  for (; at < last; at += 4) {
    let sum = f32.load(from + <usize>load<u32>(table) + at);
    for (let slab = 1; slab < slabs; slab++) {
      sum += f32.load(from + <usize>load<u32>(table + (<usize>slab << 2)) + at);
    }
    f32.store(to + at, sum);
  }
}

/**
 * from, fromPitch, rows, pixels, channels, to, accumulate: to[c] (+)= the sum over rows and
 * pixels of from[row][pixel][c]: the gradient of a bias.
 */
export function columnSums(args: usize): void {
  const from = ptr(args, 0);
  const fromPitch = ptr(args, 1);
  const rows = int(args, 2);
  const pixels = int(args, 3);
  const channels = int(args, 4);
  const to = ptr(args, 5);
  const accumulate = int(args, 6);
  const step = <usize>channels << 2;
  let c = 0;
  for (; c + 4 <= channels; c += 4) {
    const at = <usize>c << 2;
    // Two sums: one would wait for each addition before the next.
    let even = f32x4.splat(0);
    let odd = f32x4.splat(0);
    for (let row = 0; row < rows; row++) {
      let p = from + <usize>row * fromPitch + at;
      let pixel = 0;
      for (; pixel + 2 <= pixels; pixel += 2) {
        even = f32x4.add(even, v128.load(p));
        odd = f32x4.add(odd, v128.load(p + step));
        p += step << 1;
      }
      if (pixel < pixels) even = f32x4.add(even, v128.load(p));
    }
    even = f32x4.add(even, odd);
    if (accumulate) even = f32x4.add(even, v128.load(to + at));
    v128.store(to + at, even);
  }
  for (; c < channels; c++) {
    const at = <usize>c << 2;
    let sum: f32 = 0;
    for (let row = 0; row < rows; row++) {
      let p = from + <usize>row * fromPitch + at;
      for (let pixel = 0; pixel < pixels; pixel++) {
        sum += f32.load(p);
        p += step;
      }
    }
    if (accumulate) sum += f32.load(to + at);
    f32.store(to + at, sum);
  }
}

/** from, fromPitch, to, toPitch, height, width, channels, factor: nearest neighbour. */
export function upsample(args: usize): void {
  const from = ptr(args, 0);
  const fromPitch = ptr(args, 1);
  const to = ptr(args, 2);
  const toPitch = ptr(args, 3);
  const height = int(args, 4);
  const width = int(args, 5);
  const pixel = <usize>int(args, 6) << 2;
  const factor = int(args, 7);
  for (let y = 0; y < height * factor; y++) {
    let source = from + <usize>(y / factor) * fromPitch;
    let target = to + <usize>y * toPitch;
    for (let x = 0; x < width; x++) {
      for (let i = 0; i < factor; i++) {
        memory.copy(target, source, pixel);
        target += pixel;
      }
      source += pixel;
    }
  }
}

/** dy, dyPitch, dx, dxPitch, height, width, channels, factor: sums of factor² gradients. */
export function upsampleGradient(args: usize): void {
  const dy = ptr(args, 0);
  const dyPitch = ptr(args, 1);
  const dx = ptr(args, 2);
  const dxPitch = ptr(args, 3);
  const height = int(args, 4);
  const width = int(args, 5);
  const channels = int(args, 6);
  const factor = int(args, 7);
  const pixel = <usize>channels << 2;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const target = dx + <usize>y * dxPitch + <usize>x * pixel;
      for (let c = 0; c < channels; c++) {
        let sum: f32 = 0;
        for (let i = 0; i < factor; i++) {
          let p = dy + <usize>(y * factor + i) * dyPitch + <usize>(x * factor) * pixel;
          p += <usize>c << 2;
          for (let j = 0; j < factor; j++) {
            sum += f32.load(p);
            p += pixel;
          }
        }
        f32.store(target + (<usize>c << 2), sum);
      }
    }
  }
}
