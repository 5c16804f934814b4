/** Colours of numbers: grey for pixels; for others red over 0, blue below, as strong as they are far from it. */

import type { Raster } from "../../../figure/picture";
import { cssColour, ERROR_COLOURS, type Rgb } from "../../../pictures/draw";

export type Scheme = "light" | "dark";
/** "pixels" are from 0 to 1. */
export type Tone = "pixels" | "numbers";

/** Of cells with a number in them: more would take the number's contrast. */
const BEHIND_TEXT = 0.42;

/** The largest distance from 0. */
export const mostOf = (values: Float32Array): number =>
  values.reduce((most, x) => (Math.abs(x) > most ? Math.abs(x) : most), 0);

function colourOf(value: number, most: number, scheme: Scheme, strength: number): Rgb {
  const { over, under, zero } = ERROR_COLOURS[scheme];
  const end = value > 0 ? over : under;
  // As in the net's figure, the root lifts small numbers above the threshold of seeing.
  const amount = most === 0 ? 0 : strength * Math.sqrt(Math.min(1, Math.abs(value) / most));
  const mix = (from: number, to: number) => Math.round(from + (to - from) * amount);
  return [mix(zero[0], end[0]), mix(zero[1], end[1]), mix(zero[2], end[2])];
}

/** Behind a number; what is outside an image has none. */
export function cellColour(value: number, most: number, tone: Tone, scheme: Scheme): string {
  if (Number.isNaN(value)) return "transparent";
  if (tone === "numbers") return cssColour(colourOf(value, most, scheme, BEHIND_TEXT));
  return cssColour(grey(value));
}

function grey(value: number): Rgb {
  const byte = Math.round(255 * Math.min(1, Math.max(0, value)));
  return [byte, byte, byte];
}

/** On a cell's colour. */
export function textColour(value: number, tone: Tone): string {
  if (tone === "numbers" || Number.isNaN(value)) return "var(--ink)";
  return value > 0.45 ? "#000" : "#fff";
}

/** Numbers in rows as a picture; those that are not there are left out. */
export function rasterOf(
  values: Float32Array,
  width: number,
  most: number,
  tone: Tone,
  scheme: Scheme,
): Raster {
  const height = Math.ceil(values.length / width);
  const rgba = new Uint8ClampedArray(width * height * 4);
  for (const [i, value] of values.entries()) {
    if (Number.isNaN(value)) continue;
    const colour = tone === "pixels" ? grey(value) : colourOf(value, most, scheme, 1);
    rgba.set([...colour, 255], 4 * i);
  }
  return { width, height, rgba };
}
