import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { nodeWasmPlatform } from "../../../../src/cli/wasm-platform";
import { createWasmPredictor } from "../../../../src/engine/wasm/predictor";
import { activationShape, activationsOf } from "../../../../src/nets/build/activations";
import { PRESETS } from "../../../../src/nets/presets";
import { drawingOf, LATENT } from "../../../../src/ui/views/train/model/stages";
import { randomise, relativeError } from "../../engine/nets";
import { presetModel, presetSummary } from "../../preset-models";
import { noisyBoxes } from "../../training/fixtures";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const { images } = noisyBoxes(2);

describe.each(PRESETS)("the activations of %s", (preset) => {
  it("are those of the layers that its figure draws, in their order", async () => {
    const model = randomise(presetModel({ preset, latentSize: 8, seed: 1 }), 3);
    const { encoder, decoder } = drawingOf(presetSummary({ preset, latentSize: 8 }));
    const stages = [...encoder.stages, ...decoder.stages];
    const names = [...stages.map(({ output }) => output), LATENT];
    const tapped = activationsOf(model, names);
    const predictor = await createWasmPredictor(tapped, nodeWasmPlatform, { batchSize: 1 });
    const values = predictor.predict(images.subarray(0, 784));
    const input = tf.tensor(Float32Array.from(images.subarray(0, 784), (byte) => byte / 255));
    let from = 0;
    for (const [i, name] of names.entries()) {
      const shape = activationShape(model, name);
      const stage = stages[i];
      if (stage) expect(shape).toEqual([stage.height, stage.width, stage.maps]);
      const until = tf.model({ inputs: model.inputs, outputs: model.getLayer(name).output });
      const expected = until.predict(input.reshape([1, 28, 28, 1])) as tf.Tensor;
      const own = values.subarray(from, from + expected.size);
      expect(relativeError(own, expected.dataSync<"float32">()), name).toBeLessThan(1e-5);
      from += expected.size;
    }
    expect(from).toBe(values.length);
    predictor.dispose();
    model.dispose();
  });
});

it("names a layer that is not there", () => {
  const model = presetModel({ preset: "baseline", latentSize: 8, seed: 1 });
  expect(() => activationsOf(model, ["no_such"])).toThrow(/no_such/);
});
