/** What the lowering of one operation needs to know and gives back. */

import type { Parameter } from "../../plan";
import type { Kernel } from "../kernel";
import type { Segment } from "../kernels/reduce";
import type { Store, Stores } from "../stores";
import type { Tensors } from "../tensors";

export interface Context {
  readonly stores: Stores;
  readonly tensors: Tensors;
  /** Most images in a batch. */
  readonly capacity: number;
  /** Flat arrays of all weights, their gradients, and of what training changes without one. */
  readonly weights: Store;
  readonly gradients: Store;
  readonly statistics: Store;
  /** Word of a parameter in the first two, and of a statistic in the third: multiples of 16. */
  weightAt(parameter: Parameter): number;
  statisticAt(statistic: Parameter): number;
  /** Parts of gradients until all are added up. */
  readonly parts: Store;
  /** Reserves room there. */
  reserveParts(words: number): number;
  /** Memory for one kernel and the next; all share it. */
  scratch(words: number): Store;
  /** A buffer that holds those words. */
  constants(label: string, words: Uint32Array): Store;
}

export interface LoweredOperation {
  /** After every change of weights, before the forward pass. */
  readonly prepare: readonly Kernel[];
  readonly forward: readonly Kernel[];
  /** The forward pass outside training, where it is another. */
  readonly inference?: readonly Kernel[];
  readonly backward: readonly Kernel[];
  /** How the parts of its weights' gradients add up. */
  readonly segments: readonly Segment[];
}

/** An operation without weights. */
export function plain(forward: readonly Kernel[], backward: readonly Kernel[]): LoweredOperation {
  return { prepare: [], forward, backward, segments: [] };
}
