/** Long jobs one after the other: progress, and Ctrl-C that loses nothing that is finished. */

import { RunControl } from "../training/control";
import { RunCancelledError } from "../training/errors";
import { InterruptedError } from "./errors";
import { createProgress, type ProgressStream } from "./progress";

/** What commands reach outside themselves; tests replace it. */
export interface JobsHost {
  readonly stderr: ProgressStream;
  /** Calls back on Ctrl-C; returns the way to end that. */
  onInterrupt(callback: () => void): () => void;
  /** Ends the process at once. */
  exit(code: number): void;
}

export interface Job {
  /** "loom 128, seed 1" */
  readonly name: string;
  /** Does the job, keeps what it makes, and tells it in one line. */
  work(control: RunControl, progress: (fraction: number, text: string) => void): Promise<string>;
}

/**
 * Does the jobs in their order. A second Ctrl-C ends the process at once.
 *
 * @throws InterruptedError that says `resume()` where Ctrl-C ended it, and what a job throws
 */
export async function doJobs(
  jobs: readonly Job[],
  resume: () => string,
  host: JobsHost,
): Promise<void> {
  const progress = createProgress(host.stderr);
  const control = new RunControl();
  const release = host.onInterrupt(() => {
    if (control.cancelled) {
      host.exit(130);
      return;
    }
    progress.finish("Stopping after this step. Ctrl-C again ends at once.");
    control.cancel();
  });
  try {
    for (const [index, job] of jobs.entries()) {
      control.throwIfCancelled();
      const name = `${index + 1}/${jobs.length} ${job.name}`;
      const told = await job.work(control, (fraction, text) =>
        progress.update((index + fraction) / jobs.length, `${name}: ${text}`),
      );
      progress.finish(`${name}: ${told}`);
    }
  } catch (error) {
    throw error instanceof RunCancelledError ? new InterruptedError(resume()) : error;
  } finally {
    release();
    progress.finish();
  }
}
