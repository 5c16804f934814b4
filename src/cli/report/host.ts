/** What the commands that make reports reach outside themselves; tests replace it. */

import type { DataChoice } from "../../config/config-schema";
import type { RunResult } from "../../runs/results";
import { readDataset } from "../data";
import type { JobsHost } from "../jobs";
import { type RunImages, type RunTask, runImages, runTask } from "../run";
import { RESULTS } from "./files";
import { type SystemInfo, systemInfo } from "./system-info";

export interface ReportHost extends JobsHost {
  readonly stdout: { write(text: string): unknown };
  /** Folder for reports that are given no other. */
  readonly results: string;
  readonly machine: SystemInfo;
  /** 2026-01-31 */
  today(): string;
  images(choice: DataChoice): Promise<RunImages>;
  run(task: RunTask): Promise<RunResult>;
}

export function nodeReportHost(): ReportHost {
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    results: RESULTS,
    machine: systemInfo(),
    today: () => new Date().toISOString().slice(0, 10),
    images: runImages(readDataset),
    run: runTask,
    onInterrupt(callback) {
      process.on("SIGINT", callback);
      return () => process.off("SIGINT", callback);
    },
    exit: (code) => process.exit(code),
  };
}
