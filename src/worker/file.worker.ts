/** Packs a run into a file, or unpacks one, beside the page: 50 MB take half a second. */

import type { FileQuestions } from "../protocol/files";
import { AnswerError } from "../protocol/rpc";
import { packRun, RunFileError, unpackRun } from "../storage/file/run-file";
import { serve } from "./rpc";

serve<FileQuestions>(
  self,
  { pack: packRun, unpack: ({ bytes, id }) => unpackRun(bytes, id) },
  (error) => {
    if (error instanceof RunFileError) return new AnswerError(error.message, "");
    return new AnswerError("It takes more memory than there is, or is damaged.", "");
  },
);
