/** Codes of a data set's images, made once: a slider asks for the same images again and again. */

import type { ImageSet } from "../../math/image-set";

/** Images and which of them a question is about. */
export interface Located extends ImageSet {
  readonly indices: Uint32Array;
  /** They are a data set's, so that an index always stands for the same image. */
  readonly isDataset: boolean;
}

/** Of 256 numbers of 4 bytes: 16 MB. Images beyond are encoded each time. */
const MOST_CODES = 16_384;

export class CodeBook<Codes extends Float32Array | Float64Array> {
  readonly #size: number;
  readonly #make: (length: number) => Codes;
  /** By an image's number in the data set. */
  readonly #known = new Map<number, Codes>();

  /** @param size numbers in a code */
  constructor(size: number, make: (length: number) => Codes) {
    this.#size = size;
    this.#make = make;
  }

  /** Codes of the images at `indices`, closely packed; `encode` makes those that are missing. */
  take(indices: Uint32Array, encode: (missing: Uint32Array) => Codes): Codes {
    const size = this.#size;
    const missing = [...new Set(indices)].filter((index) => !this.#known.has(index));
    const fresh = new Map<number, Codes>();
    if (missing.length > 0) {
      const made = encode(Uint32Array.from(missing));
      for (const [row, index] of missing.entries()) {
        const code = made.slice(row * size, (row + 1) * size) as Codes;
        fresh.set(index, code);
        if (this.#known.size < MOST_CODES) this.#known.set(index, code);
      }
    }
    const codes = this.#make(indices.length * size);
    for (const [row, index] of indices.entries()) {
      codes.set((this.#known.get(index) ?? fresh.get(index))!, row * size);
    }
    return codes;
  }
}
