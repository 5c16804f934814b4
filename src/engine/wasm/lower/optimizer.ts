/** How gradients change weights on the WASM device: L2 penalties, clipping, Adam and AdamW. */

import type { Update } from "../../differentiate";
import { runsOf } from "../../flat-arrays";
import type { Plan } from "../../plan";
import type { Arena } from "../arena";
import type { Memory } from "../memory";
import { instruction, type Job, type Phase, rangeJob } from "../program";

/**
 * Floats that one chunk of work takes. Of the four arrays they are 64 KB: small enough to even
 * out. It is fixed, so that sums over chunks are the same on any number of threads.
 */
const CHUNK = 4096;

/** Doubles at `sums`, one a chunk: the squares of `floats` floats from `start` on. */
function squaresJob(
  start: number,
  floats: number,
  sums: number,
  gradients: number | null = null,
  rate = 0,
): Job {
  const sum = instruction("sumSquares", {
    x: start,
    from: { base: 0, stride: CHUNK, by: "from" },
    grain: CHUNK,
    end: floats,
    sum: { base: sums, stride: 8, by: "from" },
    gradients,
    rate,
  });
  return rangeJob(Math.ceil(floats / CHUNK), 1, sum);
}

export interface LoweredPenalties {
  /** Sums up the squares of the weights and, in training, adds to their gradients. */
  phase(isTraining: boolean): Phase;
  /** What they add to the loss: of the weights when that phase last ran. */
  total(): number;
}

export function lowerPenalties(arena: Arena, memory: Memory, plan: Plan): LoweredPenalties {
  const each = plan.penalties.map(({ parameter, rate }) => {
    // Up to a multiple of 4: the gaps hold zeros.
    const floats = Math.ceil(parameter.size / 4) * 4;
    const chunks = Math.ceil(floats / CHUNK);
    const at = (memory.parameters.offsets[parameter.index] ?? 0) * 4;
    return { rate, floats, at, chunks, sums: arena.allocate(chunks * 8) };
  });
  return {
    phase: (isTraining) =>
      each.map(({ rate, floats, at, sums }) =>
        isTraining
          ? squaresJob(memory.weights + at, floats, sums, memory.gradients + at, 2 * rate)
          : squaresJob(memory.weights + at, floats, sums),
      ),
    total: () =>
      each.reduce(
        (total, { rate, sums, chunks }) =>
          total + rate * arena.doubles(sums, chunks).reduce((sum, part) => sum + part, 0),
        0,
      ),
  };
}

/** The update of all weights, when their gradients are there. */
export function lowerUpdate(
  arena: Arena,
  memory: Memory,
  plan: Plan,
  { adam: { clipNorm }, decays }: Update,
): Phase[] {
  const { weights, gradients, first, second, settings, parameters } = memory;
  const floats = parameters.length;
  const phases: Phase[] = [];
  if (clipNorm !== null) {
    const chunks = Math.ceil(floats / CHUNK);
    const sums = arena.allocate(chunks * 8);
    const scale = instruction("clipScale", { sums, count: chunks, limit: clipNorm, settings });
    phases.push([squaresJob(gradients, floats, sums)], [rangeJob(1, 1, scale)]);
  }
  const hasFactors = decays !== null || clipNorm !== null;
  const runs = decays
    ? runsOf(plan.parameters, parameters, decays)
    : [{ from: 0, to: floats, isIn: false }];
  phases.push(
    runs.map(({ from, to, isIn }) => {
      const adam = instruction("adam", {
        weights,
        gradients,
        first,
        second,
        settings,
        from: { base: from, stride: 1, by: "from" },
        to: { base: from, stride: 1, by: "to" },
        hasFactors,
        decays: isIn,
      });
      return rangeJob(to - from, CHUNK, adam);
    }),
  );
  return phases;
}
