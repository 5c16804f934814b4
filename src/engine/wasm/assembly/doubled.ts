/**
 * Sums and differences for 3 × 3 convolutions of images that are doubled before, nearest neighbour.
 *
 * Along one axis, with taps w₀ w₁ w₂ and S = w₀ + w₁ + w₂, and x₋₁ = x of the halo:
 *
 *     y₂ᵢ = S·xᵢ − w₀·(xᵢ − xᵢ₋₁)    y₂ᵢ₊₁ = S·xᵢ + w₂·(xᵢ₊₁ − xᵢ)
 *
 * so that three products make two outputs. In two dimensions nine products make four, of x and of its
 * differences by rows, by columns and by both, where the doubled image takes 36 and a folded window 16.
 *
 * Maps lie one behind the other, pixel by pixel; channels are multiples of 4. The nine products have
 * slabs by what they take of the kernel's rows and, faster, of its columns: S, −w₀, w₂.
 */

import { floatBytes } from "./bytes";
import {
  DoubledInput,
  DoubledInputGradient,
  DoubledKernel,
  DoubledKernelGradient,
  DoubledOutput,
  DoubledOutputGradient,
} from "./generated/records";
import { minus, plus } from "./simd";
import { sumGroups } from "./slabs";

/**
 * Differences of an image with a halo of one pixel: rows [height + 1, width], columns
 * [height, width + 1], both [height + 1, width + 1]; each from the pixel before.
 */
export function doubledInput(args: DoubledInput): void {
  const pitch = args.fromPitch;
  const pixel = args.pixel;
  const height = args.height;
  const width = args.width;
  const bytes = floatBytes(args.channels);
  let rows = args.rows;
  let columns = args.columns;
  let both = args.both;
  let line = args.from;
  for (let y = 0; y <= height; y++) {
    let at = line;
    for (let x = 0; x <= width; x++) {
      const left = at - pixel;
      const above = at - pitch;
      const hasRow = x < width;
      const hasColumn = y < height;
      for (let c: usize = 0; c < bytes; c += 16) {
        const here = v128.load(at + c);
        const down = minus(here, v128.load(above + c));
        const beside = v128.load(left + c);
        if (hasRow) v128.store(rows + c, down);
        if (hasColumn) v128.store(columns + c, minus(here, beside));
        v128.store(both + c, minus(down, minus(beside, v128.load(above - pixel + c))));
      }
      if (hasRow) rows += bytes;
      if (hasColumn) columns += bytes;
      both += bytes;
      at += pixel;
    }
    line += pitch;
  }
}

/** The four outputs of each pixel, of the nine products, with the bias and clamped at zero where that is wanted. */
export function doubledOutput(args: DoubledOutput): void {
  const slab = args.slab;
  const pitch = args.toPitch;
  const pixel = args.pixel;
  const bias = args.bias;
  const relu = args.relu;
  const bytes = floatBytes(args.channels);
  const zero = f32x4.splat(0);
  let from = args.from;
  let line = args.to;
  for (let y = args.height; y > 0; y--) {
    let to = line;
    for (let x = args.width; x > 0; x--) {
      for (let c: usize = 0; c < bytes; c += 16) {
        let m = from + c;
        let sum = v128.load(m);
        if (bias) sum = plus(sum, v128.load(bias + c));
        const low = plus(sum, v128.load(m + slab));
        const high = plus(sum, v128.load(m + (slab << 1)));
        m += 3 * slab;
        let above = v128.load(m);
        let y00 = plus(low, plus(above, v128.load(m + slab)));
        let y01 = plus(high, plus(above, v128.load(m + (slab << 1))));
        m += 3 * slab;
        above = v128.load(m);
        let y10 = plus(low, plus(above, v128.load(m + slab)));
        let y11 = plus(high, plus(above, v128.load(m + (slab << 1))));
        if (relu) {
          y00 = f32x4.max(y00, zero);
          y01 = f32x4.max(y01, zero);
          y10 = f32x4.max(y10, zero);
          y11 = f32x4.max(y11, zero);
        }
        const at = to + c;
        v128.store(at, y00);
        v128.store(at + pixel, y01);
        v128.store(at + pitch, y10);
        v128.store(at + pitch + pixel, y11);
      }
      from += bytes;
      to += pixel << 1;
    }
    line += pitch << 1;
  }
}

/**
 * Sums of each pixel's four gradients, in slabs: all of them; of the left, of the right two; of the
 * upper, of the lower two.
 */
export function doubledOutputGradient(args: DoubledOutputGradient): void {
  const slab = args.slab;
  const pitch = args.fromPitch;
  const pixel = args.pixel;
  const bytes = floatBytes(args.channels);
  let to = args.to;
  let line = args.from;
  for (let y = args.down; y > 0; y--) {
    let from = line;
    for (let x = args.across; x > 0; x--) {
      for (let c: usize = 0; c < bytes; c += 16) {
        const at = from + c;
        const y00 = v128.load(at);
        const y01 = v128.load(at + pixel);
        const y10 = v128.load(at + pitch);
        const y11 = v128.load(at + pitch + pixel);
        const left = plus(y00, y10);
        const right = plus(y01, y11);
        const g = to + c;
        v128.store(g, plus(left, right));
        v128.store(g + slab, left);
        v128.store(g + (slab << 1), right);
        v128.store(g + 3 * slab, plus(y00, y01));
        v128.store(g + (slab << 2), plus(y10, y11));
      }
      to += bytes;
      from += pixel << 1;
    }
    line += pitch << 1;
  }
}

/** The input's gradient of its own, and of those of its differences, which lie as they do. */
export function doubledInputGradient(args: DoubledInputGradient): void {
  const pitch = args.toPitch;
  const pixel = args.pixel;
  const width = args.width;
  const bytes = floatBytes(args.channels);
  const rowBytes = <usize>width * bytes;
  const wideBytes = rowBytes + bytes;
  let own = args.own;
  let rows = args.rows;
  let columns = args.columns;
  let both = args.both;
  let line = args.to;
  for (let y = args.height; y > 0; y--) {
    let to = line;
    for (let x = width; x > 0; x--) {
      for (let c: usize = 0; c < bytes; c += 16) {
        const row = rows + c;
        const column = columns + c;
        const corner = both + c;
        const down = minus(v128.load(row), v128.load(row + rowBytes));
        const across = minus(v128.load(column), v128.load(column + bytes));
        const above = minus(v128.load(corner), v128.load(corner + bytes));
        const below = minus(v128.load(corner + wideBytes), v128.load(corner + wideBytes + bytes));
        const sum = plus(plus(v128.load(own + c), down), plus(across, minus(above, below)));
        v128.store(to + c, sum);
      }
      own += bytes;
      rows += bytes;
      columns += bytes;
      both += bytes;
      to += pixel;
    }
    // Past the pixel that they have more a row.
    columns += bytes;
    both += bytes;
    line += pitch;
  }
}

/** S, −w₀ and w₂ of three columns' numbers. */
// @ts-ignore: decorator
@inline
function storeKernelRow(to: usize, slab: usize, left: v128, middle: v128, right: v128): void {
  v128.store(to, plus(plus(left, middle), right));
  v128.store(to + slab, f32x4.neg(left));
  v128.store(to + (slab << 1), right);
}

/** The nine slabs of a kernel's 3 × 3, `vectorFrom` to `vectorTo` of each. */
export function doubledKernel(args: DoubledKernel): void {
  const slab = args.slab;
  const row = 3 * slab;
  const last = (<usize>args.vectorTo) << 4;
  for (let at = (<usize>args.vectorFrom) << 4; at < last; at += 16) {
    const w = args.kernel + at;
    const u = args.to + at;
    const left = v128.load(w);
    const middle = v128.load(w + slab);
    const right = v128.load(w + (slab << 1));
    const lowerLeft = v128.load(w + (row << 1));
    const lowerMiddle = v128.load(w + (row << 1) + slab);
    const lowerRight = v128.load(w + (row << 1) + (slab << 1));
    storeKernelRow(
      u,
      slab,
      plus(plus(left, v128.load(w + row)), lowerLeft),
      plus(plus(middle, v128.load(w + row + slab)), lowerMiddle),
      plus(plus(right, v128.load(w + row + (slab << 1))), lowerRight),
    );
    storeKernelRow(u + row, slab, f32x4.neg(left), f32x4.neg(middle), f32x4.neg(right));
    storeKernelRow(u + (row << 1), slab, lowerLeft, lowerMiddle, lowerRight);
  }
}

/** A row of the kernel's gradient, of that of what its columns were made. */
// @ts-ignore: decorator
@inline
function storeGradientRow(to: usize, slab: usize, sum: v128, low: v128, high: v128): void {
  v128.store(to, minus(sum, low));
  v128.store(to + slab, sum);
  v128.store(to + (slab << 1), plus(sum, high));
}

/** The gradient of a kernel's 3 × 3 slabs, of those of the nine, summed over groups; the first group's are lost. */
export function doubledKernelGradient(args: DoubledKernelGradient): void {
  const slab = args.slab;
  const row = 3 * slab;
  const last = (<usize>args.vectorTo) << 4;
  for (let at = (<usize>args.vectorFrom) << 4; at < last; at += 16) {
    const s = sumGroups(args.from + at, args.table, args.groups, slab, 9);
    const to = args.to + at;
    const sum = v128.load(s);
    const low = v128.load(s + slab);
    const high = v128.load(s + (slab << 1));
    let other = s + row;
    storeGradientRow(
      to,
      slab,
      minus(sum, v128.load(other)),
      minus(low, v128.load(other + slab)),
      minus(high, v128.load(other + (slab << 1))),
    );
    storeGradientRow(to + row, slab, sum, low, high);
    other += row;
    storeGradientRow(
      to + (row << 1),
      slab,
      plus(sum, v128.load(other)),
      plus(low, v128.load(other + slab)),
      plus(high, v128.load(other + (slab << 1))),
    );
  }
}
