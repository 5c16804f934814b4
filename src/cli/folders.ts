/** Folders that commands write to: tried before the work, so that no work is lost. */

import { mkdir, open, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { CommandError, UsageError } from "./errors";

/** Where a command's files go. */
export interface OutputFolder {
  readonly folder: string;
  /** The option that names it, such as "--out"; null where the command chose it. */
  readonly option: string | null;
}

/**
 * Makes the folder with those above it, and tries to write there.
 *
 * @param files those that will be written there, in place of what has their names
 * @throws UsageError where an option's folder cannot be written, CommandError for the command's own
 */
export async function prepareFolder(
  output: OutputFolder,
  files: readonly string[] = [],
): Promise<void> {
  const { folder } = output;
  // Root may write everywhere, it is said, even in /proc: trying is the only way to know.
  const probe = join(folder, `.${process.pid}.partial`);
  let path = folder;
  try {
    await makeFolder(folder);
    await writeFile(probe, "");
    for (const file of files) {
      path = join(folder, file);
      await tryToReplace(path);
    }
  } catch (error) {
    const reason = codeOf(error) === "ENOENT" ? "nothing can be made there" : reasonOf(error);
    const said = `${path} cannot be written (${reason}).`;
    throw output.option === null
      ? new CommandError(said)
      : new UsageError(`${output.option}: ${said} Name a folder that can be.`);
  } finally {
    await rm(probe, { force: true }).catch(() => {});
  }
}

/**
 * As mkdir's own `recursive`, which never comes back from a place like /proc/x (Node 20 to 24): it
 * takes the missing folder for one whose parents are missing, again and again.
 */
export async function makeFolder(folder: string): Promise<void> {
  const path = resolve(folder);
  try {
    await mkdir(path);
  } catch (error) {
    const code = codeOf(error);
    if (code === "EEXIST" && (await stat(path)).isDirectory()) return;
    if (code !== "ENOENT" || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await mkdir(path);
  }
}

async function tryToReplace(path: string): Promise<void> {
  try {
    await (await open(path, "r+")).close();
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
  }
}

/** Why a file or folder could not be read or written, in words. */
export function reasonOf(error: unknown): string {
  const known = REASONS[codeOf(error) ?? ""];
  if (error instanceof SyntaxError) return "it is not JSON";
  const [line = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
  return known ?? line.replace(/\.$/, "");
}

const REASONS: Readonly<Partial<Record<string, string>>> = {
  EACCES: "permission denied",
  EDQUOT: "this user's share of the disk is full",
  EEXIST: "there is a file of that name",
  EISDIR: "it is a folder",
  ENAMETOOLONG: "the name is too long",
  ENOENT: "there is no such file or folder",
  ELOOP: "it is a link that leads back to itself",
  EMFILE: "too many files are open",
  ENOSPC: "the disk is full",
  ENOTDIR: "a part of the path is a file, not a folder",
  EPERM: "permission denied",
  EROFS: "it cannot be changed there",
};

function codeOf(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
}
