/** Where the numbers of an image lie, in WGSL: for operations that change their places. */

import type { SampleShape } from "../../graph";
import { wgsl } from "../wgsl";

/** WGSL that tells row `y`, column `x` and channel (or vector) `c` of place `e` in an image. */
export function pixelOf({ width, channels }: SampleShape, vector: number): string {
  const across = channels / vector;
  return wgsl`
    let c = e % ${across}u;
    let x = e / ${across}u % ${width}u;
    let y = e / ${across * width}u;
  `;
}

/** The place of (row, column, channel) of the same image, in vectors. */
export function placeOf(
  { height, width, channels }: SampleShape,
  vector: number,
  [y, x, c]: readonly [string, string, string],
): string {
  return `((image * ${height}u + ${y}) * ${width}u + ${x}) * ${channels / vector}u + ${c}`;
}
