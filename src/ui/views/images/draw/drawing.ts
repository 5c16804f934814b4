/** A drawing with its past: every stroke can be taken back. No React. */

import { type Brush, type Point, paint } from "../../../../datasets/picture/brush";
import { type ImageShape, sizeOf } from "../../../../math/image-set";

/** Strokes that can be taken back: an image each. */
const MOST_UNDO = 200;

export interface Drawing {
  readonly shape: ImageShape;
  /** Another array after every change. */
  readonly pixels: Uint8Array;
  /** What it was before each stroke, the newest last. */
  readonly past: readonly Uint8Array[];
}

export function blank(shape: ImageShape): Drawing {
  return { shape, pixels: new Uint8Array(sizeOf(shape)), past: [] };
}

/** Keeps what is there now, to be taken back to: called when a stroke begins. */
export function begin({ shape, pixels, past }: Drawing): Drawing {
  return { shape, pixels, past: [...past, pixels].slice(-MOST_UNDO) };
}

export function stroke(
  { shape, pixels, past }: Drawing,
  from: Point,
  to: Point,
  brush: Brush,
): Drawing {
  const next = pixels.slice();
  paint(next, shape, from, to, brush);
  return { shape, pixels: next, past };
}

export function undo({ shape, pixels, past }: Drawing): Drawing {
  return { shape, pixels: past.at(-1) ?? pixels, past: past.slice(0, -1) };
}

/** Another image in its place, which can be taken back too. */
export function replace(drawing: Drawing, pixels: Uint8Array): Drawing {
  return { ...begin(drawing), pixels };
}

export const isBlank = ({ pixels }: Drawing): boolean => pixels.every((pixel) => pixel === 0);
