/** Losses and schedules that the form offers: sensible ones, and whatever recipe and run have. */

import type { RunConfig } from "../../../../config/config";
import { isFitting } from "../../../../config/config-schema";
import { type LossWeights, sameLoss } from "../../../../config/loss";
import { traitsOf } from "../../../../config/net";
import { recipeOf } from "../../../../state/recipe";

const LOSSES: readonly LossWeights[] = [
  { binaryCrossentropy: 1 },
  { binaryCrossentropy: 1, ssimUniform: 0.5 },
  { meanSquaredError: 1 },
  { meanAbsoluteError: 1 },
  { ssimUniform: 0.5, ssimGaussian: 0.5, meanSquaredError: 1 },
  { ssimWriteup: 1 },
];

/** Those that the net can be trained by; the recipe's and the one in use are among them. */
export function lossChoices(settings: RunConfig): readonly LossWeights[] {
  const traits = traitsOf(settings);
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
