/** What a data set is, and its images in memory. */

import { type ImageSet, type ImageShape, sameShape } from "../math/image-set";

/**
 * Where the images come from; results from synthetic garments are always labelled so. "own" is what
 * somebody brought.
 */
export const DATA_SOURCES = ["fashion-mnist", "synthetic", "own"] as const;
export type DataSource = (typeof DATA_SOURCES)[number];

/** Classes of a data set at most: labels are bytes. */
export const MOST_CLASSES = 256;

/**
 * Which data set: its id in the catalogue, or the hash of its content where somebody brought it.
 * Letters, digits, _ and -.
 */
export type DataRef = string;

/** What all that works with images needs to know of a data set, without its images. */
export interface DataSpec extends ImageShape {
  /** What runs and links call it. */
  readonly id: DataRef;
  /** For people: "Fashion-MNIST". */
  readonly title: string;
  /** By class id. */
  readonly classNames: readonly string[];
  /** What one of its images shows, for people: "garment"; left out, it is an "image". */
  readonly itemName?: string;
  readonly source: DataSource;
  /**
   * By class id, how many images the set itself has for testing: the last ones of each class. Left out where
   * it has no such part.
   */
  readonly testCounts?: readonly number[];
  /** A camera took them: people may be on them, who are asked before they go into files. */
  readonly isCamera?: boolean;
}

/** Whether two descriptions are of one data set; garments drawn by code count as those they stand for. */
export function sameImages(a: DataSpec, b: DataSpec): boolean {
  return a.id === b.id && sameShape(a, b);
}

/** Images class by class, in `classes`' order, those of the set's own test part last in each. */
export interface Dataset extends ImageSet {
  readonly spec: DataSpec;
  /** Class ids present, ascending. */
  readonly classes: readonly number[];
  readonly count: number;
  /** count class ids. */
  readonly labels: Uint8Array;
}

/** Indices into a dataset's images; the three parts are disjoint and cover all of them. */
export interface Split {
  readonly train: Uint32Array;
  readonly validation: Uint32Array;
  readonly test: Uint32Array;
}
