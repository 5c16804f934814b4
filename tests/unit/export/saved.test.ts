/** The net as Keras saves one; tests/foreign opens it there. */

import * as tf from "@tensorflow/tfjs";
import { strFromU8, unzipSync } from "fflate";
import { beforeAll, describe, expect, it } from "vitest";
import { FASHION_MNIST } from "../../../src/datasets/fashion-mnist";
import { readGraph } from "../../../src/export/graph";
import { savedModel } from "../../../src/export/keras/saved";
import { openModel } from "../../../src/import/file";
import { buildNet } from "../../../src/nets/build";
import { PRESETS, presetNet } from "../../../src/nets/presets";
import type { NetSpec } from "../../../src/nets/spec";
import { netText, parseNet, withUsualNames } from "../../../src/nets/text";
import { weightedModel } from "../../../src/training/imported";
import { disturb } from "./nets";

beforeAll(() => tf.setBackend("cpu"));

async function saved(net: NetSpec) {
  const model = buildNet(net, 3);
  disturb(model, 7);
  return { model, bytes: await savedModel(await readGraph(model)) };
}

const weightsOf = (model: tf.LayersModel) => model.getWeights().map((weight) => weight.dataSync());

describe("model.keras", () => {
  it.each([
    ["baseline", presetNet("baseline", 6, FASHION_MNIST)],
    ["modified", presetNet("modified", 6, FASHION_MNIST)],
    [
      // Layers of one class on several paths, which Keras lists by their distance from the output.
      "paths",
      parseNet(
        "conv 4 3 relu as a > pool 2 > conv 8 3 relu as b > pool 2 > conv 8 3 > norm frozen > code > up 2 > concat b > " +
          "conv 4 3 relu l2 0.001 > up 2 > concat a > conv 1 1 sigmoid",
        FASHION_MNIST,
      ),
    ],
  ])("of %s comes back as the net that it was, with its weights", async (_, net) => {
    const { model, bytes } = await saved(net);
    const found = (await openModel([{ path: "model.keras", bytes: bytes! }])).build();
    expect(found.text).toBe(netText(withUsualNames(net)));
    const back = weightedModel(found);
    expect(weightsOf(back)).toEqual(weightsOf(model));
    back.dispose();
    model.dispose();
  });

  it.each(PRESETS)("of %s has Keras's own layers alone", async (preset) => {
    const { model, bytes } = await saved(presetNet(preset, 6, FASHION_MNIST));
    model.dispose();
    const files = unzipSync(bytes!);
    expect(Object.keys(files).sort()).toEqual(["config.json", "metadata.json", "model.weights.h5"]);
    const { config } = JSON.parse(strFromU8(files["config.json"]!));
    for (const { module, class_name: name } of config.layers) {
      expect(module).toBe("keras.layers");
      expect(name).not.toMatch(
        /^(Clamp|DepthToSpace|NestedDropout|Sampling|BilinearUpSampling2D)$/,
      );
    }
  });

  it("is none of a net that they cannot say", async () => {
    const net = parseNet("conv 4 3 /2 > code > up 2 bilinear-tfjs > conv 1 3", FASHION_MNIST);
    const { model, bytes } = await saved(net);
    model.dispose();
    expect(bytes).toBeNull();
  });
});
