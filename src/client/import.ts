/** Models of others as the page has them read: by a worker that lives as long as a dialog. */

import type { ImportQuestions } from "../protocol/import";
import { AnswerError, type RpcWorker } from "../protocol/rpc";
import { createRpcClient, type RpcClient } from "../protocol/rpc-client";
import { errorOfEnd, explainMissing } from "./worker-end";

export interface ImportClient extends Pick<RpcClient<ImportQuestions>, "ask"> {
  /** Ends the worker; open questions fail. */
  dispose(): void;
}

/** Asks the worker that reads models; it starts with the first question. */
export function createImportClient(
  start: () => RpcWorker<ImportQuestions>,
  explain = explainMissing,
): ImportClient {
  const name = "The part of the page that reads models";
  const toError = errorOfEnd(
    explain,
    name,
    ({ words }) => new AnswerError(`${words}.`, "Try it again."),
  );
  const { ask, end } = createRpcClient<ImportQuestions>({
    name,
    start,
    toError,
    handsOver: ["open"],
  });
  return { ask, dispose: () => end(new AnswerError("The file is closed.", "Bring it again.")) };
}
