/** The arrays that a trainer or predictor reads and writes between programs. */

import { type Parameter, sizeOf } from "../graph";
import type { Plan } from "../plan";
import type { Arena } from "./arena";
import { SETTINGS_WORDS } from "./program";

/** Addresses of what a net computes with. */
export interface WeightMemory {
  readonly weights: number;
  /** Floats in them, gaps between parameters included; the gaps hold zeros. */
  readonly floats: number;
  /** Float offset of each parameter in them. */
  readonly offsets: readonly number[];
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

/** Float offsets of arrays, each on a cache line of its own, and the floats of all. */
function placeArrays(arrays: readonly Parameter[]): { offsets: number[]; floats: number } {
  const offsets: number[] = [];
  let floats = 0;
  for (const { size } of arrays) {
    offsets.push(floats);
    floats += Math.ceil(size / 16) * 16;
  }
  return { offsets, floats };
}

export function allocateWeights(arena: Arena, plan: Plan): WeightMemory {
  const { offsets, floats } = placeArrays(plan.parameters);
  const statistics = placeArrays(plan.statistics);
  return {
    weights: arena.allocate(floats * 4),
    floats,
    offsets,
    statistics: arena.allocate(statistics.floats * 4),
    statisticOffsets: statistics.offsets,
  };
}

export function allocateMemory(arena: Arena, plan: Plan, capacity: number): Memory {
  const weights = allocateWeights(arena, plan);
  const room = () => arena.allocate(weights.floats * 4);
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
