/** The notebook: valid JSON, code that compiles, and a net that gives the same numbers. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs";
import { strFromU8, unzipSync } from "fflate";
import * as v from "valibot";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PRESETS, type RunConfig } from "../../../src/core/config";
import { imageQuality } from "../../../src/core/metrics";
import { configFor } from "../../../src/core/recipes";
import { learningRateAt } from "../../../src/core/schedule";
import { splitDataset } from "../../../src/core/split";
import { ADAM_DEFAULTS } from "../../../src/engine/device";
import { KerasAdam } from "../../../src/engine/tfjs/adam";
import type { ExportFile } from "../../../src/export/files";
import { readGraph } from "../../../src/export/graph";
import { kerasFiles } from "../../../src/export/keras";
import { npzFile } from "../../../src/export/npy";
import { pixelsOf } from "../../../src/export/pixels";
import { buildModel } from "../../../src/models";
import { boxes } from "../training/fixtures";
import { disturb, outputsOf } from "./nets";
import { pythonWith } from "./python";

const SHIM = fileURLToPath(new URL("./numpy-keras", import.meta.url));
const python = pythonWith("numpy");
const DATASET = { ...boxes(40), source: "fashion-mnist" as const };
let folder = "";

beforeAll(async () => {
  await tf.setBackend("cpu");
  folder = mkdtempSync(join(tmpdir(), "latent-loom-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The same net and files for each preset, small enough for tfjs in plain JavaScript. */
async function exported(
  config: RunConfig,
): Promise<{ model: tf.LayersModel; files: ExportFile[] }> {
  const model = buildModel(config);
  disturb(model, 7);
  const split = splitDataset(DATASET, config.split, config.seed);
  const files = await kerasFiles({
    graph: await readGraph(model),
    config,
    dataset: DATASET,
    split,
    reconstruct: async (indices) => outputsOf(model, pixelsOf(DATASET, indices)),
  });
  return { model, files };
}

const bytesOf = (files: readonly ExportFile[], path: string): Uint8Array =>
  files.find((file) => file.path === path)!.bytes;

/** What nbformat 4.5's schema asks of a notebook without outputs. */
const Source = v.union([v.string(), v.array(v.string())]);
const Id = v.pipe(v.string(), v.regex(/^[a-zA-Z0-9-_]{1,64}$/));
const Notebook = v.strictObject({
  nbformat: v.literal(4),
  nbformat_minor: v.pipe(v.number(), v.integer(), v.minValue(5)),
  metadata: v.looseObject({
    kernelspec: v.looseObject({ name: v.string(), display_name: v.string() }),
    language_info: v.looseObject({ name: v.string() }),
  }),
  cells: v.array(
    v.variant("cell_type", [
      v.strictObject({
        id: Id,
        cell_type: v.literal("code"),
        metadata: v.record(v.string(), v.unknown()),
        source: Source,
        outputs: v.array(v.unknown()),
        execution_count: v.nullable(v.number()),
      }),
      v.strictObject({
        id: Id,
        cell_type: v.literal("markdown"),
        metadata: v.record(v.string(), v.unknown()),
        source: Source,
      }),
    ]),
  ),
});

describe("the notebook", () => {
  it("is valid nbformat 4.5, with a name of its own for each cell", async () => {
    const { files, model } = await exported(configFor("loom", { latentSize: 4 }));
    const parsed = JSON.parse(strFromU8(bytesOf(files, "latent-loom.ipynb")));
    const { cells } = v.parse(Notebook, parsed);
    expect(new Set(cells.map(({ id }) => id)).size).toBe(cells.length);
    expect(cells.length).toBeGreaterThan(15);
    model.dispose();
  });

  it("ships garments drawn by code, which no download has", async () => {
    const config = configFor("baseline-linear", { latentSize: 2 });
    const model = buildModel(config);
    const dataset = boxes(40);
    const files = await kerasFiles({
      graph: await readGraph(model),
      config,
      dataset,
      split: splitDataset(dataset, "stratified", 1),
      reconstruct: async (indices) => new Float32Array(indices.length * 784),
    });
    const images = unzipSync(bytesOf(files, "images.npz"))["images.npy"]!;
    expect(images.slice(-dataset.images.length)).toEqual(dataset.images);
    expect(strFromU8(bytesOf(files, "train.py"))).not.toContain("load_data");
    model.dispose();
  });
});

describe.skipIf(python === null)("in Python (numpy)", () => {
  it.each(PRESETS)(
    "%s rebuilds the net and its figures, learning rates and Adam",
    async (preset) => {
      const config = configFor(preset, {
        latentSize: 6,
        clipNorm: 0.5,
        weightDecay: 0.1,
        ...(preset === "modified" ? { schedule: "oneCycle", warmup: 0.25 } : {}),
      });
      const { model, files } = await exported(config);
      const at = mkdtempSync(join(folder, "run-"));
      for (const { path, bytes } of files) writeFileSync(join(at, path), bytes);
      writeFileSync(join(at, "fashion.npz"), fashionMnist());

      const output = execFileSync(python!, [join(SHIM, "run.py"), "latent-loom.ipynb"], {
        cwd: at,
        env: { PYTHONPATH: SHIM, FASHION_MNIST: "fashion.npz", PYTHONDONTWRITEBYTECODE: "1" },
      }).toString();
      const found = JSON.parse(output.trim().split("\n").at(-1)!);
      expect(found.difference).toBeLessThan(1e-5);

      const test = splitDataset(DATASET, config.split, config.seed).test;
      const reconstructions = outputsOf(model, pixelsOf(DATASET, test));
      const { mean } = imageQuality(DATASET.images, test, reconstructions);
      expect(found.test.mse).toBeCloseTo(mean.mse, 6);
      expect(found.test.ssim).toBeCloseTo(mean.ssim, 5);
      expect(found.test.ssim_writeup).toBeCloseTo(mean.ssimWriteup, 5);
      for (const [step, rate] of found.rates.entries()) {
        expect(rate).toBeCloseTo(learningRateAt(config, step + 1, 40), 12);
      }
      const weights = adamByTfjs(model, config);
      expect(Object.keys(found.weights).sort()).toEqual([...weights.keys()].sort());
      for (const [name, values] of weights) {
        for (const [i, value] of values.entries()) {
          expect(Math.abs(found.weights[name][i] - value)).toBeLessThan(2e-6);
        }
      }
      model.dispose();
    },
    // NumPy's convolutions of a stand-in take 5 s on a quiet machine.
    120_000,
  );

  it("train.py compiles", async () => {
    const { model, files } = await exported(configFor("nested", { latentSize: 4 }));
    const path = join(folder, "train.py");
    writeFileSync(path, bytesOf(files, "train.py"));
    execFileSync(
      python!,
      ["-c", "compile(open('train.py', encoding='utf-8').read(), 'train.py', 'exec')"],
      {
        cwd: folder,
      },
    );
    model.dispose();
  });
});

/** The data set's images as Keras hands them out: shuffled over two parts, other classes between. */
function fashionMnist(): Uint8Array {
  const { images, labels, count } = DATASET;
  const square = (pixels: Uint8Array) => ({ shape: [pixels.length / 784, 28, 28], values: pixels });
  // Class 1 comes first; a bag is in between. Within each class the order stays.
  const order = Uint32Array.from([...labels.keys()].sort((a, b) => labels[b]! - labels[a]!));
  const cut = 30;
  const train = order.slice(0, cut);
  const test = order.slice(cut, count);
  const labelsOf = (indices: Uint32Array) => Uint8Array.from(indices, (index) => labels[index]!);
  const bag = new Uint8Array(784).fill(9);
  return npzFile({
    train_x: square(Uint8Array.from([...bag, ...pixelsOf({ images }, train)])),
    train_y: { shape: [cut + 1], values: Uint8Array.from([8, ...labelsOf(train)]) },
    test_x: square(pixelsOf({ images }, test)),
    test_y: { shape: [count - cut], values: labelsOf(test) },
  });
}

/** Three steps on gradients of sines, as run.py takes them: each array's first three numbers. */
function adamByTfjs(model: tf.LayersModel, config: RunConfig): Map<string, number[]> {
  const { beta2, weightDecay, clipNorm } = config;
  const named = model.layers.flatMap((layer) =>
    layer.getWeights().map((weight, i) => ({
      name: `${layer.name}.${i}`,
      variable: tf.variable(weight),
    })),
  );
  const variables = named.map(({ variable }) => variable);
  const adam = new KerasAdam(variables, { ...ADAM_DEFAULTS, beta2, weightDecay, clipNorm });
  for (const step of [1, 2, 3]) {
    const gradients = Object.fromEntries(
      variables.map((variable) => {
        const values = Float32Array.from({ length: variable.size }, (_, i) => Math.sin(i + step));
        return [variable.name, tf.tensor(values, variable.shape)];
      }),
    );
    adam.apply(gradients, 0.01);
    tf.dispose(gradients);
  }
  const weights = new Map(
    named.map(({ name, variable }) => [name, [...variable.dataSync().slice(0, 3)]]),
  );
  adam.dispose();
  tf.dispose(variables);
  return weights;
}
