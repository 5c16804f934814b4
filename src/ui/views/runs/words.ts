/** What a run is, in a few words. */

import type { RunConfig } from "../../../config/config";
import { configFor } from "../../../config/recipes";
import type { DataSpec } from "../../../datasets/dataset";
import { changesInWords } from "../../kit/recipe/changes";

/** What of its settings is not as its preset's recipe has it; size, seed and device stand elsewhere. */
export function differences(config: RunConfig, spec?: DataSpec): readonly string[] {
  const { preset, latentSize, seed, device, threads } = config;
  return changesInWords(configFor(preset, { latentSize, seed, device, threads }), config, spec);
}
