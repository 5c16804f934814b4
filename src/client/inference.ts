/** The inference worker as the page sees it. */

import type { InferenceQuestions } from "../protocol/inference";
import { AnswerError, type RpcWorker } from "../protocol/rpc";
import { createRpcClient, type RpcClient } from "../protocol/rpc-client";
import { errorOfEnd, explainMissing } from "./worker-end";

export interface InferenceClient extends Pick<RpcClient<InferenceQuestions>, "ask"> {
  /** Ends the worker; open questions fail. */
  dispose(): void;
}

/**
 * The weights of `open` change hands: the page's array is empty afterwards, for weights are megabytes
 * and the page keeps its own in its store. After a crash the next question starts a new worker, in
 * which no net is open.
 *
 * @param explain why the worker could not be loaded
 */
export function createInferenceClient(
  start: () => RpcWorker<InferenceQuestions>,
  explain = explainMissing,
): InferenceClient {
  const name = "The lab's worker";
  const { ask, end } = createRpcClient<InferenceQuestions>({
    name,
    start,
    handsOver: ["open"],
    toError: errorOfEnd(
      explain,
      name,
      ({ words }) => new AnswerError(`${words}.`, "Try again: that starts a new worker.", true),
    ),
  });
  return { ask, dispose: () => end(new AnswerError("The lab is closed.", "Open it again.")) };
}
