/** Reconstructions of a few images, shown as the net learns. */

import { imageQuality } from "../metrics/metrics";
import type { RunOptions } from "./run-options";
import { predictPixels } from "./score";

/** Most of what the eye can see happens in the first steps: pictures of 1, 2, 4, 8, … show it. */
export const showsPictures = (step: number): boolean => Number.isInteger(Math.log2(step));

/** Steps until the next of those. */
export const stepsToPictures = (step: number): number =>
  step === 0 ? 1 : 2 ** (Math.floor(Math.log2(step)) + 1) - step;

/** Of one run: each step's pictures are shown once. */
export class Previews {
  readonly #options: Pick<RunOptions, "dataset" | "previewIndices" | "trainer" | "emit">;
  /** Step whose pictures were shown last. */
  #shown = -1;

  constructor(options: Pick<RunOptions, "dataset" | "previewIndices" | "trainer" | "emit">) {
    this.#options = options;
  }

  /** Shows the pictures of the trainer's weights, which are that step's; once a step. */
  async show({ epoch, step }: { readonly epoch: number; readonly step: number }): Promise<void> {
    const { dataset, previewIndices, trainer, emit } = this.#options;
    if (previewIndices.length === 0 || this.#shown === step) return;
    this.#shown = step;
    const reconstructions = await predictPixels(trainer, previewIndices);
    const { ssim, ssimWriteup } = imageQuality(dataset, previewIndices, reconstructions);
    emit({ type: "preview", epoch, step, reconstructions, ssim, ssimWriteup });
  }
}
