/** A run's net with the weights that it starts from. */

import type { LayersModel } from "@tensorflow/tfjs";
import type { Pca } from "../math/pca";
import { buildNet } from "../nets/build";
import { startFromPca } from "../nets/build/pca-start";
import { type NetSpec, startsFromPca } from "../nets/spec";

/**
 * Builds a net on tfjs's current backend, started from PCA where its spec says so.
 *
 * @param pca asked for only then; fitted on the training split alone
 * @throws what `pca` throws
 */
export async function buildStartedModel(
  net: NetSpec,
  seed: number,
  pca: () => Promise<Pca>,
): Promise<LayersModel> {
  const start = startsFromPca(net) ? await pca() : null;
  const model = buildNet(net, seed);
  if (start) startFromPca(model, net, start, seed);
  return model;
}
