/** Steps of a pass joined to phases, and what goes before them. */

import type { Instruction, Phase } from "../program";
import type { LoweredOperation, Step } from "./context";

/**
 * Images whose weight gradients are summed together, in order, before the groups are: 16 groups
 * let 16 threads work, and their number depends on the batch alone, so that results do not
 * depend on the threads.
 */
export const GROUPS = 16;

/** Images in each group but the last. */
export function grainOf(images: number): number {
  return Math.ceil(images / GROUPS);
}

/**
 * What operations do before a pass, after every change of weights.
 *
 * Side by side where operations prepare in as many phases; later ones may need earlier ones.
 */
export function preparation(
  operations: readonly Pick<LoweredOperation, "prepare" | "prepareInference">[],
  isTraining: boolean,
): Phase[] {
  const each = operations.map(({ prepare = [], prepareInference = [] }) =>
    isTraining ? prepare : [...prepare, ...prepareInference],
  );
  const depth = Math.max(0, ...each.map((phases) => phases.length));
  return Array.from({ length: depth }, (_, level) => each.flatMap((phases) => phases[level] ?? []));
}

/** One job for each unbroken run of one-image steps, so that an image's tensors stay in cache. */
export function joinSteps(steps: readonly Step[], images: number, grain: number): Phase[] {
  const phases: Phase[] = [];
  let prologue: Instruction[] = [];
  let instructions: Instruction[] = [];
  const close = () => {
    if (instructions.length > 0) {
      phases.push([{ byImage: true, count: images, grain, prologue, instructions }]);
    }
    prologue = [];
    instructions = [];
  };
  for (const step of steps) {
    if (step.kind === "images") {
      prologue.push(...step.prologue);
      instructions.push(...step.instructions);
    } else {
      close();
      phases.push(...step.phases);
    }
  }
  close();
  return phases;
}
