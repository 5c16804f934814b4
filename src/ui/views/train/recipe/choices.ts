/** Losses and schedules that the form offers: sensible ones, and whatever recipe and run have. */

import { DEFAULT_CONFIG, eachOf, isSame, type RunConfig } from "../../../../config/config";
import { isFitting } from "../../../../config/config-schema";
import { type LossWeights, sameLoss } from "../../../../config/loss";
import type { NetTraits } from "../../../../config/net";
import { recipeOf } from "../../../../state/recipe";

const LOSSES: readonly LossWeights[] = [
  { binaryCrossentropy: 1 },
  { binaryCrossentropy: 1, ssimUniform: 0.5 },
  { meanSquaredError: 1 },
  { meanAbsoluteError: 1 },
  { huber: 1 },
  { ssimUniform: 0.5, ssimGaussian: 0.5, meanSquaredError: 1 },
  { ssimWriteup: 1 },
];

/** Those that the net can be trained by; the recipe's and the one in use are among them. */
export function lossChoices(settings: RunConfig, traits: NetTraits): readonly LossWeights[] {
  const fitting = LOSSES.filter((loss) => isFitting("loss", loss, traits));
  return withOwn(fitting, [recipeOf(settings).loss, settings.loss], sameLoss);
}

export type ScheduleChoice = Pick<RunConfig, "schedule" | "warmup">;

const SCHEDULES: readonly ScheduleChoice[] = [
  { schedule: "constant", warmup: 0 },
  { schedule: "cosine", warmup: 0.1 },
  { schedule: "oneCycle", warmup: 0.3 },
];

export const sameSchedule = (a: ScheduleChoice, b: ScheduleChoice): boolean =>
  a.schedule === b.schedule && a.warmup === b.warmup;

export function scheduleChoices(settings: RunConfig): readonly ScheduleChoice[] {
  return withOwn(SCHEDULES, [recipeOf(settings), settings], sameSchedule).map(
    ({ schedule, warmup }) => ({ schedule, warmup }),
  );
}

/** The optimiser and the numbers of its own. */
const OPTIMIZER_NAMES = ["optimizer", "beta2", "momentum", "nesterov", "rho", "centered"] as const;
export type OptimizerChoice = Pick<RunConfig, (typeof OPTIMIZER_NAMES)[number]>;

const ADAM: OptimizerChoice = eachOf(OPTIMIZER_NAMES, (name) => DEFAULT_CONFIG[name]);
const OPTIMIZERS: readonly OptimizerChoice[] = [
  ADAM,
  { ...ADAM, optimizer: "sgd", momentum: 0.9, nesterov: true },
  { ...ADAM, optimizer: "rmsprop" },
];

export const sameOptimizer = (a: OptimizerChoice, b: OptimizerChoice): boolean =>
  OPTIMIZER_NAMES.every((name) => isSame(name, a, b));

export function optimizerChoices(settings: RunConfig): readonly OptimizerChoice[] {
  const own = [{ ...settings, ...recipeOf(settings) }, settings].map((from) =>
    eachOf(OPTIMIZER_NAMES, (name) => from[name]),
  );
  return withOwn(OPTIMIZERS, own, sameOptimizer);
}

const PATIENCES: readonly RunConfig["patience"][] = [null, 3, 5, 10, 20];

export function patienceChoices(settings: RunConfig): readonly RunConfig["patience"][] {
  return withOwn(PATIENCES, [recipeOf(settings).patience, settings.patience], Object.is);
}

/** The list with each of `own` that is not in it yet, behind. */
function withOwn<T>(
  list: readonly T[],
  own: readonly T[],
  same: (a: T, b: T) => boolean,
): readonly T[] {
  const all = [...list];
  for (const each of own) if (!all.some((other) => same(other, each))) all.push(each);
  return all;
}
