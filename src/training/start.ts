/** A run's net with the weights that it starts from. */

import type { LayersModel } from "@tensorflow/tfjs";
import type { RunConfig } from "../config/config";
import type { Pca } from "../math/pca";
import { buildModel, startsFromPca } from "../nets/build";
import { startFromPca } from "../nets/build/pca-start";

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
