/** An end to downloads that never end: a server that falls silent, or sends a byte a second. */

import { DataError } from "./errors";

export interface TimeLimits {
  /** Milliseconds without a byte after which the server has stopped answering. */
  readonly silence?: number;
  /** Milliseconds for all of it: at 0.5 Mbit a second the ten classes take 9 minutes. */
  readonly most?: number;
}

export interface TimeLimit {
  /** Ends what is fetched. */
  readonly signal: AbortSignal;
  /** Something has come. */
  heard(): void;
}

const SILENCE = 20_000;
const MOST = 600_000;

/**
 * The answer of `work`, as long as it keeps to the limits.
 *
 * @param what as a sentence begins: "The images"
 * @throws DataError that says which limit it was, and what `work` throws
 */
export async function withinTime<T>(
  what: string,
  work: (limit: TimeLimit) => Promise<T>,
  { silence = SILENCE, most = MOST }: TimeLimits = {},
): Promise<T> {
  const controller = new AbortController();
  let silent: ReturnType<typeof setTimeout> | undefined;
  let deadline: ReturnType<typeof setTimeout> | undefined;
  let heard = (): void => {};
  const over = new Promise<never>((_, reject) => {
    const end = (why: string) => {
      const error = new DataError("unreachable", `${what} did not come: ${why}.`);
      // First, so that what the abortion brings about is not taken for the reason.
      reject(error);
      controller.abort(error);
    };
    deadline = setTimeout(() => end(`after ${inWords(most)} there was no end of them`), most);
    heard = () => {
      clearTimeout(silent);
      silent = setTimeout(() => end(`the server sent nothing for ${inWords(silence)}`), silence);
    };
  });
  try {
    heard();
    return await Promise.race([work({ signal: controller.signal, heard: () => heard() }), over]);
  } finally {
    clearTimeout(silent);
    clearTimeout(deadline);
  }
}

const inWords = (milliseconds: number): string =>
  milliseconds >= 60_000 ? `${milliseconds / 60_000} minutes` : `${milliseconds / 1000} seconds`;
