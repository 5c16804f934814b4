/** Which nets `reproduce` trains, and by which settings. */

import type { RunConfig } from "../../config/config";
import { configFor } from "../../config/recipes";
import type { PresetName } from "../../nets/presets";
import { PUBLISHED } from "../../runs/published";
import type { RunResult } from "../../runs/results";

export const REPRODUCED = ["baseline", "modified", "loom"] as const satisfies PresetName[];
export type ReproducedPreset = (typeof REPRODUCED)[number];

/** The published sizes; the loom at both, beside each of them. */
const LATENT_SIZES: Readonly<Record<ReproducedPreset, readonly number[]>> = {
  baseline: [PUBLISHED.baseline.latentSize],
  modified: [PUBLISHED.modified.latentSize],
  loom: [PUBLISHED.baseline.latentSize, PUBLISHED.modified.latentSize],
};

/** Epochs of `--quick`: enough to see that everything works, and no more. */
export const QUICK_EPOCHS = 2;

export interface PlanOptions {
  readonly presets: readonly ReproducedPreset[];
  readonly seeds: readonly number[];
  /** Over the recipes. */
  readonly overrides: Partial<RunConfig>;
}

/** Net by net, so that each row of the table is full before the next begins. */
export function plannedRuns({
  presets,
  seeds,
  overrides,
}: PlanOptions): { readonly config: RunConfig }[] {
  return REPRODUCED.filter((preset) => presets.includes(preset)).flatMap((preset) =>
    LATENT_SIZES[preset].flatMap((latentSize) =>
      seeds.map((seed) => ({ config: configFor(preset, { ...overrides, latentSize, seed }) })),
    ),
  );
}

/** The place in the report that a run takes: a later run with other settings replaces it. */
export function slotOf({
  preset,
  latentSize,
  seed,
}: Pick<RunConfig, "preset" | "latentSize" | "seed">): string {
  return `${preset} ${latentSize}, seed ${seed}`;
}

/** In the order of the table, whatever order they were trained in. */
export function inOrder(runs: readonly RunResult[]): RunResult[] {
  const order: readonly string[] = REPRODUCED;
  const rank = ({ preset }: RunResult) => order.indexOf(preset);
  return [...runs].sort((a, b) => rank(a) - rank(b) || a.latent - b.latent || a.seed - b.seed);
}
