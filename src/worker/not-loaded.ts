/** A thread of a worker's own that has ended by itself, as an error. */

import { NotLoadedError } from "../engine/errors";
import { endOfWorker, isNotLoaded } from "../protocol/worker-end";

/** @param hasSpoken whether the thread has ever sent a message */
export function errorOfEnd(name: string, message: string | undefined, hasSpoken: boolean): Error {
  const words = endOfWorker(name, message, hasSpoken);
  return isNotLoaded(message, hasSpoken) ? new NotLoadedError(words) : new Error(words);
}
