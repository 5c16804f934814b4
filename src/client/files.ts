/** Run files as the page makes and reads them: each by a worker of its own that ends with it. */

import type { FileQuestions } from "../protocol/files";
import { AnswerError, type RpcWorker } from "../protocol/rpc";
import { askOnce, type RpcOptions, type WorkerEnd } from "../protocol/rpc-client";
import type { RunFile } from "../storage/file/run-file";
import { errorOfEnd, explainMissing } from "./worker-end";

/** Both throw an AnswerError for a file that is no run, or cannot be made; the message says why. */
export interface RunFiles {
  pack(run: RunFile): Promise<Uint8Array<ArrayBuffer>>;
  /** Takes the bytes: they are empty afterwards. */
  unpack(bytes: Uint8Array<ArrayBuffer>, id: string): Promise<RunFile>;
}

/** Milliseconds after which a file has had its time: the largest take about 2 s. */
const TIME_LIMIT = 30_000;

export function createRunFiles(
  start: () => RpcWorker<FileQuestions>,
  timeLimit: number = TIME_LIMIT,
  explain = explainMissing,
): RunFiles {
  const name = "the part of the page that reads and writes files";
  const options: RpcOptions<FileQuestions> = {
    name,
    start,
    timeLimit,
    handsOver: ["unpack"],
    toError: errorOfEnd(explain, name, (end) => new AnswerError(sentenceOf(end), "")),
  };
  return {
    pack: (run) => askOnce(options, "pack", run),
    unpack: (bytes, id) => askOnce(options, "unpack", { bytes, id }),
  };
}

function sentenceOf({ cause, words }: WorkerEnd): string {
  if (cause === "late") return "It takes too long to read.";
  if (cause === "unreachable") return `${words}.`;
  return "It takes more memory than there is, or is damaged.";
}
