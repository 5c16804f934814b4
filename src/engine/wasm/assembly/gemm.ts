/**
 * The one matrix product behind every convolution, dense layer and weight gradient.
 *
 * C[m][n] (+)= Σ_k A[m][k] · B[k][n], where the rows of A and C are wherever two offset tables
 * say, and k runs over `runs` stretches of `length` steps. With the tables a convolution needs
 * no im2col: row m is a pixel, a run is a kernel row, and its steps are (kx, channel), which lie
 * side by side in NHWC. A weight gradient turns it round: row m is a weight's (ky, kx, channel),
 * a run is an image row, and its steps are pixels.
 *
 * A tile is 4 rows × 8 columns: 8 accumulators, 2 loads of B and 4 splats of A fit the 15 vector
 * registers that V8 uses on x64, whatever order it schedules them in. A 6 × 8 tile has more
 * arithmetic for each load (52 GFLOPS against 49 in Chromium 156 on one 3.1 GHz Zen 4 core), but
 * Node 20's V8 hoists all its splats and spills (24 against 47).
 *
 * Where two panels are whole, they are done together by two rows: 2 × 16 has as many accumulators, and takes 2 to 4%
 * less of a step of the presets. Two steps of k at a time spill, and take 15 to 19% more of it.
 */

import { floatBytes } from "./bytes";
import { Gemm, PANEL_COLUMNS, TILE_ROWS } from "./generated/records";
import { madd } from "./simd";

// @ts-ignore: decorator
@inline
function storeRow(c: usize, low: v128, high: v128, columns: i32): void {
  if (columns >= 8) {
    v128.store(c, low);
    v128.store(c, high, 16);
    return;
  }
  if (columns >= 4) {
    v128.store(c, low);
    c += 16;
    low = high;
    columns -= 4;
  }
  if (columns > 0) f32.store(c, f32x4.extract_lane(low, 0));
  if (columns > 1) f32.store(c, f32x4.extract_lane(low, 1), 4);
  if (columns > 2) f32.store(c, f32x4.extract_lane(low, 2), 8);
}

/**
 * The tiles of rows and panels of columns that its arguments say; `columns` is the width of all of
 * C, of which only that many are stored. A sum starts from what is in C where it accumulates, else
 * from the column's bias or 0, and is clamped at zero before it is stored where `relu`. With panels
 * outside, tiles are the inner loop: for a B larger than the cache.
 */
export function gemm(args: Gemm): void {
  const from = args.panelFrom;
  const to = args.panelTo;
  // Panels that are whole, two by two.
  const whole = min(to, args.columns / PANEL_COLUMNS);
  const pairsTo = from + (max(0, whole - from) / 2) * 2;
  if (args.panelsOutside) {
    for (let panel = from; panel < pairsTo; panel += 2) pairs(args, panel, panel + 2);
    for (let panel = pairsTo; panel < to; panel++) block(args, panel, panel + 1);
  } else {
    if (pairsTo > from) pairs(args, from, pairsTo);
    if (to > pairsTo) block(args, pairsTo, to);
  }
}

/** Whole panels, two at a time, by two rows: the sums of `block`, to the bit. */
function pairs(args: Gemm, panelFrom: i32, panelTo: i32): void {
  const a = args.a;
  const aTable = args.aTable;
  const aStep = args.aStep;
  const b = args.b;
  const bStep = args.bStep;
  const length = args.length;
  const runs = args.runs;
  const c = args.c;
  const cTable = args.cTable;
  const bias = args.bias;
  const accumulates = args.accumulates;
  const relu = args.relu;
  const aSkip = args.aPitch - aStep * <usize>length;
  const bSkip = args.bPitch - bStep * <usize>length;
  const last = floatBytes(TILE_ROWS * args.tileTo);
  for (let row = floatBytes(TILE_ROWS * args.tileFrom); row < last; row += 8) {
    const aRow = aTable + row;
    const cRow = cTable + row;
    // Copies of the row before, which have been done: added once more, they would count twice.
    if (row & 8 && load<u32>(cRow) == load<u32>(cRow - 4)) continue;
    for (let panel = panelFrom; panel < panelTo; panel += 2) {
      const at = floatBytes(PANEL_COLUMNS * panel);
      let c00: v128, c01: v128, c02: v128, c03: v128;
      let c10: v128, c11: v128, c12: v128, c13: v128;
      if (accumulates) {
        let p = c + load<u32>(cRow) + at;
        c00 = v128.load(p);
        c01 = v128.load(p, 16);
        c02 = v128.load(p, 32);
        c03 = v128.load(p, 48);
        p = c + load<u32>(cRow, 4) + at;
        c10 = v128.load(p);
        c11 = v128.load(p, 16);
        c12 = v128.load(p, 32);
        c13 = v128.load(p, 48);
      } else if (bias) {
        c00 = v128.load(bias + at);
        c01 = v128.load(bias + at, 16);
        c02 = v128.load(bias + at, 32);
        c03 = v128.load(bias + at, 48);
        c10 = c00;
        c11 = c01;
        c12 = c02;
        c13 = c03;
      } else {
        const zero = f32x4.splat(0);
        c00 = zero;
        c01 = zero;
        c02 = zero;
        c03 = zero;
        c10 = zero;
        c11 = zero;
        c12 = zero;
        c13 = zero;
      }
      let a0 = a + load<u32>(aRow);
      let a1 = a + load<u32>(aRow, 4);
      let bk = b + at;
      for (let run = runs; run > 0; run--) {
        for (let k = length; k > 0; k--) {
          const s = v128.load32_splat(a0);
          const t = v128.load32_splat(a1);
          let bv = v128.load(bk);
          c00 = madd(s, bv, c00);
          c10 = madd(t, bv, c10);
          bv = v128.load(bk, 16);
          c01 = madd(s, bv, c01);
          c11 = madd(t, bv, c11);
          bv = v128.load(bk, 32);
          c02 = madd(s, bv, c02);
          c12 = madd(t, bv, c12);
          bv = v128.load(bk, 48);
          c03 = madd(s, bv, c03);
          c13 = madd(t, bv, c13);
          a0 += aStep;
          a1 += aStep;
          bk += bStep;
        }
        a0 += aSkip;
        a1 += aSkip;
        bk += bSkip;
      }
      if (relu) {
        const zero = f32x4.splat(0);
        c00 = f32x4.max(c00, zero);
        c01 = f32x4.max(c01, zero);
        c02 = f32x4.max(c02, zero);
        c03 = f32x4.max(c03, zero);
        c10 = f32x4.max(c10, zero);
        c11 = f32x4.max(c11, zero);
        c12 = f32x4.max(c12, zero);
        c13 = f32x4.max(c13, zero);
      }
      let p = c + load<u32>(cRow) + at;
      v128.store(p, c00);
      v128.store(p, c01, 16);
      v128.store(p, c02, 32);
      v128.store(p, c03, 48);
      p = c + load<u32>(cRow, 4) + at;
      v128.store(p, c10);
      v128.store(p, c11, 16);
      v128.store(p, c12, 32);
      v128.store(p, c13, 48);
    }
  }
}

function block(args: Gemm, panelFrom: i32, panelTo: i32): void {
  const a = args.a;
  const aTable = args.aTable;
  const aStep = args.aStep;
  const b = args.b;
  const bStep = args.bStep;
  const length = args.length;
  const runs = args.runs;
  const c = args.c;
  const cTable = args.cTable;
  const tileTo = args.tileTo;
  const columns = args.columns;
  const bias = args.bias;
  const accumulates = args.accumulates;
  const relu = args.relu;
  // What is left between the end of one run and the start of the next.
  const aSkip = args.aPitch - aStep * <usize>length;
  const bSkip = args.bPitch - bStep * <usize>length;

  for (let tile = args.tileFrom; tile < tileTo; tile++) {
    const aRow = aTable + floatBytes(TILE_ROWS * tile);
    const cRow = cTable + floatBytes(TILE_ROWS * tile);
    for (let panel = panelFrom; panel < panelTo; panel++) {
      const at = floatBytes(PANEL_COLUMNS * panel);
      let c00: v128, c01: v128, c10: v128, c11: v128, c20: v128, c21: v128;
      let c30: v128, c31: v128;
      if (accumulates) {
        let p = c + load<u32>(cRow) + at;
        c00 = v128.load(p);
        c01 = v128.load(p, 16);
        p = c + load<u32>(cRow, 4) + at;
        c10 = v128.load(p);
        c11 = v128.load(p, 16);
        p = c + load<u32>(cRow, 8) + at;
        c20 = v128.load(p);
        c21 = v128.load(p, 16);
        p = c + load<u32>(cRow, 12) + at;
        c30 = v128.load(p);
        c31 = v128.load(p, 16);
      } else if (bias) {
        c00 = v128.load(bias + at);
        c01 = v128.load(bias + at, 16);
        c10 = c00;
        c11 = c01;
        c20 = c00;
        c21 = c01;
        c30 = c00;
        c31 = c01;
      } else {
        const zero = f32x4.splat(0);
        c00 = zero;
        c01 = zero;
        c10 = zero;
        c11 = zero;
        c20 = zero;
        c21 = zero;
        c30 = zero;
        c31 = zero;
      }

      let a0 = a + load<u32>(aRow);
      let a1 = a + load<u32>(aRow, 4);
      let a2 = a + load<u32>(aRow, 8);
      let a3 = a + load<u32>(aRow, 12);
      let bk = b + at;
      for (let run = runs; run > 0; run--) {
        for (let k = length; k > 0; k--) {
          const b0 = v128.load(bk);
          const b1 = v128.load(bk, 16);
          let s = v128.load32_splat(a0);
          c00 = madd(s, b0, c00);
          c01 = madd(s, b1, c01);
          s = v128.load32_splat(a1);
          c10 = madd(s, b0, c10);
          c11 = madd(s, b1, c11);
          s = v128.load32_splat(a2);
          c20 = madd(s, b0, c20);
          c21 = madd(s, b1, c21);
          s = v128.load32_splat(a3);
          c30 = madd(s, b0, c30);
          c31 = madd(s, b1, c31);
          a0 += aStep;
          a1 += aStep;
          a2 += aStep;
          a3 += aStep;
          bk += bStep;
        }
        a0 += aSkip;
        a1 += aSkip;
        a2 += aSkip;
        a3 += aSkip;
        bk += bSkip;
      }

      if (relu) {
        const zero = f32x4.splat(0);
        c00 = f32x4.max(c00, zero);
        c01 = f32x4.max(c01, zero);
        c10 = f32x4.max(c10, zero);
        c11 = f32x4.max(c11, zero);
        c20 = f32x4.max(c20, zero);
        c21 = f32x4.max(c21, zero);
        c30 = f32x4.max(c30, zero);
        c31 = f32x4.max(c31, zero);
      }
      const left = columns - PANEL_COLUMNS * panel;
      storeRow(c + load<u32>(cRow) + at, c00, c01, left);
      storeRow(c + load<u32>(cRow, 4) + at, c10, c11, left);
      storeRow(c + load<u32>(cRow, 8) + at, c20, c21, left);
      storeRow(c + load<u32>(cRow, 12) + at, c30, c31, left);
    }
  }
}
