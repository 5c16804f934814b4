/** The fixed validation images whose reconstructions the page shows. */

import type { Dataset, Split } from "../datasets/dataset";

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
