/** Numbers of any range as bytes. */

import type { Choices, Guess } from "../proposal";
import { DataFileError } from "./input";

/** What stands for black and for white. */
export interface Range {
  readonly black: number;
  readonly white: number;
}

interface KnownRange extends Range {
  readonly label: string;
  /** Fractions in it have at least this for their greatest number; none have a range without it. */
  readonly fractionsFrom?: number;
}

/**
 * Ranges that images' numbers have, of which the narrowest that fits is meant: scikit-learn's digits have
 * 0 to 16. Fractions up to 3.4 are no image's, but numbers that were standardised.
 */
const RANGES: readonly KnownRange[] = [
  { black: 0, white: 1, label: "0 to 1", fractionsFrom: 0 },
  { black: -1, white: 1, label: "−1 to 1", fractionsFrom: 0 },
  { black: 0, white: 16, label: "0 to 16" },
  { black: 0, white: 255, label: "0 to 255", fractionsFrom: 16 },
  { black: 0, white: 65_535, label: "0 to 65,535" },
];

const textOf = ({ black, white }: Range): string => `${black}..${white}`;

/** The least and the greatest of numbers, as they come. */
export class Extent {
  least = Number.POSITIVE_INFINITY;
  greatest = Number.NEGATIVE_INFINITY;
  hasFractions = false;
  /** Numbers so far. */
  #count = 0;

  /** @throws DataFileError for what is no number, naming the file */
  add(values: ArrayLike<number>, path: string): void {
    if (values instanceof Uint8Array) {
      this.#addBytes(values);
      return;
    }
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      if (value < this.least) this.least = value;
      if (value > this.greatest) this.greatest = value;
      if (!this.hasFractions && value % 1 !== 0) this.hasFractions = true;
      if (!Number.isFinite(value)) {
        throw new DataFileError(
          `${path} has ${Number.isNaN(value) ? "NaN (not a number)" : "an infinite number"} among its pixels, as number ${(this.#count + i + 1).toLocaleString("en")}: put a number in its place, or leave that image out.`,
        );
      }
    }
    this.#count += values.length;
  }

  #addBytes(values: Uint8Array): void {
    let [least, greatest] = [255, 0];
    for (const value of values) {
      if (value < least) least = value;
      if (value > greatest) greatest = value;
    }
    if (values.length === 0) return;
    this.least = Math.min(this.least, least);
    this.greatest = Math.max(this.greatest, greatest);
    this.#count += values.length;
  }
}

/**
 * Which range the numbers have, by the least and the greatest of them.
 *
 * @throws DataFileError where they have none that images have, and where a range is chosen that they leave
 */
export function guessRange(
  { least, greatest, hasFractions }: Extent,
  path: string,
  choices: Choices,
): { readonly range: Range; readonly guess: Guess } {
  const fits = ({ black, white }: Range) => black <= least && greatest <= white;
  const wanted = choices.range === undefined ? undefined : readRange(choices.range);
  const range =
    wanted ??
    RANGES.find((each) => {
      const { fractionsFrom = Number.POSITIVE_INFINITY } = each;
      return fits(each) && (!hasFractions || greatest >= fractionsFrom);
    });
  if (!range || !fits(range)) {
    throw new DataFileError(
      `${path} has numbers from ${shortly(least)} to ${shortly(greatest)}, ${
        wanted
          ? `and black and white are to be ${shortly(wanted.black)} and ${shortly(wanted.white)}: choose a range that holds them all`
          : "and images have 0 to 1, −1 to 1, 0 to 255 or 0 to 65,535: say what black and white are (range, such as -5..5), or scale them first"
      }.`,
    );
  }
  return {
    range,
    guess: {
      name: "range",
      label: "Numbers from black to white",
      value: textOf(range),
      options: RANGES.filter(fits).map((each) => ({ value: textOf(each), label: each.label })),
      isFree: true,
    },
  };
}

const shortly = (value: number): string => String(Number(value.toPrecision(4)));

function readRange(text: string): Range {
  const [black = Number.NaN, white = Number.NaN] = text.split("..").map(Number);
  if (black < white) return { black, white };
  throw new DataFileError(`range must be two numbers as in 0..16, black and white, not ${text}.`);
}

/** Writes numbers as bytes, to the nearest. */
export function toRange(
  values: ArrayLike<number>,
  { black, white }: Range,
  bytes: Uint8Array,
): void {
  if (values instanceof Uint8Array && black === 0 && white === 255) {
    bytes.set(values);
    return;
  }
  const scale = 255 / (white - black);
  for (let i = 0; i < values.length; i++) bytes[i] = Math.round((values[i]! - black) * scale);
}
