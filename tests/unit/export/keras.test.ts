/** The notebook as a file; tests/foreign runs what is in it. */

import * as tf from "@tensorflow/tfjs";
import { strFromU8, unzipSync } from "fflate";
import * as v from "valibot";
import { beforeAll, describe, expect, it } from "vitest";
import type { RunConfig } from "../../../src/config/config";
import { configFor } from "../../../src/config/recipes";
import { FASHION_MNIST } from "../../../src/datasets/fashion-mnist";
import { splitDataset } from "../../../src/datasets/split";
import type { ExportFile } from "../../../src/export/files";
import { readGraph } from "../../../src/export/graph";
import { kerasFiles } from "../../../src/export/keras";
import { pickImages, sizeOf } from "../../../src/math/image-set";
import { buildNet } from "../../../src/nets/build";
import { netOf } from "../../../src/nets/presets";
import { COLOUR_8_12, pattern } from "../image-sets";
import { presetModel } from "../preset-models";
import { boxes } from "../training/fixtures";
import { disturb, outputsOf } from "./nets";

const DATASET = { ...boxes(40), spec: FASHION_MNIST };

beforeAll(async () => {
  await tf.setBackend("cpu");
});

/** The same net and files for each preset, small enough for tfjs in plain JavaScript. */
async function exported(
  config: RunConfig,
): Promise<{ model: tf.LayersModel; files: ExportFile[] }> {
  const model = presetModel(config);
  disturb(model, 7);
  const split = splitDataset(DATASET, config.split, config.seed);
  const files = await kerasFiles({
    graph: await readGraph(model),
    config,
    dataset: DATASET,
    split,
    reconstruct: async (indices) => outputsOf(model, pickImages(DATASET, indices)),
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
    const model = presetModel(config);
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

  it("ships the images of other data sets, colours and all", async () => {
    const spec = COLOUR_8_12;
    const images = pattern(spec, 40);
    const labels = Uint8Array.from({ length: 40 }, (_, i) => Math.floor(i / 20));
    const config = configFor("baseline-linear", { latentSize: 2, data: spec.id });
    const model = buildNet(netOf(config, spec), 1);
    const dataset = { spec, shape: spec, classes: [0, 1], count: 40, images, labels };
    const files = await kerasFiles({
      graph: await readGraph(model),
      config,
      dataset,
      split: splitDataset(dataset, "stratified", 1),
      reconstruct: async (indices) => new Float32Array(indices.length * sizeOf(spec)),
    });
    const array = unzipSync(bytesOf(files, "images.npz"))["images.npy"]!;
    expect(strFromU8(array.slice(0, 128))).toContain("(40, 8, 12, 3)");
    expect(array.slice(-images.length)).toEqual(images);
    expect(strFromU8(bytesOf(files, "train.py"))).toContain("reshape(-1, 8, 12, 3)");
    model.dispose();
  });
});
