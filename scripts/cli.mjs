/** `node scripts/cli.mjs train --epochs 5`: runs src/cli/main.ts once all it needs is there. */

import { spawn } from "node:child_process";
import { buildWasm } from "./build-wasm.mjs";
import { commandLine, NODE_OPTIONS } from "./lib/command-line.mjs";
import { ensureDependencies } from "./lib/install.mjs";
import { fail, ROOT } from "./lib/project.mjs";

/** They measure and compare in Chromium, in Node's WebGPU and in other programs. */
const OF_DEVELOPMENT = ["bench", "agree", "profile"];

const [command = "", ...options] = process.argv.slice(2);
// `--device webgpu`: Dawn, WebGPU for Node, is of the development's packages.
const wantsAll =
  OF_DEVELOPMENT.includes(command) || options.some((option) => option.endsWith("webgpu"));
await ensureDependencies(wantsAll ? "all" : "page");
if (!(await buildWasm())) fail("The WebAssembly kernels do not compile (see above).");

const main = await commandLine();
const child = spawn(process.execPath, [...NODE_OPTIONS, main, command, ...options], {
  cwd: ROOT,
  stdio: "inherit",
});
// Ctrl-C reaches the whole process group: the child decides what to do with it, and we wait.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => child.kill("SIGTERM"));
child.on("error", (error) => fail(`Node could not be started: ${error.message}`));
child.on("exit", (code, signal) => {
  process.exitCode = signal === "SIGINT" ? 130 : signal ? 143 : (code ?? 1);
});
