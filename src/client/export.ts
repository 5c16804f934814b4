/** Exports as the page sees them: a net goes in, a zip comes out. */

import type { ExportQuestions, ExportRequest } from "../protocol/export";
import { AnswerError, type RpcWorker } from "../protocol/rpc";
import { askOnce } from "../protocol/rpc-client";
import { errorOfEnd, explainMissing } from "./worker-end";

/**
 * Writes a net as one zip, in a worker that lives as long as the work: tfjs takes 20 MB.
 *
 * @throws AnswerError where that fails, with what to do about it
 */
export function exportNet(
  request: ExportRequest,
  start: () => RpcWorker<ExportQuestions>,
  explain = explainMissing,
): Promise<Uint8Array<ArrayBuffer>> {
  const name = "The export";
  const toError = errorOfEnd(
    explain,
    name,
    ({ words }) => new AnswerError(`${words}.`, "Try it again."),
  );
  return askOnce({ name, start, toError }, "write", request);
}
