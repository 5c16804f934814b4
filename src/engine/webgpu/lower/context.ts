/** What the lowering of one operation needs to know and gives back. */

import type { Activation, GraphNode, Parameter } from "../../graph";
import type { Kernel } from "../kernel";
import type { Target } from "../kernels/map";
import type { Segment } from "../kernels/reduce";
import type { Sink } from "../sink";
import type { Store, Stores } from "../stores";

/** Where tensors lie. */
export interface TensorStores {
  store(tensor: number): Store;
  /** Where a gradient is written; null if nobody takes it. */
  sink(tensor: number): Sink | null;
}

export interface Context {
  readonly stores: Stores;
  readonly tensors: TensorStores;
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
  readonly prepare?: readonly Kernel[];
  readonly run: readonly Kernel[];
  /** What runs in its place outside training, where that is another. */
  readonly inference?: readonly Kernel[];
  /** How the parts of its weights' gradients add up. */
  readonly segments?: readonly Segment[];
}

/** How a kind of operation is done on this device. */
export interface WebgpuKind<O extends GraphNode> {
  lower(context: Context, operation: O): LoweredOperation;
  /** Whether its result is its input under another shape: it has no kernels. */
  readonly renames?: true;
  /** Whether, as part of a backward pass, it is the sum of two gradients. */
  readonly isSum?: true;
  /** The slope that it multiplies a gradient by, its first input. */
  slopeOf?(operation: O): Slope;
}

export interface Slope {
  readonly activation: Exclude<Activation, "linear">;
  /** The tensor that it is taken from. */
  readonly kept: number;
}

/** "conv2d forward", for profiles and messages. */
export function nameOf({ layer, isBackward }: GraphNode): string {
  return `${layer} ${isBackward ? "input gradient" : "forward"}`;
}

/** Where the first input of an operation lies. */
export function inputOf({ tensors }: Context, { inputs }: GraphNode): Store {
  return tensors.store(inputs[0]!);
}

/** Where an operation's result goes, which somebody takes: through its activation, or as a gradient. */
export function targetOf(
  { tensors }: Context,
  { isBackward, result }: GraphNode,
  activation: Activation = "linear",
): Target {
  const sink = isBackward ? tensors.sink(result) : null;
  return sink ? { sink } : { store: tensors.store(result), activation };
}
