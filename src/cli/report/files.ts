/** A report's files: found again where a command goes on with its work, and written whole. */

import { readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import type { DataSource } from "../../core/dataset";
import { CommandError } from "../errors";
import type { OutputFolder } from "../folders";
import { MACHINE, type Machine, machineText } from "./machine";

export const RESULTS = fileURLToPath(new URL("../../../bench/results", import.meta.url));

/** When, where and on what a report's figures were taken. */
export interface Circumstances {
  /** Day on which the report was begun, as in its files' name: 2026-01-31. */
  readonly date: string;
  readonly machine: Machine;
  readonly data: DataSource;
}

/** What every report has, so that it can be gone on with. */
export interface Kept extends Circumstances {
  /** Everything that was asked for is there. */
  readonly finished: boolean;
}

/** Its fields, for the schemas of the reports. */
export const KEPT = {
  date: v.string(),
  machine: MACHINE,
  data: v.picklist(["fashion-mnist", "synthetic"]),
  finished: v.boolean(),
};

export interface ReportPlace extends OutputFolder {
  /** Names begin with it: "reproduce" in reproduce-2026-01-31.json. */
  readonly name: string;
}

/**
 * The report to go on with: today's, or the newest one if it is not finished; else null.
 *
 * @param parse throws for what is no such report
 * @throws CommandError for a file that cannot be read as one, and for one of another machine or
 *   other images: their figures do not go into one table
 */
export async function openReport<Report extends Kept>(
  { folder, name }: Pick<ReportPlace, "folder" | "name">,
  now: Circumstances,
  parse: (content: unknown) => Report,
): Promise<Report | null> {
  const files = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw new CommandError(`${folder} cannot be read: ${error.message}`);
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
    report = parse(JSON.parse(await readFile(path, "utf8")));
  } catch (error) {
    throw cannotGoOn(path, messageOf(error));
  }
  if (report.date !== now.date && report.finished) return null;
  const machine = machineText(report.machine);
  if (machine !== machineText(now.machine)) throw cannotGoOn(path, `it was taken on ${machine}`);
  if (report.data !== now.data) throw cannotGoOn(path, `its images are ${report.data}`);
  return report;
}

/** @param report a path, or words for it at the start of a sentence */
export function cannotGoOn(report: string, reason: string): CommandError {
  return new CommandError(
    `${report} cannot be gone on with: ${reason}. Give --fresh to begin anew, or --out DIR for another folder.`,
  );
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
      throw new CommandError(`${path} cannot be written: ${messageOf(error)}`);
    } finally {
      await rm(partial, { force: true });
    }
    paths.push(path);
  }
  return paths;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
