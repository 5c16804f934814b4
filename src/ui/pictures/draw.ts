/** Turns bytes into canvas pixels: images, and errors in two colours around neutral. */

import { type ImageShape, sizeOf, toBytes } from "../../math/image-set";
import type { Raster } from "../figure/picture";
import { whole } from "../kit/format";

export type Rgb = readonly [number, number, number];

export interface ErrorColours {
  /** The reconstruction is brighter than the original. */
  readonly over: Rgb;
  /** The reconstruction is darker. */
  readonly under: Rgb;
  readonly zero: Rgb;
}

/** The two ends of the map; where both images agree it is as neutral as the page. */
export const ERROR_COLOURS: Readonly<Record<"light" | "dark", ErrorColours>> = {
  light: { over: [178, 24, 43], under: [33, 102, 172], zero: [255, 255, 255] },
  dark: { over: [255, 111, 97], under: [94, 163, 242], zero: [38, 40, 44] },
};

/** Errors of this size and above take the full colour; most lie well below. */
const FULL_ERROR = 128;

/** "rgb(178 24 43)" */
export const cssColour = (colour: Rgb): string => `rgb(${colour.join(" ")})`;

/** Opaque grey of each byte as one little-endian RGBA word. */
const GREY = Uint32Array.from({ length: 256 }, (_, byte) => 0xff000000 | (byte * 0x010101));

/** RGBA of grey bytes. */
export function greyPixels(bytes: Uint8Array): Uint8ClampedArray<ArrayBuffer> {
  const words = new Uint32Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) words[i] = GREY[bytes[i]!]!;
  return new Uint8ClampedArray(words.buffer);
}

/** Opaque RGBA of a pixel's three channels, as one little-endian word. */
const colour = (bytes: Uint8Array, at: number): number =>
  0xff000000 | (bytes[at + 2]! << 16) | (bytes[at + 1]! << 8) | bytes[at]!;

/** An image as it is: grey, or in colour. */
export function imageRaster(bytes: Uint8Array, { width, height, channels }: ImageShape): Raster {
  const words = new Uint32Array(width * height);
  paintImage(words, 0, width, bytes, 0, { width, height, channels });
  return { width, height, rgba: new Uint8ClampedArray(words.buffer) };
}

/**
 * Writes an image into a sheet of RGBA words.
 *
 * @param corner word of its top left pixel
 * @param stride words from one row of the sheet to the next
 * @param from byte at which the image begins
 */
export function paintImage(
  words: Uint32Array,
  corner: number,
  stride: number,
  bytes: Uint8Array,
  from: number,
  { width, height, channels }: ImageShape,
): void {
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = from + (y * width + x) * channels;
      words[corner + y * stride + x] = channels === 1 ? GREY[bytes[at]!]! : colour(bytes, at);
    }
  }
}

/** Where a reconstruction differs from its original; what is written where, as `paintImage` has it. */
export function paintError(
  words: Uint32Array,
  corner: number,
  stride: number,
  original: Uint8Array,
  reconstruction: Uint8Array,
  from: number,
  { width, height, channels }: ImageShape,
  colours: ErrorColours,
): void {
  const ramp = errorRamp(colours);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = from + (y * width + x) * channels;
      const error = meanError(original, reconstruction, at, channels);
      words[corner + y * stride + x] = ramp[error + 255]!;
    }
  }
}

/**
 * A pixel's error: of several channels the mean, to the nearest byte, so that one map has one sign
 * and one colour; where channels err both ways they cancel, as in the pixel's brightness.
 */
function meanError(original: Uint8Array, other: Uint8Array, at: number, channels: number): number {
  if (channels === 1) return other[at]! - original[at]!;
  let sum = 0;
  for (let c = at; c < at + channels; c++) sum += other[c]! - original[c]!;
  return Math.round(sum / channels);
}

/** A pixel's signed error in two colours around neutral; of several channels the mean. */
export function errorRaster(
  original: Uint8Array,
  reconstruction: Uint8Array,
  shape: ImageShape,
  colours: ErrorColours,
): Raster {
  const { width, height } = shape;
  const words = new Uint32Array(width * height);
  paintError(words, 0, width, original, reconstruction, 0, shape, colours);
  return { width, height, rgba: new Uint8ClampedArray(words.buffer) };
}

/** RGBA of reconstruction − original, number by number: `zero` where they agree. */
export function errorPixels(
  original: Uint8Array,
  reconstruction: Uint8Array,
  colours: ErrorColours,
): Uint8ClampedArray<ArrayBuffer> {
  const rgba = new Uint8ClampedArray(original.length * 4);
  for (let i = 0; i < original.length; i++) {
    const error = reconstruction[i]! - original[i]!;
    const end = error > 0 ? colours.over : colours.under;
    // The square root lifts small errors, which are most of them, above the threshold of seeing.
    const amount = Math.sqrt(Math.min(1, Math.abs(error) / FULL_ERROR));
    for (let c = 0; c < 3; c++) {
      rgba[i * 4 + c] = colours.zero[c]! + (end[c]! - colours.zero[c]!) * amount;
    }
    rgba[i * 4 + 3] = 255;
  }
  return rgba;
}

const ramps = new WeakMap<ErrorColours, Uint32Array>();

/** Colours of the errors −255 to 255, as `errorPixels` draws them: little-endian RGBA words. */
function errorRamp(colours: ErrorColours): Uint32Array {
  const known = ramps.get(colours);
  if (known) return known;
  const originals = Uint8Array.from({ length: 511 }, (_, i) => Math.max(0, 255 - i));
  const others = Uint8Array.from({ length: 511 }, (_, i) => Math.max(0, i - 255));
  const ramp = new Uint32Array(errorPixels(originals, others, colours).buffer);
  ramps.set(colours, ramp);
  return ramp;
}

/** A map of values in [0, 1]: 1 is white, 0 and below black, as SSIM maps are printed. */
export function mapRaster(map: {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}): Raster {
  const { width, height, values } = map;
  return { width, height, rgba: greyPixels(toBytes(values)) };
}

/** Mean brightness of each row, 0 to 1: over its pixels, and their channels. */
export function rowBrightness(
  bytes: Uint8Array,
  { height, width, channels }: ImageShape,
): number[] {
  const length = width * channels;
  return Array.from({ length: height }, (_, row) => {
    let sum = 0;
    for (let i = 0; i < length; i++) sum += bytes[row * length + i]!;
    return sum / length / 255;
  });
}

/** "784 pixels", "3,072 numbers" where a pixel has several. */
export function pixelsInWords(shape: ImageShape): string {
  return `${whole(sizeOf(shape))} ${shape.channels === 1 ? "pixels" : "numbers"}`;
}

/**
 * CSS pixels for one pixel of an image whose longer side has to fit into `room`: as many whole ones
 * as do, and of larger images a whole part of one, so that all pixels look alike.
 */
export function fittingScale(
  { width, height }: Pick<ImageShape, "width" | "height">,
  room: number,
): number {
  const longer = Math.max(width, height);
  return longer <= room ? Math.floor(room / longer) : 1 / Math.ceil(longer / room);
}
