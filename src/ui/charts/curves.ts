/** What the charts draw: pure functions from a run to points, ticks and ranges. */

import type { RunConfig } from "../../config/config";
import { learningRateAt } from "../../config/schedule";
import type { QualityFigures } from "../../metrics/metrics";
import type { EpochFigures } from "../../runs/results";
import { type LossSeries, type Point, smoothed, thin } from "../../state/series";
import type { Run } from "../../state/state";

/** Points that a curve has at most. */
export const MOST_POINTS = 500;
/** Points of the learning rate: smooth at any width. */
const MOST_RATES = 200;

/** Epochs that an axis shows. */
export type Epochs = readonly [from: number, to: number];

const EVERYTHING: Epochs = [0, Number.POSITIVE_INFINITY];

/**
 * The training loss of every step, smoothed and then thinned; x in epochs, 1.5 is half-way through
 * the second. Within those epochs, and one step more on either side, so that the line does not end.
 */
export function trainingPoints(
  losses: LossSeries,
  stepsPerEpoch: number,
  smoothing = 0,
  [from, to]: Epochs = EVERYTHING,
): Point[] {
  const first = Math.min(losses.count, Math.max(0, Math.floor(from * stepsPerEpoch) - 1));
  const end = Math.min(losses.count, Math.ceil(to * stepsPerEpoch) + 1);
  const shown = smoothed(losses, smoothing).subarray(first, end);
  return thin(shown, MOST_POINTS, first + 1).map(({ x, y }) => ({ x: x / stepsPerEpoch, y }));
}

/** The smoothed training loss of a step, counted from 1. */
export function trainingAt(losses: LossSeries, smoothing: number, step: number): number | null {
  if (step < 1 || step > losses.count) return null;
  return smoothed(losses, smoothing)[step - 1]!;
}

/** One figure of every epoch, at the step where it was measured. */
export function epochPoints(
  { epochs, started }: Pick<Run, "epochs" | "started">,
  figure: (epoch: EpochFigures) => number,
): Point[] {
  const stepsPerEpoch = started?.stepsPerEpoch ?? 1;
  return everyNth(epochs, MOST_POINTS).map((each) => ({
    x: each.step / stepsPerEpoch,
    y: figure(each),
  }));
}

/** Figures of the last epoch that was over by that step; of the newest without one. */
export function epochAt(
  run: Pick<Run, "epochs"> | null,
  step: number | null,
): EpochFigures | undefined {
  return run?.epochs.findLast((each) => step === null || each.step <= step);
}

/** The epoch with the best monitored value so far. */
export function bestEpoch(run: Pick<Run, "epochs"> | null): EpochFigures | undefined {
  return run?.epochs.findLast(({ isBest }) => isBest);
}

/** At most `most` of the items, evenly, the last one always. */
function everyNth<T>(items: readonly T[], most: number): T[] {
  const stride = Math.max(1, Math.ceil(items.length / most));
  const last = items.length - 1;
  return items.filter((_, i) => (last - i) % stride === 0);
}

export type Protocol = "ssimWriteup" | "ssim";

export const PROTOCOL_NAMES: Readonly<Record<Protocol, string>> = {
  ssimWriteup: "write-up protocol",
  ssim: "Wang et al. 2004",
};

/** Steps between which axes jump, so that they stand still most of the time. */
const ROUND = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];

/** The next round number that is at least `value`. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ROUND.find((factor) => factor * power >= value * 0.999)! * power;
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
): readonly [number, number] {
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
export function fittedRange(
  points: readonly Point[],
  otherwise: readonly [number, number],
): readonly [number, number] {
  if (points.length === 0) return otherwise;
  const [low, high] = extremes(points);
  const step = roundUp(Math.max((high - low) / 4, Math.abs(high) * 1e-4, 1e-9));
  const bottom = Math.floor(low / step);
  return [bottom * step, Math.max(bottom + 1, Math.ceil(high / step)) * step];
}

/** Range of a logarithmic axis: every point that it can show, with a little room. */
export function logRange(points: readonly Point[]): readonly [number, number] {
  const shown = points.filter(({ y }) => y > 0);
  if (shown.length === 0) return [0.1, 1];
  const [low, high] = extremes(shown);
  return [low / 1.04, high * 1.04];
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

/** Factors of a power of ten that a logarithmic axis may name, few to many. */
const LOG_TICKS = [[1], [1, 3], [1, 2, 5], [1, 1.5, 2, 3, 5, 7]];

/** Round numbers of a logarithmic axis, at least three where it is not too short for them. */
export function logTicks(range: readonly [number, number]): number[] {
  const [low, high] = range;
  const from = Math.floor(Math.log10(low));
  const to = Math.ceil(Math.log10(high));
  const powers = Array.from({ length: to - from + 1 }, (_, i) => 10 ** (from + i));
  const inside = (factors: readonly number[]) =>
    powers
      .flatMap((power) => factors.map((factor) => Number((factor * power).toPrecision(6))))
      .filter((tick) => tick >= low && tick <= high);
  return LOG_TICKS.map(inside).find((ticks) => ticks.length >= 3) ?? niceTicks(range, 3);
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
): readonly [number, number] {
  const lastX = points.at(-1)?.x ?? 0;
  const later = points.filter(({ x }) => x >= lastX * 0.12).map(({ y }) => y);
  const others = earlier.flatMap((curve) => (curve.length > 1 ? curve.slice(1) : curve));
  const low = Math.min(0.97, ...references, ...later, ...others.map(({ y }) => y));
  return [BOTTOMS.findLast((bottom) => bottom <= low - (1 - low) * 0.1) ?? 0, 1];
}

/** Round numbers (1, 2 or 5 times a power of ten apart) inside a range, about `count` of them. */
export function niceTicks([low, high]: readonly [number, number], count: number): number[] {
  const rough = (high - low) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10]
    .map((factor) => factor * power)
    .find((each) => each >= rough * (1 - 1e-9))!;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) =>
    Number(((first + i) * step).toPrecision(12)),
  );
}

/** A loss at its tick: as many digits as tell two ticks apart, on an axis that spans so much. */
export function lossTickText(value: number, span: number): string {
  // A net that diverges comes to 10³⁸: its axis has room for six characters.
  if (value >= 10_000) return value.toExponential(0).replace("e+", "e");
  if (value >= 1000) return value.toFixed(0);
  if (value < 0.01) return String(Number(value.toPrecision(2)));
  return value.toFixed(span < 0.004 ? 4 : span < 0.04 ? 3 : 2);
}

/** Learning rates of the steps within those epochs, all of them where there are few; x in epochs. */
export function ratePoints(
  config: Pick<RunConfig, "learningRate" | "schedule" | "warmup" | "epochs">,
  stepsPerEpoch: number,
  [from, to]: Epochs,
): Point[] {
  const steps = stepsPerEpoch * config.epochs;
  const first = Math.max(1, Math.floor(from * stepsPerEpoch));
  const last = Math.min(steps, Math.ceil(to * stepsPerEpoch));
  const count = Math.min(last - first + 1, MOST_RATES);
  return Array.from({ length: Math.max(0, count) }, (_, i) => {
    const step = count === 1 ? last : first + Math.round((i * (last - first)) / (count - 1));
    return { x: step / stepsPerEpoch, y: learningRateAt(config, step, steps) };
  });
}

/** PCA's value that a curve over the validation split compares with. */
export function pcaReference(
  pca: { readonly validation: QualityFigures } | null,
  protocol: Protocol,
): number | null {
  return pca?.validation[protocol] ?? null;
}
