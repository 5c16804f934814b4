/** Commands as a shell runs them: a process for each, but with few images. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";

const MAIN = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const FEW_IMAGES = new URL("./few-images.mjs", import.meta.url).href;

export interface Ended {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Starts `main.ts COMMAND …`; both outputs are pipes.
 *
 * @param stdout a file's descriptor, in place of the first pipe
 */
export function start(argv: readonly string[], stdout: number | "pipe" = "pipe") {
  const node = ["--import", "tsx", "--import", FEW_IMAGES, MAIN, ...argv];
  const child = spawn(process.execPath, node, { stdio: ["ignore", stdout, "pipe"] });
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
