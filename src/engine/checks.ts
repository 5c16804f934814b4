/** What every device refuses, in the same words. */

/** @throws Error where images are to be mirrored but the model takes vectors */
export function checkFlips(flips: boolean, takesImages: boolean): void {
  if (flips && !takesImages) {
    throw new Error("Flips mirror images, but the model's input is a vector.");
  }
}

/**
 * @param hasNestedDropout of the model
 * @throws RangeError where `kept` is no number of numbers
 * @throws Error where there is no layer that keeps them
 */
export function checkKept(kept: number | null, hasNestedDropout: boolean): void {
  if (kept !== null && (!Number.isInteger(kept) || kept < 0)) {
    throw new RangeError(`A code keeps a whole number of its numbers, not ${kept}.`);
  }
  if (!hasNestedDropout) {
    throw new Error("The model has no NestedDropout layer, so that its codes cannot be cut off.");
  }
}
