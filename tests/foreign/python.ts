/** The Python with the programs that exported files are for. */

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { PROGRAMS, pythonOf } from "../../scripts/lib/python.mjs";

const FOREIGN_PYTHON = pythonOf(PROGRAMS.foreign);

/** @throws Error with what it said last where it ends with another code than 0 */
export async function python(
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<string> {
  if (!existsSync(FOREIGN_PYTHON)) {
    throw new Error("The programs of other projects are not installed: run `npm test -- foreign`.");
  }
  const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: "2" };
  const child = spawn(FOREIGN_PYTHON, [...args], {
    ...options,
    env: { ...env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let said = "";
  child.stdout.on("data", (chunk) => {
    stdout += chunk;
    said += chunk;
  });
  child.stderr.on("data", (chunk) => {
    said += chunk;
  });
  const code = await new Promise((resolve) => child.on("close", resolve));
  if (code === 0) return stdout;
  throw new Error(`${args.join(" ")} ended with code ${code}:\n${said.slice(-4000)}`);
}
