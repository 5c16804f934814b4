/**
 * What changes from step to step, as one uniform of 256 bytes a step.
 *
 * All steps of a call are written with one upload; each step's dispatches see its own part through
 * a dynamic offset.
 */

import type { TrainerOptions } from "../device";
import { stepDecay, stepRate } from "../optimizer";

/** Bytes from one step to the next: WebGPU's alignment of dynamic offsets. */
export const STEP_BYTES = 256;
/** Steps, or batches of an evaluation, in one call to the GPU's queue. */
export const SLOTS = 256;

/** More numbers than any code has. */
const KEEP_ALL = 2 ** 31 - 1;

/** As the kernels see it, in the order in which `writeStep` fills it. */
export const BATCH_STRUCT = `struct Batch {
  images: u32,
  first: u32,
  step: u32,
  seed: u32,
  slot: u32,
  kept: u32,
  rate: f32,
  decay: f32,
}`;

export interface StepSettings {
  /** Place in the call, from 0. */
  readonly slot: number;
  readonly images: number;
  /** Place of the first image's index among the call's. */
  readonly first: number;
  /** The optimiser's, from 1; 0 outside training. */
  readonly step: number;
  readonly learningRate: number;
  /** What nested dropout keeps outside training; null for all. */
  readonly kept: number | null;
}

/** The schedule of one call. */
export class Schedule {
  readonly #bytes = new ArrayBuffer(SLOTS * STEP_BYTES);
  readonly #words = new Uint32Array(this.#bytes);
  readonly #floats = new Float32Array(this.#bytes);
  readonly #options: TrainerOptions;

  constructor(options: TrainerOptions) {
    this.#options = options;
  }

  set({ slot, images, first, step, learningRate, kept }: StepSettings): void {
    const { optimizer, seed } = this.#options;
    const at = (slot * STEP_BYTES) / 4;
    this.#words.set([images, first, step, seed, slot, Math.min(kept ?? KEEP_ALL, KEEP_ALL)], at);
    this.#floats[at + 6] = step === 0 ? 0 : stepRate(optimizer, learningRate, step);
    this.#floats[at + 7] = stepDecay(optimizer, learningRate);
  }

  /** The first steps' bytes. */
  view(steps: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#bytes, 0, steps * STEP_BYTES);
  }
}
