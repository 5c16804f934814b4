/** PyTorch on the same net, where the system's Python has it. */

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { EngineRequest } from "./engine";
import { STEADY, TRIAL } from "./timing";
import { writeTorchJob } from "./torch-job";

const PROGRAM = fileURLToPath(new URL("../../../bench/torch", import.meta.url));
/** Debian's python3-torch belongs to Debian's own Python, which need not be the first on the path. */
const PYTHONS = ["/usr/bin/python3", "python3"];
/** Exit codes of a shell without the command, and of bench/torch without PyTorch or its GPU. */
const MISSING: readonly number[] = [127, 3];

/** What bench/torch prints. */
interface TorchReport {
  readonly imagesPerSecond: number;
  readonly loss: number;
  readonly parameters: number;
  readonly version: string;
  /** Name of the GPU and CUDA's version; null on a CPU. */
  readonly gpu: string | null;
}

/**
 * Images a second of PyTorch's fastest round, on all of the request's threads or on the first GPU.
 *
 * Its net must have as many weights as ours and, given the same ones, the same loss: it checks.
 * @param say hears both numbers of weights and both losses
 * @throws Error saying why it could not run, or how the nets differ
 */
export async function runTorch(
  { config: recipe, batch, threads, images, trial }: EngineRequest,
  device: "cpu" | "cuda",
  say: (line: string) => void,
): Promise<Pick<TorchReport, "imagesPerSecond" | "gpu">> {
  const folder = mkdtempSync(join(tmpdir(), "latent-loom-bench-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once("exit", remove);
  try {
    const config = { ...recipe, batchSize: batch };
    const plan = { ...(trial ? TRIAL : STEADY), device };
    const ours = await writeTorchJob(folder, config, { threads, images }, plan);
    const theirs = await runPython(folder);
    say(
      `  PyTorch ${theirs.version}: ${theirs.parameters} weights (ours ${ours.parameters}), ` +
        `loss ${theirs.loss.toFixed(6)} with the same weights (ours ${ours.loss.toFixed(6)})`,
    );
    return theirs;
  } finally {
    process.off("exit", remove);
    remove();
  }
}

async function runPython(folder: string): Promise<TorchReport> {
  let reason = "";
  for (const python of PYTHONS) {
    // -B: no compiled files beside the sources.
    const { code, stdout, stderr } = await capture(python, ["-B", PROGRAM, folder]);
    if (code === 0) return JSON.parse(stdout);
    reason = stderr.trim().split("\n").at(-1) || `${python} ended with code ${code}.`;
    if (!MISSING.includes(code)) break;
  }
  throw new Error(reason);
}

function capture(
  command: string,
  args: readonly string[],
): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk) => {
      stdout += chunk;
    });
    child.stderr.on("data", (chunk) => {
      stderr += chunk;
    });
    child.on("error", () => resolve({ code: 127, stdout, stderr: `There is no ${command}.` }));
    child.on("close", (code) => resolve({ code: code ?? 1, stdout, stderr }));
  });
}
