/** What a worker's own threads do not answer, as errors of that worker. */

import { NotLoadedError } from "../engine/errors";
import { AnswerError } from "../protocol/rpc";
import type { WorkerEnd } from "../protocol/rpc-client";

/** Of a thread that has ended by itself. */
export function errorOfEnd({ cause, words }: WorkerEnd): Error {
  return cause === "not-loaded" ? new NotLoadedError(words) : new Error(words);
}

/** Of a question that the thread has refused; other errors stay as they are. */
export function errorOfRefusal(name: string, error: Error): Error {
  if (!(error instanceof AnswerError)) return error;
  if (error.isPassing) return new NotLoadedError(error.message);
  return new Error(`${name} failed: ${error.message}`);
}
