/** Codes that have as many numbers as their images: PCA of such a size keeps everything, and no net can beat it. */

import { type ImageShape, sizeOf } from "../math/image-set";

/** Whether a code of that size leaves a net something to beat. */
export const isTask = (latentSize: number, image: ImageShape): boolean =>
  latentSize < sizeOf(image);

/** A size for such images: the largest power of two that is at most a quarter of their numbers. */
export const sizeFor = (image: ImageShape): number => 2 ** Math.floor(Math.log2(sizeOf(image) / 4));

/** Why another size would be better; null where that one is a task. */
export function sizeWords(latentSize: number, image: ImageShape): string | null {
  if (isTask(latentSize, image)) return null;
  return (
    `An image has ${sizeOf(image)} numbers here: PCA keeps them all in a code of ${latentSize}, ` +
    `and leaves a net nothing to beat. ${sizeFor(image)} numbers would be a task.`
  );
}
