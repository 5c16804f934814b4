/** How gradients change weights on the WASM device: penalties, clipping, and the optimiser's update. */

import type { Update } from "../../differentiate";
import { runsOf } from "../../flat-arrays";
import type { OptimizerOptions } from "../../optimizer";
import type { Plan } from "../../plan";
import type { Arena } from "../arena";
import type { Memory } from "../memory";
import { type Instruction, instruction, type Phase, rangeJob } from "../program";

/**
 * Floats that one chunk of work takes. Of the four arrays they are 64 KB: small enough to even
 * out. It is fixed, so that sums over chunks are the same on any number of threads.
 */
const CHUNK = 4096;

/** The chunk's floats, and the double for its sum. */
function chunkOf(floats: number, sums: number) {
  return {
    from: { base: 0, stride: CHUNK, by: "from" },
    grain: CHUNK,
    end: floats,
    sum: { base: sums, stride: 8, by: "from" },
  } as const;
}

const chunksOf = (floats: number): number => Math.ceil(floats / CHUNK);

export interface LoweredPenalties {
  /** Sums up what penalties there are on weights and, in training, adds to their gradients. */
  phase(isTraining: boolean): Phase;
  /** What they add to the loss: of the weights when that phase last ran. */
  total(): number;
}

export function lowerPenalties(arena: Arena, memory: Memory, plan: Plan): LoweredPenalties {
  const each = plan.penalties.map(({ parameter, l1, l2 }) => {
    // Up to a multiple of 4: the gaps hold zeros.
    const floats = Math.ceil(parameter.size / 4) * 4;
    const at = (memory.parameters.offsets[parameter.index] ?? 0) * 4;
    return { l1, l2, floats, at, sums: arena.allocate(chunksOf(floats) * 8) };
  });
  return {
    phase: (isTraining) =>
      each.map(({ l1, l2, floats, at, sums }) =>
        rangeJob(
          chunksOf(floats),
          1,
          instruction("weightPenalty", {
            weights: memory.weights + at,
            gradients: isTraining ? memory.gradients + at : null,
            l1,
            l2,
            ...chunkOf(floats, sums),
          }),
        ),
      ),
    total: () =>
      each.reduce(
        (total, { floats, sums }) =>
          total + arena.doubles(sums, chunksOf(floats)).reduce((sum, part) => sum + part, 0),
        0,
      ),
  };
}

/** Adds the gradients of copies to those of what they are copies of. */
export function lowerCopies({ gradientsOf }: Memory, { copies }: Plan): Phase {
  const sums = copies.map(({ copy, of }) => {
    const to = gradientsOf(of);
    const where = { a: to, aPitch: 0, b: gradientsOf(copy), bPitch: 0, to, toPitch: 0 };
    return instruction("addRows", { ...where, rows: 1, columns: copy.size });
  });
  // In their order: there may be several copies of one array.
  return sums.length === 0 ? [] : [rangeJob(1, 1, ...sums)];
}

/** The instruction that updates the weights of a stretch, in one of its chunks. */
function updateOf(
  options: OptimizerOptions,
  memory: Memory,
  hasFactors: boolean,
  { from, isIn: decays }: { readonly from: number; readonly isIn: boolean },
): Instruction {
  const { weights, gradients, first, second, means, settings } = memory;
  const where = {
    weights,
    gradients,
    settings,
    from: { base: from, stride: 1, by: "from" },
    to: { base: from, stride: 1, by: "to" },
    decays,
  } as const;
  switch (options.kind) {
    case "adam":
      return instruction("adam", {
        ...where,
        first,
        second,
        oneMinusBeta1: 1 - options.beta1,
        oneMinusBeta2: 1 - options.beta2,
        epsilon: options.epsilon,
        hasFactors,
      });
    case "sgd": {
      const { momentum, nesterov } = options;
      return instruction("sgd", { ...where, velocity: first, momentum, nesterov });
    }
    case "rmsprop": {
      const { rho, momentum, epsilon } = options;
      const kept = { squares: second, velocity: first, means };
      return instruction("rmsprop", { ...where, ...kept, oneMinusRho: 1 - rho, momentum, epsilon });
    }
  }
}

/** The update of all weights, when their gradients are there. */
export function lowerUpdate(
  arena: Arena,
  memory: Memory,
  plan: Plan,
  { optimizer, decays }: Update,
): Phase[] {
  const { gradients, settings, parameters } = memory;
  const { clipNorm } = optimizer;
  const floats = parameters.length;
  const phases: Phase[] = [];
  if (clipNorm !== null) {
    const count = chunksOf(floats);
    const sums = arena.allocate(count * 8);
    const squares = instruction("sumSquares", { x: gradients, ...chunkOf(floats, sums) });
    const scale = instruction("clipScale", { sums, count, limit: clipNorm, settings });
    phases.push([rangeJob(count, 1, squares)], [rangeJob(1, 1, scale)]);
  }
  const hasFactors = decays !== null || clipNorm !== null;
  const runs = decays
    ? runsOf(plan.parameters, parameters, decays)
    : [{ from: 0, to: floats, isIn: false }];
  phases.push(
    runs.map((run) =>
      rangeJob(run.to - run.from, CHUNK, updateOf(optimizer, memory, hasFactors, run)),
    ),
  );
  return phases;
}
