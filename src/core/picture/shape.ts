/** Where the garment is in a picture, and how it gets into 28 × 28 pixels. */

import { IMAGE_PIXELS, IMAGE_SIDE } from "../config";
import type { GreyPicture } from "./grey";

/** Part of a picture, in whole pixels. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What differs from the ground by less is ground: 5% of the range, as for Fashion-MNIST itself. */
const TOLERANCE = 0.05 * 255;
/** Share of a row's or column's pixels that a speck may have: dust and noise are no garment. */
const SPECK = 0.005;

/** The smallest box around all that is not black; null where everything is. */
export function garmentBox({ width, height, values }: GreyPicture): Box | null {
  const columns = new Uint32Array(width);
  const rows = new Uint32Array(height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (values[y * width + x]! <= TOLERANCE) continue;
      columns[x] = columns[x]! + 1;
      rows[y] = rows[y]! + 1;
    }
  }
  const isLit = (across: number) => (count: number) => count > SPECK * across;
  const left = columns.findIndex(isLit(height));
  const top = rows.findIndex(isLit(width));
  if (left < 0 || top < 0) return null;
  const right = columns.findLastIndex(isLit(height));
  const bottom = rows.findLastIndex(isLit(width));
  return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

export function crop(picture: GreyPicture, { x, y, width, height }: Box): GreyPicture {
  const values = new Float32Array(width * height);
  for (let row = 0; row < height; row++) {
    const from = (y + row) * picture.width + x;
    values.set(picture.values.subarray(from, from + width), row * width);
  }
  return { width, height, values };
}

/**
 * Scaled so that the longer side has 28 pixels, and centred on black, as Fashion-MNIST does.
 *
 * Each pixel is the mean over the area that it covers, so that nothing of the picture is skipped.
 */
export function fitImage(picture: GreyPicture): Uint8Array {
  const scale = IMAGE_SIDE / Math.max(picture.width, picture.height);
  const width = Math.max(1, Math.round(picture.width * scale));
  const height = Math.max(1, Math.round(picture.height * scale));
  const small = resample(picture, width, height);
  const image = new Uint8Array(IMAGE_PIXELS);
  const left = (IMAGE_SIDE - width) >> 1;
  const top = (IMAGE_SIDE - height) >> 1;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      image[(top + y) * IMAGE_SIDE + left + x] = Math.round(small.values[y * width + x]!);
    }
  }
  return image;
}

/** Area averaging, along the rows and then down the columns. */
export function resample(picture: GreyPicture, width: number, height: number): GreyPicture {
  const across = coverage(picture.width, width);
  const down = coverage(picture.height, height);
  const rows = new Float32Array(picture.height * width);
  for (let y = 0; y < picture.height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (const { at, share } of across[x]!) {
        sum += share * picture.values[y * picture.width + at]!;
      }
      rows[y * width + x] = sum;
    }
  }
  const values = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (const { at, share } of down[y]!) {
      for (let x = 0; x < width; x++) {
        values[y * width + x] = values[y * width + x]! + share * rows[at * width + x]!;
      }
    }
  }
  return { width, height, values };
}

/** Which of `from` cells each of `to` equal cells covers, and how much of it they make up. */
function coverage(from: number, to: number): { readonly at: number; readonly share: number }[][] {
  const size = from / to;
  return Array.from({ length: to }, (_, cell) => {
    const begin = cell * size;
    const end = (cell + 1) * size;
    const covered = [];
    for (let at = Math.floor(begin); at < Math.min(from, Math.ceil(end)); at++) {
      const overlap = Math.min(end, at + 1) - Math.max(begin, at);
      if (overlap > 0) covered.push({ at, share: overlap / size });
    }
    return covered;
  });
}
