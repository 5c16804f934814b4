/** What was found in files that somebody brings, for people to look at and to change. */

import type { ImageShape } from "../math/image-set";

/** What a data set may be here. */
export const OWN_DATA_LIMITS = {
  side: { min: 8, max: 64 },
  images: { min: 64, max: 100_000 },
  classes: { min: 1, max: 100 },
} as const;

/**
 * Numbers that all images of a data set may have together. The thread that trains has them once, and kernels once more;
 * the one that answers questions has them once. PCA's threads share theirs where memory can be shared.
 *
 * @param memory bytes of the device; left out where it does not tell
 */
export const mostBytes = (memory = 0): number => (memory >= MUCH_MEMORY ? 1e9 : 256e6);

/** Devices of 8 GB have a little less for programs. */
const MUCH_MEMORY = 7.5e9;

/** Names of formats, for `Proposal.format`. */
export type FormatName = "idx" | "numpy" | "csv" | "parquet" | "cifar" | "pictures" | "sheet";

/**
 * What people may choose, each as text. `size` ("32x32"), `fit`, `channels` and `background` are about the
 * images as they come out, `images` is how many are taken ("all", "10000"), the others are about how files are
 * read: `labels` is a file, `range` what stands for black and white ("0..16"), `layout` in what order an array's
 * numbers are, `upright` whether images lie on their sides, `classes` what the classes are taken from, `tile`
 * one image's size in a sheet.
 */
export const CHOICES = [
  "size",
  "fit",
  "channels",
  "images",
  "background",
  "labels",
  "range",
  "layout",
  "upright",
  "classes",
  "tile",
] as const;
export type ChoiceName = (typeof CHOICES)[number];
export type Choices = { readonly [Name in ChoiceName]?: string };

/** What was taken to be so, and what it might be instead. */
export interface Guess {
  readonly name: ChoiceName;
  /** For people: "Numbers from black to white". */
  readonly label: string;
  readonly value: string;
  /** What it may be; where `isFree`, other values of the same form as well. */
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly isFree: boolean;
}

/** A class that occurs in the files. */
export interface FoundClass {
  readonly name: string;
  /** Images, with those of the test part. */
  readonly count: number;
  /** Images of the set's own test part. */
  readonly test: number;
}

/** What files hold, and what would be made of it. */
export interface Proposal {
  readonly format: FormatName;
  /** The files that it is of. */
  readonly files: readonly string[];
  /** Of the images as the files have them; the commonest size where `isMixed`. */
  readonly original: ImageShape;
  readonly isMixed: boolean;
  /** As they would come out. */
  readonly shape: ImageShape;
  /** As many as are taken, fewer than the files have where a sample is. */
  readonly images: number;
  readonly classes: readonly FoundClass[];
  readonly guesses: readonly Guess[];
  /** Sentences on what was left out, or is worth knowing. */
  readonly notes: readonly string[];
  /** Up to 16 images as they would come out, of as many classes as there are, with their classes. */
  readonly samples: { readonly pixels: Uint8Array<ArrayBuffer>; readonly labels: Uint8Array };
}

/** What a data set is called at first: "digits" of /data/digits.csv.gz; empty where nothing is left. */
export const titleOf = (path: string): string =>
  path
    .replace(/[/\\]+$/, "")
    .replace(/^.*[/\\]/, "")
    .replace(/(\.(gz|zip|tar|tgz|csv|npz|npy|parquet|idx\d?))+$/i, "");
