import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs";
import { decode } from "fast-png";
import { beforeAll, describe, expect, it } from "vitest";
import { readDataset } from "../../../../src/cli/data";
import { nodeDevices } from "../../../../src/cli/devices";
import { packedTrainer, stripOf } from "../../../../src/cli/pack";
import { splitDataset } from "../../../../src/datasets/split";
import { unpackNet } from "../../../../src/runs/packed-net";
import { STRIP_PLACES, STRIP_SIZES } from "../../../../src/runs/strip";
import { presetModel } from "../../preset-models";

const read = (file: string) =>
  readFileSync(new URL(`../../../../public/nets/${file}`, import.meta.url));
const bytes = read("nested.bin");
const { config, weights, manifest } = unpackNet(JSON.parse(read("nested.json").toString()), bytes);

beforeAll(async () => {
  await nodeDevices();
  await tf.setBackend("cpu");
});

describe("the net that comes with the page", () => {
  it("is under a megabyte, and the file that its manifest describes", () => {
    expect(bytes.length).toBeLessThan(1_000_000);
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(manifest.sha256);
  });

  it("is the nested preset as it is now: `npm run -s pack` makes it anew where that changed", () => {
    expect(config).toMatchObject({ preset: "nested", classes: [0, 1], split: "stratified" });
    const model = presetModel(config);
    expect(manifest.arrays.map(({ shape }) => shape)).toEqual(
      model.getWeights().map(({ shape }) => shape),
    );
    expect(manifest.arrays.map(({ name }) => name)).toEqual(
      model.weights.map(({ originalName }) => originalName),
    );
    expect(weights.length).toBe(model.countParams());
    model.dispose();
  });

  it("was judged at every power of two, and up to half of its numbers beats PCA in SSIM", () => {
    const { figures, testImages } = manifest;
    expect(testImages).toBe(1400);
    expect(figures.map(({ kept }) => kept)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256]);
    for (const { kept, net, pca } of figures.filter(({ kept }) => kept <= 128)) {
      expect(net.ssimWriteup, `${kept} numbers`).toBeGreaterThan(pca.ssimWriteup);
      expect(net.ssim, `${kept} numbers`).toBeGreaterThan(pca.ssim);
    }
  });

  it("draws the strip of the first screen: `npm run -s pack` makes it anew where that changed", async () => {
    const { dataset } = await readDataset(config.classes, config.data);
    const split = splitDataset(dataset, config.split, config.seed);
    const { trainer, dispose } = await packedTrainer("public/nets", weights, manifest, dataset);
    const drawn = decode(await stripOf(trainer, config.latentSize, { dataset, split }));
    dispose();
    const kept = decode(read("nested.png"));
    expect([kept.width, kept.height]).toEqual([
      28 * (1 + STRIP_SIZES.length),
      28 * STRIP_PLACES.length,
    ]);
    const furthest = Math.max(
      ...Array.from(drawn.data, (value, i) => Math.abs(value - kept.data[i]!)),
    );
    // One grey: processors fuse a product and a sum, or do not.
    expect(furthest).toBeLessThanOrEqual(1);
  });
});
