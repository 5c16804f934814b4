/** The arrays that a trainer or predictor reads and writes between programs. */

import { type FlatArrays, layOutArrays } from "../flat-arrays";
import { type Parameter, sizeOf } from "../graph";
import { isCentered, type OptimizerOptions } from "../optimizer";
import type { Plan } from "../plan";
import type { Allocator } from "./arena";
import { SETTINGS_WORDS } from "./program";

/** Addresses of what a net computes with. */
export interface WeightMemory {
  readonly weights: number;
  /** Where each parameter lies in them, in floats. */
  readonly parameters: FlatArrays;
  /** The plan's statistics, at the float offsets that follow. */
  readonly statistics: number;
  readonly statisticOffsets: readonly number[];
  /** Address of an array: a copy lies where the original does. */
  weightsOf(parameter: Parameter): number;
}

/** And of what training needs beside; gradients and what the optimiser keeps are laid out as the weights. */
export interface Memory extends WeightMemory {
  readonly gradients: number;
  /** Address of an array's gradient; those of frozen layers lie where nobody looks. */
  gradientsOf(parameter: Parameter): number;
  /** The arrays m, v and a of engine/optimizer.ts; the last is null for those without it. */
  readonly first: number;
  readonly second: number;
  readonly means: number | null;
  /** What changes from step to step: the record of that name. */
  readonly settings: number;
  /** A double for each image of the batch. */
  readonly losses: number;
  /** Outputs of the batch, closely packed. */
  readonly outputs: number;
}

export function allocateWeights(arena: Allocator, plan: Plan): WeightMemory {
  const parameters = layOutArrays(plan.parameters);
  const still = layOutArrays(plan.statistics);
  const weights = arena.allocate(parameters.length * 4);
  const statistics = arena.allocate(still.length * 4);
  const weightsOf = (parameter: Parameter): number => {
    const { role, index } = parameter;
    if (role === "copy") return weightsOf(plan.copies[index]!.of);
    return role === "trained"
      ? weights + parameters.offsets[index]! * 4
      : statistics + still.offsets[index]! * 4;
  };
  return { weights, parameters, statistics, statisticOffsets: still.offsets, weightsOf };
}

export function allocateMemory(
  arena: Allocator,
  plan: Plan,
  capacity: number,
  optimizer: OptimizerOptions,
): Memory {
  const weights = allocateWeights(arena, plan);
  const room = () => arena.allocate(weights.parameters.length * 4);
  const gradients = room();
  const copies = layOutArrays(plan.copies.map(({ copy }) => copy));
  const ofCopies = arena.allocate(copies.length * 4);
  const largest = Math.max(0, ...plan.statistics.map(({ size }) => size));
  const nowhere = arena.allocate(largest * 4);
  return {
    ...weights,
    gradients,
    gradientsOf({ role, index }) {
      if (role === "still") return nowhere;
      return role === "trained"
        ? gradients + weights.parameters.offsets[index]! * 4
        : ofCopies + copies.offsets[index]! * 4;
    },
    first: room(),
    second: room(),
    means: isCentered(optimizer) ? room() : null,
    settings: arena.allocate(SETTINGS_WORDS * 4),
    losses: arena.allocate(capacity * 8),
    outputs: arena.allocate(capacity * sizeOf(plan.output) * 4),
  };
}
