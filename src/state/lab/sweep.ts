/** A sweep: nets of one preset, trained apart at chosen sizes and seeds, and what comes of it. */

import type { RunConfig } from "../../config/config";
import { configFor } from "../../config/recipes";
import type { DataRef } from "../../datasets/dataset";
import type { PresetName } from "../../nets/presets";
import { type FigureSpreads, figureSpreads, type Spread, spreadOf } from "../../report/spread";
import type { RunResult } from "../../runs/results";

export interface SweepPlan {
  readonly preset: PresetName;
  /** Latent sizes, ascending. */
  readonly sizes: readonly number[];
  readonly seeds: readonly number[];
  /** Passes over the images; null for the recipe's. */
  readonly epochs: number | null;
  readonly data: DataRef;
  readonly classes: readonly number[];
  readonly split: RunConfig["split"];
}

/** A finished run of a sweep. */
export interface SweptRun {
  /** The run's. */
  readonly id: string;
  readonly result: RunResult;
}

export interface Sweep {
  /** What its runs carry through the queue. */
  readonly tag: string;
  readonly plan: SweepPlan;
  readonly runs: readonly SweptRun[];
}

/** Latent sizes that a sweep may take. */
export const SWEEP_SIZES = [2, 4, 8, 16, 32, 64, 128, 256] as const;

/** The runs of a plan, small nets first: a curve begins at its left end. */
export function configsOf(
  { preset, sizes, seeds, epochs, data, classes, split }: SweepPlan,
  { device, threads }: Pick<RunConfig, "device" | "threads">,
): RunConfig[] {
  const images = { data, classes, split };
  const overrides = { ...images, device, threads, ...(epochs === null ? {} : { epochs }) };
  return sizes.flatMap((latentSize) =>
    seeds.map((seed) => configFor(preset, { ...overrides, latentSize, seed })),
  );
}

/** Which run of a plan a configuration is. */
const slotOf = ({ latentSize, seed }: Pick<RunConfig, "latentSize" | "seed">): string =>
  `${latentSize}, seed ${seed}`;

/** Of a plan's runs those that are neither finished nor among `under way`. */
export function missingOf(
  { plan, runs }: Sweep,
  device: Pick<RunConfig, "device" | "threads">,
  underWay: readonly Pick<RunConfig, "latentSize" | "seed">[],
): RunConfig[] {
  const there = new Set([...runs.map(({ result }) => result.config), ...underWay].map(slotOf));
  return configsOf(plan, device).filter((config) => !there.has(slotOf(config)));
}

/** The sweep with one more run; trained again, a run replaces the one before. */
export function withRun(sweep: Sweep, run: SweptRun): Sweep {
  const slot = slotOf(run.result.config);
  const others = sweep.runs.filter(({ result }) => slotOf(result.config) !== slot);
  return { ...sweep, runs: [...others, run] };
}

/** One latent size over the seeds. */
export interface SweepRow {
  readonly latent: number;
  readonly runs: readonly SweptRun[];
  readonly net: FigureSpreads;
  readonly pca: FigureSpreads;
  readonly validationLoss: Spread;
  readonly seconds: Spread;
}

/** The finished sizes, ascending. */
export function rowsOf(runs: readonly SweptRun[]): SweepRow[] {
  const sizes = [...new Set(runs.map(({ result }) => result.latent))].sort((a, b) => a - b);
  return sizes.map((latent) => {
    const same = runs
      .filter(({ result }) => result.latent === latent)
      .sort((a, b) => a.result.seed - b.result.seed);
    const results = same.map(({ result }) => result);
    return {
      latent,
      runs: same,
      net: figureSpreads(results.map(({ test }) => test)),
      pca: figureSpreads(results.map(({ pca }) => pca)),
      validationLoss: spreadOf(results.map(({ validationLoss }) => validationLoss)),
      seconds: spreadOf(results.map(({ seconds }) => seconds)),
    };
  });
}
