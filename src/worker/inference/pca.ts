/** PCA of a training split: one fit for every size, and the codes that it has made. */

import { SETTINGS } from "../../config/settings";
import type { Basis } from "../../math/basis";
import { decodeWithPca, encodeWithPca, isEnough, type Pca, type PcaCodes } from "../../math/pca";
import { PcaSums } from "../../math/pca-decoder";
import type { Kept } from "../../protocol/inference";
import { CodeBook, type Located } from "./codes";

/** Numbers that codes are made of at most. */
export const MOST_CODE = SETTINGS.latentSize.type.limits.max;

/** Images whose sums are remembered: those of a slider, which are asked for again and again. */
const MOST_SUMS = 64;

export class PcaCodec {
  readonly #pca: Pca;
  /** Numbers that codes are made of: as many as a net may have, or PCA's rank. */
  readonly size: number;
  readonly #known: CodeBook<Float64Array>;
  /** By an image's number in the data set, the least recently used first. */
  readonly #sums = new Map<number, PcaSums>();
  readonly #basis: Basis;

  /** @param basis of the first components, as many as codes are made of */
  constructor(pca: Pca, basis: Basis) {
    this.#pca = pca;
    this.#basis = basis;
    this.size = Math.min(MOST_CODE, pca.variances.length);
    this.#known = new CodeBook(this.size, (length) => new Float64Array(length));
  }

  /** Whether there are all components that codes of so many numbers are made of. */
  isEnough(latentSize: number): boolean {
    return isEnough(this.#pca, latentSize);
  }

  /** The first `size` numbers, or as many as there are. */
  encode(located: Located, size: number): PcaCodes {
    return encodeWithPca(
      this.#pca,
      Math.min(size, this.size),
      located,
      located.indices,
      this.#basis,
    );
  }

  /**
   * There and back, in [0, 1], of the images from place `from` to before `to`.
   *
   * @param kept of each of those; null keeps as many numbers as there are
   */
  reconstruct(located: Located, from: number, to: number, kept: Kept): Float32Array {
    const { isDataset } = located;
    const indices = located.indices.subarray(from, to);
    const encode = (missing: Uint32Array) =>
      encodeWithPca(this.#pca, this.size, located, missing, this.#basis).codes;
    const codes = isDataset ? this.#known.take(indices, encode) : encode(indices);
    const keptOf = (row: number) =>
      Math.min(this.size, kept instanceof Uint16Array ? kept[row]! : (kept ?? this.size));
    if (isDataset && located.indices.length <= MOST_SUMS)
      return this.#update(indices, codes, keptOf);
    return decodeWithPca(this.#pca, this.size, codes, keptOf, this.#basis);
  }

  /** From where the images' last sizes left them. */
  #update(indices: Uint32Array, codes: Float64Array, keptOf: (row: number) => number) {
    const pixels = this.#pca.mean.length;
    const images = new Float32Array(indices.length * pixels);
    for (const [row, index] of indices.entries()) {
      const sums =
        this.#sums.get(index) ??
        new PcaSums(this.#pca, codes.slice(row * this.size, (row + 1) * this.size));
      this.#sums.delete(index);
      this.#sums.set(index, sums);
      sums.keep(keptOf(row));
      sums.write(images, row * pixels);
      if (this.#sums.size > MOST_SUMS) this.#sums.delete(this.#sums.keys().next().value!);
    }
    return images;
  }
}
