/** Gradients of parameters that are added up image by image: by group, and then over groups. */

import type { Parameter } from "../../graph";
import { type Counted, type Instruction, instruction, type Job, rangeJob } from "../program";
import type { Context } from "./context";

export interface GroupSums {
  /** Where an image adds its part of each parameter's gradient; null where there is none. */
  readonly at: readonly (Counted | null)[];
  readonly prologue: readonly Instruction[];
  reduce(groups: number): Job[];
}

/** Floats of a group's sums. */
export function groupSumFloats(parameters: readonly (Parameter | null)[]): number {
  return parameters.reduce((sum, parameter) => sum + (parameter?.size ?? 0), 0);
}

/** Sums for those parameters; the operation's `partialFloats` is `groupSumFloats` of them. */
export function groupSums(context: Context, parameters: readonly (Parameter | null)[]): GroupSums {
  const floats = groupSumFloats(parameters);
  const sums = context.partials(floats);
  let next = 0;
  const places = parameters.map((parameter) => {
    const offset = next;
    next += (parameter?.size ?? 0) * 4;
    return { parameter, offset };
  });
  return {
    at: places.map(({ parameter, offset }) =>
      parameter ? { ...sums, base: sums.base + offset } : null,
    ),
    prologue: floats > 0 ? [instruction("fillZero", { to: sums, bytes: floats * 4 })] : [],
    reduce(groups) {
      const table = context.arena.words(
        Array.from({ length: groups }, (_, group) => group * sums.stride),
      );
      return places.flatMap(({ parameter, offset }) => {
        if (!parameter) return [];
        const sum = instruction("sumSlabs", {
          to: context.gradients(parameter),
          from: sums.base + offset,
          table,
          slabs: groups,
          floats: parameter.size,
        });
        return [rangeJob(1, 1, sum)];
      });
    },
  };
}
