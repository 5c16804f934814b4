/** What the lowering of one operation needs to know and gives back. */

import type { GraphNode, Parameter } from "../../graph";
import type { Arena } from "../arena";
import type { Buffer, Halo } from "../buffers";
import type { Counted, Instruction, Job, Phase } from "../program";

/** Steps of a pass, in order: work for one image at a time, or phases over the whole batch. */
export interface ImageStep {
  readonly kind: "images";
  /** Once for each group of images. */
  readonly prologue: readonly Instruction[];
  readonly instructions: readonly Instruction[];
}
export interface BatchStep {
  readonly kind: "batch";
  readonly phases: readonly Phase[];
}
export type Step = ImageStep | BatchStep;

export interface LoweredOperation {
  /** After every change of weights, before the pass: phases one after another. */
  readonly prepare?: readonly Phase[];
  /** Likewise, only before a forward pass that no training follows. */
  readonly prepareInference?: readonly Phase[];
  run(images: number, isTraining: boolean): Step[];
  /** Adds up the groups' partial weight gradients. */
  reduce?(groups: number): Job[];
}

export interface Context {
  readonly arena: Arena;
  readonly threads: number;
  /** Most images in a batch. */
  readonly capacity: number;
  /** Address of the settings that change from step to step. */
  readonly settings: number;
  /** Where a tensor lies. */
  buffer(tensor: number): Buffer;
  /** Likewise, of one that is made if somebody takes it: null if nobody does. */
  taken(tensor: number): Buffer | null;
  /** Groups of images, whose partial sums lie apart, in a batch of that many images. */
  groups(images: number): number;
  /** Address of an array, whether it is trained or not. */
  weights(parameter: Parameter): number;
  /** Address of a parameter's gradient. */
  gradients(parameter: Parameter): number;
  /** Address, by group, of room for partial sums of that many floats. */
  partials(floats: number): Counted;
  /** Address, by thread, of room that the instructions of one image may use, and leave to the next operation. */
  readonly scratch: Counted;
}

/** How a kind of operation is done on this device. */
export interface WasmKind<O extends GraphNode> {
  lower(context: Context, operation: O): LoweredOperation;
  /**
   * Whether it looks at the whole batch: at every image at once, or at each before it changes the
   * first. Others take an image after the other.
   */
  readonly meets?: "batch" | "between";
  /** Zeros that it wants around its input of that number. */
  halo?(operation: O, slot: number): Halo;
  /** Floats of partial sums that it needs for each group of images. */
  partialFloats?(operation: O): number;
  /** Multiply-adds of one sample's forward pass, where it takes fewer here than elsewhere; else null. */
  multiplyAdds?(operation: O): number | null;
  /** Bytes of scratch that it needs. */
  scratchBytes?(operation: O): number;
  /** Whether its result may take the place of its first input, if nobody takes that later. */
  isInPlace?(operation: O): boolean;
  /** Whether its result is its input under another shape. */
  readonly renames?: true;
}

/** An image step without a prologue. */
export function imageStep(...instructions: readonly Instruction[]): ImageStep {
  return { kind: "images", prologue: [], instructions };
}

export function batchStep(...phases: readonly Phase[]): BatchStep {
  return { kind: "batch", phases };
}

/** One that takes an image after the other, with the same instructions each time. */
export function imageWise(...instructions: readonly Instruction[]): LoweredOperation {
  return { run: () => [imageStep(...instructions)] };
}

/** Where the first input of an operation lies, and where its result goes. */
export function ends(
  context: Context,
  { inputs, result }: GraphNode,
): { readonly from: Buffer; readonly to: Buffer } {
  return { from: context.buffer(inputs[0]!), to: context.buffer(result) };
}
