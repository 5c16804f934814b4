import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { decode } from "fast-png";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { modelFolder } from "../../../src/cli/model-files";
import { pack } from "../../../src/cli/pack";
import { train } from "../../../src/cli/train";
import { FASHION_MNIST } from "../../../src/datasets/fashion-mnist";
import { unpackNet } from "../../../src/runs/packed-net";
import type { RunResult } from "../../../src/runs/results";
import { presetModel } from "../preset-models";
import { noisyBoxes } from "../training/fixtures";

/** 1,000 images: 800 to train on, more than PCA has directions. */
const DATASET = noisyBoxes(1000);

let folder: string;
const out: string[] = [];
const host = {
  stdout: { write: (text: string) => out.push(text) },
  stderr: { write: () => true },
  readDataset: async () => ({ dataset: DATASET, note: "" }),
  onInterrupt: () => () => {},
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "latent-loom-"));
  const settings = ["--latent", "6", "--epochs", "1", "--threads", "1", "--seed", "4"];
  await train(["--preset", "nested", ...settings, "--save", folder], host);
});
afterAll(() => rm(folder, { recursive: true }));

describe("pack", () => {
  it("writes what the page reads: the preset's net, rounded, and its figures at each size", async () => {
    await pack(["--from", folder, "--out", join(folder, "nets")], host);
    const manifest = JSON.parse(await readFile(join(folder, "nets/nested.json"), "utf8"));
    const bytes = await readFile(join(folder, "nets/nested.bin"));
    const { config, weights } = unpackNet(manifest, bytes);
    expect(config).toMatchObject({ preset: "nested", latentSize: 6, seed: 4, threads: null });

    const saved = await tf.loadLayersModel(modelFolder(folder));
    const expected = saved.getWeights().flatMap((weight) => [...weight.dataSync()]);
    expect(weights.length).toBe(expected.length);
    const furthest = Math.max(...weights.map((weight, i) => Math.abs(weight - expected[i]!)));
    expect(furthest).toBeGreaterThan(0);
    expect(furthest).toBeLessThan(Math.max(...expected.map(Math.abs)) / 250);
    const model = presetModel(config);
    expect(manifest.arrays.map(({ shape }: { shape: number[] }) => shape)).toEqual(
      model.getWeights().map(({ shape }) => shape),
    );

    const strip = decode(await readFile(join(folder, "nets/nested.png")));
    expect([strip.width, strip.height]).toEqual([6 * 28, 3 * 28]);
    expect(new Set(strip.data).size).toBeGreaterThan(10);
    const { figures, testImages } = manifest;
    expect(testImages).toBe(100);
    expect(figures.map(({ kept }: { kept: number }) => kept)).toEqual([1, 2, 4, 6]);
    // PCA of one number does worse than of six, and so does the net.
    expect(figures[0].pca.mse).toBeGreaterThan(figures[3].pca.mse);
    expect(figures[0].net.mse).toBeGreaterThan(figures[3].net.mse);
    // With all numbers it is the net that was trained, but for the rounding.
    const result: RunResult = JSON.parse(await readFile(join(folder, "result.json"), "utf8"));
    expect(figures[3].net.ssimWriteup).toBeCloseTo(result.test.ssimWriteup, 2);
    expect(figures[3].net.ssimWriteup).not.toBe(result.test.ssimWriteup);
    expect(figures[3].pca).toEqual(result.pca);
    expect(out.join("")).toMatch(/bytes in .*nets\. On the test split, after rounding/);
    for (const each of [saved, model]) each.dispose();
  });

  it("says what is missing in a folder without a trained net", async () => {
    await expect(pack(["--from", join(folder, "none")], host)).rejects.toThrow(
      /^--from: .*none\/result\.json cannot be read \(there is no.*train -- --save/,
    );
  });

  it("refuses other images than the net was trained on, and a net that the preset no longer is", async () => {
    const real = { ...DATASET, spec: FASHION_MNIST };
    const others = { ...host, readDataset: async () => ({ dataset: real, note: "" }) };
    const target = ["--from", folder, "--out", join(folder, "refused")];
    await expect(pack(target, others)).rejects.toThrow(/trained on synthetic images/);

    const file = join(folder, "result.json");
    const result: RunResult = JSON.parse(await readFile(file, "utf8"));
    const config = { ...result.config, latentSize: 7 };
    await writeFile(file, JSON.stringify({ ...result, config, latent: 7 }));
    await expect(pack(target, host)).rejects.toThrow(/preset nested has changed/);
    await expect(readFile(join(folder, "refused/nested.json"))).rejects.toThrow(/ENOENT/);
  });
});
