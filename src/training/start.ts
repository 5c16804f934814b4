/** A run's net with the weights that it starts from. */

import type { LayersModel } from "@tensorflow/tfjs";
import type { RunConfig } from "../core/config";
import type { Pca } from "../core/pca";
import { buildModel, startsFromPca } from "../models";
import { startFromPca } from "../models/pca-start";

/**
 * Builds the configured net on tfjs's current backend, started from PCA where the preset says so.
 *
 * @param pca asked for only then; fitted on the training split alone
 * @throws what `pca` throws
 */
export async function buildStartedModel(
  config: Pick<RunConfig, "preset" | "latentSize" | "seed">,
  pca: () => Promise<Pca>,
): Promise<LayersModel> {
  const start = startsFromPca(config.preset) ? await pca() : null;
  const model = buildModel(config);
  if (start) startFromPca(model, start, config.seed);
  return model;
}
