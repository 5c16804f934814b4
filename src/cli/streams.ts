/** What a command does where nobody reads what it writes any more, or where it cannot be written. */

import { reasonOf } from "./folders";

/**
 * Without a reader of stdout (`export … | head -1`) the process ends, quietly: commands write their
 * files first. Without one of stderr the work goes on, since progress is no part of it.
 */
export function guardStreams({ stdout, stderr }: NodeJS.Process, exit: (code: number) => void) {
  stderr.on("error", () => {});
  stdout.on("error", (error) => {
    if ((error as NodeJS.ErrnoException).code === "EPIPE") return exit(0);
    stderr.write(`The output cannot be written (${reasonOf(error)}).\n`);
    exit(1);
  });
}
