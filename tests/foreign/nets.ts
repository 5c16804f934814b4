/** Nets as they are exported, beside what this project makes of the same weights. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { nodeWasmPlatform } from "../../src/cli/wasm-platform";
import type { RunConfig } from "../../src/config/config";
import { configFor } from "../../src/config/recipes";
import type { Dataset } from "../../src/datasets/dataset";
import { FASHION_MNIST } from "../../src/datasets/fashion-mnist";
import { splitDataset } from "../../src/datasets/split";
import { ADAM_DEFAULTS } from "../../src/engine/optimizer";
import { KerasOptimizer } from "../../src/engine/tfjs/optimizer";
import { createTfjsTrainer } from "../../src/engine/tfjs/trainer";
import { createWasmAlgebra } from "../../src/engine/wasm/linear-algebra";
import { createWasmTrainer } from "../../src/engine/wasm/trainer";
import { exportFiles } from "../../src/export";
import type { ExportFile } from "../../src/export/files";
import { readGraph } from "../../src/export/graph";
import { kerasFiles } from "../../src/export/keras";
import { type NumpyArray, npzFile } from "../../src/export/npy";
import { onnxFile } from "../../src/export/onnx";
import { pickImages } from "../../src/math/image-set";
import { fitPca } from "../../src/math/pca";
import { dropoutMask, truncationsOf } from "../../src/math/philox";
import { createRng } from "../../src/math/rng";
import { buildNet } from "../../src/nets/build";
import { encoderOf } from "../../src/nets/build/halves";
import { Clamp } from "../../src/nets/build/layers/clamp";
import { DepthToSpace } from "../../src/nets/build/layers/depth-to-space";
import { netOf, PRESETS } from "../../src/nets/presets";
import { drawsItsCode } from "../../src/nets/spec";
import { parseNet } from "../../src/nets/text";
import { trainerOptions } from "../../src/training/trainer";
import { disturb, outputsOf } from "../unit/export/nets";
import { grey28 } from "../unit/image-sets";
import { startedPreset } from "../unit/preset-models";
import { noisyBoxes } from "../unit/training/fixtures";

/**
 * Said to be the real ones: the notebook gets them as Keras hands those out.
 *
 * With noise, no two pixels that a pooling layer chooses between are equal: where they are, rounding
 * decides which of them the gradient goes to.
 */
export const DATASET: Dataset = { ...noisyBoxes(40), spec: FASHION_MNIST };

export interface ForeignNet {
  readonly name: string;
  readonly config: RunConfig;
  build(): Promise<tf.LayersModel>;
  /** Whether Python takes the same step of training, with this project's random numbers. */
  readonly steps: boolean;
}

/** Settings of Adam that no recipe has together. */
const HARD = { latentSize: 6, batchSize: 8, clipNorm: 0.05, weightDecay: 0.1 };

/** Activations, normalisations, merges and noise, and up-sampling between pixels. */
const FUNCTIONS = [
  "conv 8 3 tanh /2 > layer-norm > conv 8 3 gelu /2 > group-norm 4 > prelu > spatial-dropout 0.1",
  "noise 0.1 > flatten > dense 24 selu > alpha-dropout 0.05 > dense 20 mish > gaussian-dropout 0.1",
  "latent 6 softsign > dense 98 relu6 > prelu each > shape 7x7x2 > up 2 bilinear",
  "conv 8 3 hard-sigmoid as a > conv 8 3 softplus as b > multiply a as d > global-average-pool",
  "dense 8 sigmoid > multiply d > conv 8 1 swish as c",
  "subtract b > average a c > maximum b > conv 8 1 elu > minimum a > conv 4 1 softmax",
  "up 2x1 > up 1x2 bilinear > conv 4 3 > relu 2 > conv 4 3 > threshold-relu 0.1",
  "conv 4 3 > hard-sigmoid > conv 1 3 sigmoid",
].join(" > ");

export const NETS: readonly ForeignNet[] = [
  ...PRESETS.map((preset): ForeignNet => {
    const config = configFor(preset, HARD);
    // Codes that are drawn are others there.
    const steps = !drawsItsCode(netOf(config, FASHION_MNIST));
    return { name: preset, config, build: () => started(config), steps };
  }),
  {
    name: "every-layer",
    config: configFor("loom", { ...HARD, loss: { meanSquaredError: 1, meanAbsoluteError: 0.5 } }),
    build: everyLayer,
    steps: true,
  },
  {
    name: "every-window",
    config: configFor("baseline", HARD),
    build: everyWindow,
    steps: false,
  },
  {
    name: "every-function",
    config: configFor("baseline", HARD),
    build: async () => buildNet(parseNet(FUNCTIONS, FASHION_MNIST), 3),
    steps: false,
  },
  {
    name: "every-noise",
    config: configFor("baseline", { ...HARD, loss: { ssimUniform: 1 }, schedule: "constant" }),
    build: everyNoise,
    steps: false,
  },
];

/** Writes a folder of what `run.py` needs of the net; returns the net, for what is compared here. */
export async function writeNet(folder: string, net: ForeignNet): Promise<tf.LayersModel> {
  const { name, config } = net;
  const at = join(folder, name);
  mkdirSync(at, { recursive: true });
  const model = await net.build();
  disturb(model, 7);
  const split = splitDataset(DATASET, config.split, config.seed);
  const files = [
    ...(await kerasFiles({
      graph: await readGraph(model),
      config,
      dataset: DATASET,
      split,
      reconstruct: async (indices) => outputsOf(model, pickImages(DATASET, indices)),
    })),
    ...(await onnxFiles(net, model)),
    arrays("fashion.npz", fashionMnist()),
    arrays("onnx.npz", onnxArrays(net, model, split.test)),
    arrays("step.npz", net.steps ? await stepArrays(net, model, split.train.slice(0, 3)) : {}),
  ];
  for (const { path, bytes } of files) writeFileSync(join(at, path), bytes);
  return model;
}

const arrays = (path: string, named: Record<string, NumpyArray>): ExportFile => ({
  path,
  bytes: npzFile(named),
});

/** Presets have halves too. */
const isPreset = ({ name }: ForeignNet) => PRESETS.some((preset) => preset === name);

async function onnxFiles(net: ForeignNet, model: tf.LayersModel) {
  const { name, config } = net;
  if (!isPreset(net)) {
    const names = { input: "image", output: "reconstruction" };
    return [{ path: "autoencoder.onnx", bytes: onnxFile(await readGraph(model), names, name) }];
  }
  const unused = () => Promise.reject(new Error("ONNX files need no images."));
  return exportFiles("onnx", { model, config, images: unused, predict: unused });
}

function onnxArrays(
  net: ForeignNet,
  model: tf.LayersModel,
  indices: Uint32Array,
): Record<string, NumpyArray> {
  const bytes = pickImages(DATASET, indices);
  const shape = [indices.length, 28, 28, 1];
  const found = {
    images: { shape, values: Float32Array.from(bytes, (byte) => byte / 255) },
    outputs: { shape, values: outputsOf(model, bytes) },
  };
  if (!isPreset(net)) return found;
  const encoder = encoderOf(model);
  const codes = outputsOf(encoder, bytes);
  encoder.dispose();
  return { ...found, codes: { shape: [indices.length, net.config.latentSize], values: codes } };
}

/** One step of ours that learns nothing, and three of Adam's on gradients of sines. */
async function stepArrays(
  net: ForeignNet,
  model: tf.LayersModel,
  indices: Uint32Array,
): Promise<Record<string, NumpyArray>> {
  const { config } = net;
  const before = namedWeights(model).map(({ weight }) => weight.read().clone());
  const options = { ...trainerOptions(config, model), flips: false };
  // Before a norm whose channels hardly vary, tfjs's gradients are off by up to 0.7%: TensorFlow with 64
  // bits a number says so, and agrees with the engine to 1e-6.
  const trainer = isPreset(net)
    ? await createWasmTrainer(model, options, nodeWasmPlatform, 1)
    : await createTfjsTrainer(model, options, "cpu");
  await trainer.setSamples({ count: DATASET.count, inputs: DATASET.images });
  // So little that no weight's bits change: what is compared are gradients, batch norm's averages.
  await trainer.step(indices, 1e-20);
  await trainer.pullWeights();
  const { m } = await trainer.optimizerState();
  trainer.dispose();
  const found: Record<string, NumpyArray> = {
    indices: { shape: [indices.length], values: indices },
    truncations: {
      shape: [indices.length],
      values: truncationsOf(config.seed, 1, indices.length, config.latentSize, evenToOf(model)),
    },
    ...masks(model, config.seed, indices.length),
  };
  let at = 0;
  for (const { key, weight, trainable } of namedWeights(model)) {
    const { shape } = weight;
    found[`after:${key}`] = { shape: shape as number[], values: floats(weight.read()) };
    if (!trainable) continue;
    const size = weight.read().size;
    found[`m:${key}`] = { shape: shape as number[], values: m.slice(at, at + size) };
    at += size;
  }
  model.setWeights(before);
  tf.dispose(before);
  return { ...found, ...adamArrays(model, config) };
}

const floats = (tensor: tf.Tensor) => tensor.dataSync<"float32">().slice();

/** "latent.0" is the first array of the layer latent; in the order of `model.getWeights()`. */
function namedWeights(model: tf.LayersModel) {
  const keys = new Map(
    model.layers.flatMap(({ name, weights }) =>
      weights.map((weight, i) => [weight, `${name}.${i}`] as const),
    ),
  );
  const trainable = new Set(model.trainableWeights);
  // Trainable ones first, in the order of the trainers' gradients.
  return [...model.trainableWeights, ...model.nonTrainableWeights].map((weight) => ({
    key: keys.get(weight)!,
    weight,
    trainable: trainable.has(weight),
  }));
}

const evenToOf = (model: tf.LayersModel): number =>
  Number(
    model.layers.find((each) => each.getClassName() === "NestedDropout")?.getConfig().evenTo ?? 1,
  );

/** The factors of each dropout layer in the first step. */
function masks(model: tf.LayersModel, seed: number, images: number): Record<string, NumpyArray> {
  const dropouts = model.layers.filter((layer) => layer.getClassName() === "Dropout");
  return Object.fromEntries(
    dropouts.map((layer, number) => {
      const shape = (layer.outputShape as number[]).slice(1);
      const size = shape.reduce((product, axis) => product * axis, 1);
      const rate = Number(layer.getConfig().rate);
      const values = dropoutMask(seed, 1, number, images, size, rate);
      return [`mask:${layer.name}`, { shape: [images, ...shape], values }];
    }),
  );
}

/** Three steps on gradients of sines, as run.py takes them. */
function adamArrays(model: tf.LayersModel, config: RunConfig): Record<string, NumpyArray> {
  const { beta2, weightDecay, clipNorm } = config;
  const named = namedWeights(model).filter(({ trainable }) => trainable);
  const variables = named.map(({ weight }) => tf.variable(weight.read()));
  const adam = new KerasOptimizer(variables, { ...ADAM_DEFAULTS, beta2, weightDecay, clipNorm });
  for (const step of [1, 2, 3]) {
    const gradients = Object.fromEntries(
      variables.map((variable) => {
        const values = Float32Array.from({ length: variable.size }, (_, i) => Math.sin(i + step));
        return [variable.name, tf.tensor(values, variable.shape)];
      }),
    );
    adam.apply(gradients, 0.01);
    tf.dispose(gradients);
  }
  const found = Object.fromEntries(
    variables.map((variable, i) => [
      `adam:${named[i]!.key}`,
      { shape: variable.shape, values: floats(variable) },
    ]),
  );
  adam.dispose();
  tf.dispose(variables);
  return found;
}

/** The data set's images as Keras hands them out: shuffled over two parts, other classes between. */
function fashionMnist(): Record<string, NumpyArray> {
  const { images, labels, count } = DATASET;
  const square = (pixels: Uint8Array) => ({ shape: [pixels.length / 784, 28, 28], values: pixels });
  // Class 1 comes first; a bag is in between. Within each class the order stays.
  const order = Uint32Array.from([...labels.keys()].sort((a, b) => labels[b]! - labels[a]!));
  const cut = 30;
  const train = order.slice(0, cut);
  const test = order.slice(cut, count);
  const labelsOf = (indices: Uint32Array) => Uint8Array.from(indices, (index) => labels[index]!);
  const bag = new Uint8Array(784).fill(9);
  return {
    train_x: square(Uint8Array.from([...bag, ...pickImages(grey28(images), train)])),
    train_y: { shape: [cut + 1], values: Uint8Array.from([8, ...labelsOf(train)]) },
    test_x: square(pickImages(grey28(images), test)),
    test_y: { shape: [count - cut], values: labelsOf(test) },
  };
}

/** As a run begins, from PCA where the preset does: its outputs are not all black. */
async function started(config: RunConfig): Promise<tf.LayersModel> {
  const { train } = splitDataset(DATASET, config.split, config.seed);
  const algebra = await createWasmAlgebra(nodeWasmPlatform);
  return startedPreset(config, async () => fitPca(DATASET, train, algebra));
}

const { layers } = tf;
const l2 = () => tf.regularizers.l2({ l2: 0.01 });
const apply = (layer: tf.layers.Layer, ...tensors: tf.SymbolicTensor[]) =>
  layer.apply(tensors.length === 1 ? tensors[0]! : tensors) as tf.SymbolicTensor;
const chain = (from: tf.SymbolicTensor, ...all: tf.layers.Layer[]) =>
  all.reduce((tensor, layer) => apply(layer, tensor), from);

/** Kernels of a seed: tfjs's own initial weights are others each time. */
function drawn(model: tf.LayersModel): tf.LayersModel {
  const rng = createRng(3, "kernels");
  const weights = model.getWeights().map((weight) => {
    if (weight.rank < 2) return weight.clone();
    const reach = Math.sqrt((6 * weight.shape.at(-1)!) / weight.size);
    return tf.tensor(
      Float32Array.from({ length: weight.size }, () => reach * (2 * rng.float() - 1)),
      weight.shape,
    );
  });
  model.setWeights(weights);
  tf.dispose(weights);
  return model;
}

/** All layers that the Keras code and ONNX have a form of, in their less usual settings too. */
async function everyLayer(): Promise<tf.LayersModel> {
  const image = tf.input({ shape: [28, 28, 1], name: "image" });
  const small = chain(
    image,
    layers.conv2d({
      filters: 4,
      kernelSize: [3, 5],
      strides: 2,
      padding: "same",
      useBias: false,
      kernelRegularizer: l2(),
    }),
    layers.batchNormalization({ momentum: 0.7, epsilon: 0.01 }),
    layers.leakyReLU({ alpha: 0.2 }),
  );
  const turned = apply(
    layers.conv2dTranspose({ filters: 4, kernelSize: 3, padding: "same", activation: "elu" }),
    small,
  );
  const sum = apply(layers.add(), small, turned);
  const product = apply(layers.multiply(), sum, turned);
  const averages = apply(
    // With padding, tfjs divides a gradient at the edge by too many pixels.
    layers.averagePooling2d({ poolSize: 2 }),
    product,
  );
  const largest = apply(layers.maxPooling2d({ poolSize: 3, strides: 2, padding: "same" }), product);
  const output = chain(
    apply(layers.concatenate(), averages, largest),
    layers.conv2d({ filters: 5, kernelSize: 3, activation: "tanh" }),
    layers.batchNormalization(),
    layers.reLU(),
    layers.flatten(),
    layers.dense({ name: "latent", units: 6, activation: "swish", kernelRegularizer: l2() }),
    layers.dense({ units: 7 * 7 * 4, activation: "softplus" }),
    tf.layers.rescaling({ scale: 0.5, offset: -0.1 }),
    layers.reshape({ targetShape: [7, 7, 4] }),
    layers.elu(),
    layers.conv2dTranspose({ filters: 8, kernelSize: 2, strides: 2, padding: "same" }),
    layers.upSampling2d({ size: [1, 1] }),
    layers.conv2d({ filters: 4, kernelSize: 1, useBias: false }),
    layers.activation({ activation: "sigmoid" }),
    new DepthToSpace({ blockSize: 2 }),
    new Clamp({}),
  );
  return drawn(tf.model({ name: "every_layer", inputs: image, outputs: output }));
}

/** What moves a window over an image and what changes its sides, with sides that are not the same. */
async function everyWindow(): Promise<tf.LayersModel> {
  const image = tf.input({ shape: [28, 28, 1], name: "image" });
  const edges = (top: number, bottom: number, left: number, right: number) =>
    [
      [top, bottom],
      [left, right],
    ] as [[number, number], [number, number]];
  const maps = chain(
    image,
    layers.conv2d({ filters: 4, kernelSize: 3, strides: [2, 1], padding: "same" }),
    layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, padding: "same" }),
    layers.maxPooling2d({ poolSize: [2, 3], strides: [1, 2], padding: "same" }),
    layers.separableConv2d({ filters: 6, kernelSize: 3, padding: "same", activation: "relu" }),
    layers.permute({ dims: [2, 1, 3] }),
    layers.zeroPadding2d({ padding: edges(1, 2, 0, 1) }),
    layers.cropping2D({ cropping: edges(2, 1, 1, 0) }),
  );
  const means = apply(layers.globalAveragePooling2d({}), maps);
  const largest = apply(layers.globalMaxPooling2d({}), maps);
  const output = chain(
    apply(layers.concatenate(), means, largest),
    layers.dense({ name: "latent", units: 6 }),
    layers.dense({ units: 7 * 7 * 4, activation: "relu" }),
    layers.reshape({ targetShape: [7, 7, 4] }),
    layers.conv2dTranspose({ filters: 4, kernelSize: 3, strides: [1, 2], padding: "same" }),
    layers.conv2dTranspose({ filters: 4, kernelSize: 1, strides: [2, 1], padding: "same" }),
    layers.dense({ units: 5, activation: "elu" }),
    layers.conv2dTranspose({
      filters: 1,
      kernelSize: 3,
      strides: 2,
      padding: "same",
      activation: "sigmoid",
    }),
  );
  return drawn(tf.model({ name: "every_window", inputs: image, outputs: output }));
}

/** Layers that are noise in training and nothing at all outside it, and norms that tfjs cannot train. */
async function everyNoise(): Promise<tf.LayersModel> {
  const image = tf.input({ shape: [28, 28, 1], name: "image" });
  const output = chain(
    image,
    layers.gaussianNoise({ stddev: 0.1 }),
    layers.conv2d({ filters: 4, kernelSize: 3, strides: 4, padding: "same", activation: "relu" }),
    layers.averagePooling2d({ poolSize: 3, strides: 2, padding: "same" }),
    layers.flatten(),
    layers.gaussianDropout({ rate: 0.2 }),
    layers.batchNormalization({ scale: false }),
    layers.dense({ name: "latent", units: 6 }),
    layers.batchNormalization({ center: false }),
    layers.dropout({ rate: 0.1 }),
    layers.dense({ units: 784, activation: "sigmoid" }),
    layers.reshape({ targetShape: [28, 28, 1] }),
  );
  return drawn(tf.model({ name: "every_noise", inputs: image, outputs: output }));
}
