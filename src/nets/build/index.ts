/** The nets by name. */

import type * as tf from "@tensorflow/tfjs";
import type { PresetName, RunConfig } from "../../config/config";
import { buildBaseline, buildBaselineLinear } from "./baseline";
import type { NetOptions } from "./graph";
import { buildLoom } from "./loom";
import { buildModified } from "./modified";
import { buildNested } from "./nested";

interface Net {
  readonly build: (options: NetOptions) => tf.LayersModel;
  /** Whether its linear layers start as PCA (pca-start.ts). */
  readonly startsFromPca: boolean;
}

const NETS: Readonly<Record<PresetName, Net>> = {
  baseline: { build: buildBaseline, startsFromPca: false },
  "baseline-linear": { build: buildBaselineLinear, startsFromPca: false },
  modified: { build: buildModified, startsFromPca: false },
  loom: { build: buildLoom, startsFromPca: true },
  nested: { build: buildNested, startsFromPca: true },
};

/** Builds the configured net with the seed's initial weights, on tfjs's current backend. */
export function buildModel({
  preset,
  latentSize,
  seed,
}: Pick<RunConfig, "preset" | "latentSize" | "seed">): tf.LayersModel {
  return NETS[preset].build({ latentSize, seed });
}

/** Whether the preset's linear layers start as PCA. */
export function startsFromPca(preset: PresetName): boolean {
  return NETS[preset].startsFromPca;
}
