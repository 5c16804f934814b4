/** Nets in a few words. */

import { DEFAULT_CONFIG } from "../../config/config";
import { RECIPES } from "../../config/recipes";
import type { NetConfig } from "../../protocol/lab";
import type { RunRecord } from "../../storage/record";
import { numbers } from "../kit/format";

export const SHIPPED_TITLE = "Nested net that comes with the page";

/** "amber-willow-12: Loom, 64 numbers"; a seed of its own besides. */
export function runTitle({ name, config }: Pick<RunRecord, "name" | "config">): string {
  const { seed } = config;
  return `${name}: ${netTitle(config)}${seed === DEFAULT_CONFIG.seed ? "" : `, seed ${seed}`}`;
}

/** "Loom, 64 numbers" */
export function netTitle({ preset, latentSize }: Pick<NetConfig, "preset" | "latentSize">): string {
  return `${RECIPES[preset].title}, ${numbers(latentSize)}`;
}
