/** Nets in a few words. */

import { DEFAULT_CONFIG } from "../../config/config";
import { netTitle } from "../../config/recipes";
import type { NetConfig } from "../../protocol/inference";
import type { RunRecord } from "../../storage/record";
import { numbers } from "../kit/format";

export const SHIPPED_TITLE = "Nested net that comes with the page";

/** "amber-willow-12: Loom, 64 numbers"; a seed of its own besides. */
export function runTitle({ name, config }: Pick<RunRecord, "name" | "config">): string {
  const { seed } = config;
  return `${name}: ${netInWords(config)}${seed === DEFAULT_CONFIG.seed ? "" : `, seed ${seed}`}`;
}

/** "Loom, 64 numbers" */
export function netInWords(config: Pick<NetConfig, "preset" | "net" | "latentSize">): string {
  return `${netTitle(config)}, ${numbers(config.latentSize)}`;
}
