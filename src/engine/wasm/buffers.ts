/** Where one tensor lives: for every image of the batch, or one place a thread. */

import type { SampleShape } from "../graph";
import type { Arena } from "./arena";
import type { Counted } from "./program";

/** Zeros kept around an image, so that convolutions need no tests at its edges; in pixels. */
export interface Halo {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

export const NO_HALO: Halo = { top: 0, left: 0, bottom: 0, right: 0 };

export function hasHalo(halo: Halo): boolean {
  return halo.top + halo.left + halo.bottom + halo.right > 0;
}

/** Room for both. */
export function widerHalo(a: Halo, b: Halo): Halo {
  return {
    top: Math.max(a.top, b.top),
    left: Math.max(a.left, b.left),
    bottom: Math.max(a.bottom, b.bottom),
    right: Math.max(a.right, b.right),
  };
}

export interface Buffer {
  readonly shape: SampleShape;
  /** Bytes from one pixel to the next. */
  readonly pixel: number;
  /** Bytes from one row to the next, halo included. */
  readonly pitch: number;
  /** Bytes from one image (or thread) to the next. */
  readonly stride: number;
  /** First pixel inside the halo. */
  readonly at: Counted;
}

/** Rows that fall on the same cache sets evict each other: an odd number of lines spreads them. */
export function oddLines(bytes: number): number {
  const lines = Math.ceil(bytes / 64);
  return (lines | 1) * 64;
}

/** Bytes from one image to the next. */
export function bufferStride({ height, width, channels }: SampleShape, halo: Halo): number {
  const pitch = (width + halo.left + halo.right) * channels * 4;
  return oddLines(pitch * (height + halo.top + halo.bottom));
}

/** A buffer in memory that is there, from `start` on. */
export function placeBuffer(
  start: number,
  stride: number,
  shape: SampleShape,
  halo: Halo,
  byImage: boolean,
): Buffer {
  const pixel = shape.channels * 4;
  const pitch = (shape.width + halo.left + halo.right) * pixel;
  const base = start + halo.top * pitch + halo.left * pixel;
  return { shape, pixel, pitch, stride, at: { base, stride, by: byImage ? "image" : "thread" } };
}

/** A buffer without a halo for each of the threads. */
export function allocateBuffer(arena: Arena, shape: SampleShape, threads: number): Buffer {
  const stride = bufferStride(shape, NO_HALO);
  return placeBuffer(arena.allocate(stride * threads), stride, shape, NO_HALO, false);
}

/** The same numbers seen in another shape; the buffer must have no halo. */
export function reshapeBuffer(buffer: Buffer, shape: SampleShape): Buffer {
  const pixel = shape.channels * 4;
  return { ...buffer, shape, pixel, pitch: shape.width * pixel };
}
