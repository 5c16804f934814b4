import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { ReportHost } from "../../../src/cli/report/host";
import { runImages } from "../../../src/cli/run";
import type { RunConfig } from "../../../src/config/config";
import type { Dataset } from "../../../src/datasets/dataset";
import { syntheticDataset } from "../../../src/datasets/synthetic";
import type { RunResult } from "../../../src/runs/results";

export const GARMENTS = syntheticDataset([0, 1], 50, 1);
export const SYSTEM_INFO = { cpu: "Example CPU", cores: 2, node: "20.20.2" };

/** A result whose figures tell the run: 0.9 for latent 100 and seed 0, a little more for later seeds. */
export function resultOf(config: RunConfig, changes: Partial<RunResult> = {}): RunResult {
  const ssimWriteup = 0.9 + config.seed / 100 + (config.latentSize - 100) / 10_000;
  return {
    preset: config.preset,
    latent: config.latentSize,
    seed: config.seed,
    split: config.split,
    device: "wasm",
    threads: 2,
    data: "synthetic",
    trainImages: 80,
    validationImages: 10,
    testImages: 10,
    parameters: 1000,
    epochs: config.epochs,
    bestEpoch: config.epochs,
    trainLoss: 0.25,
    validationLoss: 0.26,
    test: { mse: 0.004, psnr: 24, ssim: 0.85, ssimWriteup, bce: 0.25, bceGap: 0.02 },
    pca: { mse: 0.003, psnr: 25, ssim: 0.91, ssimWriteup: 0.938 },
    imagesPerSecond: 1000,
    config,
    seconds: 10 * config.seed,
    ...changes,
  };
}

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "latent-loom-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** A host that writes into `folder`, on synthetic garments, with runs that are made up at once. */
export function reportHost(folder: string, changes: Partial<ReportHost> = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const trained: RunConfig[] = [];
  const exits: number[] = [];
  const interrupts = new Set<() => void>();
  const dataset: Dataset = GARMENTS;
  const host: ReportHost = {
    stdout: { write: (text) => out.push(text) },
    stderr: { write: (text) => err.push(text) },
    results: folder,
    machine: SYSTEM_INFO,
    today: () => "2026-01-31",
    images: runImages(async () => ({ dataset, note: "" })),
    async run({ config }) {
      trained.push(config);
      return resultOf(config);
    },
    onInterrupt(callback) {
      interrupts.add(callback);
      return () => interrupts.delete(callback);
    },
    exit: (code) => exits.push(code),
    ...changes,
  };
  const interrupt = () => {
    for (const callback of interrupts) callback();
  };
  return { host, out, err, trained, exits, interrupts, interrupt };
}
