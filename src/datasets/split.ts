/** Parts of a dataset: 80% to train on, 10% to validate, 10% to test. */

import { createRng, shuffle } from "../math/rng";
import type { Split } from "./dataset";

/** `stratified` keeps the classes' proportions in each part; `writeup` is one plain shuffle. */
export const SPLITS = ["stratified", "writeup"] as const;
export type SplitName = (typeof SPLITS)[number];

/**
 * Splits a dataset 80/10/10 at random; 14,000 images become 11,200 / 1,400 / 1,400.
 *
 * `stratified` splits each class by itself, with a stream of its own, so an image falls into the
 * same part whichever other classes are chosen. `writeup` is one plain shuffle of all images.
 * Each part is in random order: its first images are a fair sample of it.
 * @param seed 0 to 2³² − 1
 * @throws RangeError when there are not `count` labels, or a label is not one of the classes
 */
export function splitDataset(
  data: {
    readonly labels: Uint8Array;
    readonly classes: readonly number[];
    readonly count: number;
  },
  split: SplitName,
  seed: number,
): Split {
  if (data.labels.length !== data.count) {
    throw new RangeError(`There are ${data.labels.length} labels for ${data.count} images.`);
  }
  if (split === "writeup") {
    const all = Uint32Array.from({ length: data.count }, (_, index) => index);
    return cut(all, seed, "split");
  }
  const parts = data.classes.map((label) =>
    cut(indicesOf(data.labels, label), seed, `split/${label}`),
  );
  const joined = (name: keyof Split): Uint32Array => {
    const indices = concatenate(parts.map((part) => part[name]));
    shuffle(indices, createRng(seed, `split/${name}`));
    return indices;
  };
  const result = { train: joined("train"), validation: joined("validation"), test: joined("test") };
  if (result.train.length + result.validation.length + result.test.length !== data.count) {
    throw new RangeError(`Some labels are not among the classes ${data.classes.join(", ")}.`);
  }
  return result;
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

function concatenate(parts: readonly Uint32Array[]): Uint32Array {
  const whole = new Uint32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
