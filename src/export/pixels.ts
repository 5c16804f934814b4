import { IMAGE_PIXELS } from "../core/config";
import type { Dataset } from "../core/dataset";

/** Bytes of the images at `indices`, one after the other. */
export function pixelsOf({ images }: Pick<Dataset, "images">, indices: Uint32Array): Uint8Array {
  const pixels = new Uint8Array(indices.length * IMAGE_PIXELS);
  for (const [row, index] of indices.entries()) {
    const from = index * IMAGE_PIXELS;
    pixels.set(images.subarray(from, from + IMAGE_PIXELS), row * IMAGE_PIXELS);
  }
  return pixels;
}
