/** A report's files: found again where a command goes on with its work, and written whole. */

import { readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onOff, SchemaError, text } from "../../checks/schema";
import type { DataSource } from "../../datasets/dataset";
import { SOURCE } from "../../runs/results-schema";
import { CommandError, UsageError } from "../errors";
import { type OutputFolder, reasonOf } from "../folders";
import { readJsonFile } from "../input-file";
import { SYSTEM_INFO, type SystemInfo, systemText } from "./system-info";

export const RESULTS = fileURLToPath(new URL("../../../bench/results", import.meta.url));

/** When, where and on what a report's figures were taken. */
export interface Circumstances {
  /** Day on which the report was begun, as in its files' name: 2026-01-31. */
  readonly date: string;
  readonly machine: SystemInfo;
  readonly data: DataSource;
}

/** What every report has, so that it can be gone on with. */
export interface Kept extends Circumstances {
  /** Everything that was asked for is there. */
  readonly finished: boolean;
}

/** Its fields, for the schemas of the reports. */
export const KEPT = {
  date: text("2026-01-31".length),
  machine: SYSTEM_INFO,
  data: SOURCE,
  finished: onOff(),
};

/** Of one report: a run takes 2 kB of it, with a sweep's points 12 kB. */
export const MOST_RUNS = 10_000;
const MOST_BYTES = 100e6;

export interface ReportPlace extends OutputFolder {
  /** Names begin with it: "reproduce" in reproduce-2026-01-31.json. */
  readonly name: string;
}

/**
 * The report to go on with: today's, or the newest one if it is not finished; else null.
 *
 * @param parse throws SchemaError for what is no such report
 * @throws UsageError for a file that cannot be read as one, CommandError for one of another machine
 *   or other images: their figures do not go into one table
 */
export async function openReport<Report extends Kept>(
  { folder, name }: Pick<ReportPlace, "folder" | "name">,
  now: Circumstances,
  parse: (content: unknown) => Report,
): Promise<Report | null> {
  const files = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw new CommandError(`${folder} cannot be read (${reasonOf(error)}).`);
  });
  const dated = files.filter(
    (file) =>
      file.startsWith(`${name}-`) && /^\d{4}-\d\d-\d\d\.json$/.test(file.slice(name.length + 1)),
  );
  const newest = dated.sort().at(-1);
  if (newest === undefined) return null;
  const path = join(folder, newest);
  let report: Report;
  try {
    report = parse(await readJsonFile(path, MOST_BYTES));
  } catch (error) {
    if (error instanceof UsageError) throw new UsageError(`${error.message} ${WAYS_ON}`);
    if (!(error instanceof SchemaError)) throw error;
    throw new UsageError(`${path} is no such report: ${error.message}. ${WAYS_ON}`);
  }
  if (report.date !== now.date && report.finished) return null;
  const machine = systemText(report.machine);
  if (machine !== systemText(now.machine)) throw cannotGoOn(path, `it was taken on ${machine}`);
  if (report.data !== now.data) throw cannotGoOn(path, `its images are ${report.data}`);
  return report;
}

const WAYS_ON = "Give --fresh to begin anew, or --out DIR for another folder.";

/** @param report a path, or words for it at the start of a sentence */
export function cannotGoOn(report: string, reason: string): CommandError {
  return new CommandError(`${report} cannot be gone on with: ${reason}. ${WAYS_ON}`);
}

/**
 * Writes `<name>-<date>.<ending>` for each ending; a crash leaves no half file.
 *
 * @returns the paths
 * @throws CommandError for a file that cannot be written
 */
export async function writeReport(
  { folder, name }: Pick<ReportPlace, "folder" | "name">,
  date: string,
  contents: Readonly<Record<string, string>>,
): Promise<string[]> {
  const paths: string[] = [];
  for (const [ending, content] of Object.entries(contents)) {
    const path = join(folder, `${name}-${date}.${ending}`);
    const partial = `${path}.${process.pid}.partial`;
    try {
      await writeFile(partial, content);
      await rename(partial, path);
    } catch (error) {
      throw new CommandError(`${path} cannot be written (${reasonOf(error)}).`);
    } finally {
      await rm(partial, { force: true });
    }
    paths.push(path);
  }
  return paths;
}
