import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { FASHION_MNIST } from "../../../src/datasets/fashion-mnist";
import { ImportError, importNet, isModelJson } from "../../../src/import";
import { buildNet } from "../../../src/nets/build";
import { PRESETS, presetNet } from "../../../src/nets/presets";
import { hasBottleneck } from "../../../src/nets/spec";
import { netText, parseNet, withUsualNames } from "../../../src/nets/text";

const FOLDER = fileURLToPath(new URL("models/", import.meta.url));
/** As Keras 3.15's `to_json()` wrote it. */
const written = (name: string) => readFileSync(`${FOLDER}${name}.json`, "utf8");
const textOf = (json: unknown) => netText(imported(json).net);
const imported = (json: unknown) =>
  importNet(typeof json === "string" ? json : JSON.stringify(json), FASHION_MNIST);

function problemsOf(json: unknown): string[] {
  try {
    imported(json);
  } catch (error) {
    if (error instanceof ImportError) return error.message.split("\n");
    throw error;
  }
  return [];
}

describe("models of Keras 3", () => {
  it("that draw their codes of means and log-variances, as in tutorials", () => {
    const layer = (class_name: string, name: string, config: object, inbound: string[]) => ({
      class_name,
      name,
      config: { name, ...config },
      inbound_nodes: inbound.length === 0 ? [] : [inbound.map((from) => [from, 0, 0, {}])],
    });
    const units = (count: number, activation = "linear") => ({ units: count, activation });
    const json = {
      class_name: "Functional",
      config: {
        name: "vae",
        layers: [
          layer("InputLayer", "image", { batch_input_shape: [null, 784] }, []),
          layer("Dense", "hidden", units(64, "relu"), ["image"]),
          layer("Dense", "z_mean", units(2), ["hidden"]),
          layer("Dense", "z_log_var", units(2), ["hidden"]),
          layer("Custom>Sampling", "z", {}, ["z_mean", "z_log_var"]),
          layer("Dense", "pixels", units(784, "sigmoid"), ["z"]),
        ],
        input_layers: [["image", 0, 0]],
        output_layers: [["pixels", 0, 0]],
      },
    };
    expect(textOf(json)).toBe(
      "dense 64 relu as encoder_dense_1 > dense 2 as encoder_dense_2 > from encoder_dense_1 > " +
        "dense 2 as encoder_dense_3 > concat encoder_dense_2 . > sample > code > dense 784 sigmoid > shape 28x28x1",
    );
  });

  it("of dense layers, which take images in a row", () => {
    expect(imported(written("keras3-dense"))).toMatchObject({ notes: [] });
    expect(textOf(written("keras3-dense"))).toBe(
      "latent 32 relu > dense 784 sigmoid > shape 28x28x1",
    );
  });

  it("of convolutions in a sequence, with what is otherwise here", () => {
    const { net, notes } = imported(written("keras3-convolutional"));
    expect(netText(net)).toBe(
      "conv 16 3 relu > pool 2 > conv 8 3 > norm momentum 0.9 > leaky-relu 0.2 > pool 2 > code > conv 8 3 relu > up 2 > " +
        "conv-transpose 16 3 relu /2 > conv 1 3 sigmoid",
    );
    expect(notes).toEqual([
      expect.stringMatching(/^conv2d_1 \(Conv2D\): it has a bias here, which starts at 0\.$/),
      "decoder_first (Conv2D): its kernel starts Glorot uniform here, not henormal.",
    ]);
  });

  it("of an encoder and a decoder within one: where they meet is the code", () => {
    const { net } = imported(written("keras3-nested"));
    expect(netText(net)).toBe(
      "rescale 2 -1 > conv 8 3 relu /2 > flatten > dropout 0.25 > latent 10 > dense 784 swish > shape 14x14x4 > " +
        "up 2 > conv 1 3 sigmoid",
    );
  });

  it("with paths round everything", () => {
    const { net } = imported(written("keras3-unet"));
    expect(netText(net)).toBe(
      "conv 4 3 relu as encoder_conv > average-pool 2 as latent > code > conv 8 3 relu > conv 4 1 as decoder_conv_2 > add latent . > " +
        "up 2 as decoder_upsampling > concat encoder_conv . > conv 1 1 sigmoid",
    );
    expect(hasBottleneck(net)).toBe(false);
  });

  it("says all at once what there is no form of, and what to use instead", () => {
    expect(problemsOf(written("keras3-refused"))).toEqual([
      expect.stringMatching(/^random_flip \(RandomFlip\): images are changed by the recipe here/),
      expect.stringMatching(
        /^conv2d_\d+ \(Conv2D\): constraints are not supported: leave out its kernel_constraint\.$/,
      ),
      "memory (LSTM): recurrent layers are not supported: use Dense or Conv2D.",
    ]);
    expect(problemsOf(written("keras3-shared"))).toEqual([
      expect.stringMatching(/\(Dense\): it is used 2 times: give each place a layer of its own/),
    ]);
  });
});

const keras2 = (layers: unknown[], config: object = {}) => ({
  class_name: "Functional",
  config: { name: "model", layers, ...config },
  keras_version: "2.11.0",
  backend: "tensorflow",
});
const layer = (class_name: string, name: string, config: object, from?: string | string[]) => ({
  class_name,
  name,
  config: { name, trainable: true, dtype: "float32", ...config },
  ...(from === undefined
    ? { inbound_nodes: [] }
    : { inbound_nodes: [[from].flat().map((other) => [other, 0, 0, {}])] }),
});
const INPUT = layer("InputLayer", "input_1", {
  batch_input_shape: [null, 28, 28, 1],
  sparse: false,
  ragged: false,
});
const conv = (filters: number, changes: object = {}) => ({
  filters,
  kernel_size: [3, 3],
  strides: [1, 1],
  padding: "same",
  data_format: "channels_last",
  dilation_rate: [1, 1],
  groups: 1,
  activation: "linear",
  use_bias: true,
  kernel_initializer: { class_name: "GlorotUniform", config: { seed: null } },
  bias_initializer: { class_name: "Zeros", config: {} },
  kernel_regularizer: null,
  bias_regularizer: null,
  activity_regularizer: null,
  kernel_constraint: null,
  bias_constraint: null,
  ...changes,
});

describe("models of Keras 2", () => {
  it("as graphs, with their nodes as lists", () => {
    const model = keras2(
      [
        INPUT,
        layer("Conv2D", "first", conv(4, { activation: "relu" }), "input_1"),
        layer(
          "MaxPooling2D",
          "pool",
          { pool_size: [2, 2], padding: "valid", strides: [2, 2], data_format: "channels_last" },
          "first",
        ),
        layer("Conv2D", "second", conv(4), "pool"),
        layer("Add", "sum", {}, ["pool", "second"]),
        layer("LeakyReLU", "leaky", { alpha: 0.3 }, "sum"),
        layer(
          "Conv2DTranspose",
          "last",
          { ...conv(1, { activation: "sigmoid", strides: [2, 2] }), output_padding: null },
          "leaky",
        ),
      ],
      { input_layers: [["input_1", 0, 0]], output_layers: [["last", 0, 0]] },
    );
    expect(textOf(model)).toBe(
      "conv 4 3 relu > pool 2 as latent > code > conv 4 3 as decoder_conv > add latent . > leaky-relu 0.3 > " +
        "conv-transpose 1 3 sigmoid /2",
    );
  });

  it("as sequences: also where the layers are the whole config, as before 2.2.3", () => {
    const layers = [
      {
        class_name: "Flatten",
        config: {
          name: "flatten",
          batch_input_shape: [null, 28, 28],
          dtype: "float32",
          data_format: "channels_last",
        },
      },
      {
        class_name: "Dense",
        config: { name: "code", units: 16, activation: "elu", use_bias: true },
      },
      {
        class_name: "Dense",
        config: { name: "out", units: 784, activation: "sigmoid", use_bias: true },
      },
      { class_name: "Reshape", config: { name: "reshape", target_shape: [28, 28] } },
    ];
    const text = "latent 16 elu > dense 784 sigmoid > shape 28x28x1";
    expect(textOf({ class_name: "Sequential", config: { name: "s", layers } })).toBe(text);
    expect(textOf({ class_name: "Sequential", config: layers, keras_version: "2.1.6" })).toBe(text);
  });

  const penalty = (class_name: string, config: object) => ({ class_name, config });

  it("with layers that are frozen, and L1 and L2 on kernels, biases and outputs", () => {
    // As Keras 2.11 writes 0.0001, a float32.
    const l2 = penalty("L2", { l2: 9.999999747378752e-5 });
    const both = penalty("L1L2", { l1: 0.001, l2: 0.01 });
    const model = keras2(
      [
        INPUT,
        layer(
          "Conv2D",
          "first",
          conv(4, { trainable: false, kernel_regularizer: l2, bias_regularizer: both }),
          "input_1",
        ),
        layer("BatchNormalization", "norm", { trainable: false, beta_regularizer: l2 }, "first"),
        layer("LayerNormalization", "other_norm", { trainable: false }, "norm"),
        layer("Dropout", "drop", { rate: 0.5, trainable: false }, "other_norm"),
        layer("Flatten", "flat", {}, "drop"),
        layer("ActivityRegularization", "flat_small", { l1: 0, l2: 0.5 }, "flat"),
        layer(
          "Dense",
          "code",
          { units: 8, activity_regularizer: penalty("L1", { l1: 1e-5 }) },
          "flat_small",
        ),
        layer("ActivityRegularization", "small", { l1: 1e-5, l2: 0.25 }, "code"),
        layer("Dense", "back", { units: 784 }, "small"),
        layer("Reshape", "image", { target_shape: [28, 28, 1] }, "back"),
        layer("Add", "sum", {}, ["image", "input_1"]),
        layer("ActivityRegularization", "sum_small", { l1: 0.125, l2: 0 }, "sum"),
      ],
      { input_layers: [["input_1", 0, 0]], output_layers: [["sum_small", 0, 0]] },
    );
    const { net, notes } = imported(model);
    const text =
      "conv 4 3 frozen l2 0.0001 bias-l1 0.001 bias-l2 0.01 > norm frozen > layer-norm frozen > dropout 0.5 > " +
      "flatten activity-l2 0.5 > latent 8 activity-l1 0.00002 activity-l2 0.25 > dense 784 > shape 28x28x1 as decoder_reshape > " +
      "add image > rescale 1 activity-l1 0.125";
    expect(netText(net)).toBe(text);
    expect(netText(parseNet(text, FASHION_MNIST))).toBe(text);
    expect(notes).toEqual([
      "norm (BatchNormalization): it is trained without its beta_regularizer.",
    ]);
  });

  it("tells of penalties that there is no form of", () => {
    const first = (kernel_regularizer: object) => ({
      class_name: "Sequential",
      config: [
        {
          class_name: "Conv2D",
          config: {
            ...conv(1, { kernel_regularizer }),
            name: "c",
            batch_input_shape: [null, 28, 28, 1],
          },
        },
        { class_name: "Conv2D", config: { ...conv(1), name: "d" } },
      ],
    });
    expect(imported(first(penalty("OrthogonalRegularizer", { factor: 0.01 }))).notes).toEqual([
      "c (Conv2D): it is trained without its kernel_regularizer, OrthogonalRegularizer: there are L1 and L2.",
    ]);
    expect(problemsOf(first(penalty("L2", { l2: -1 })))).toEqual([
      "c (Conv2D): the l2 of its kernel is no number from 0 on.",
    ]);
  });

  it("tells every problem with its layer, also of settings", () => {
    const model = keras2(
      [
        INPUT,
        layer(
          "Conv2D",
          "a",
          conv(4, { data_format: "channels_first", groups: 2, activation: "softplus" }),
          "input_1",
        ),
        layer("GRU", "b", { units: 3 }, "a"),
        layer("Conv3D", "c", {}, "b"),
        layer("Dense", "d", { units: 784, activation: "linear", use_bias: true, mystery: 3 }, "c"),
        layer("Lambda", "e", {}, "d"),
        layer("MyLayer", "f", {}, "e"),
      ],
      { input_layers: [["input_1", 0, 0]], output_layers: [["f", 0, 0]] },
    );
    const problems = problemsOf(model);
    expect(problems[0]).toContain(
      'a (Conv2D): images have their channels last here: use data_format="channels_last".',
    );
    for (const part of [
      "a (Conv2D): groups are not supported: use groups=1, or DepthwiseConv2D.",
      "b (GRU): recurrent layers are not supported",
      "c (Conv3D): only images of two sides",
      "d (Dense): its mystery is not supported: leave it out.",
      "e (Lambda): a function of one's own is no data",
      "f (MyLayer): there is no such layer here",
    ]) {
      expect(problems.join("\n")).toContain(part);
    }
  });

  it("refuses several inputs and outputs, other images, and other models", () => {
    const two = keras2([INPUT, layer("Flatten", "f", {}, "input_1")], {
      input_layers: [
        ["input_1", 0, 0],
        ["input_2", 0, 0],
      ],
      output_layers: [["f", 0, 0]],
    });
    expect(problemsOf(two)).toEqual([expect.stringContaining("it takes 2 inputs")]);
    const big = {
      class_name: "Sequential",
      config: [
        {
          class_name: "Conv2D",
          config: { name: "c", batch_input_shape: [null, 32, 32, 3], ...conv(3) },
        },
      ],
    };
    expect(problemsOf(big)).toEqual([
      "The model takes 32×32×3, and the images here are 28×28×1: give it an Input of that shape.",
    ]);
    const half = keras2(
      [
        INPUT,
        layer("Flatten", "f", {}, "input_1"),
        layer("Dense", "d", { units: 10, use_bias: true }, "f"),
      ],
      {
        input_layers: [["input_1", 0, 0]],
        output_layers: [["d", 0, 0]],
      },
    );
    expect(problemsOf(half)).toEqual([
      expect.stringMatching(/The model makes 10, and images of 28×28×1 are wanted/),
    ]);
    expect(problemsOf("{")).toEqual([expect.stringContaining("This is not JSON")]);
    expect(problemsOf({ a: 1 })).toEqual([expect.stringContaining("no class_name and config")]);
    expect(problemsOf({ format: "graph-model", modelTopology: {} })).toEqual([
      expect.stringContaining("--output_format=tfjs_layers_model"),
    ]);
  });

  it("is never taken for a net's line", () => {
    expect(isModelJson("  {}")).toBe(true);
    expect(isModelJson("latent 4 > mirror")).toBe(false);
  });
});

describe("models of tfjs", () => {
  beforeAll(() => tf.setBackend("cpu"));

  async function jsonOf(model: tf.LayersModel): Promise<string> {
    let json = "";
    const saved = { dateSaved: new Date(0), modelTopologyType: "JSON" as const };
    await model.save(
      tf.io.withSaveHandler(async ({ modelTopology }) => {
        json = JSON.stringify({ format: "layers-model", modelTopology, weightsManifest: [] });
        return { modelArtifactsInfo: saved };
      }),
    );
    return json;
  }

  it.each(PRESETS)("has %s back from its model.json", async (preset) => {
    const net = presetNet(preset, 12, FASHION_MNIST);
    const model = buildNet(net, 1);
    // That it starts from PCA is no part of a model.
    const text = netText(withUsualNames(net)).replaceAll(/ pca-(en|de)code/g, "");
    expect(textOf(await jsonOf(model))).toBe(text);
    model.dispose();
  });

  it.each([
    "conv 3 4x3 elu /2 > conv-transpose 2 3 swish /2 > pool 3x2 stride 2 valid > average-pool 2 same > code > " +
      "global-average-pool > dense 784 > shape 28x28x1",
    "depthwise 3 relu times 2 > separable 3 3 elu dilate 2 > conv 2 3x2 stride 3x2 valid > permute 2 1 3 > " +
      "conv 3 3 dilate 2x1 > latent 4 > dense 784 > shape 28x28x1",
    "conv 4 3 tanh > layer-norm > relu 4 > up 2x3 bilinear > spatial-dropout 0.1 > conv 4 3 hard-sigmoid > group-norm 2 > prelu > " +
      "pool 4 > gaussian-dropout 0.2 > noise 0.1 > dense 5 gelu > prelu > alpha-dropout 0.1 > latent 4 mish > threshold-relu 0.5 > " +
      "dense 784 hard-sigmoid-tfjs > shape 28x28x1",
    "conv 2 3 selu as a > conv 2 3 softplus as b > multiply a > subtract b . > average a . b > maximum a > minimum b > prelu each > " +
      "up 2 bilinear-tfjs > pool 2 > softmax > conv 1 3 softsign as latent_image > code > conv 1 3 relu6",
    "conv 2 3 relu l2 1e-4 frozen > pool 2 activity-l2 1e-3 > norm frozen > depthwise 3 frozen > group-norm 2 frozen > prelu frozen > " +
      "latent 4 l1 1e-4 bias-l2 1e-3 activity-l1 1e-5 > dense 784 > shape 28x28x1",
    "conv 4 3 > sample > latent 6 relu sample > dense 784 > shape 28x28x1",
    "pad 1 > crop 2 1 0 1 > rescale 0.5 0.1 > norm > dropout 0.1 > relu > conv 2 2 valid > latent 5 sigmoid > nested-dropout 2 > " +
      "dense 784 > shape 14x14x4 > depth-to-space 2 > up 2 > pool 2 > clamp",
  ])("computes the same as %s", async (text) => {
    const model = buildNet(parseNet(text, FASHION_MNIST), 3);
    const { net } = imported(await jsonOf(model));
    expect(netText(net)).toBe(netText(withUsualNames(parseNet(text, FASHION_MNIST))));
    const again = buildNet(net, 5);
    again.setWeights(model.getWeights());
    const images = tf.randomUniform([2, 28, 28, 1], 0, 1, "float32", 7);
    const [ours, theirs] = [again, model].map((each) => each.predict(images) as tf.Tensor);
    expect(Array.from(ours!.dataSync())).toEqual(Array.from(theirs!.dataSync()));
    tf.dispose([images, ours!, theirs!]);
    model.dispose();
    again.dispose();
  });
});
