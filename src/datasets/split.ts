/** Parts of a dataset: 80% to train on, 10% to validate, 10% to test, or what the set has for testing itself. */

import { createRng, shuffle } from "../math/rng";
import type { DataSpec, Split } from "./dataset";

/**
 * `stratified` keeps the classes' proportions in each part; `writeup` is one plain shuffle; `own-test` tests
 * on the set's own test part, and keeps proportions in what it trains and validates on.
 */
export const SPLITS = ["stratified", "writeup", "own-test"] as const;
export type SplitName = (typeof SPLITS)[number];

/** For people, after a comma: "stratified split". */
export const splitWords = (split: SplitName): string =>
  split === "own-test" ? "the set's own test part" : `${split} split`;

/** Fewer images of a class all go to training where it is split by itself. */
export const FEWEST_OF_CLASS = 5;

/** A data set that cannot be split so; the message says why, and what would do. */
export class SplitError extends RangeError {
  override readonly name = "SplitError";
}

interface Splittable {
  readonly labels: Uint8Array;
  readonly classes: readonly number[];
  readonly count: number;
  readonly spec?: Pick<DataSpec, "title" | "testCounts">;
}

/**
 * Splits a dataset at random; 14,000 images become 11,200 / 1,400 / 1,400.
 *
 * `stratified` splits each class by itself, with a stream of its own, so an image falls into the
 * same part whichever other classes are chosen. `writeup` is one plain shuffle of all images. `own-test`
 * takes each class's test images as they are, and a ninth of the others to validate, by the class's stream.
 * Each part is in random order: its first images are a fair sample of it.
 * @param seed 0 to 2³² − 1
 * @throws RangeError when there are not `count` labels, or a label is not one of the classes; SplitError
 *   where a part would be empty
 */
export function splitDataset(data: Splittable, split: SplitName, seed: number): Split {
  if (data.labels.length !== data.count) {
    throw new RangeError(`There are ${data.labels.length} labels for ${data.count} images.`);
  }
  const parts = partsOf(data, split, seed);
  if (parts.train.length + parts.validation.length + parts.test.length !== data.count) {
    throw new RangeError(`Some labels are not among the classes ${data.classes.join(", ")}.`);
  }
  checkParts(parts, split, data.spec?.title ?? "This data set");
  return parts;
}

function partsOf(data: Splittable, split: SplitName, seed: number): Split {
  if (split === "writeup") {
    const all = Uint32Array.from({ length: data.count }, (_, index) => index);
    return cut(all, seed, "split");
  }
  const parts = data.classes.map((label) => {
    const indices = indicesOf(data.labels, label);
    const stream = `split/${label}`;
    if (split === "stratified") return cut(indices, seed, stream);
    return besideTest(indices, data.spec?.testCounts?.[label] ?? 0, seed, stream);
  });
  const joined = (name: keyof Split): Uint32Array => {
    const indices = concatenate(parts.map((part) => part[name]));
    shuffle(indices, createRng(seed, `split/${name}`));
    return indices;
  };
  return { train: joined("train"), validation: joined("validation"), test: joined("test") };
}

function checkParts({ train, validation, test }: Split, split: SplitName, title: string): void {
  if (train.length > 0 && validation.length > 0 && test.length > 0) return;
  if (split !== "own-test") {
    throw new SplitError(
      `${title} has too few images of these classes to test on: fewer than ${FEWEST_OF_CLASS} of a class are all trained on. Choose more classes, or merge small ones.`,
    );
  }
  const what =
    test.length === 0
      ? "has no test part of its own for these classes"
      : "has nothing but its test part of these classes";
  throw new SplitError(`${title} ${what}: choose another split, or more classes.`);
}

function indicesOf(labels: Uint8Array, label: number): Uint32Array {
  const indices: number[] = [];
  for (let i = 0; i < labels.length; i++) if (labels[i] === label) indices.push(i);
  return Uint32Array.from(indices);
}

/** Shuffles, then cuts; fewer than 5 images all go to training. */
function cut(indices: Uint32Array, seed: number, stream: string): Split {
  shuffle(indices, createRng(seed, stream));
  const tenth = Math.round(indices.length / 10);
  const trainEnd = indices.length - 2 * tenth;
  return {
    train: indices.slice(0, trainEnd),
    validation: indices.slice(trainEnd, trainEnd + tenth),
    test: indices.slice(trainEnd + tenth),
  };
}

/** The last `testCount` are for testing, and a ninth of the shuffled others to validate. */
function besideTest(indices: Uint32Array, testCount: number, seed: number, stream: string): Split {
  const others = indices.slice(0, indices.length - testCount);
  shuffle(others, createRng(seed, stream));
  const trainEnd = others.length - Math.round(others.length / 9);
  return {
    train: others.slice(0, trainEnd),
    validation: others.slice(trainEnd),
    test: indices.slice(others.length),
  };
}

function concatenate(parts: readonly Uint32Array[]): Uint32Array {
  const whole = new Uint32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
