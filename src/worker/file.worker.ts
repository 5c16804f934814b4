/** Packs a run into a file, or unpacks one, beside the page: 50 MB take half a second. */

import type { FileAnswer, FileCommand } from "../protocol/files";
import { packRun, RunFileError, unpackRun } from "../storage/file/run-file";

self.onmessage = ({ data }: MessageEvent<FileCommand>) => {
  const answer = answerTo(data);
  self.postMessage(answer, answer.type === "packed" ? [answer.bytes.buffer] : []);
};

function answerTo(command: FileCommand): FileAnswer {
  try {
    return command.type === "pack"
      ? { type: "packed", bytes: packRun(command.run) }
      : { type: "unpacked", run: unpackRun(command.bytes, command.id) };
  } catch (error) {
    if (!(error instanceof RunFileError)) throw error;
    return { type: "refused", message: error.message };
  }
}
