/** Sums over images, of pixels and of their products: what a covariance is made of. */

import { type ImageSet, sizeOf } from "./image-set";

/** Whole numbers of bytes and their products, below 2⁵³, so exact. */
export interface PixelSums {
  /** A sum for each number of an image. */
  readonly sums: Float64Array;
  /** size × size, the lower triangle: row i, column j ≤ i has Σ x[i] x[j]. */
  readonly products: Float64Array;
}

/**
 * Sums the images at `indices` and their outer products, four images at a time.
 *
 * Only pixels that one of the four lights up count: half of a garment's are black, and images
 * sorted by index are class by class, so that four neighbours share their outline.
 */
export function sumProducts({ shape, images }: ImageSet, indices: Uint32Array): PixelSums {
  const size = sizeOf(shape);
  const sums = new Float64Array(size);
  const products = new Float64Array(size * size);
  const sorted = indices.slice().sort();
  const blank = new Uint8Array(size);
  const imageAt = (i: number) =>
    i < sorted.length ? images.subarray(sorted[i]! * size, (sorted[i]! + 1) * size) : blank;
  const positions = new Int32Array(size);
  const lit = Array.from({ length: 4 }, () => new Float64Array(size));
  const [a, b, c, d] = lit as [Float64Array, Float64Array, Float64Array, Float64Array];
  for (let i = 0; i < sorted.length; i += 4) {
    const [first, second, third, fourth] = [
      imageAt(i),
      imageAt(i + 1),
      imageAt(i + 2),
      imageAt(i + 3),
    ];
    let count = 0;
    for (let pixel = 0; pixel < size; pixel++) {
      const sum = first[pixel]! + second[pixel]! + third[pixel]! + fourth[pixel]!;
      if (sum === 0) continue;
      sums[pixel] = sums[pixel]! + sum;
      positions[count] = pixel;
      a[count] = first[pixel]!;
      b[count] = second[pixel]!;
      c[count] = third[pixel]!;
      d[count] = fourth[pixel]!;
      count++;
    }
    if (count % 2 === 1) {
      // An entry of zeros makes the number even and adds nothing.
      positions[count] = 0;
      for (const values of lit) values[count] = 0;
      count++;
    }
    addOuterProducts(products, size, positions, count, a, b, c, d);
  }
  return { sums, products };
}

/** `count` is even. */
function addOuterProducts(
  products: Float64Array,
  size: number,
  positions: Int32Array,
  count: number,
  a: Float64Array,
  b: Float64Array,
  c: Float64Array,
  d: Float64Array,
): void {
  // Two rows at a time: what is loaded of the four images serves both.
  for (let i = 0; i < count; i += 2) {
    const row = positions[i]! * size;
    const nextRow = positions[i + 1]! * size;
    const [a0, b0, c0, d0] = [a[i]!, b[i]!, c[i]!, d[i]!];
    const [a1, b1, c1, d1] = [a[i + 1]!, b[i + 1]!, c[i + 1]!, d[i + 1]!];
    for (let j = 0; j <= i + 1; j++) {
      const column = positions[j]!;
      const aj = a[j]!;
      const bj = b[j]!;
      const cj = c[j]!;
      const dj = d[j]!;
      const at = row + column;
      const below = nextRow + column;
      products[at] = products[at]! + (a0 * aj + b0 * bj + (c0 * cj + d0 * dj));
      products[below] = products[below]! + (a1 * aj + b1 * bj + (c1 * cj + d1 * dj));
    }
  }
}
