import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { configFor } from "../../../src/config/recipes";
import { fitPca } from "../../../src/math/pca";
import { PRESETS } from "../../../src/nets/presets";
import { presetModel, startedPreset } from "../preset-models";
import { noisyBoxes, SPLIT } from "./fixtures";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const PCA = fitPca(noisyBoxes(20), SPLIT.train);
/** As text, which compares a million numbers at once. */
const values = (model: tf.LayersModel) =>
  model.getWeights().map((weight) => Buffer.from(weight.dataSync().slice().buffer).toString("hex"));

describe("buildStartedModel", () => {
  it.each(PRESETS)("asks for PCA only where %s starts from it", async (preset) => {
    const config = configFor(preset, { latentSize: 2 });
    const pca = vi.fn(async () => PCA);
    const [model, plain] = [await startedPreset(config, pca), presetModel(config)];
    const starts = preset === "loom" || preset === "nested";
    expect(pca).toHaveBeenCalledTimes(starts ? 1 : 0);
    if (starts) {
      const bias = model.getLayer("skip_linear").getWeights()[1]!.dataSync();
      expect(bias).toEqual(Float32Array.from(PCA.mean));
    } else {
      expect(values(model)).toEqual(values(plain));
    }
    model.dispose();
    plain.dispose();
  });

  it("builds nothing when PCA fails", async () => {
    const tensors = tf.memory().numTensors;
    const attempt = startedPreset(configFor("loom"), async () => {
      throw new RangeError("PCA needs at least two images.");
    });
    await expect(attempt).rejects.toThrow("at least two");
    expect(tf.memory().numTensors).toBe(tensors);
  });
});
