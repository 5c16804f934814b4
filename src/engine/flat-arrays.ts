/** Arrays of weights in one flat one, as devices keep them. */

import type { Parameter } from "./graph";

/** Arrays begin at multiples of so many numbers: a cache line of floats. */
const ALIGNMENT = 16;

export interface FlatArrays {
  /** Where each array begins, in numbers; the gaps between them hold zeros. */
  readonly offsets: readonly number[];
  /** Numbers in all, gaps included. */
  readonly length: number;
}

export function layOutArrays(arrays: readonly Parameter[]): FlatArrays {
  const offsets: number[] = [];
  let length = 0;
  for (const { size } of arrays) {
    offsets.push(length);
    length += Math.ceil(size / ALIGNMENT) * ALIGNMENT;
  }
  return { offsets, length };
}

/** A stretch of a flat array. */
export interface Run {
  readonly from: number;
  readonly to: number;
  /** Are its arrays among those that were asked for? */
  readonly isIn: boolean;
}

/** The longest stretches whose arrays are all in `chosen`, or all not. */
export function runsOf(
  arrays: readonly Parameter[],
  { offsets, length }: FlatArrays,
  chosen: ReadonlySet<Parameter>,
): Run[] {
  const runs: { from: number; to: number; isIn: boolean }[] = [];
  for (const [place, array] of arrays.entries()) {
    const isIn = chosen.has(array);
    const from = offsets[place] ?? 0;
    const to = offsets[place + 1] ?? length;
    const last = runs.at(-1);
    if (last?.isIn === isIn) last.to = to;
    else runs.push({ from, to, isIn });
  }
  return runs;
}
