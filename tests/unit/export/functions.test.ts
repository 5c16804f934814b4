/** Functions of numbers, as nets have them: in their text, as tfjs's layers, in ONNX, Keras and tfjs. */

import * as tf from "@tensorflow/tfjs";
import * as ort from "onnxruntime-web";
import { beforeAll, describe, expect, test } from "vitest";
import { compile } from "../../../src/engine/compile";
import { readGraph } from "../../../src/export/graph";
import { buildModelCode } from "../../../src/export/keras/net";
import { onnxFile } from "../../../src/export/onnx";
import { createRng } from "../../../src/math/rng";
import { ACTIVATION_NAMES, ACTIVATIONS } from "../../../src/nets/activations";
import { buildNet } from "../../../src/nets/build";
import { summarizeNet } from "../../../src/nets/summary";
import { netText, parseNet } from "../../../src/nets/text";
import { disturb } from "./nets";

beforeAll(async () => {
  await tf.setBackend("cpu");
  ort.env.wasm.numThreads = 1;
});

const IMAGE = { height: 6, width: 5, channels: 2 };

/** An image with that behind its first layer, and behind the code. */
const around = (text: string) =>
  `rescale 8 -4 > conv 4 3 > ${text} > latent 8 > ${text} > dense 60 > shape 6x5x2`;

/** Largest difference between onnxruntime's and tfjs's outputs for random images. */
async function difference(model: tf.LayersModel): Promise<number> {
  const shape = [2, IMAGE.height, IMAGE.width, IMAGE.channels];
  const rng = createRng(5, "inputs");
  const inputs = Float32Array.from({ length: 120 }, () => rng.float());
  const expected = tf.tidy(() => (model.predict(tf.tensor(inputs, shape)) as tf.Tensor).dataSync());
  const graph = await readGraph(model);
  const session = await ort.InferenceSession.create(
    onnxFile(graph, { input: "in", output: "out" }, "a test"),
  );
  const { out } = await session.run({ in: new ort.Tensor("float32", inputs, shape) });
  await session.release();
  const outputs = out!.data as Float32Array;
  return outputs.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
}

/** The text of a net, and Python that its Keras code has. */
const NETS: Readonly<Record<string, readonly [string, string]>> = {
  ...Object.fromEntries(
    ACTIVATION_NAMES.map((name) => {
      const { word } = ACTIVATIONS[name];
      const python: Record<string, string> = {
        hardSigmoid: '"hard_sigmoid"',
        hardSigmoidTfjs: "tfjs_hard_sigmoid",
      };
      const end = name === "linear" ? "" : ` ${word}`;
      const text = `${around(word)} > conv 2 3${end}`;
      return [word, [text, `layers.Activation(${python[name] ?? `"${word}"`}`]];
    }),
  ),
  "ReLU with a maximum": [around("relu 2.5"), "layers.ReLU(max_value=2.5"],
  "leaky ReLU": [around("leaky-relu 0.2"), "layers.LeakyReLU(negative_slope=0.2"],
  "thresholded ReLU": [around("threshold-relu 1.5"), "layers.ReLU(threshold=1.5"],
  ...Object.fromEntries(
    ["multiply", "average", "maximum", "minimum"].map((word) => [
      word,
      [
        `conv 2 3 as a > conv 2 3 as b > conv 2 1 > ${word} a b > latent 8 > dense 60 > shape 6x5x2 > ${word} a`,
        `layers.${word[0]!.toUpperCase()}${word.slice(1)}(`,
      ],
    ]),
  ),
  "layer normalisation": [around("layer-norm"), "layers.LayerNormalization(epsilon=0.001"],
  "group normalisation": [around("group-norm 2"), "layers.GroupNormalization(groups=2"],
  "one group": [around("group-norm 1"), "layers.GroupNormalization(groups=1"],
  "a slope for each channel": [around("prelu"), "layers.PReLU(shared_axes=[1, 2]"],
  "a slope for each number": [around("prelu each"), "layers.PReLU("],
  "Gaussian noise": [around("noise 0.1"), "layers.GaussianNoise(0.1"],
  "Gaussian dropout": [around("gaussian-dropout 0.2"), "layers.GaussianDropout(0.2"],
  "alpha dropout": [around("alpha-dropout 0.2"), "layers.AlphaDropout(0.2"],
  "spatial dropout": [
    "conv 4 3 > spatial-dropout 0.2 > latent 8 > dense 60 > shape 6x5x2",
    "layers.SpatialDropout2D(0.2",
  ],
  "up-sampling that is not square": [
    "conv 2 3 > latent 8 > dense 20 > shape 2x5x2 > up 3x1",
    "layers.UpSampling2D((3, 1)",
  ],
  "bilinear up-sampling": [
    "conv 2 3 > latent 8 > dense 20 > shape 2x5x2 > up 3x1 bilinear",
    'layers.UpSampling2D((3, 1), interpolation="bilinear"',
  ],
  "bilinear up-sampling as in tfjs": [
    "conv 2 3 > latent 8 > dense 20 > shape 2x5x2 > up 3x1 bilinear-tfjs",
    "TfjsUpSampling2D((3, 1)",
  ],
  "a drawn code": [
    "conv 2 3 > latent 4 relu sample > dense 60 > shape 6x5x2",
    'Sampling(name="latent")',
  ],
  "drawn maps, not the code": [
    "conv 6 3 > sample > latent 8 > dense 60 > shape 6x5x2",
    'Sampling(name="encoder_sample")',
  ],
  "drawn maps as the code": ["conv 6 3 > sample > code > conv 2 3", 'Sampling(name="latent")'],
  subtract: [
    "conv 2 3 as a > conv 2 3 > subtract a > latent 8 > dense 60 > shape 6x5x2 > subtract a",
    "layers.Subtract(",
  ],
};

describe.each(Object.entries(NETS))("%s", (_, [text, python]) => {
  test("is read, summarised, built and compiled alike, and written as it was", () => {
    const net = parseNet(text, IMAGE);
    // Layers that are joined get their names.
    if (!text.includes(" as ")) expect(netText(net)).toBe(text);
    expect(parseNet(netText(net), IMAGE)).toEqual(net);
    const model = buildNet(net, 1);
    for (const { name, className, outputShape, parameters } of summarizeNet(net).layers) {
      const layer = model.getLayer(name);
      expect(layer.getClassName()).toBe(className);
      expect((layer.outputShape as number[]).slice(1)).toEqual(outputShape);
      expect(layer.countParams()).toBe(parameters);
    }
    expect(compile(model).parameters.length).toBeGreaterThan(0);
    model.dispose();
  });

  test("is in ONNX what it is in tfjs, and has a form in Keras", async () => {
    const model = buildNet(parseNet(text, IMAGE), 1);
    disturb(model, 11);
    expect(await difference(model)).toBeLessThan(2e-5);
    const code = buildModelCode(await readGraph(model));
    expect(code.replaceAll(/\s+/g, " ").replaceAll("( ", "(")).toContain(python);
    model.dispose();
  });
});

test("what cannot be is refused in words", () => {
  const refusal = (text: string) => {
    try {
      parseNet(text, IMAGE);
    } catch (error) {
      return (error as Error).message;
    }
    throw new Error(`"${text}" is a net.`);
  };
  expect(refusal("conv 6 3 > group-norm 4 > latent 3")).toContain(
    "cannot divide 6 channels into 4 groups",
  );
  expect(refusal("noise -1 > latent 3")).toContain("has a deviation from 0 on");
  expect(refusal("latent 3 > spatial-dropout 0.1")).toContain("takes height × width × channels");
  expect(refusal("up 17 > latent 3")).toContain("has a factor from 1 to 16");
  expect(refusal("relu 0 > latent 3")).toContain("has a maximum over 0, not 0");
  expect(refusal("leaky-relu -1 > latent 3")).toContain("has a slope from 0 on");
  expect(refusal("threshold-relu -1 > latent 3")).toContain("has a threshold from 0 on");
  expect(refusal("relu six > latent 3")).toContain("Wanted a maximum");
  expect(refusal("conv 1 3 as a > pool 2 valid > multiply a")).toContain("cannot multiply");
  expect(refusal("conv 1 3 as a > conv 1 3 as b > conv 1 3 > subtract a b")).toContain(
    "takes two inputs",
  );
});
