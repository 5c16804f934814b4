/** What each change on the way from one net to another brought, and whether chance does as much. */

import {
  type Interval,
  pairedDifferences,
  percentileInterval,
  resampledMeans,
} from "../math/bootstrap";
import { createRng } from "../math/rng";
import { meanInterval } from "../math/student";
import { mean } from "../math/vectors";
import { type Field, markdownTable } from "./table";

/** One run of a step. */
export interface LadderRun {
  readonly seed: number;
  /** SSIM by the write-up's protocol of each test image; runs of a seed have the same images. */
  readonly ssimWriteup: Float32Array;
  readonly validationLoss: number;
  readonly parameters: number;
  /** Of the whole run. */
  readonly seconds: number;
  readonly epochs: number;
}

export interface LadderRung {
  /** "+ dropout"; the start's is what it is called. */
  readonly change: string;
  /** The formula that is minimised: losses of another do not compare. */
  readonly loss: string;
  /** One for each seed; none where it is not trained yet. */
  readonly runs: readonly LadderRun[];
}

/** 95% of a mean: from, to. */
export type Bounds = readonly [low: number, high: number];

/** A mean over seeds and images, and how sure it is. */
export interface SureMean {
  readonly ssimWriteup: number;
  /** Over the seeds where there are several, else over the images of the one. */
  readonly interval: Bounds;
  /**
   * Over seeds by Student's t, which counts what the split, the weights and the order do as well as
   * the choice of test images; null for one seed.
   */
  readonly overSeeds: Bounds | null;
  /** Over test images by the bootstrap, for these very seeds. */
  readonly overImages: Bounds;
}

export interface LadderRow extends SureMean {
  readonly step: number;
  readonly change: string;
  readonly seeds: readonly number[];
  /**
   * This step's less the one's before, image by image on the seeds that both have; null for the start,
   * and where they share none.
   */
  readonly difference: (SureMean & { readonly isChance: boolean }) | null;
  readonly validationLoss: number;
  /** By Student's t; null for one seed. */
  readonly validationLossOverSeeds: Bounds | null;
  /** As `difference`; null too where the step before minimised another formula. */
  readonly lossDifference: LossDifference | null;
  readonly parameters: number;
  readonly seconds: number;
  readonly epochs: number;
}

/** What a step's validation loss is over the step's before, as a mean over the seeds that both have. */
export interface LossDifference {
  readonly validationLoss: number;
  /** By Student's t; null for one seed, whose loss says nothing of chance. */
  readonly overSeeds: Bounds | null;
}

/** A row for each rung that has runs, in their order. */
export function ladderRows(rungs: readonly LadderRung[]): LadderRow[] {
  const drawing = drawnLadderRows(rungs);
  for (;;) {
    const next = drawing.next();
    if (next.done) return next.value;
  }
}

/**
 * The same in parts that take some milliseconds each: 6 steps of 3 seeds with 1,400 images draw 100
 * million numbers, about a second of work.
 */
export function* drawnLadderRows(rungs: readonly LadderRung[]): Generator<void, LadderRow[]> {
  const rows: LadderRow[] = [];
  for (const [step, { change, loss, runs }] of rungs.entries()) {
    if (runs.length === 0) continue;
    const before = rungs[step - 1];
    const over = (value: (run: LadderRun) => number) => mean(runs.map(value));
    rows.push({
      step,
      change,
      ...(yield* sureMean(runs.map(({ ssimWriteup }) => Float64Array.from(ssimWriteup)))),
      seeds: runs.map(({ seed }) => seed),
      difference: yield* differenceOf(before?.runs ?? [], runs),
      validationLoss: over((run) => run.validationLoss),
      validationLossOverSeeds: overSeedsOf(runs.map((run) => run.validationLoss)),
      lossDifference: before?.loss === loss ? lossDifferenceOf(before.runs, runs) : null,
      parameters: over((run) => run.parameters),
      seconds: over((run) => run.seconds),
      epochs: over((run) => run.epochs),
    });
  }
  return rows;
}

/** Runs of the seeds that both steps have: now, and before. */
function pairs(
  before: readonly LadderRun[],
  now: readonly LadderRun[],
): (readonly [LadderRun, LadderRun])[] {
  return now.flatMap((run) => {
    const earlier = before.find(({ seed }) => seed === run.seed);
    return earlier ? [[run, earlier] as const] : [];
  });
}

function* differenceOf(
  before: readonly LadderRun[],
  now: readonly LadderRun[],
): Generator<void, LadderRow["difference"]> {
  const both = pairs(before, now);
  if (both.length === 0) return null;
  const sure = yield* sureMean(
    both.map(([run, earlier]) => pairedDifferences(run.ssimWriteup, earlier.ssimWriteup)),
  );
  const [low, high] = sure.interval;
  return { ...sure, isChance: low <= 0 && high >= 0 };
}

function lossDifferenceOf(
  before: readonly LadderRun[],
  now: readonly LadderRun[],
): LossDifference | null {
  const differences = pairs(before, now).map(
    ([run, earlier]) => run.validationLoss - earlier.validationLoss,
  );
  if (differences.length === 0) return null;
  return { validationLoss: mean(differences), overSeeds: overSeedsOf(differences) };
}

const overSeedsOf = (values: readonly number[]): Bounds | null =>
  values.length > 1 ? bounds(meanInterval(values)) : null;

const SAMPLES = 2000;
/** Samples drawn in one part. */
const SLICE = 50;
const LEVEL = 0.95;

/** @param values of each seed's images; at least one seed with at least one image */
function* sureMean(values: readonly Float64Array[]): Generator<void, SureMean> {
  const means = values.map(mean);
  const rng = createRng(1, "ladder");
  // Each seed's images are drawn anew, and the means of the seeds taken as they are.
  const overall = new Float64Array(SAMPLES);
  for (const images of values) {
    for (let from = 0; from < SAMPLES; from += SLICE) {
      const drawn = resampledMeans(images, rng, SLICE);
      for (let i = 0; i < SLICE; i++) overall[from + i]! += drawn[i]!;
      yield;
    }
  }
  for (let i = 0; i < SAMPLES; i++) overall[i]! /= values.length;
  const overImages = bounds(percentileInterval(overall, LEVEL));
  const overSeeds = overSeedsOf(means);
  return {
    ssimWriteup: mean(means),
    interval: overSeeds ?? overImages,
    overSeeds,
    overImages,
  };
}

const bounds = ({ low, high }: Interval): Bounds => [low, high];

const figure = (value: number): string => value.toFixed(4);
const signed = (value: number): string => `${value < 0 ? "−" : "+"}${figure(Math.abs(value))}`;

/** What a step's difference comes to, in words. */
export function verdict({ difference }: LadderRow): string {
  if (!difference) return "";
  if (difference.isChance) return "nothing that chance does not";
  return difference.ssimWriteup > 0 ? "better" : "worse";
}

/** The rows as a Markdown table. */
export function ladderTable(rows: readonly LadderRow[]): string {
  const number = (value: number) => Math.round(value).toLocaleString("en");
  return markdownTable<LadderRow>(
    [
      { title: "step", right: true, cell: ({ step }) => String(step) },
      { title: "change", cell: ({ change }) => change },
      { title: "SSIM, write-up", right: true, cell: ({ ssimWriteup }) => figure(ssimWriteup) },
      { title: "95%", right: true, cell: ({ interval }) => interval.map(figure).join(" to ") },
      {
        title: "brought",
        right: true,
        cell: ({ difference }) => (difference ? signed(difference.ssimWriteup) : ""),
      },
      {
        title: "95%",
        right: true,
        cell: ({ difference }) => difference?.interval.map(signed).join(" to ") ?? "",
      },
      { title: "", cell: verdict },
      { title: "validation loss", right: true, cell: (row) => row.validationLoss.toFixed(5) },
      { title: "weights", right: true, cell: ({ parameters }) => number(parameters) },
      { title: "epochs", right: true, cell: ({ epochs }) => number(epochs) },
      { title: "seconds", right: true, cell: ({ seconds }) => number(seconds) },
    ],
    rows,
  );
}

/** What the intervals of a ladder with so many seeds say. */
export const intervalWords = (seeds: number): string =>
  seeds > 1
    ? "Intervals are over the seeds, by Student's t: a seed draws the split, the weights and the order."
    : "Intervals are over the test images of the one seed, by the bootstrap: other seeds may be further apart.";

/** The rows as CSV fields, every figure in full. */
export const LADDER_FIELDS: Readonly<Record<string, (row: LadderRow) => Field>> = {
  step: ({ step }) => step,
  change: ({ change }) => change,
  seeds: ({ seeds }) => seeds.join(" "),
  ssim_writeup: ({ ssimWriteup }) => ssimWriteup,
  low: ({ interval }) => interval[0],
  high: ({ interval }) => interval[1],
  brought: ({ difference }) => difference?.ssimWriteup ?? null,
  brought_low: ({ difference }) => difference?.interval[0] ?? null,
  brought_high: ({ difference }) => difference?.interval[1] ?? null,
  validation_loss: ({ validationLoss }) => validationLoss,
  parameters: ({ parameters }) => parameters,
  epochs: ({ epochs }) => epochs,
  seconds: ({ seconds }) => seconds,
};
