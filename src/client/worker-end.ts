/** What is said of a worker that has ended; why it could not be loaded is asked of the page's own server. */

import { AnswerError } from "../protocol/rpc";
import type { WorkerEnd } from "../protocol/rpc-client";
import { askServer } from "./parts";

export interface Explanation {
  /** What happened, one sentence. */
  readonly message: string;
  /** What to do about it, one sentence. */
  readonly remedy: string;
}

/** Explains why the worker of that name could not be loaded. */
export type Explain = (name: string) => Promise<Explanation>;

const REASONS = {
  offline: ["this device is offline", "Try again once it is connected."],
  silent: ["the server does not answer", "Try again in a moment."],
  newer: [
    "the server has a newer version of this page by now",
    "Reload the page to get it; runs that are stored are kept.",
  ],
  same: [
    "one of its files is missing or damaged on the server, or comes without the page’s headers",
    "Try again; if it comes back, only whoever runs this page can mend it.",
  ],
} as const;

export const explainMissing: Explain = async (name) => {
  const [reason, remedy] = REASONS[await askServer()];
  return { message: `${name} could not be loaded: ${reason}.`, remedy };
};

/**
 * An error for those who wait for a worker that has ended.
 *
 * @param name for one that could not be loaded
 * @param ended what is said of one that has begun
 */
export function errorOfEnd(
  explain: Explain,
  name: string,
  ended: (end: WorkerEnd) => AnswerError,
): (end: WorkerEnd) => Promise<AnswerError> {
  return async (end) => {
    if (end.cause !== "not-loaded") return ended(end);
    const { message, remedy } = await explain(name);
    return new AnswerError(message, remedy, true);
  };
}
