/** How the commands fail: one clear line, and an exit code that scripts can rely on. */

import { DataError } from "../datasets/download/errors";
import { SplitError } from "../datasets/split";
import { DeviceError } from "../engine/errors";

/** The arguments or an input file are wrong; the message says what is allowed. Exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** The command could not do its work for a reason outside it; the message says what to do. Exit code 1. */
export class CommandError extends Error {
  override readonly name = "CommandError";
}

/** Ctrl-C ended the command; the message says how to go on from there. Exit code 130, as shells have it. */
export class InterruptedError extends Error {
  override readonly name = "InterruptedError";
}

/**
 * Says what went wrong and returns the exit code: 2 for wrong input, 130 after Ctrl-C, else 1.
 *
 * Errors that carry a `remedy` (what to do about them) show it too. Any other error is a fault of
 * the program, and its stack is shown.
 */
export function reportError(error: unknown, write: (text: string) => void): number {
  if (error instanceof UsageError || error instanceof SplitError) {
    write(`${error.message}\n`);
    return 2;
  }
  if (error instanceof InterruptedError) {
    write(`${error.message}\n`);
    return 130;
  }
  if (error instanceof CommandError || error instanceof DeviceError) {
    write(`${error.message}\n`);
  } else if (error instanceof DataError) {
    const isThere = error.trouble !== "missing";
    write(`${error.message}${isThere ? " Run `npm run data -- --force`, then try again." : ""}\n`);
  } else if (error instanceof Error && "remedy" in error) {
    write(`${error.message} ${error.remedy}\n`);
  } else {
    write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  }
  return 1;
}
