/** Kernels that move numbers: between layouts, from the data set, into zeros. */

import { floatBytes } from "./bytes";
import {
  ColumnSums,
  CopyRows,
  FillZero,
  LoadBytes,
  SumSlabs,
  Transpose,
} from "./generated/records";

/** Bytes 0 to 255 become floats 0 to 1, row by row. */
export function loadBytes(args: LoadBytes): void {
  let from = args.from;
  const fromPitch = args.fromPitch;
  let to = args.to;
  const toPitch = args.toPitch;
  const columns = args.columns;
  for (let row = args.rows; row > 0; row--) {
    // Divided, not multiplied by the inverse: the same floats as JavaScript's x / 255.
    let i = 0;
    for (; i + 3 < columns; i += 4) {
      const bytes = v128.load32_zero(from + <usize>i);
      const words = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(bytes));
      v128.store(to + floatBytes(i), f32x4.div(f32x4.convert_i32x4_u(words), f32x4.splat(255)));
    }
    for (; i < columns; i++) {
      f32.store(to + floatBytes(i), <f32>load<u8>(from + <usize>i) / 255);
    }
    from += fromPitch;
    to += toPitch;
  }
}

/** Rows of whole floats. */
export function copyRows(args: CopyRows): void {
  let from = args.from;
  const fromPitch = args.fromPitch;
  let to = args.to;
  const toPitch = args.toPitch;
  const bytes = args.bytes;
  for (let row = args.rows; row > 0; row--) {
    memory.copy(to, from, bytes);
    from += fromPitch;
    to += toPitch;
  }
}

export function fillZero(args: FillZero): void {
  memory.fill(args.to, 0, args.bytes);
}

export function transpose(args: Transpose): void {
  const to = args.to;
  const first = args.columnFrom;
  transposeRows(args.from, args.fromPitch, to, args.toPitch, args.rows, first, args.columnTo);
}

/** to[c][r] = from[r][c] for some of the columns. */
export function transposeRows(
  from: usize,
  fromPitch: usize,
  to: usize,
  toPitch: usize,
  rows: i32,
  column: i32,
  columnTo: i32,
): void {
  for (; column + 4 <= columnTo; column += 4) {
    let source = from + floatBytes(column);
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
    let source = from + floatBytes(column);
    let target = to + <usize>column * toPitch;
    for (let row = 0; row < rows; row++) {
      f32.store(target, f32.load(source));
      source += fromPitch;
      target += 4;
    }
  }
}

/**
 * to[i] = Σ over slabs of from[table[slab] + i], for i < floats; the table has offsets in bytes.
 * Sums in the table's order, so that results never depend on threads.
 */
export function sumSlabs(args: SumSlabs): void {
  const to = args.to;
  const from = args.from;
  const table = args.table;
  const slabs = args.slabs;
  const last = floatBytes(args.floats);
  let at: usize = 0;
  for (; at + 16 <= last; at += 16) {
    let sum = v128.load(from + <usize>load<u32>(table) + at);
    for (let slab = 1; slab < slabs; slab++) {
      sum = f32x4.add(sum, v128.load(from + <usize>load<u32>(table + floatBytes(slab)) + at));
    }
    v128.store(to + at, sum);
  }
  for (; at < last; at += 4) {
    let sum = f32.load(from + <usize>load<u32>(table) + at);
    for (let slab = 1; slab < slabs; slab++) {
      sum += f32.load(from + <usize>load<u32>(table + floatBytes(slab)) + at);
    }
    f32.store(to + at, sum);
  }
}

/**
 * to[c] = the sum over rows and pixels of from[row][pixel][c], the gradient of a bias; with what
 * is there where it accumulates.
 */
export function columnSums(args: ColumnSums): void {
  const from = args.from;
  const fromPitch = args.fromPitch;
  const rows = args.rows;
  const pixels = args.pixels;
  const channels = args.channels;
  const to = args.to;
  const accumulates = args.accumulates;
  const step = floatBytes(channels);
  let c = 0;
  for (; c + 4 <= channels; c += 4) {
    const at = floatBytes(c);
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
    if (accumulates) even = f32x4.add(even, v128.load(to + at));
    v128.store(to + at, even);
  }
  for (; c < channels; c++) {
    const at = floatBytes(c);
    let sum: f32 = 0;
    for (let row = 0; row < rows; row++) {
      let p = from + <usize>row * fromPitch + at;
      for (let pixel = 0; pixel < pixels; pixel++) {
        sum += f32.load(p);
        p += step;
      }
    }
    if (accumulates) sum += f32.load(to + at);
    f32.store(to + at, sum);
  }
}
