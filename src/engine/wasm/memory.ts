/** The arrays that a trainer or predictor reads and writes between programs. */

import { type FlatArrays, layOutArrays } from "../flat-arrays";
import { sizeOf } from "../graph";
import type { Plan } from "../plan";
import type { Arena } from "./arena";
import { SETTINGS_WORDS } from "./program";

/** Addresses of what a net computes with. */
export interface WeightMemory {
  readonly weights: number;
  /** Where each parameter lies in them, in floats. */
  readonly parameters: FlatArrays;
  /** The plan's statistics, at the float offsets that follow. */
  readonly statistics: number;
  readonly statisticOffsets: readonly number[];
}

/** And of what training needs beside; gradients and Adam's moments are laid out as the weights. */
export interface Memory extends WeightMemory {
  readonly gradients: number;
  readonly first: number;
  readonly second: number;
  /** What changes from step to step: the record of that name. */
  readonly settings: number;
  /** A double for each image of the batch. */
  readonly losses: number;
  /** Outputs of the batch, closely packed. */
  readonly outputs: number;
}

export function allocateWeights(arena: Arena, plan: Plan): WeightMemory {
  const parameters = layOutArrays(plan.parameters);
  const statistics = layOutArrays(plan.statistics);
  return {
    weights: arena.allocate(parameters.length * 4),
    parameters,
    statistics: arena.allocate(statistics.length * 4),
    statisticOffsets: statistics.offsets,
  };
}

export function allocateMemory(arena: Arena, plan: Plan, capacity: number): Memory {
  const weights = allocateWeights(arena, plan);
  const room = () => arena.allocate(weights.parameters.length * 4);
  return {
    ...weights,
    gradients: room(),
    first: room(),
    second: room(),
    settings: arena.allocate(SETTINGS_WORDS * 4),
    losses: arena.allocate(capacity * 8),
    outputs: arena.allocate(capacity * sizeOf(plan.output) * 4),
  };
}
