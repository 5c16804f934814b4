/** Where the axes of charts begin and end: round numbers, so that they stand still most of the time. */

import { scaleLinear, scaleLog } from "d3-scale";
import type { Point } from "../../state/series";

type Range = readonly [low: number, high: number];

/** Parts of a range whose length is round: its ends jump by 5 to 20% of it. */
const PARTS = 5;

/** Up to the next round number that is at least `value`. */
function roundUp(value: number): number {
  const [, end = value] = scaleLinear().domain([0, value]).nice(PARTS).domain();
  return end;
}

/** Where a loss axis may begin, as a share of its top. */
const LOSS_BOTTOMS = [0, 0.2, 0.4, 0.6];

/** From the least to the most of a curve's values from that share of its course on. */
function laterValues(points: readonly Point[], share: number): number[] {
  const lastX = points.reduce((last, { x }) => Math.max(last, x), 0);
  const values = points.filter(({ x }) => x >= lastX * share).map(({ y }) => y);
  return values.sort((a, b) => a - b);
}

/**
 * Range of the loss axis: from the floor up, without the steep first steps.
 *
 * The top is what 95% of the later losses stay below, rounded up; a curve above it leaves through
 * the top. Without a floor to show, the axis begins a fifth under the lowest loss, or lower.
 *
 * @param earlier curves of other runs: the second half of each is in the range too, and under the
 *   floor where other images have a lower one
 */
export function lossRange(
  points: readonly Point[],
  floor: number | null,
  earlier: readonly (readonly Point[])[] = [],
): Range {
  const own = laterValues(points, 0.12);
  const others = earlier.map((curve) => laterValues(curve, 0.5));
  const all = [own, ...others].filter((values) => values.length > 0);
  const base = floor ?? 0;
  const highest = all.map((values) => values[Math.floor(values.length * 0.95)]!);
  const high = highest.length > 0 ? Math.max(...highest) : base + 0.08;
  const top = base + roundUp(Math.max(0.004, (high - base) * 1.15));
  const lowest = Math.min(...all.map((values) => values[0]!));
  if (floor !== null) {
    const under = floor - Math.min(floor, ...others.flatMap((values) => values.slice(0, 1)));
    return [under > 0 ? Math.max(0, floor - roundUp(under * 1.15)) : floor, top];
  }
  const share =
    all.length > 0 ? LOSS_BOTTOMS.findLast((each) => each * top <= lowest * 0.8) : undefined;
  return [(share ?? 0) * top, top];
}

/** Range around all points, to round numbers; where there are none, the one given. */
export function fittedRange(points: readonly Point[], otherwise: Range): Range {
  if (points.length === 0) return otherwise;
  const [low, high] = extremes(points);
  // A level curve has no range of its own.
  const least = Math.max(4e-4 * Math.abs(high), 4e-9);
  return rounded([low, Math.max(high, low + least)]);
}

/** Outwards to round numbers, about a quarter of the range apart. */
export function rounded([from, to]: Range): Range {
  const [low = from, high = to] = scaleLinear().domain([from, to]).nice(4).domain();
  return [low, high];
}

/** By which factor the ends of a logarithmic axis jump. */
const LOG_STEP = 1.1;

/** Range of a logarithmic axis: every point that it can show, with a little room. */
export function logRange(points: readonly Point[]): Range {
  const shown = points.filter(({ y }) => y > 0);
  if (shown.length === 0) return [0.1, 1];
  const [least, most] = extremes(shown);
  const scale = scaleLog()
    .base(LOG_STEP)
    .domain([least / 1.02, most * 1.02]);
  const [low = least, high = most] = scale.nice().domain();
  return [low, high];
}

function extremes(points: readonly Point[]): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { y } of points) {
    if (y < low) low = y;
    if (y > high) high = y;
  }
  return [low, high];
}

/** Where an SSIM axis may begin. */
const BOTTOMS = [0, 0.3, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.94, 0.96];

/**
 * Range of the SSIM axis: as much as the curve, earlier ones and the reference lines need, up to 1.
 *
 * The first epoch of an earlier run may leave through the bottom, as this run's does, unless it is
 * its only one.
 */
export function ssimRange(
  points: readonly Point[],
  references: readonly number[],
  earlier: readonly (readonly Point[])[] = [],
): Range {
  const lastX = points.at(-1)?.x ?? 0;
  const later = points.filter(({ x }) => x >= lastX * 0.12).map(({ y }) => y);
  const others = earlier.flatMap((curve) => (curve.length > 1 ? curve.slice(1) : curve));
  const low = Math.min(0.97, ...references, ...later, ...others.map(({ y }) => y));
  return [BOTTOMS.findLast((bottom) => bottom <= low - (1 - low) * 0.1) ?? 0, 1];
}
