/** What a data set looks like as a whole: counts, means, spread, and how bright its pixels are. */

import { sizeOf } from "../math/image-set";
import type { Dataset, Split } from "./dataset";

/** Bins of the histogram of intensities: 8 of the 256 each. */
export const INTENSITY_BINS = 32;

export interface ClassSurvey {
  /** Class id. */
  readonly id: number;
  readonly train: number;
  readonly validation: number;
  readonly test: number;
  /** An image each, over all images of the class: mean, and standard deviation. */
  readonly mean: Uint8Array;
  readonly deviation: Uint8Array;
  /** Of all its pixels, 0 to 1. */
  readonly brightness: number;
  /** Standard deviation of all its pixels, 0 to 1. */
  readonly contrast: number;
  /** Share of its pixels that are exactly 0. */
  readonly black: number;
  /** Number of its pixels in each of `INTENSITY_BINS` equal bins. */
  readonly intensities: Float64Array;
}

/** Surveys each class by itself; 70,000 images take 0.2 s. */
export function surveyClasses(dataset: Dataset, split: Split): ClassSurvey[] {
  const { classes, labels } = dataset;
  const counts = (indices: Uint32Array) => {
    const byLabel = new Uint32Array(256);
    for (const index of indices) byLabel[labels[index]!] = byLabel[labels[index]!]! + 1;
    return byLabel;
  };
  const [train, validation, test] = [split.train, split.validation, split.test].map(counts) as [
    Uint32Array,
    Uint32Array,
    Uint32Array,
  ];
  return classes.map((id) => ({
    id,
    train: train[id]!,
    validation: validation[id]!,
    test: test[id]!,
    ...surveyPixels(dataset, id),
  }));
}

function surveyPixels({ shape, images, labels }: Dataset, id: number) {
  const size = sizeOf(shape);
  // Sums of bytes and of their squares are whole numbers below 2⁵³, so far exact.
  const sums = new Float64Array(size);
  const squares = new Float64Array(size);
  const ofByte = new Float64Array(256);
  let count = 0;
  for (let image = 0; image < labels.length; image++) {
    if (labels[image] !== id) continue;
    count += 1;
    const from = image * size;
    for (let pixel = 0; pixel < size; pixel++) {
      const byte = images[from + pixel]!;
      sums[pixel] = sums[pixel]! + byte;
      squares[pixel] = squares[pixel]! + byte * byte;
      ofByte[byte] = ofByte[byte]! + 1;
    }
  }
  const intensities = new Float64Array(INTENSITY_BINS);
  ofByte.forEach((pixels, byte) => {
    const bin = (byte * INTENSITY_BINS) >> 8;
    intensities[bin] = intensities[bin]! + pixels;
  });
  const spread = (sum: number, square: number, of: number) =>
    Math.sqrt(Math.max(0, square / of - (sum / of) ** 2));
  const total = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0);
  const pixels = count * size;
  return {
    mean: Uint8Array.from(sums, (sum) => Math.round(sum / count)),
    deviation: Uint8Array.from(sums, (sum, pixel) =>
      Math.round(spread(sum, squares[pixel]!, count)),
    ),
    brightness: total(sums) / pixels / 255,
    contrast: spread(total(sums), total(squares), pixels) / 255,
    black: ofByte[0]! / pixels,
    intensities,
  };
}
