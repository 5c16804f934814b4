/** Where axes are marked, and the words at the marks. */

import { scaleLinear, scaleLog } from "d3-scale";
import type { Epochs } from "./curves";

/** Spread over a Recharts axis. */
export interface Marks {
  /** Ascending. */
  readonly ticks: number[];
  readonly tickFormatter: (value: number) => string;
}

/** About `count` round numbers inside a range, with the decimals that tell them apart. */
export function linearMarks(range: readonly [number, number], count: number): Marks {
  const scale = scaleLinear().domain(range);
  return { ticks: scale.ticks(count), tickFormatter: scale.tickFormat(count) };
}

/** Marks of a logarithmic axis at most; where more digits are round, the smallest ones have one. */
const LOG_MARKS = 5;

/** Round numbers of a logarithmic axis, as on any other where it is too short for three. */
export function logMarks(range: readonly [number, number]): Marks {
  const scale = scaleLog().domain(range);
  const words = scale.tickFormat(LOG_MARKS, "~g");
  const tickFormatter = (value: number) => shorter(words(value));
  const ticks = scale.ticks(LOG_MARKS).filter((tick) => words(tick) !== "");
  return ticks.length >= 3 ? { ticks, tickFormatter } : lossMarks(range, 3);
}

/** From here on a loss is told by its power of ten: six characters have room at the axis. */
const LARGE = 10_000;

/** Marks of an axis of losses: a net that diverges comes to 10³⁸. */
export function lossMarks(range: readonly [number, number], count: number): Marks {
  if (range[1] < LARGE) return linearMarks(range, count);
  const scale = scaleLinear().domain(range);
  const words = scale.tickFormat(count, "~e");
  const tickFormatter = (value: number) => (value === 0 ? "0" : shorter(words(value)));
  return { ticks: scale.ticks(count), tickFormatter };
}

/** "2e+38" as "2e38". */
const shorter = (words: string): string => words.replace("e+", "e");

/** Whole epochs where enough of them are shown. */
export function epochTicks([from, to]: Epochs): number[] {
  const { ticks } = linearMarks([from, to], 5);
  return to - from >= 2 ? ticks.filter(Number.isInteger) : ticks;
}
