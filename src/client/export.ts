/** Exports as the page sees them: a net goes in, a zip comes out. */

import type { ExportQuestions, ExportRequest } from "../protocol/export";
import { AnswerError, type RpcWorker } from "../protocol/rpc";
import { askOnce, createRpcClient, type RpcClient, type RpcOptions } from "../protocol/rpc-client";
import { errorOfEnd, explainMissing } from "./worker-end";

type StartExport = () => RpcWorker<ExportQuestions>;

/**
 * Writes a net as one zip, in a worker that lives as long as the work: tfjs takes 20 MB.
 *
 * @throws AnswerError where that fails, with what to do about it
 */
export function exportNet(
  request: ExportRequest,
  start: StartExport,
  explain = explainMissing,
): Promise<Uint8Array<ArrayBuffer>> {
  return askOnce(optionsFor("The export", start, explain), "write", request);
}

export interface CodeClient extends Pick<RpcClient<ExportQuestions>, "ask"> {
  /** Ends the worker; open questions fail. */
  dispose(): void;
}

/** Asks for nets as programs, of one worker for as long as the nets are being changed. */
export function createCodeClient(start: StartExport, explain = explainMissing): CodeClient {
  const { ask, end } = createRpcClient(optionsFor("The code's worker", start, explain));
  return { ask, dispose: () => end(new AnswerError("The code is closed.", "Open it again.")) };
}

function optionsFor(
  name: string,
  start: StartExport,
  explain: typeof explainMissing,
): RpcOptions<ExportQuestions> {
  const toError = errorOfEnd(
    explain,
    name,
    ({ words }) => new AnswerError(`${words}.`, "Try it again."),
  );
  return { name, start, toError };
}
