import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { nodeWasmPlatform } from "../../../src/cli/wasm-platform";
import { createWasmPredictor } from "../../../src/engine/wasm/predictor";
import { keepFirst } from "../nets/keep-first";
import { presetModel } from "../preset-models";
import { NETS } from "./layer-nets";
import { chain, randomise, relativeError, samplesFor, wasm } from "./nets";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

describe("createWasmPredictor", () => {
  it.each(Object.keys(NETS))("has tfjs's outputs: %s", async (name) => {
    const model = randomise(NETS[name]!(), 3);
    const { inputs } = samplesFor(model, 5, 11);
    const shape = [5, ...(model.inputs[0]!.shape.slice(1) as number[])];
    const expected = (model.predict(tf.tensor(inputs, shape)) as tf.Tensor).dataSync<"float32">();
    // Three at a time: the last pass is not full.
    const predictor = await createWasmPredictor(model, nodeWasmPlatform, { batchSize: 3 });
    expect(relativeError(predictor.predict(inputs), expected)).toBeLessThan(1e-5);
    predictor.dispose();
  });

  it("has a trainer's bits, on any number of threads, in less than half of its memory", async () => {
    const model = randomise(presetModel({ preset: "loom", latentSize: 16, seed: 1 }), 3);
    const { inputs, count } = samplesFor(model, 6, 11);
    const trainer = await wasm(model, { meanSquaredError: 1 }, 64);
    await trainer.setSamples({ inputs, count });
    const expected = await trainer.predict(Uint32Array.from({ length: count }, (_, i) => i));
    for (const threads of [1, 2]) {
      const predictor = await createWasmPredictor(model, nodeWasmPlatform, { threads });
      expect(predictor.predict(inputs)).toEqual(expected);
      expect(predictor.memoryBytes()).toBeLessThan(trainer.memoryBytes() / 2);
      predictor.dispose();
    }
    trainer.dispose();
  });

  it("keeps images apart that pass through batch norm one after the other", async () => {
    const { batchNormalization, dense, flatten, rescaling, reshape, upSampling2d } = tf.layers;
    // In training a batch meets at each norm, so that what comes behind might take the place of what
    // comes before; here one image is behind both while the next is before them.
    const model = randomise(
      chain(
        [4],
        dense({ units: 18 }),
        reshape({ targetShape: [3, 3, 2] }),
        rescaling({ scale: 2 }),
        batchNormalization(),
        upSampling2d({ size: [2, 2] }),
        batchNormalization(),
        flatten(),
        dense({ units: 3 }),
      ),
      3,
    );
    const { inputs } = samplesFor(model, 8, 11);
    const expected = (model.predict(tf.tensor(inputs, [8, 4])) as tf.Tensor).dataSync<"float32">();
    const predictor = await createWasmPredictor(model, nodeWasmPlatform, { batchSize: 8 });
    expect(relativeError(predictor.predict(inputs), expected)).toBeLessThan(1e-5);
    predictor.dispose();
  });

  it("scales bytes, and keeps its weights when the model's change", async () => {
    const model = randomise(chain([4], tf.layers.dense({ units: 3 })), 3);
    const predictor = await createWasmPredictor(model, nodeWasmPlatform);
    const bytes = Uint8Array.of(0, 51, 255, 102);
    const expected = predictor.predict(Float32Array.from(bytes, (byte) => byte / 255));
    model.setWeights(model.getWeights().map((weight) => tf.zerosLike(weight)));
    expect(predictor.predict(bytes)).toEqual(expected);
    expect(predictor.predict(new Uint8Array(0))).toEqual(new Float32Array(0));
    expect(() => predictor.predict(new Uint8Array(6))).toThrow(/4 numbers each/);
    predictor.dispose();
  });

  it("keeps as much of a nested net's codes as the net does", async () => {
    const model = randomise(presetModel({ preset: "nested", latentSize: 8, seed: 1 }), 3);
    const { inputs } = samplesFor(model, 2, 11);
    const whole = await createWasmPredictor(model, nodeWasmPlatform);
    keepFirst(model, 3);
    const expected = model.predict(tf.tensor(inputs, [2, 28, 28, 1])) as tf.Tensor;
    const cut = await createWasmPredictor(model, nodeWasmPlatform);
    expect(relativeError(cut.predict(inputs), expected.dataSync<"float32">())).toBeLessThan(1e-5);
    expect(relativeError(whole.predict(inputs), expected.dataSync<"float32">())).toBeGreaterThan(
      1e-3,
    );
    whole.setKept(3);
    expect(whole.predict(inputs)).toEqual(cut.predict(inputs));
    expect(() => whole.setKept(-1)).toThrow(/whole number/);
    for (const each of [whole, cut]) each.dispose();
  });

  it("takes a layer that the model uses twice, models within the model, and frozen ones", async () => {
    const twice = tf.layers.dense({ units: 4, activation: "sigmoid" });
    const inner = chain([4], tf.layers.dense({ units: 3 }), tf.layers.batchNormalization());
    inner.trainable = false;
    const model = randomise(chain([4], twice, twice, inner, tf.layers.dense({ units: 2 })), 5);
    const { inputs } = samplesFor(model, 3, 11);
    const expected = model.predict(tf.tensor(inputs, [3, 4])) as tf.Tensor;
    const predictor = await createWasmPredictor(model, nodeWasmPlatform);
    expect(relativeError(predictor.predict(inputs), expected.dataSync<"float32">())).toBeLessThan(
      1e-6,
    );
    predictor.dispose();
  });
});
