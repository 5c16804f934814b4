/** The same settings with several seeds: what chance makes of a run. */

import type { RunConfig } from "../config/config";
import { SETTINGS } from "../config/settings";
import { sameConfig } from "./settings";
import { type AppState, isActive } from "./state";

/**
 * Those settings with `count` consecutive seeds, from their own on; from an earlier one where there
 * are too few above it.
 */
export function withSeeds(settings: RunConfig, count: number): readonly RunConfig[] {
  const first = Math.min(settings.seed, SETTINGS.seed.type.limits.max - count + 1);
  return Array.from({ length: count }, (_, i) => ({ ...settings, seed: first + i }));
}

type UnderWay = Pick<AppState, "run" | "queue">;

/** Whether a run of these very settings trains or waits: trained again, it would be the same. */
export function isUnderWay(config: RunConfig, { run, queue }: UnderWay): boolean {
  if (isActive(run) && sameConfig(run.config, config)) return true;
  return queue.waiting.some((waiting) => sameConfig(waiting.config, config));
}

/** Those that neither train nor wait. */
export function notUnderWay(configs: readonly RunConfig[], state: UnderWay): readonly RunConfig[] {
  return configs.filter((config) => !isUnderWay(config, state));
}
