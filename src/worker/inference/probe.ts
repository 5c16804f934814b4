/** What a class can be told from: two classifiers on codes or pixels, at several sizes at once. */

import { Moments } from "../../math/covariance";
import { type ImageSet, sizeOf } from "../../math/image-set";
import { createNearestSearch, vote } from "../../math/nearest-search";
import { classify, fitRidge } from "../../math/ridge";
import { elementOf } from "../../math/vectors";
import type { Probe, ProbePoint } from "../../protocol/inference";
import { inParts, type Job, stageOf } from "../rpc";
import type { SplitImages } from "./images";
import type { NetCodec } from "./nets";

/**
 * Images to train on and to test with; a split's first are a fair sample of it. Two classes have
 * fewer; of all ten, every test image beside every training image would take minutes.
 */
const MOST_TRAIN = 12_000;
const MOST_TEST = 4_000;
/** Training rows that vote. */
const NEIGHBOURS = 5;

/** Writes the rows of some images of the data set, one after the other. */
type Encode = (indices: Uint32Array) => ArrayLike<number>;

/** Rows of `size` numbers, and how many of its first numbers each is judged by. */
export interface Rows {
  readonly size: number;
  readonly sizes: readonly number[];
  readonly encode: Encode;
}

/** A net's codes: of a net that is not nested, whole ones alone. */
export function rowsOfNet(
  net: () => NetCodec,
  images: SplitImages,
  sizes: readonly number[],
  nested: boolean,
): Rows {
  const { latentSize: size } = net().config;
  return {
    size,
    sizes: nested ? sizes.filter((each) => each <= size) : [size],
    encode: (indices) => net().encode(images.dataset, indices, true),
  };
}

/** PCA's codes, with as many numbers as there are directions. */
export async function rowsOfPca(images: SplitImages, sizes: readonly number[]): Promise<Rows> {
  const largest = sizes.at(-1) ?? 1;
  const pca = await images.pca(largest);
  const size = Math.min(largest, pca.size);
  const { shape, images: bytes } = images.dataset;
  const located = { shape, images: bytes, isDataset: true };
  return {
    size,
    sizes: sizes.filter((each) => each <= size),
    encode: (indices) => pca.encode({ ...located, indices }, size).codes,
  };
}

/** All pixels in [0, 1], those that vary most first: so a neighbour is ruled out early. */
export function rowsOfPixels({ dataset, split }: SplitImages): Rows {
  const pixels = sizeOf(dataset.shape);
  const order = byVariance(dataset, split.train.subarray(0, MOST_TRAIN));
  return {
    size: pixels,
    sizes: [pixels],
    encode: (indices) => {
      const rows = new Float32Array(indices.length * pixels);
      for (const [row, index] of indices.entries()) {
        for (let i = 0; i < pixels; i++) {
          rows[row * pixels + i] = dataset.images[index * pixels + order[i]!]! / 255;
        }
      }
      return rows;
    },
  };
}

function byVariance({ shape, images }: ImageSet, indices: Uint32Array): Uint32Array {
  const pixels = sizeOf(shape);
  const sums = new Float64Array(pixels);
  const squares = new Float64Array(pixels);
  for (const index of indices) {
    for (let pixel = 0; pixel < pixels; pixel++) {
      const value = images[index * pixels + pixel]!;
      sums[pixel] = sums[pixel]! + value;
      squares[pixel] = squares[pixel]! + value * value;
    }
  }
  const variance = elementOf(
    squares.map((square, pixel) => square - sums[pixel]! ** 2 / indices.length),
  );
  return Uint32Array.from(Array.from(squares.keys()).sort((a, b) => variance(b) - variance(a)));
}

/** Trains both classifiers on the training split's rows, and judges them on the test split's. */
export async function probe(images: SplitImages, rows: Rows, job: Job<number>): Promise<Probe> {
  const { dataset, split } = images;
  const train = split.train.subarray(0, MOST_TRAIN);
  const test = split.test.subarray(0, MOST_TEST);
  const labelsOf = (indices: Uint32Array) =>
    Uint8Array.from(indices, (index) => dataset.classes.indexOf(dataset.labels[index]!));
  const known = { rows: await take(rows, train, stageOf(job, 0, 0.2)), labels: labelsOf(train) };
  const asked = { rows: await take(rows, test, stageOf(job, 0.2, 0.25)), labels: labelsOf(test) };
  const linear = await judgeLinear(rows, known, asked, dataset.classes.length, job);
  const nearest = await judgeNearest(rows, known, asked, stageOf(job, 0.4, 1));
  const points = rows.sizes.map(
    (size, i): ProbePoint => ({ size, linear: linear[i]!, nearest: nearest[i]! }),
  );
  return {
    points,
    train: train.length,
    allTrain: split.train.length,
    test: test.length,
    allTest: split.test.length,
  };
}

interface Labelled {
  readonly rows: Float32Array;
  /** Places among the classes. */
  readonly labels: Uint8Array;
}

async function take(
  { size, encode }: Rows,
  indices: Uint32Array,
  stage: Pick<Job<number>, "turn">,
) {
  const rows = new Float32Array(indices.length * size);
  await inParts(indices.length, stage, (from, to) => {
    rows.set(encode(indices.subarray(from, to)), from * size);
  });
  return rows;
}

async function judgeLinear(
  { size, sizes }: Rows,
  known: Labelled,
  asked: Labelled,
  classes: number,
  job: Job<number>,
): Promise<number[]> {
  const moments = new Moments(size);
  const sums = new Float64Array(classes * size);
  const counts = new Uint32Array(classes);
  await inParts(known.labels.length, stageOf(job, 0.25, 0.38), (from, to) => {
    moments.add(known.rows.subarray(from * size, to * size));
    for (let row = from; row < to; row++) {
      const label = known.labels[row]!;
      counts[label] = counts[label]! + 1;
      for (let i = 0; i < size; i++) {
        sums[label * size + i] = sums[label * size + i]! + known.rows[row * size + i]!;
      }
    }
  });
  const ridge = fitRidge(moments, sums, counts);
  const shares: number[] = [];
  for (const order of sizes) {
    const classifier = ridge.at(order);
    let right = 0;
    await inParts(asked.labels.length, stageOf(job, 0.38, 0.4), (from, to) => {
      for (let row = from; row < to; row++) {
        if (classify(classifier, asked.rows, row * size) === asked.labels[row]) right += 1;
      }
    });
    shares.push(right / asked.labels.length);
  }
  return shares;
}

async function judgeNearest(
  { size, sizes }: Rows,
  known: Labelled,
  asked: Labelled,
  stage: Pick<Job<number>, "turn">,
): Promise<number[]> {
  const each = Math.min(NEIGHBOURS, known.labels.length);
  const search = createNearestSearch(known.rows, size, sizes, each);
  const right = new Uint32Array(sizes.length);
  for (const [row, label] of asked.labels.entries()) {
    if (row > 0) await stage.turn(row / asked.labels.length);
    const { indices } = search.find(asked.rows, row * size);
    for (let i = 0; i < sizes.length; i++) {
      const neighbours = indices.subarray(i * each, (i + 1) * each);
      const winner = vote(Array.from(neighbours, elementOf(known.labels)));
      if (winner === label) right[i] = right[i]! + 1;
    }
  }
  return Array.from(right, (count) => count / asked.labels.length);
}
