/** Images of the data set are known again, and stay as they are. */

import { IMAGE_PIXELS, IMAGE_SIDE } from "../fashion-mnist";
import type { Pixels } from "./grey";

/** Measured on all 70,000: at least 26 of an image's 108 outermost pixels are as dark or darker. */
const BLACK = 12;
const LEAST_BLACK = 20;
/** Measured on all 70,000: what is not black is 26, 27 or 28 pixels long, and … */
const LEAST_LENGTH = 26;
/** … its two margins, to the left and right or above and below, differ by at most so many pixels. */
const MOST_OFF = 2;

export interface OwnForm {
  /** 784 bytes, garment on black. */
  readonly image: Uint8Array;
  /** It came as black on white, as it is often printed. */
  readonly inverted: boolean;
}

/**
 * The image, where a picture is grey, of 28 × 28 pixels or an enlargement in which each is a square
 * of its own, and laid out as Fashion-MNIST's are; null for all others.
 */
export function ownForm(pixels: Pixels): OwnForm | null {
  const image = reduced(pixels);
  if (!image) return null;
  if (isLaidOut(image)) return { image, inverted: false };
  const negative = image.map((value) => 255 - value);
  return isLaidOut(negative) ? { image: negative, inverted: true } : null;
}

function reduced({ width, height, rgba }: Pixels): Uint8Array | null {
  const times = width / IMAGE_SIDE;
  if (width !== height || !Number.isInteger(times) || times < 1) return null;
  const image = new Uint8Array(IMAGE_PIXELS);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = 4 * (y * width + x);
      const grey = rgba[at]!;
      if (rgba[at + 1] !== grey || rgba[at + 2] !== grey || rgba[at + 3] !== 255) return null;
      const own = Math.floor(y / times) * IMAGE_SIDE + Math.floor(x / times);
      if (x % times === 0 && y % times === 0) image[own] = grey;
      else if (image[own] !== grey) return null;
    }
  }
  return image;
}

function isLaidOut(image: Uint8Array): boolean {
  const last = IMAGE_SIDE - 1;
  let [black, white] = [0, 0];
  let [left, right, top, bottom] = [IMAGE_SIDE, -1, IMAGE_SIDE, -1];
  for (const [at, value] of image.entries()) {
    const [x, y] = [at % IMAGE_SIDE, Math.floor(at / IMAGE_SIDE)];
    if (x === 0 || y === 0 || x === last || y === last) {
      if (value <= BLACK) black += 1;
      if (value >= 255 - BLACK) white += 1;
    }
    if (value === 0) continue;
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
  }
  return (
    black >= LEAST_BLACK &&
    black > white &&
    Math.max(right - left, bottom - top) + 1 >= LEAST_LENGTH &&
    Math.abs(left + right - last) <= MOST_OFF &&
    Math.abs(top + bottom - last) <= MOST_OFF
  );
}
