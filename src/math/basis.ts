/** Rows that are as long as an image, and what is multiplied by all of them. */

import { addScaled, dot } from "./vectors";

/** Rows that are multiplied at a time, at most. */
export const BLOCK = 64;

export interface Basis {
  /**
   * Products of up to BLOCK rows with each of the basis.
   *
   * @param rows count × size
   * @param first as many rows of the basis, from its first; left out, all
   * @returns count × width, with `first` made a multiple of BLOCK for the width
   */
  products(rows: Float64Array, first?: number): Float64Array;
  /**
   * Adds combinations of the basis's rows to up to BLOCK rows.
   *
   * @param weights count × width, a multiple of BLOCK; 0 where the basis has no such row
   * @param rows count × size, which stay as they are
   * @returns count × size
   */
  combine(weights: Float64Array, rows: Float64Array): Float64Array;
}

/** Rows in whole blocks. */
export const wholeBlocks = (rows: number): number => Math.ceil(rows / BLOCK) * BLOCK;

/** Views of rows that lie one behind the other. */
export function rowsOf(rows: Float64Array, size: number): Float64Array[] {
  return Array.from({ length: rows.length / size }, (_, i) =>
    rows.subarray(i * size, (i + 1) * size),
  );
}

/** In plain TypeScript, of rows that may become more. */
export function plainBasis(known: readonly Float64Array[], size: number): Basis {
  return {
    products(rows, first = known.length) {
      const width = wholeBlocks(first);
      const products = new Float64Array((rows.length / size) * width);
      for (const [i, row] of rowsOf(rows, size).entries()) {
        for (let j = 0; j < first; j++) products[i * width + j] = dot(row, 0, known[j]!, 0, size);
      }
      return products;
    },
    combine(weights, rows) {
      const sums = rows.slice();
      const width = weights.length / (rows.length / size);
      for (const [i, row] of rowsOf(sums, size).entries()) {
        for (const [j, other] of known.slice(0, width).entries()) {
          const weight = weights[i * width + j]!;
          if (weight !== 0) addScaled(row, 0, weight, other, 0, size);
        }
      }
      return sums;
    },
  };
}
