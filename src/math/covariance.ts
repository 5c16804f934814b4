/** Means and covariances of rows that come a few at a time. */

/** Rows that are taken together: what is loaded of the sums serves all four. */
const TOGETHER = 4;

export class Moments {
  /** Numbers in a row. */
  readonly size: number;
  readonly #sums: Float64Array;
  /** size × size; the lower triangle holds sums of products. */
  readonly #products: Float64Array;
  #count = 0;

  constructor(size: number) {
    this.size = size;
    this.#sums = new Float64Array(size);
    this.#products = new Float64Array(size * size);
  }

  get count(): number {
    return this.#count;
  }

  /** @param rows any number of them, closely packed */
  add(rows: Float32Array): void {
    const { size } = this;
    const four = new Float64Array(TOGETHER * size);
    for (let from = 0; from < rows.length; from += four.length) {
      const part = rows.subarray(from, from + four.length);
      four.fill(0);
      four.set(part);
      this.#addFour(four);
      this.#count += part.length / size;
    }
  }

  #addFour(rows: Float64Array): void {
    const { size } = this;
    const sums = this.#sums;
    const products = this.#products;
    for (let i = 0; i < size; i++) {
      const a = rows[i]!;
      const b = rows[size + i]!;
      const c = rows[2 * size + i]!;
      const d = rows[3 * size + i]!;
      // Dead numbers and black pixels add nothing.
      if (a === 0 && b === 0 && c === 0 && d === 0) continue;
      sums[i] = sums[i]! + (a + b + (c + d));
      const row = i * size;
      for (let j = 0; j <= i; j++) {
        products[row + j] =
          products[row + j]! +
          (a * rows[j]! +
            b * rows[size + j]! +
            (c * rows[2 * size + j]! + d * rows[3 * size + j]!));
      }
    }
  }

  /** size means; NaN without rows. */
  mean(): Float64Array {
    return this.#sums.map((sum) => sum / this.#count);
  }

  /**
   * Sample covariances, size × size: only the lower triangle is filled.
   *
   * @throws RangeError when there are fewer than two rows
   */
  covariance(): Float64Array {
    const { size } = this;
    if (this.#count < 2) throw new RangeError("Covariances need at least two rows.");
    const result = new Float64Array(size * size);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j <= i; j++) {
        const centred =
          this.#products[i * size + j]! - (this.#sums[i]! * this.#sums[j]!) / this.#count;
        result[i * size + j] = centred / (this.#count - 1);
      }
    }
    return result;
  }
}
