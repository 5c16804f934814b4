/** ONNX files, run by onnxruntime: they must give what tfjs gives. */

import * as tf from "@tensorflow/tfjs";
import * as ort from "onnxruntime-web";
import { beforeAll, describe, expect, it } from "vitest";
import { ExportError, readGraph } from "../../../src/export/graph";
import { onnxFile } from "../../../src/export/onnx";
import { createRng } from "../../../src/math/rng";
import { PRESETS } from "../../../src/nets/presets";
import { keepFirst } from "../nets/keep-first";
import { presetModel } from "../preset-models";
import { disturb } from "./nets";

beforeAll(async () => {
  await tf.setBackend("cpu");
  ort.env.wasm.numThreads = 1;
});

const NAMES = { input: "in", output: "out" };

/** Largest difference between onnxruntime's and tfjs's outputs for random inputs. */
async function difference(model: tf.LayersModel, images = 2): Promise<number> {
  const shape = [images, ...(model.inputs[0]!.shape.slice(1) as number[])];
  const rng = createRng(5, "inputs");
  const size = shape.reduce((product, axis) => product * axis, 1);
  const inputs = Float32Array.from({ length: size }, () => rng.float());
  const expected = tf.tidy(() => (model.predict(tf.tensor(inputs, shape)) as tf.Tensor).dataSync());
  const file = onnxFile(await readGraph(model), NAMES, "a test");
  const session = await ort.InferenceSession.create(file);
  const { out } = await session.run({ in: new ort.Tensor("float32", inputs, shape) });
  await session.release();
  expect(out!.dims).toEqual([images, ...model.outputs[0]!.shape.slice(1)]);
  const outputs = out!.data as Float32Array;
  // Most numbers are neither at one end nor at the other, so that they can differ.
  const inner = expected.filter((value) => value !== 0 && value !== 1);
  expect(inner.length).toBeGreaterThan(expected.length / 4);
  return outputs.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
}

describe("onnxFile", () => {
  it.each(PRESETS)("of %s gives tfjs's reconstructions", async (preset) => {
    const model = presetModel({ preset, latentSize: 16, seed: 3 });
    disturb(model, 11);
    expect(await difference(model)).toBeLessThan(1e-5);
    model.dispose();
  });

  it("of a nested net that keeps its first numbers gives them alone", async () => {
    const model = presetModel({ preset: "nested", latentSize: 16, seed: 3 });
    disturb(model, 11);
    keepFirst(model, 5);
    expect(await difference(model)).toBeLessThan(1e-5);
    model.dispose();
  });

  it("writes every layer that it knows as tfjs computes it", async () => {
    const { layers } = tf;
    const image = tf.input({ shape: [9, 10, 3] });
    let x = image as tf.SymbolicTensor;
    for (const layer of [
      layers.conv2d({ filters: 4, kernelSize: [2, 3], strides: 2, padding: "same" }),
      layers.leakyReLU({ alpha: 0.2 }),
      layers.conv2dTranspose({ filters: 5, kernelSize: 3, strides: 2, padding: "same" }),
      layers.batchNormalization({ scale: false }),
      layers.elu(),
      layers.conv2dTranspose({ filters: 6, kernelSize: 3, strides: 2, activation: "swish" }),
      layers.averagePooling2d({ poolSize: 2 }),
      layers.upSampling2d({ size: [1, 2], interpolation: "bilinear" }),
      layers.maxPooling2d({ poolSize: 3, strides: 2, padding: "same" }),
      layers.activation({ activation: "softplus" }),
      layers.gaussianNoise({ stddev: 0.1 }),
    ]) {
      x = layer.apply(x) as tf.SymbolicTensor;
    }
    const twice = layers.multiply().apply([x, layers.reLU().apply(x) as tf.SymbolicTensor]);
    const three = layers.add().apply([x, twice as tf.SymbolicTensor, x]);
    const flat = layers.flatten().apply(three) as tf.SymbolicTensor;
    const dense = layers.dense({ units: 7, activation: "tanh", useBias: false }).apply(flat);
    const scaled = layers.rescaling({ scale: -2, offset: 0.5 }).apply(dense);
    const model = tf.model({ inputs: image, outputs: scaled as tf.SymbolicTensor });
    disturb(model, 11);
    expect(await difference(model)).toBeLessThan(1e-5);
    model.dispose();
  });

  it("names a layer that it cannot write", async () => {
    const model = tf.sequential({
      layers: [tf.layers.masking({ name: "masked", inputShape: [4, 4, 1] })],
    });
    const graph = await readGraph(model);
    expect(() => onnxFile(graph, NAMES, "")).toThrow(ExportError);
    expect(() => onnxFile(graph, NAMES, "")).toThrow("The layer masked (Masking)");
    model.dispose();
  });
});

describe("readGraph", () => {
  it("refuses a layer that is used twice", async () => {
    const input = tf.input({ shape: [3] });
    const dense = tf.layers.dense({ name: "same", units: 3 });
    const output = dense.apply(dense.apply(input)) as tf.SymbolicTensor;
    await expect(readGraph(tf.model({ inputs: input, outputs: output }))).rejects.toThrow(
      "uses the layer same twice",
    );
  });
});
