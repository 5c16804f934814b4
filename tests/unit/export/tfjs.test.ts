/** A net for tfjs: read back by tfjs itself, with this project's layers and with the exported ones. */

import * as tf from "@tensorflow/tfjs";
import { strFromU8 } from "fflate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ExportFile } from "../../../src/export/files";
import { tfjsFiles } from "../../../src/export/tfjs";
import { tfjsLayersModule } from "../../../src/export/tfjs-layers";
import { Clamp } from "../../../src/nets/build/layers/clamp";
import { DepthToSpace } from "../../../src/nets/build/layers/depth-to-space";
import { NestedDropout } from "../../../src/nets/build/layers/nested-dropout";
import { PRESETS } from "../../../src/nets/presets";
import { presetModel } from "../preset-models";
import { disturb } from "./nets";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const bytesOf = (files: readonly ExportFile[], path: string): Uint8Array =>
  files.find((file) => file.path === path)!.bytes;

function load(files: readonly ExportFile[]): Promise<tf.LayersModel> {
  const json: tf.io.ModelJSON = JSON.parse(strFromU8(bytesOf(files, "model.json")));
  const weights = bytesOf(files, "weights.bin").slice().buffer;
  return tf.loadLayersModel(
    tf.io.fromMemory({
      modelTopology: json.modelTopology,
      weightSpecs: json.weightsManifest.flatMap((group) => group.weights),
      weightData: weights,
    }),
  );
}

describe("tfjsFiles", () => {
  it.each(PRESETS)("of %s load to the same bits", async (preset) => {
    const model = presetModel({ preset, latentSize: 5, seed: 2 });
    disturb(model, 4);
    const loaded = await load(await tfjsFiles(model));
    expect(loaded.getWeights().map((weight) => weight.dataSync())).toEqual(
      model.getWeights().map((weight) => weight.dataSync()),
    );
    expect(loaded.layers.map(({ name }) => name)).toEqual(model.layers.map(({ name }) => name));
    loaded.dispose();
    model.dispose();
  });
});

describe("tfjsLayersModule", () => {
  afterAll(() => {
    for (const layer of [Clamp, DepthToSpace, NestedDropout]) tf.serialization.registerClass(layer);
  });

  it("is none where tfjs has all layers", () => {
    expect(tfjsLayersModule(["Conv2D", "Dense"])).toBeNull();
  });

  it("defines layers with which the net gives the same outputs", async () => {
    const model = ownLayers();
    disturb(model, 4);
    const images = tf.tensor([...Array(2 * 9 * 4).keys()], [2, 3, 3, 4]).div(72);
    const expected = (model.predict(images) as tf.Tensor).dataSync();
    const files = await tfjsFiles(model);
    const module = tfjsLayersModule(model.layers.map((layer) => layer.getClassName()))!;
    // The module's one import becomes an argument.
    const body = module.replace(/^import .*$/m, "");
    new Function("tf", body)(tf);
    const loaded = await load(files);
    for (const name of ["cut", "pixels", "clamped"]) {
      expect(loaded.getLayer(name).constructor).not.toBe(model.getLayer(name).constructor);
    }
    expect((loaded.predict(images) as tf.Tensor).dataSync()).toEqual(expected);
    // In training they cut numbers off, and gradients arrive.
    const { value, grads } = tf.variableGrads(() => {
      const outputs = loaded.apply(images, { training: true }) as tf.Tensor;
      return outputs.mean().asScalar();
    });
    expect(value.dataSync()[0]).toBeGreaterThan(0);
    expect(Object.keys(grads)).toHaveLength(model.getWeights().length);
    loaded.dispose();
    model.dispose();
  });
});

/** Small, with all three of them. */
function ownLayers(): tf.LayersModel {
  return tf.sequential({
    layers: [
      tf.layers.inputLayer({ inputShape: [3, 3, 4] }),
      new DepthToSpace({ name: "pixels", blockSize: 2 }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 8, kernelInitializer: "ones" }),
      new NestedDropout({ name: "cut", evenTo: 3 }),
      tf.layers.dense({ units: 3, kernelInitializer: tf.initializers.constant({ value: 0.02 }) }),
      new Clamp({ name: "clamped" }),
    ],
  });
}
