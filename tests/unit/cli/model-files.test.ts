import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { modelFolder } from "../../../src/cli/model-files";
import { presetModel } from "../preset-models";

let folder = "";

beforeAll(async () => {
  await tf.setBackend("cpu");
  folder = await mkdtemp(join(tmpdir(), "latent-loom-"));
});

afterAll(() => rm(folder, { recursive: true }));

describe("modelFolder", () => {
  it("writes what tf.loadLayersModel reads back: same layers, same weights to the bit", async () => {
    const model = presetModel({ preset: "baseline", latentSize: 3, seed: 7 });
    const target = join(folder, "new", "baseline");
    await model.save(modelFolder(target));
    expect((await readdir(target)).sort()).toEqual(["model.json", "weights.bin"]);
    const loaded = await tf.loadLayersModel(modelFolder(target));
    expect(loaded.layers.map((layer) => layer.name)).toEqual(
      model.layers.map((layer) => layer.name),
    );
    for (const [i, weight] of loaded.getWeights().entries()) {
      expect(weight.dataSync()).toEqual(model.getWeights()[i]!.dataSync());
    }
    loaded.dispose();
    model.dispose();
  });

  it("writes a model.json that names its weights, as servers hand it to browsers", async () => {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [3] })] });
    const target = join(folder, "small");
    await model.save(modelFolder(target));
    const json = JSON.parse(await readFile(join(target, "model.json"), "utf8"));
    expect(json.format).toBe("layers-model");
    expect(json.weightsManifest).toHaveLength(1);
    expect(json.weightsManifest[0].paths).toEqual(["weights.bin"]);
    expect(json).not.toHaveProperty("weightData");
    expect((await readFile(join(target, "weights.bin"))).length).toBe(4 * (3 * 2 + 2));
    model.dispose();
  });
});
