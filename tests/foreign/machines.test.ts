/** `train.py` as it is, on one machine and on two that train as one. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { configFor } from "../../src/config/recipes";
import { splitDataset } from "../../src/datasets/split";
import type { ExportFile } from "../../src/export/files";
import { readGraph } from "../../src/export/graph";
import { kerasFiles } from "../../src/export/keras";
import { pickImages } from "../../src/math/image-set";
import type { PresetName } from "../../src/nets/presets";
import { outputsOf } from "../unit/export/nets";
import { presetModel } from "../unit/preset-models";
import { noisyBoxes } from "../unit/training/fixtures";
import { python } from "./python";

/** Garments drawn by code, as the notebook has them: no download is replaced here. */
const DATASET = noisyBoxes(40);
const WEIGHTS = fileURLToPath(new URL("./weights.py", import.meta.url));

let folder = "";
beforeAll(async () => {
  await tf.setBackend("cpu");
  folder = mkdtempSync(join(tmpdir(), "latent-loom-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Four batches of eight an epoch: each of two machines takes four images. */
async function exported(preset: PresetName): Promise<ExportFile[]> {
  const config = configFor(preset, { latentSize: 6, batchSize: 8 });
  const model = presetModel(config);
  const files = await kerasFiles({
    graph: await readGraph(model),
    config,
    dataset: DATASET,
    split: splitDataset(DATASET, config.split, config.seed),
    reconstruct: async (indices) => outputsOf(model, pickImages(DATASET, indices)),
  });
  model.dispose();
  return files;
}

/** A machine with the folder, which trains; where it is, and its lines with the test's figures. */
async function machine(name: string, files: readonly ExportFile[], config?: object) {
  const cwd = join(folder, name);
  mkdirSync(cwd);
  for (const { path, bytes } of files) writeFileSync(join(cwd, path), bytes);
  const env: Record<string, string> = config ? { TF_CONFIG: JSON.stringify(config) } : {};
  const printed = await python(["train.py"], { cwd, env });
  return { cwd, printed, figures: printed.split("\n").filter((line) => line.startsWith("test ")) };
}

async function twoMachines(name: string, files: readonly ExportFile[]) {
  const worker = await Promise.all([freePort(), freePort()]);
  const cluster = { worker: worker.map((port) => `localhost:${port}`) };
  return Promise.all(
    [0, 1].map((index) =>
      machine(`${name}-${index}`, files, { cluster, task: { type: "worker", index } }),
    ),
  );
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "localhost", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

const apart = async (a: string, b: string): Promise<number> =>
  Number(await python([WEIGHTS, a, b]));

describe("two machines that TF_CONFIG names", () => {
  // Batch norm's averages, and truncations that all machines must count alike.
  it.each(["modified", "nested"] as const)("train %s alike", async (preset) => {
    const [first, second] = await twoMachines(preset, await exported(preset));
    expect(first!.printed).toContain("2 replicas");
    expect(first!.figures).toHaveLength(2);
    expect(second!.figures).toEqual(first!.figures);
    const saved = [
      join(first!.cwd, "trained.keras"),
      join(second!.cwd, "trained-1.keras"),
    ] as const;
    expect(await apart(...saved)).toBe(0);
  });

  it("train the baseline as one machine does", async () => {
    const files = await exported("baseline");
    const [first, second] = await twoMachines("baseline", files);
    const alone = await machine("baseline-alone", files);
    expect(alone.printed).toContain("1 replicas");
    const saved = join(first!.cwd, "trained.keras");
    expect(await apart(saved, join(second!.cwd, "trained-1.keras"))).toBe(0);
    expect(await apart(saved, join(alone.cwd, "trained.keras"))).toBeLessThan(1e-4);
    // It has learnt something.
    const loss = (line: string | undefined) => Number(/'loss': ([\d.]+)/.exec(line ?? "")?.[1]);
    expect(loss(alone.figures[1])).toBeLessThan(loss(alone.figures[0]) - 0.01);
  });
});
