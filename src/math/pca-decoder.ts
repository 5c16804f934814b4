/** One image decoded by PCA at one size after another. */

import type { Pca } from "./pca";
import { addScaled } from "./vectors";

/**
 * What an image is a sum of: the mean, and each component as often as its code says.
 *
 * Another size adds or takes away only what lies between: a slider that moves by a few numbers costs
 * a few of 256 components.
 */
export class PcaSums {
  readonly #pca: Pca;
  readonly #code: Float64Array;
  readonly #pixels: Float64Array;
  #kept = 0;

  /** @param code at most as many numbers as there are components */
  constructor(pca: Pca, code: Float64Array) {
    this.#pca = pca;
    this.#code = code;
    this.#pixels = Float64Array.from(pca.mean);
  }

  /** Decodes from the first numbers of the code, 0 to all. */
  keep(count: number): void {
    // Nearer to nothing than to where it is.
    if (this.#kept > 2 * count) {
      this.#pixels.set(this.#pca.mean);
      this.#kept = 0;
    }
    for (; this.#kept < count; this.#kept++) this.#add(this.#kept, 1);
    for (; this.#kept > count; this.#kept--) this.#add(this.#kept - 1, -1);
  }

  /** The image's pixels into `target` from `from` on, in [0, 1]. */
  write(target: Float32Array, from: number): void {
    const size = this.#pixels.length;
    for (let pixel = 0; pixel < size; pixel++) {
      target[from + pixel] = Math.min(1, Math.max(0, this.#pixels[pixel]!));
    }
  }

  #add(component: number, sign: 1 | -1): void {
    const factor = sign * this.#code[component]!;
    const size = this.#pixels.length;
    addScaled(this.#pixels, 0, factor, this.#pca.components, component * size, size);
  }
}
