/** A long question of a space's section: one at a time, with its share, and it can be stopped. */

import type { Answer, Asked, InferenceQuestion } from "../../protocol/inference";
import type { Space } from "./space";

export interface Task {
  /**
   * Asks, and takes back what was asked before.
   *
   * @param onShare how far the answer is, 0 to 1; null once nothing is under way
   * @returns null where it was stopped, or failed, which the space shows
   */
  ask<Q extends InferenceQuestion>(
    question: Q,
    ask: Asked<Q>,
    onShare: (share: number | null) => void,
  ): Promise<Answer<Q> | null>;
  stop(): void;
}

export function createTask(space: Space): Task {
  let current: AbortController | null = null;
  const stop = (): void => {
    current?.abort();
    current = null;
  };
  return {
    async ask(question, ask, onShare) {
      stop();
      const own = new AbortController();
      current = own;
      onShare(0);
      try {
        return await space.ask(question, ask, { signal: own.signal, onProgress: onShare });
      } catch (error) {
        if (!own.signal.aborted) space.report(error);
        return null;
      } finally {
        // What follows it has a share of its own.
        if (current === own || current === null) onShare(null);
        if (current === own) current = null;
      }
    },
    stop,
  };
}
