/** PCA of a training split in the lab: one fit for every size, and the codes that it has made. */

import { LIMITS } from "../../core/config";
import { decodeWithPca, encodeWithPca, type Pca, type PcaCodes } from "../../core/pca";
import type { Kept } from "../../protocol/lab";
import { CodeBook } from "./codes";
import type { Located } from "./located";

export class LabPca {
  readonly #pca: Pca;
  /** Numbers that codes are made of: as many as a net may have, or PCA's rank. */
  readonly size: number;
  readonly #known: CodeBook<Float64Array>;

  constructor(pca: Pca) {
    this.#pca = pca;
    this.size = Math.min(LIMITS.latentSize.max, pca.variances.length);
    this.#known = new CodeBook(this.size, (length) => new Float64Array(length));
  }

  /** The first `size` numbers, or as many as there are. */
  encode({ images, indices }: Located, size: number): PcaCodes {
    return encodeWithPca(this.#pca, Math.min(size, this.size), images, indices);
  }

  /** There and back, in [0, 1]; null keeps as many numbers as there are. */
  reconstruct({ images, indices, isDataset }: Located, kept: Kept): Float32Array {
    const encode = (missing: Uint32Array) =>
      encodeWithPca(this.#pca, this.size, images, missing).codes;
    const codes = isDataset ? this.#known.take(indices, encode) : encode(indices);
    return decodeWithPca(this.#pca, this.size, codes, (row) =>
      kept instanceof Uint16Array ? kept[row]! : (kept ?? this.size),
    );
  }
}
