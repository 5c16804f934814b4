/** PyTorch and Keras on the same net. */

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensurePrograms, PROGRAMS, pythonOf } from "../../../scripts/lib/python.mjs";
import type { EngineRequest } from "./engine";
import { STEADY, TRIAL } from "./timing";
import { writeTorchJob } from "./torch-job";

const programOf = (name: "torch" | "keras"): string =>
  fileURLToPath(new URL(`../../../bench/${name}`, import.meta.url));
/** Debian's python3-torch belongs to Debian's own Python, which need not be the first on the path. */
const SYSTEM = ["/usr/bin/python3", "python3"];
/** Exit codes of a shell without the command, and of bench/torch without PyTorch or its GPU. */
const MISSING: readonly number[] = [127, 3];

/** How PyTorch is run: the pinned one as it is or by torch.compile, or the system's on its GPU; or Keras's `fit`. */
export type PythonWay = "eager" | "compiled" | "cuda" | "keras";

/** What bench/torch and bench/keras print. */
interface TorchReport {
  readonly imagesPerSecond: number;
  readonly loss: number;
  readonly parameters: number;
  readonly version: string;
  /** Name of the GPU and CUDA's version; null on a CPU. */
  readonly gpu: string | null;
}

/**
 * Images a second of the fastest round of PyTorch or Keras, on all of the request's threads or on the first GPU.
 *
 * Its net must have as many weights as ours and, given the same ones, the same loss: it checks.
 * @param say hears both numbers of weights and both losses
 * @throws Error saying why it could not run, or how the nets differ
 */
export async function runTorch(
  { config: recipe, batch, threads, images, trial }: EngineRequest,
  way: PythonWay,
  say: (line: string) => void,
): Promise<Pick<TorchReport, "imagesPerSecond" | "gpu">> {
  const pythons = await pythonsFor(way);
  const folder = mkdtempSync(join(tmpdir(), "latent-loom-bench-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once("exit", remove);
  try {
    const config = { ...recipe, batchSize: batch };
    const plan = {
      ...(trial ? TRIAL : STEADY),
      device: way === "cuda" ? way : "cpu",
      compiled: way === "compiled",
    } as const;
    const ours = await writeTorchJob(folder, config, { threads, images }, plan);
    const isKeras = way === "keras";
    const theirs = await runPython(pythons, programOf(isKeras ? "keras" : "torch"), folder);
    say(
      `  ${isKeras ? "Keras" : "PyTorch"} ${theirs.version}: ${theirs.parameters} weights (ours ${ours.parameters}), ` +
        `loss ${theirs.loss.toFixed(6)} with the same weights (ours ${ours.loss.toFixed(6)})`,
    );
    return theirs;
  } finally {
    process.off("exit", remove);
    remove();
  }
}

/** Commands to try one after the other. @throws Error where what they run could not be installed */
async function pythonsFor(way: PythonWay): Promise<readonly string[]> {
  if (way === "cuda") return SYSTEM;
  const programs = way === "keras" ? PROGRAMS.foreign : PROGRAMS.torch;
  const missing = await ensurePrograms(programs);
  if (missing !== null) throw new Error(missing);
  return [pythonOf(programs)];
}

async function runPython(
  pythons: readonly string[],
  program: string,
  folder: string,
): Promise<TorchReport> {
  let reason = "";
  for (const python of pythons) {
    // -B: no compiled files beside the sources.
    const { code, stdout, stderr } = await capture(python, ["-B", program, folder]);
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
