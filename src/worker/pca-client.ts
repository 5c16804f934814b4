/** The PCA worker as a source of fits and figures. */

import type { Pca } from "../math/pca";
import type { Question, RpcWorker } from "../protocol/rpc";
import { createRpcClient } from "../protocol/rpc-client";
import type { PcaData } from "./pca-figures";
import type { PcaFigures, PcaSource } from "./reference";
import { errorOfEnd, errorOfRefusal } from "./thread-errors";

export type PcaQuestions = {
  /** Comes first, once. */
  images: Question<PcaData, null>;
  /** The fit itself, with as many components as codes of that size need: of 784 pixels 4.9 MB. */
  pca: Question<{ readonly latentSize: number }, Pca>;
  figures: Question<{ readonly latentSize: number }, PcaFigures>;
};

/**
 * Hands the images to a worker, and to another after it has ended by itself; `dispose` ends it and
 * rejects what is still asked for.
 */
export function createPcaSource(data: PcaData, start: () => RpcWorker<PcaQuestions>): PcaSource {
  const { ask, end } = createRpcClient<PcaQuestions>({
    name: "PCA's worker",
    start,
    toError: errorOfEnd,
    first: { question: "images", ask: data },
  });
  const refuse = (error: Error): never => {
    throw errorOfRefusal("PCA", error);
  };
  return {
    pca: (latentSize) => ask("pca", { latentSize }).catch(refuse),
    figures: (latentSize) => ask("figures", { latentSize }).catch(refuse),
    dispose: () => end(new Error("PCA is no longer needed.")),
  };
}
