import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { nodeWasmPlatform } from "../../../../src/cli/wasm-platform";
import { createWasmPredictor } from "../../../../src/engine/wasm/predictor";
import { createRng } from "../../../../src/math/rng";
import { decoderOf, encoderOf } from "../../../../src/nets/build/halves";
import { PRESETS, type PresetName } from "../../../../src/nets/presets";
import { presetModel } from "../../preset-models";
import { noisyBoxes } from "../../training/fixtures";
import { keepFirst } from "../keep-first";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const SIZE = 12;
const { images } = noisyBoxes(3);
const inputs = Float32Array.from(images, (byte) => byte / 255);
const batch = () => tf.tensor(inputs, [3, 28, 28, 1]);

/** The preset with weights that leave nothing out, batch norm's averages among them. */
function build(preset: PresetName): tf.LayersModel {
  const model = presetModel({ preset, latentSize: SIZE, seed: 5 });
  const rng = createRng(9, "test weights");
  model.setWeights(
    model.getWeights().map((weight) => {
      const isKernel = weight.shape.length > 1;
      const fan = isKernel ? weight.size / weight.shape.at(-1)! : 25;
      // Small enough that few outputs are clamped; variances must be over 0.
      const drawn = Float32Array.from({ length: weight.size }, () => {
        const sign = isKernel && rng.int(2) === 0 ? -1 : 1;
        return (sign * rng.float()) / Math.sqrt(fan);
      });
      return tf.tensor(drawn, weight.shape);
    }),
  );
  return model;
}

const values = (tensor: tf.Tensor | tf.Tensor[]) => (tensor as tf.Tensor).dataSync<"float32">();

describe.each(PRESETS)("the halves of %s", (preset) => {
  it("make the net, bit for bit, on tfjs", () => {
    const model = build(preset);
    const [encoder, decoder] = [encoderOf(model), decoderOf(model)];
    const codes = encoder.predict(batch()) as tf.Tensor;
    expect(codes.shape).toEqual([3, SIZE]);
    expect(decoder.inputs[0]!.shape).toEqual([null, SIZE]);
    expect(values(decoder.predict(codes))).toEqual(values(model.predict(batch())));
  });

  it("make the net within rounding on WASM, which still compiles it whole", async () => {
    const model = build(preset);
    const expected = values(model.predict(batch()));
    const [encoder, decoder, whole] = await Promise.all(
      [encoderOf(model), decoderOf(model), model].map((net) =>
        createWasmPredictor(net, nodeWasmPlatform),
      ),
    );
    const outputs = decoder!.predict(encoder!.predict(images));
    expect(outputs).toHaveLength(expected.length);
    const furthest = (a: Float32Array) =>
      a.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
    expect(furthest(outputs)).toBeLessThan(2e-6);
    expect(furthest(whole!.predict(inputs))).toBeLessThan(2e-6);
    for (const each of [encoder, decoder, whole]) each!.dispose();
  });
});

describe("the halves", () => {
  it("share the net's weights", () => {
    const model = build("loom");
    const [encoder, decoder] = [encoderOf(model), decoderOf(model)];
    const before = values(decoder.predict(tf.ones([1, SIZE])));
    const ours = new Set(model.weights.map((weight) => weight.originalName));
    const theirs = [...encoder.weights, ...decoder.weights].map((weight) => weight.originalName);
    expect(new Set(theirs)).toEqual(ours);
    model.setWeights(model.getWeights().map((weight) => tf.zerosLike(weight)));
    expect(values(decoder.predict(tf.ones([1, SIZE])))).not.toEqual(before);
  });

  it("can be made more than once, and the net outlives them", () => {
    const model = build("modified");
    const expected = values(model.predict(batch()));
    for (let time = 0; time < 2; time++) {
      const [encoder, decoder] = [encoderOf(model), decoderOf(model)];
      expect(values(decoder.predict(encoder.predict(batch())))).toEqual(expected);
      encoder.dispose();
      decoder.dispose();
    }
    expect(values(model.predict(batch()))).toEqual(expected);
  });

  it("cut a nested net's codes as the whole net does", () => {
    const model = build("nested");
    const codes = encoderOf(model).predict(batch()) as tf.Tensor2D;
    const decoder = decoderOf(model);
    const all = values(decoder.predict(codes));
    keepFirst(model, 4);
    const cut = values(model.predict(batch()));
    expect(values(decoder.predict(codes))).toEqual(cut);
    expect(cut).not.toEqual(all);
    keepFirst(decoder, null);
    expect(values(model.predict(batch()))).toEqual(all);
  });

  it("are refused of a net without a latent vector, or with a way past it", () => {
    const input = tf.input({ shape: [4], name: "image" });
    const plain = tf.layers.dense({ units: 2 }).apply(input) as tf.SymbolicTensor;
    expect(() => encoderOf(tf.model({ inputs: input, outputs: plain }))).toThrow(
      /no layer called latent/,
    );
    const latent = tf.layers.dense({ units: 4, name: "latent" }).apply(input) as tf.SymbolicTensor;
    const past = tf.layers.add().apply([latent, input]) as tf.SymbolicTensor;
    expect(() => decoderOf(tf.model({ inputs: input, outputs: past }))).toThrow(/also takes image/);
  });
});
