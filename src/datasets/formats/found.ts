/** What a reader of a format finds in files, and what can be chosen about it. */

import type { ImageShape } from "../../math/image-set";
import type { ChoiceName, Choices, FormatName, FoundClass, Guess } from "../proposal";
import { DataFileError, type ReadHost } from "./input";
import type { KnownFile } from "./unpack";

/** Some images of one size as the files have them. */
export interface RawImages {
  readonly height: number;
  readonly width: number;
  /** 2 and 4 have alpha behind grey, and behind red, green and blue. */
  readonly channels: 1 | 2 | 3 | 4;
  /** A byte a number, image after image, row by row, a pixel's channels side by side. */
  readonly pixels: Uint8Array | Uint8ClampedArray;
  /** A place in `Found.classes` for each image. */
  readonly labels: Uint8Array;
  /** They are of the set's own test part. */
  readonly isTest: boolean;
}

/** What one format makes of the files. */
export interface Found {
  readonly format: FormatName;
  /** The files that are used. */
  readonly files: readonly string[];
  /** Of the images as the files have them; the commonest size where they are of several. */
  readonly shape: ImageShape;
  readonly isMixed: boolean;
  readonly hasAlpha: boolean;
  /** Classes that occur, in the order of their ids; one for images without labels. */
  readonly classes: readonly FoundClass[];
  readonly guesses: readonly Guess[];
  /** Sentences on what was left out, or is worth knowing. */
  readonly notes: readonly string[];
  /** All images; those of the training part, class by class or not, come before the test part's. */
  images(): AsyncIterable<RawImages>;
  /** Those that a sample has, where reading one takes long; it is asked of each image once, in their order. */
  readonly chosen?: (
    isTaken: (label: number, isTest: boolean) => boolean,
  ) => AsyncIterable<RawImages>;
  /** A few, spread over the files, where that takes less than reading all. */
  readonly some?: (count: number) => AsyncIterable<RawImages>;
}

/**
 * Finds its format among the files.
 *
 * @param beside files that lie beside them, and were not brought: labels are looked for there
 * @returns null where there is nothing of the format
 * @throws DataFileError for files of the format that cannot be taken
 */
export type Find = (
  files: readonly KnownFile[],
  beside: readonly KnownFile[],
  choices: Choices,
  host: ReadHost,
) => Promise<Found | null>;

/**
 * A guess among named values.
 *
 * @throws DataFileError where another one is chosen
 */
export function guess<Value extends string>(
  name: ChoiceName,
  label: string,
  options: readonly { readonly value: Value; readonly label: string }[],
  guessed: Value,
  choices: Choices,
): Guess & { readonly value: Value } {
  const wanted = choices[name];
  const value =
    wanted === undefined ? guessed : options.find((option) => option.value === wanted)?.value;
  if (value === undefined) {
    const allowed = options.map((option) => option.value).join(", ");
    throw new DataFileError(`${name} may be ${allowed} for these files, not ${wanted}.`);
  }
  return { name, label, value, options, isFree: false };
}

/** Labels as they come, made classes: whole numbers in their order, else names in theirs. */
export class ClassCounter {
  readonly #counts = new Map<string, { count: number; test: number }>();

  add(label: string, isTest: boolean, images = 1): void {
    const known = this.#counts.get(label) ?? { count: 0, test: 0 };
    known.count += images;
    if (isTest) known.test += images;
    this.#counts.set(label, known);
  }

  /** @param nameOf what a label is called, where it is not itself that */
  classes(nameOf: (label: string) => string = (label) => label): FoundClass[] {
    return this.#sorted().map((label) => ({ name: nameOf(label), ...this.#counts.get(label)! }));
  }

  /** The class of each label. */
  ids(): Map<string, number> {
    return new Map(this.#sorted().map((label, id) => [label, id]));
  }

  #sorted(): string[] {
    return [...this.#counts.keys()].sort(new Intl.Collator("en", { numeric: true }).compare);
  }
}

/** What images without labels are all called. */
export const NO_CLASS = "image";
