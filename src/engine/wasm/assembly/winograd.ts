/**
 * Transforms of Winograd's minimal filtering for 3 × 3 convolutions of stride 1 (Lavin & Gray 2016).
 *
 * F(2×2, 3×3): the output is cut into tiles of 2 × 2, each of which sees 4 × 4 of the input. With
 *
 *     Bᵀ = [1 0 −1 0; 0 1 1 0; 0 −1 1 0; 0 1 0 −1]    G = [1 0 0; ½ ½ ½; ½ −½ ½; 0 0 1]
 *     Aᵀ = [1 1 1 0; 0 1 −1 −1]
 *
 * a tile is Aᵀ [Σ over channels of (G g Gᵀ) ∘ (Bᵀ d B)] A: 16 multiplications where the window's taps
 * take 36. The sums over channels are 16 matrix products (gemm.ts), one for each place of a
 * transformed tile, whose rows are tiles. Turned round, the gradient of g is
 * Gᵀ [Σ over tiles of (Bᵀ d B) ∘ (A y Aᵀ)] G, with y the tile's gradient.
 *
 * What is transformed lies in 16 slabs, one for each place, of [tiles, channels]. Channels are
 * multiples of 4, and are the vectors of these kernels.
 */

import { floatBytes } from "./bytes";
import {
  WinogradInput,
  WinogradKernel,
  WinogradKernelGradient,
  WinogradOutput,
  WinogradOutputGradient,
} from "./generated/records";
import { minus, plus } from "./simd";
import { sumGroups } from "./slabs";

/**
 * Bᵀ d B of every tile; `from` is the first pixel that the first tile sees, and tiles lie 2 pixels
 * apart.
 *
 * A tile's rows become d B first, and its lower two are the upper two of the tile below: going down, each
 * is loaded and made once. A row goes to the four places of its columns.
 */
export function winogradInput(args: WinogradInput): void {
  const pitch = args.fromPitch;
  const pixel = args.pixel;
  const down = args.down;
  const slab = args.slab;
  const row = slab << 2;
  const bytes = floatBytes(args.channels);
  const line = <usize>args.across * bytes;
  const two = pixel << 1;
  const three = pixel + two;
  let column = args.from;
  let first = args.to;
  for (let x = args.across; x > 0; x--) {
    for (let c: usize = 0; c < bytes; c += 16) {
      let d = column + c;
      let to = first + c;
      let d0 = v128.load(d);
      let d1 = v128.load(d + pixel);
      let d2 = v128.load(d + two);
      let d3 = v128.load(d + three);
      let a0 = minus(d0, d2);
      let a1 = plus(d1, d2);
      let a2 = minus(d2, d1);
      let a3 = minus(d1, d3);
      d += pitch;
      d0 = v128.load(d);
      d1 = v128.load(d + pixel);
      d2 = v128.load(d + two);
      d3 = v128.load(d + three);
      let b0 = minus(d0, d2);
      let b1 = plus(d1, d2);
      let b2 = minus(d2, d1);
      let b3 = minus(d1, d3);
      for (let y = down; y > 0; y--) {
        d += pitch;
        d0 = v128.load(d);
        d1 = v128.load(d + pixel);
        d2 = v128.load(d + two);
        d3 = v128.load(d + three);
        const c0 = minus(d0, d2);
        const c1 = plus(d1, d2);
        const c2 = minus(d2, d1);
        const c3 = minus(d1, d3);
        storeInputRow(to, slab, minus(a0, c0), minus(a1, c1), minus(a2, c2), minus(a3, c3));
        storeInputRow(to + row, slab, plus(b0, c0), plus(b1, c1), plus(b2, c2), plus(b3, c3));
        const third = to + (row << 1);
        storeInputRow(third, slab, minus(c0, b0), minus(c1, b1), minus(c2, b2), minus(c3, b3));
        a0 = c0;
        a1 = c1;
        a2 = c2;
        a3 = c3;
        d += pitch;
        d0 = v128.load(d);
        d1 = v128.load(d + pixel);
        d2 = v128.load(d + two);
        d3 = v128.load(d + three);
        const e0 = minus(d0, d2);
        const e1 = plus(d1, d2);
        const e2 = minus(d2, d1);
        const e3 = minus(d1, d3);
        storeInputRow(
          third + row,
          slab,
          minus(b0, e0),
          minus(b1, e1),
          minus(b2, e2),
          minus(b3, e3),
        );
        b0 = e0;
        b1 = e1;
        b2 = e2;
        b3 = e3;
        to += line;
      }
    }
    first += bytes;
    column += two;
  }
}

/** A row of Bᵀ d B. */
// @ts-ignore: decorator
@inline
function storeInputRow(to: usize, slab: usize, v0: v128, v1: v128, v2: v128, v3: v128): void {
  v128.store(to, v0);
  v128.store(to + slab, v1);
  v128.store(to + (slab << 1), v2);
  v128.store(to + 3 * slab, v3);
}

/** Aᵀ m A of every tile, with the bias and clamped at zero where that is wanted, as far as it is inside. */
export function winogradOutput(args: WinogradOutput): void {
  const pitch = args.toPitch;
  const pixel = args.pixel;
  const height = args.height;
  const width = args.width;
  const slab = args.slab;
  const bias = args.bias;
  const relu = args.relu;
  const bytes = floatBytes(args.channels);
  const zero = f32x4.splat(0);
  let from = args.from;
  for (let y = 0; y < height; y += 2) {
    let to = args.to + <usize>y * pitch;
    const hasBelow = y + 1 < height;
    for (let x = 0; x < width; x += 2) {
      const hasRight = x + 1 < width;
      for (let c: usize = 0; c < bytes; c += 16) {
        let m = from + c;
        let y00 = bias ? v128.load(bias + c) : zero;
        let y01 = y00;
        let y10 = y00;
        let y11 = y00;
        // A column of m at a time: the sums of its rows go where Aᵀ's columns say.
        const row = slab << 2;
        let m1 = v128.load(m + row);
        let m2 = v128.load(m + (row << 1));
        let sum = plus(v128.load(m), plus(m1, m2));
        let rest = minus(minus(m1, m2), v128.load(m + 3 * row));
        y00 = plus(y00, sum);
        y10 = plus(y10, rest);
        m += slab;
        m1 = v128.load(m + row);
        m2 = v128.load(m + (row << 1));
        sum = plus(v128.load(m), plus(m1, m2));
        rest = minus(minus(m1, m2), v128.load(m + 3 * row));
        y00 = plus(y00, sum);
        y01 = plus(y01, sum);
        y10 = plus(y10, rest);
        y11 = plus(y11, rest);
        m += slab;
        m1 = v128.load(m + row);
        m2 = v128.load(m + (row << 1));
        sum = plus(v128.load(m), plus(m1, m2));
        rest = minus(minus(m1, m2), v128.load(m + 3 * row));
        y00 = plus(y00, sum);
        y01 = minus(y01, sum);
        y10 = plus(y10, rest);
        y11 = minus(y11, rest);
        m += slab;
        m1 = v128.load(m + row);
        m2 = v128.load(m + (row << 1));
        sum = plus(v128.load(m), plus(m1, m2));
        rest = minus(minus(m1, m2), v128.load(m + 3 * row));
        y01 = minus(y01, sum);
        y11 = minus(y11, rest);
        if (relu) {
          y00 = f32x4.max(y00, zero);
          y01 = f32x4.max(y01, zero);
          y10 = f32x4.max(y10, zero);
          y11 = f32x4.max(y11, zero);
        }
        const at = to + c;
        v128.store(at, y00);
        if (hasRight) v128.store(at + pixel, y01);
        if (hasBelow) {
          v128.store(at + pitch, y10);
          if (hasRight) v128.store(at + pitch + pixel, y11);
        }
      }
      from += bytes;
      to += pixel << 1;
    }
  }
}

/** A row of A y Aᵀ, of that row of A y. */
// @ts-ignore: decorator
@inline
function storeGradientRow(to: usize, slab: usize, left: v128, right: v128): void {
  v128.store(to, left);
  v128.store(to + slab, plus(left, right));
  v128.store(to + (slab << 1), minus(left, right));
  v128.store(to + 3 * slab, f32x4.neg(right));
}

/** A y Aᵀ of every tile of a gradient, whose halo is seen where a tile is not all inside. */
export function winogradOutputGradient(args: WinogradOutputGradient): void {
  const pitch = args.fromPitch;
  const pixel = args.pixel;
  const across = args.across;
  const slab = args.slab;
  const bytes = floatBytes(args.channels);
  const row = slab << 2;
  let line = args.from;
  let to = args.to;
  for (let y = args.down; y > 0; y--) {
    let tile = line;
    for (let x = across; x > 0; x--) {
      for (let c: usize = 0; c < bytes; c += 16) {
        const at = tile + c;
        const y00 = v128.load(at);
        const y01 = v128.load(at + pixel);
        const y10 = v128.load(at + pitch);
        const y11 = v128.load(at + pitch + pixel);
        const w = to + c;
        storeGradientRow(w, slab, y00, y01);
        storeGradientRow(w + row, slab, plus(y00, y10), plus(y01, y11));
        storeGradientRow(w + (row << 1), slab, minus(y00, y10), minus(y01, y11));
        storeGradientRow(w + 3 * row, slab, f32x4.neg(y10), f32x4.neg(y11));
      }
      to += bytes;
      tile += pixel << 1;
    }
    line += pitch << 1;
  }
}

/** A row of G g Gᵀ, of that row of G g. */
// @ts-ignore: decorator
@inline
function storeKernelRow(to: usize, slab: usize, left: v128, middle: v128, right: v128): void {
  const half = f32x4.splat(0.5);
  const ends = plus(left, right);
  v128.store(to, left);
  v128.store(to + slab, f32x4.mul(half, plus(ends, middle)));
  v128.store(to + (slab << 1), f32x4.mul(half, minus(ends, middle)));
  v128.store(to + 3 * slab, right);
}

/** G g Gᵀ of the 3 × 3 slabs of a kernel, `from` to `to` counting vectors of a slab. */
export function winogradKernel(args: WinogradKernel): void {
  const slab = args.slab;
  const half = f32x4.splat(0.5);
  const row = 3 * slab;
  const last = (<usize>args.vectorTo) << 4;
  for (let at = (<usize>args.vectorFrom) << 4; at < last; at += 16) {
    const g = args.kernel + at;
    const u = args.to + at;
    const g00 = v128.load(g);
    const g01 = v128.load(g + slab);
    const g02 = v128.load(g + (slab << 1));
    const g10 = v128.load(g + row);
    const g11 = v128.load(g + row + slab);
    const g12 = v128.load(g + row + (slab << 1));
    const g20 = v128.load(g + (row << 1));
    const g21 = v128.load(g + (row << 1) + slab);
    const g22 = v128.load(g + (row << 1) + (slab << 1));
    storeKernelRow(u, slab, g00, g01, g02);
    const e0 = plus(g00, g20);
    const e1 = plus(g01, g21);
    const e2 = plus(g02, g22);
    storeKernelRow(
      u + (slab << 2),
      slab,
      f32x4.mul(half, plus(e0, g10)),
      f32x4.mul(half, plus(e1, g11)),
      f32x4.mul(half, plus(e2, g12)),
    );
    storeKernelRow(
      u + (slab << 3),
      slab,
      f32x4.mul(half, minus(e0, g10)),
      f32x4.mul(half, minus(e1, g11)),
      f32x4.mul(half, minus(e2, g12)),
    );
    storeKernelRow(u + 12 * slab, slab, g20, g21, g22);
  }
}

/** A row of Gᵀ s G, of that row of Gᵀ s. */
// @ts-ignore: decorator
@inline
function storeKernelGradientRow(
  to: usize,
  slab: usize,
  t0: v128,
  t1: v128,
  t2: v128,
  t3: v128,
): void {
  const half = f32x4.splat(0.5);
  const both = f32x4.mul(half, plus(t1, t2));
  v128.store(to, plus(t0, both));
  v128.store(to + slab, f32x4.mul(half, minus(t1, t2)));
  v128.store(to + (slab << 1), plus(both, t3));
}

/** Half of the sum of rows 1 and 2 of a column of s. */
// @ts-ignore: decorator
@inline
function middle(s: usize, row: usize): v128 {
  return f32x4.mul(f32x4.splat(0.5), plus(v128.load(s + row), v128.load(s + (row << 1))));
}

/** Half of their difference. */
// @ts-ignore: decorator
@inline
function slope(s: usize, row: usize): v128 {
  return f32x4.mul(f32x4.splat(0.5), minus(v128.load(s + row), v128.load(s + (row << 1))));
}

/**
 * Gᵀ s G, the gradient of a kernel's 3 × 3 slabs, with s summed over groups; the table has their
 * offsets in bytes. What the first group had is lost.
 */
export function winogradKernelGradient(args: WinogradKernelGradient): void {
  const slab = args.slab;
  const table = args.table;
  const groups = args.groups;
  const row = slab << 2;
  const last = (<usize>args.vectorTo) << 4;
  for (let at = (<usize>args.vectorFrom) << 4; at < last; at += 16) {
    const s0 = sumGroups(args.from + at, table, groups, slab, 16);
    const s1 = s0 + slab;
    const s2 = s1 + slab;
    const s3 = s2 + slab;
    const to = args.to + at;
    storeKernelGradientRow(
      to,
      slab,
      plus(v128.load(s0), middle(s0, row)),
      plus(v128.load(s1), middle(s1, row)),
      plus(v128.load(s2), middle(s2, row)),
      plus(v128.load(s3), middle(s3, row)),
    );
    storeKernelGradientRow(
      to + 3 * slab,
      slab,
      slope(s0, row),
      slope(s1, row),
      slope(s2, row),
      slope(s3, row),
    );
    storeKernelGradientRow(
      to + 6 * slab,
      slab,
      plus(middle(s0, row), v128.load(s0 + 3 * row)),
      plus(middle(s1, row), v128.load(s1 + 3 * row)),
      plus(middle(s2, row), v128.load(s2 + 3 * row)),
      plus(middle(s3, row), v128.load(s3 + 3 * row)),
    );
  }
}
