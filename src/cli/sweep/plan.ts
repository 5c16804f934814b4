/** Which nets `sweep` trains, and at which sizes each of them is judged. */

import type { RunConfig } from "../../config/config";
import { configFor, RECIPES } from "../../config/recipes";
import { FASHION_MNIST } from "../../datasets/fashion-mnist";
import type { PresetName } from "../../nets/presets";
import { presetNet } from "../../nets/presets";
import { isNested } from "../../nets/spec";

export interface PlannedRun {
  readonly config: RunConfig;
  /** Sizes that the net is judged at, ascending. */
  readonly latents: readonly number[];
}

export interface PlanOptions {
  readonly preset: PresetName;
  /** Ascending. */
  readonly latents: readonly number[];
  readonly seeds: readonly number[];
  /** Over the recipe. */
  readonly overrides: Partial<RunConfig>;
}

/** Whether one net of the preset serves every size up to its own. */
export function servesAllSizes(preset: PresetName): boolean {
  const { latentSize } = RECIPES[preset].recipe;
  return isNested(presetNet(preset, latentSize, FASHION_MNIST));
}

/** A net a size and seed; of a nested preset one a seed, at the largest size. */
export function plannedRuns({ preset, latents, seeds, overrides }: PlanOptions): PlannedRun[] {
  const groups = servesAllSizes(preset) ? [latents] : latents.map((latent) => [latent]);
  return seeds.flatMap((seed) =>
    groups.map((group) => ({
      config: configFor(preset, { ...overrides, latentSize: group.at(-1)!, seed }),
      latents: group,
    })),
  );
}

/** The place in the report that a run takes: a later run with other settings replaces it. */
export function slotOf({
  preset,
  latentSize,
  seed,
}: Pick<RunConfig, "preset" | "latentSize" | "seed">): string {
  return servesAllSizes(preset)
    ? `${preset}, seed ${seed}`
    : `${preset} ${latentSize}, seed ${seed}`;
}
