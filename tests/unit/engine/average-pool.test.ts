/**
 * Average pooling on every device and in both exporters.
 *
 * Gradients are held to differences of losses: the loss of a net without activations is a square in
 * every single weight, so that (L(w + h) − L(w − h)) / 2h is its slope exactly, however large h is.
 */

import * as tf from "@tensorflow/tfjs";
import * as ort from "onnxruntime-web";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { compile } from "../../../src/engine/compile";
import type { Trainer } from "../../../src/engine/device";
import { writeModelWeights } from "../../../src/engine/weights";
import { readGraph } from "../../../src/export/graph";
import { buildModelCode } from "../../../src/export/keras/net";
import { onnxFile } from "../../../src/export/onnx";
import { buildNet } from "../../../src/nets/build";
import { summarizeNet } from "../../../src/nets/summary";
import { netText, parseNet } from "../../../src/nets/text";
import { chain, gradients, type Net, relativeError } from "./nets";
import { Trainers } from "./pair";
import { GpuPairs, sharedGpu } from "./webgpu/gpu";

const { averagePooling2d, conv2d, depthwiseConv2d } = tf.layers;

/** Windows that fill the image, that leave a rest, that overlap, that are cut off, with gaps between. */
const WINDOWS: Record<string, Parameters<typeof averagePooling2d>[0]> = {
  "2 × 2": { poolSize: 2 },
  "3 × 2, of which a rest is dropped": { poolSize: [3, 2] },
  "3 × 3 that overlap and are cut off": { poolSize: 3, strides: 2, padding: "same" },
  "4 × 3, one beside the other, cut off": { poolSize: [4, 3], padding: "same" },
  "2 × 2 with gaps between": { poolSize: 2, strides: 3 },
};

const netOf =
  (
    windows: Parameters<typeof averagePooling2d>[0],
    filters: number,
    end: () => tf.layers.Layer = () => conv2d({ filters: 2, kernelSize: 1 }),
  ): Net =>
  () =>
    chain(
      [6, 7, 2],
      conv2d({ filters, kernelSize: 3, padding: "same" }),
      averagePooling2d(windows),
      end(),
    );

const BATCH = Uint32Array.of(4, 0, 3, 1, 2);
const H = 0.5;

/** The gradient of the first kernel by differences of the device's own losses. */
async function differences(trainer: Trainer): Promise<Float32Array> {
  const { model } = trainer;
  const weights = model.trainableWeights.map((variable) => variable.read().dataSync<"float32">());
  const kernel = Float32Array.from(weights[0]!);
  const at = async (index: number, value: number) => {
    const moved = kernel.with(index, value);
    writeModelWeights(model, [moved, ...weights.slice(1).map((each) => Float32Array.from(each))]);
    await trainer.pushWeights();
    return trainer.evaluate(BATCH);
  };
  const slopes = new Float32Array(kernel.length);
  for (const [index, value] of kernel.entries()) {
    slopes[index] = ((await at(index, value + H)) - (await at(index, value - H))) / (2 * H);
  }
  await at(0, kernel[0]!);
  return slopes;
}

const trainers = new Trainers();
let pairs: GpuPairs;
beforeAll(async () => {
  await tf.setBackend("cpu");
  ort.env.wasm.numThreads = 1;
  pairs = new GpuPairs(await sharedGpu());
}, 60_000);
afterEach(() => trainers.dispose());
afterAll(() => pairs.dispose());

const START: Record<string, (net: Net) => Promise<Trainer>> = {
  WASM: (net) => trainers.ours(net),
  tfjs: (net) => trainers.theirs(net),
  WebGPU: (net) => pairs.gpu(net),
};

// Channels one by one, and in vectors of four with one more.
describe.each([3, 5])("of %d channels", (filters) => {
  test.each(Object.entries(WINDOWS))(
    "windows of %s have right gradients",
    async (_, windows) => {
      for (const [device, start] of Object.entries(START)) {
        const onGpu = device === "WebGPU";
        // The software GPU is slow: the numbers of channels that it treats otherwise are below. A
        // convolution at the end would be three kernels of 0.3 s for each size.
        if (onGpu && filters !== 3) continue;
        const end = onGpu ? () => depthwiseConv2d({ kernelSize: 1 }) : undefined;
        const trainer = await start(netOf(windows, filters, end));
        const expected = await differences(trainer);
        const [kernel] = await gradients(trainer, BATCH);
        expect(relativeError(kernel!, expected), device).toBeLessThan(1e-4);
      }
    },
    120_000,
  );
});

test("four channels at a time on the GPU are as on the CPU", async () => {
  const net = netOf(WINDOWS["3 × 3 that overlap and are cut off"]!, 8);
  const [ours, theirs] = await pairs.both(net, { loss: { meanSquaredError: 1 } });
  const expected = await gradients(theirs, BATCH);
  for (const [index, array] of (await gradients(ours, BATCH)).entries()) {
    expect(relativeError(array, expected[index]!)).toBeLessThan(1e-5);
  }
}, 120_000);

test("outputs are tfjs's, whatever the windows", async () => {
  for (const windows of Object.values(WINDOWS)) {
    const net = netOf(windows, 5);
    const expected = await (await trainers.theirs(net)).predict(BATCH);
    expect(relativeError(await (await trainers.ours(net)).predict(BATCH), expected)).toBeLessThan(
      1e-6,
    );
  }
});

test("other settings are refused", () => {
  const odd = averagePooling2d({ dataFormat: "channelsFirst", name: "odd" });
  const model = chain([6, 6, 2], odd);
  expect(() => compile(model)).toThrow('"odd" (AveragePooling2D)');
});

test("a net's text has it, as what the summary and the model say of it", () => {
  const shape = { height: 8, width: 9, channels: 1 };
  const text = "conv 4 3 relu > average-pool 2 valid > flatten > latent 3 > dense 72 > shape 8x9x1";
  const net = parseNet(text, shape);
  expect(net.layers[1]).toMatchObject({ kind: "averagePool", size: [2, 2], padding: "valid" });
  expect(parseNet(netText(net), shape)).toEqual(net);
  expect(() => parseNet(text.replace(" valid", ""), shape)).toThrow("do not fill 8×9");
  const model = buildNet(net, 1);
  const layer = model.layers[2]!;
  expect(layer.getClassName()).toBe("AveragePooling2D");
  expect(layer.outputShape).toEqual([null, 4, 4, 4]);
  const summary = summarizeNet(net).layers.find(({ name }) => name === layer.name);
  expect(summary).toMatchObject({ className: "AveragePooling2D", outputShape: [4, 4, 4] });
  model.dispose();
});

test("Keras code and ONNX have it", async () => {
  const model = netOf({ poolSize: 3, strides: 2, padding: "same" }, 4)();
  const net = await readGraph(model);
  expect(buildModelCode(net)).toContain("layers.AveragePooling2D(");
  const inputs = Float32Array.from({ length: 6 * 7 * 2 }, (_, i) => Math.sin(i));
  const expected = tf.tidy(() => {
    const outputs = model.predict(tf.tensor(inputs, [1, 6, 7, 2])) as tf.Tensor;
    return outputs.dataSync<"float32">();
  });
  const file = onnxFile(net, { input: "in", output: "out" }, "a test");
  const session = await ort.InferenceSession.create(file);
  const { out } = await session.run({ in: new ort.Tensor("float32", inputs, [1, 6, 7, 2]) });
  expect(relativeError(out!.data as Float32Array, Float32Array.from(expected))).toBeLessThan(1e-6);
});
