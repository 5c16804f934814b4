/** How strong numbers are, as canvas pixels. */

import type { LayerActivation } from "../../../../protocol/messages";
import { type Cells, cellAt } from "./geometry";

/** The square root lifts small numbers, which are most of them, above the threshold of seeing. */
export const opacityOf = (strength: number): number => Math.sqrt(strength);

/** Of each byte: a layer of the baseline has 25,088, and a root for each is work for the page. */
const OPACITIES = Uint8Array.from({ length: 256 }, (_, byte) =>
  Math.round(255 * opacityOf(byte / 255)),
);

/**
 * RGBA of bytes: one colour, more opaque where the byte is larger.
 *
 * @param colour as computed styles have it, "rgb(11, 122, 117)"
 */
export function strengthPixels(bytes: Uint8Array, colour: string): Uint8ClampedArray<ArrayBuffer> {
  const [red = 0, green = 0, blue = 0] = (colour.match(/\d+/g) ?? []).map(Number);
  const rgba = new Uint8ClampedArray(bytes.length * 4);
  for (let i = 0, at = 0; i < bytes.length; i++) {
    rgba[at++] = red;
    rgba[at++] = green;
    rgba[at++] = blue;
    rgba[at++] = OPACITIES[bytes[i]!]!;
  }
  return rgba;
}

interface Size {
  /** Canvas pixels. */
  readonly width: number;
  readonly height: number;
  /** Canvas pixels for each pixel of the cells. */
  readonly ratio: number;
}

/**
 * A layer's bytes where they stand on a canvas, each map scaled into its cell by the means of the
 * areas under its pixels.
 *
 * @returns width × height bytes, 0 between the cells
 */
export function cellStrengths(
  { shape, values }: LayerActivation,
  cells: Cells,
  { width, height, ratio }: Size,
): Uint8Array {
  const [rows, columns, maps] = shape.length === 3 ? (shape as Triple) : [1, 1, values.length];
  const strengths = new Uint8Array(width * height);
  for (let map = 0; map < maps; map++) {
    const [left, top] = cellAt(cells, map);
    const across = spans(left * ratio, cells.width * ratio, columns, width);
    const down = spans(top * ratio, cells.height * ratio, rows, height);
    const from = map * rows * columns;
    for (const { at: y, first: top, last: bottom } of down) {
      for (const { at: x, first, last } of across) {
        let sum = 0;
        for (let row = top; row <= bottom; row++) {
          for (let column = first; column <= last; column++) {
            sum += values[from + row * columns + column]!;
          }
        }
        strengths[y * width + x] = sum / ((bottom - top + 1) * (last - first + 1));
      }
    }
  }
  return strengths;
}

type Triple = readonly [number, number, number];

/** Which of a cell's numbers lie under each canvas pixel along one axis. */
function spans(start: number, length: number, count: number, most: number) {
  const from = Math.round(start);
  const to = Math.min(most, Math.max(from + 1, Math.round(start + length)));
  const pixels = to - from;
  return Array.from({ length: Math.max(0, pixels) }, (_, i) => ({
    at: from + i,
    first: Math.floor((i * count) / pixels),
    last: Math.min(count, Math.max(1, Math.ceil(((i + 1) * count) / pixels))) - 1,
  }));
}

/** How many numbers are exactly 0. */
export const countZeros = (bytes: Uint8Array): number =>
  bytes.reduce((zeros, byte) => (byte === 0 ? zeros + 1 : zeros), 0);
