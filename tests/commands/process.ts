/** Commands as a shell runs them: a process for each, but with few images. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";
import { expect } from "vitest";
import { commandLine, NODE_OPTIONS } from "../../scripts/lib/command-line.mjs";
import { ROOT } from "../../scripts/lib/project.mjs";

const READS_IMAGES = join(ROOT, "src/cli/data.ts");
const FEW_IMAGES = fileURLToPath(new URL("./few-images-data.ts", import.meta.url));

/** Puts the module of few images in the place of the one that reads the stored data set. */
const fewImages: Plugin = {
  name: "few-images",
  enforce: "pre",
  async resolveId(source, importer, options) {
    if (!importer || importer === FEW_IMAGES) return null;
    const found = await this.resolve(source, importer, { ...options, skipSelf: true });
    return found?.id === READS_IMAGES ? FEW_IMAGES : found;
  },
};
const main = await commandLine(
  "few-images",
  [fewImages],
  [relative(ROOT, FEW_IMAGES), "tests/commands/process.ts"],
);

/** As many run at once as there are cores: each is told of one, and trains on one thread. */
const ONE_CORE = `data:text/javascript,${encodeURIComponent(`
  import os from "node:os";
  import { syncBuiltinESMExports } from "node:module";
  os.availableParallelism = () => 1;
  syncBuiltinESMExports();
`)}`;

export interface Ended {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Starts a command; both outputs are pipes.
 *
 * @param stdout a file's descriptor, in place of the first pipe
 */
export function start(argv: readonly string[], stdout: number | "pipe" = "pipe") {
  const child = spawn(process.execPath, [...NODE_OPTIONS, "--import", ONE_CORE, main, ...argv], {
    stdio: ["ignore", stdout, "pipe"],
  });
  return { child, ended: collect(child) };
}

async function collect(child: ChildProcess): Promise<Ended> {
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    stderr += chunk;
  });
  const [code] = await once(child, "close");
  return { code, stdout, stderr };
}

let free = availableParallelism();
const waiting: (() => void)[] = [];

/** Runs a command to its end, as many at once as there are cores. */
export async function command(...argv: readonly string[]): Promise<Ended> {
  if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve));
  else free--;
  try {
    return await start(argv).ended;
  } finally {
    const next = waiting.shift();
    if (next) next();
    else free++;
  }
}

/** The same, and it must succeed; what it printed. */
export async function succeed(...argv: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await command(...argv);
  expect(code, `${argv.join(" ")}\n${stderr}`).toBe(0);
  return stdout;
}
