/** What the charts draw: pure functions from a run to points. */

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
export function everyNth<T>(items: readonly T[], most: number): T[] {
  const stride = Math.max(1, Math.ceil(items.length / most));
  const last = items.length - 1;
  return items.filter((_, i) => (last - i) % stride === 0);
}

export type Protocol = "ssimWriteup" | "ssim";

export const PROTOCOL_NAMES: Readonly<Record<Protocol, string>> = {
  ssimWriteup: "write-up protocol",
  ssim: "Wang et al. 2004",
};

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
