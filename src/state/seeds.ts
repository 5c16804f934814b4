/** The same settings with several seeds: what chance makes of a run. */

import { LIMITS, type RunConfig } from "../core/config";
import { sameConfig } from "./settings";
import { type AppState, isActive } from "./state";

/**
 * Those settings with `count` consecutive seeds, from their own on; from an earlier one where there
 * are too few above it.
 */
export function withSeeds(settings: RunConfig, count: number): readonly RunConfig[] {
  const first = Math.min(settings.seed, LIMITS.seed.max - count + 1);
  return Array.from({ length: count }, (_, i) => ({ ...settings, seed: first + i }));
}

/** Those that neither train nor wait: trained twice, they would be the same run. */
export function notUnderWay(
  configs: readonly RunConfig[],
  { run, queue }: Pick<AppState, "run" | "queue">,
): readonly RunConfig[] {
  const there = queue.waiting.map(({ config }) => config);
  if (run && isActive(run)) there.push(run.config);
  return configs.filter((config) => !there.some((other) => sameConfig(config, other)));
}
