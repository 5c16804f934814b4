/** Data sets out of Debian's packages, downloaded by apt and unpacked without root. */

import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { CommandError } from "../errors";
import { type Files, filesOfFolder } from "./files";

export const DEBIAN_PACKAGE = "dataset-fashion-mnist";
/** Where the package puts the files. */
export const DEBIAN_FOLDER = "/usr/share/datasets/fashion-mnist";

/** Runs a program in a folder. @throws CommandError with its last line on stderr */
export type RunTool = (program: string, args: readonly string[], folder: string) => Promise<void>;

/** An unreachable server costs 15 s and one more try, not apt's four times 30 s. */
const BRIEFLY = ["-o", "Acquire::http::Timeout=15", "-o", "Acquire::Retries=1"];
/** What apt says where its lists are missing, as in a fresh container, or out of date. */
const LISTS_AT_FAULT = /Unable to locate|Can't find a source|No packages found|404/;

/** For each call of a program. */
const MOST_MINUTES = 5;

interface ExecError {
  readonly code?: unknown;
  /** It was ended for the time that it took. */
  readonly killed?: boolean;
  readonly stderr?: string;
}

const run = promisify(execFile);

/** @throws CommandError when there is no apt, or it cannot get the package */
export async function filesOfPackage(
  report: (fraction: number, text: string) => void,
  tool: RunTool = runTool,
): Promise<Files> {
  const folder = await mkdtemp(join(tmpdir(), "fashion-mnist-"));
  try {
    await unpackPackage(DEBIAN_PACKAGE, folder, report, tool);
    return await filesOfFolder(join(folder, DEBIAN_FOLDER));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Puts a package's files into a folder, as they lie under `/`.
 *
 * @throws CommandError when there is no apt, or it cannot get the package
 */
export async function unpackPackage(
  name: string,
  folder: string,
  report: (fraction: number, text: string) => void = () => {},
  tool: RunTool = runTool,
): Promise<void> {
  await downloadPackage(name, folder, tool, (text) => report(0, text));
  const archive = (await readdir(folder)).find((file) => file.endsWith(".deb"));
  if (!archive) throw new CommandError("apt-get left no package");
  report(0.8, "unpacking");
  await tool("dpkg-deb", ["-x", archive, "."], folder);
  await rm(join(folder, archive));
}

async function downloadPackage(
  name: string,
  folder: string,
  tool: RunTool,
  say: (text: string) => void,
): Promise<void> {
  const download = ["download", "-qq", ...BRIEFLY];
  say(`apt-get download ${name}`);
  try {
    await tool("apt-get", [...download, name], folder);
  } catch (error) {
    if (!(error instanceof CommandError && LISTS_AT_FAULT.test(error.message))) throw error;
    // The machine's own lists are root's: fetch some of our own.
    const lists = join(folder, "lists");
    const cache = join(folder, "cache");
    await mkdir(join(lists, "partial"), { recursive: true });
    await mkdir(join(cache, "archives", "partial"), { recursive: true });
    const own = ["-o", `Dir::State::lists=${lists}`, "-o", `Dir::Cache=${cache}`];
    // Run by root, apt would go on as a user who may not enter our folder.
    own.push("-o", "APT::Sandbox::User=root");
    say("apt-get update, into a temporary folder");
    await tool("apt-get", ["update", "-qq", ...BRIEFLY, ...own], folder);
    say(`apt-get download ${name}`);
    await tool("apt-get", [...download, ...own, name], folder);
  }
}

async function runTool(program: string, args: readonly string[], folder: string): Promise<void> {
  try {
    // Messages in English: one of them decides what is tried next.
    const env = { ...process.env, LC_ALL: "C" };
    await run(program, [...args], { cwd: folder, timeout: MOST_MINUTES * 60_000, env });
  } catch (error) {
    throw toolError(program, error as ExecError);
  }
}

/** Why a program that was run ended as it did, for people. */
export function toolError(program: string, { code, killed, stderr = "" }: ExecError): CommandError {
  if (code === "ENOENT") return new CommandError(`there is no ${program} on this machine`);
  if (killed) return new CommandError(`${program} took over ${MOST_MINUTES} minutes`);
  return new CommandError(`${program} ${inWords(stderr)}`);
}

/** What apt and dpkg mean by the last line that they say of a failure; the line itself as detail. */
const MEANINGS: readonly (readonly [RegExp, string])[] = [
  [LISTS_AT_FAULT, "knows no such package: its lists may be old, or this is not Debian"],
  [/resolv|Could not connect|timed out|unreachable|Failed to fetch/i, "cannot reach its server"],
  [/No space left/i, "has no room left on the disk for temporary files"],
  [/Permission denied|Read-only/i, "may not write into the folder for temporary files"],
  [/lock/i, "waits for another program that installs packages"],
];

function inWords(stderr: string): string {
  const line =
    stderr
      .trim()
      .split("\n")
      .at(-1)
      ?.replace(/^(E|W|dpkg-deb): /, "") ?? "";
  const meaning = MEANINGS.find(([sign]) => sign.test(line))?.[1] ?? "failed";
  return line ? `${meaning} (it says: ${line})` : meaning;
}
