/** What the lowering of one operation needs to know and gives back. */

import type { Parameter } from "../../plan";
import type { Arena } from "../arena";
import type { Buffer } from "../buffers";
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
  /** After every change of weights, before the forward pass: phases one after another. */
  readonly prepare: readonly Phase[];
  /** Likewise, only before a forward pass that no training follows. */
  readonly prepareInference?: readonly Phase[];
  forward(images: number, isTraining: boolean): Step[];
  /** Gradient of the weights and, where someone needs it, of the input. */
  backward(images: number): Step[];
  /** Adds up the groups' partial weight gradients. */
  reduce(groups: number): Job[];
}

/** Tensors around one operation. */
export interface Surroundings {
  readonly inputs: readonly Buffer[];
  /** The first of them. */
  readonly input: Buffer;
  readonly output: Buffer;
  /** One for each input; null where nobody needs it. */
  readonly inputGradients: readonly (Buffer | null)[];
  /** The first of them. */
  readonly inputGradient: Buffer | null;
  readonly outputGradient: Buffer | null;
  /** Input gradients that are only part of a tensor's gradient, and that gradient. */
  readonly sums: readonly { readonly part: Buffer; readonly total: Buffer }[];
}

export interface Context {
  readonly arena: Arena;
  readonly threads: number;
  /** Most images in a batch. */
  readonly capacity: number;
  /** Address of the settings that change from step to step. */
  readonly settings: number;
  /** Groups of images, whose partial sums lie apart, in a batch of that many images. */
  groups(images: number): number;
  /** Address of a parameter's weights. */
  weights(parameter: Parameter): number;
  /** Address of an array that training changes without a gradient. */
  statistics(statistic: Parameter): number;
  /** Address of a parameter's gradient. */
  gradients(parameter: Parameter): number;
  /** Address, by group, of room for partial sums of that many floats. */
  partials(floats: number): Counted;
}

/** An image step without a prologue. */
export function imageStep(...instructions: readonly Instruction[]): ImageStep {
  return { kind: "images", prologue: [], instructions };
}

export function batchStep(...phases: readonly Phase[]): BatchStep {
  return { kind: "batch", phases };
}
