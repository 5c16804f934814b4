/** UMAP as the page sees it: codes go in, positions come out while they are being improved. */

import { AnswerError, type RpcWorker } from "../protocol/rpc";
import { type AskOptions, askOnce } from "../protocol/rpc-client";
import type { UmapProgress, UmapQuestions, UmapRequest } from "../protocol/umap";
import { errorOfEnd, explainMissing } from "./worker-end";

/** The signal ends the worker. */
export type UmapOptions = Required<AskOptions<UmapProgress>>;

/**
 * Lays codes out in two dimensions, in a worker of its own; count × 2 positions.
 *
 * @throws AnswerError where that fails, with what to do about it
 */
export function layOutByUmap(
  start: () => RpcWorker<UmapQuestions>,
  request: UmapRequest,
  options: UmapOptions,
  explain = explainMissing,
): Promise<Float32Array> {
  const toError = errorOfEnd(
    explain,
    "UMAP",
    ({ words }) => new AnswerError(`${words}.`, "Choose fewer points, or another map."),
  );
  return askOnce({ name: "UMAP's worker", start, toError }, "layOut", request, options);
}
