import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { configFor } from "../../../src/config/recipes";
import { compile } from "../../../src/engine/compile";
import { PRESETS } from "../../../src/nets/presets";
import { presetModel } from "../preset-models";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

describe("every preset", () => {
  it.each(PRESETS)("%s compiles at any latent size, so that WASM can train it", (preset) => {
    for (const latentSize of [1, 7, 512]) {
      const model = presetModel(configFor(preset, { latentSize }));
      const plan = compile(model);
      const weights = plan.parameters.reduce((sum, { size }) => sum + size, 0);
      const trained = model.trainableWeights.reduce((sum, weight) => sum + size(weight.shape), 0);
      expect(weights).toBe(trained);
      model.dispose();
    }
  });
});

const size = (shape: readonly (number | null)[]) =>
  shape.reduce<number>((product, length) => product * (length ?? 1), 1);
