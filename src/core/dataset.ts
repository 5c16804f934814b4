/** Images in memory, as every part of the project passes them around. */

/** Where the images come from; results from synthetic garments are always labelled so. */
export type DataSource = "fashion-mnist" | "synthetic";

export interface Dataset {
  readonly source: DataSource;
  /** Class ids present, ascending. */
  readonly classes: readonly number[];
  readonly count: number;
  /** count × 784 bytes, 0 (black ground) to 255; class by class in `classes`' order. */
  readonly images: Uint8Array;
  /** count class ids. */
  readonly labels: Uint8Array;
}

/** Indices into a dataset's images; the three parts are disjoint and cover all of them. */
export interface Split {
  readonly train: Uint32Array;
  readonly validation: Uint32Array;
  readonly test: Uint32Array;
}
