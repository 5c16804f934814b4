/** The fixed validation images whose reconstructions the page shows. */

import { IMAGE_PIXELS } from "../core/config";
import type { Dataset, Split } from "../core/dataset";
import type { ImageStrip } from "../protocol/messages";

/** A multiple of 1, 2, 3 and 4 classes, and a grid of 6 × 4. */
const PREVIEW_IMAGES = 24;

/**
 * The first validation images of each class, in turn: balanced, and the same for each split.
 *
 * The net is never trained on them, and looking at them while settings are tried spoils no result,
 * as looking at test images would.
 * @returns at most 24 indices, fewer only where the validation split is smaller
 */
export function previewIndices(dataset: Dataset, split: Split): Uint32Array {
  const queues = dataset.classes.map((id) =>
    Array.from(split.validation).filter((index) => dataset.labels[index] === id),
  );
  const chosen: number[] = [];
  for (let rank = 0; chosen.length < Math.min(PREVIEW_IMAGES, split.validation.length); rank++) {
    for (const queue of queues) {
      const index = queue[rank];
      if (index !== undefined && chosen.length < PREVIEW_IMAGES) chosen.push(index);
    }
  }
  return Uint32Array.from(chosen);
}

/** Copies those images. */
export function originals(images: Uint8Array, indices: Uint32Array): ImageStrip {
  const pixels = new Uint8Array(indices.length * IMAGE_PIXELS);
  for (const [row, index] of indices.entries()) {
    pixels.set(
      images.subarray(index * IMAGE_PIXELS, (index + 1) * IMAGE_PIXELS),
      row * IMAGE_PIXELS,
    );
  }
  return { count: indices.length, pixels };
}

/** Values in [0, 1] as bytes, to the nearest. */
export function toStrip(reconstructions: Float32Array): ImageStrip {
  const pixels = new Uint8Array(reconstructions.length);
  // A loop: `Uint8Array.from` takes 17 times as long, which a slider's every step would wait for.
  for (let i = 0; i < pixels.length; i++) {
    pixels[i] = Math.round(255 * Math.min(1, Math.max(0, reconstructions[i]!)));
  }
  return { count: reconstructions.length / IMAGE_PIXELS, pixels };
}
