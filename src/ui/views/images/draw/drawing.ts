/** A 28 × 28 drawing with its past: every stroke can be taken back. No React. */

import { IMAGE_PIXELS } from "../../../../config/config";
import { type Brush, type Point, paint } from "../../../../datasets/picture/brush";

/** Strokes that can be taken back: 784 bytes each. */
const MOST_UNDO = 200;

export interface Drawing {
  /** Another array after every change. */
  readonly pixels: Uint8Array;
  /** What it was before each stroke, the newest last. */
  readonly past: readonly Uint8Array[];
}

export const BLANK: Drawing = { pixels: new Uint8Array(IMAGE_PIXELS), past: [] };

/** Keeps what is there now, to be taken back to: called when a stroke begins. */
export function begin({ pixels, past }: Drawing): Drawing {
  return { pixels, past: [...past, pixels].slice(-MOST_UNDO) };
}

export function stroke({ pixels, past }: Drawing, from: Point, to: Point, brush: Brush): Drawing {
  const next = pixels.slice();
  paint(next, from, to, brush);
  return { pixels: next, past };
}

export function undo({ pixels, past }: Drawing): Drawing {
  return { pixels: past.at(-1) ?? pixels, past: past.slice(0, -1) };
}

/** Another image in its place, which can be taken back too. */
export function replace(drawing: Drawing, pixels: Uint8Array): Drawing {
  return { ...begin(drawing), pixels };
}

export const isBlank = ({ pixels }: Drawing): boolean => pixels.every((pixel) => pixel === 0);
