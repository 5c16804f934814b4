/** What a worker for run files can be asked. */

import type { RunFile } from "../storage/file/run-file";
import type { Question } from "./rpc";

export type FileQuestions = {
  pack: Question<RunFile, Uint8Array<ArrayBuffer>>;
  /** The run gets that id. */
  unpack: Question<{ readonly bytes: Uint8Array; readonly id: string }, RunFile>;
};
