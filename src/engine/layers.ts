/** Reads one tfjs layer into operations; what cannot be compiled is an error that names it. */

import type { layers as tfLayers } from "@tensorflow/tfjs";
import { LayerReader, type ModelParts } from "./layer-reader";
import {
  type Activation,
  type Operation,
  type Padding,
  type Penalty,
  type Place,
  type SampleShape,
  sizeOf,
} from "./plan";

type Layer = tfLayers.Layer;

/** Of layers with a kernel; its own regulariser is read apart. */
const REGULARIZERS = [
  "biasRegularizer",
  "activityRegularizer",
  "kernelConstraint",
  "biasConstraint",
];

const COMPILED = [
  ...["Conv2D", "Conv2DTranspose", "Dense", "BatchNormalization", "MaxPooling2D", "UpSampling2D"],
  ...["DepthToSpace", "Rescaling", "Activation", "ReLU", "LeakyReLU", "ELU", "Clamp", "Dropout"],
  ...["NestedDropout", "Add", "Concatenate", "Flatten", "Reshape"],
];

/** Zeros that `same` adds on each side, as TensorFlow: the odd one goes to the end. */
function samePadding(
  size: number,
  output: number,
  kernel: number,
  stride: number,
): [number, number] {
  const total = Math.max(0, (output - 1) * stride + kernel - size);
  const before = Math.floor(total / 2);
  return [before, total - before];
}

/** What Conv2D and Conv2DTranspose have in common; `from` and `to` are Conv2D's input and output. */
function readWindow(reader: LayerReader, from: SampleShape, to: SampleShape) {
  reader.plain(...REGULARIZERS);
  reader.oneOf("dataFormat", ["channelsLast"]);
  const stride = reader.square("strides");
  if (stride !== 1 && stride !== 2) reader.fail("strides 1 and 2 are supported");
  const kernelSize = reader.pair("kernelSize");
  if (kernelSize.some((size) => size < stride || size > 7)) {
    reader.fail("kernels of 1×1 to 7×7, no smaller than their stride, are supported");
  }
  let padding: Padding = { top: 0, left: 0, bottom: 0, right: 0 };
  if (reader.oneOf("padding", ["valid", "same"]) === "same") {
    const [top, bottom] = samePadding(from.height, to.height, kernelSize[0], stride);
    const [left, right] = samePadding(from.width, to.width, kernelSize[1], stride);
    padding = { top, left, bottom, right };
  }
  return { kernelSize, stride, padding, activation: reader.activation() };
}

function readConv(reader: LayerReader, place: Place, parts: ModelParts): Operation {
  if (reader.square("dilationRate") !== 1) reader.fail("dilation is not supported");
  const kernel = reader.parameter(0, parts);
  const bias = reader.bias(parts);
  const window = readWindow(reader, place.input, place.output);
  return { ...place, ...window, kind: "conv", kernel, bias, upsample: 1 };
}

function readConvTranspose(reader: LayerReader, place: Place, parts: ModelParts): Operation {
  const kernel = reader.parameter(0, parts);
  const bias = reader.bias(parts);
  const window = readWindow(reader, place.output, place.input);
  return { ...place, ...window, kind: "convTranspose", kernel, bias };
}

function readMaxPool(reader: LayerReader, place: Place): Operation {
  const { input } = place;
  reader.oneOf("dataFormat", ["channelsLast"]);
  const size = reader.square("poolSize");
  if (reader.square("strides") !== size) reader.fail("strides must equal the pool size");
  if (size > 15) reader.fail("pool sizes up to 15 are supported");
  const padded = input.height % size !== 0 || input.width % size !== 0;
  if (padded && reader.oneOf("padding", ["valid", "same"]) === "same") {
    reader.fail("padded windows are not supported");
  }
  return { ...place, kind: "maxPool", size, activation: "linear" };
}

const NORM_SETTINGS = ["betaRegularizer", "gammaRegularizer", "betaConstraint", "gammaConstraint"];

function readBatchNorm(reader: LayerReader, place: Place, parts: ModelParts): Operation {
  reader.plain(...NORM_SETTINGS);
  reader.lastAxis(place.output);
  const gamma = reader.isOn("scale") ? reader.parameter(0, parts) : null;
  const beta = reader.isOn("center") ? reader.parameter(gamma ? 1 : 0, parts) : null;
  return {
    ...place,
    kind: "batchNorm",
    gamma,
    beta,
    mean: reader.statistic(0, parts),
    variance: reader.statistic(1, parts),
    momentum: reader.number("momentum"),
    epsilon: reader.number("epsilon"),
    activation: "linear",
  };
}

/** An activation in a layer of its own. */
function readActivation(reader: LayerReader, className: string): Activation {
  switch (className) {
    case "ReLU":
      reader.plain("maxValue");
      return "relu";
    case "LeakyReLU": {
      const leakyRelu = reader.number("alpha");
      // Its gradient is taken from the sign of its output.
      if (leakyRelu < 0) reader.fail("alpha must not be negative");
      return { leakyRelu };
    }
    case "ELU":
      if (reader.number("alpha") !== 1) reader.fail("alpha must be 1");
      return "elu";
    case "Clamp":
      return "clamp";
    default:
      return reader.activation();
  }
}

function readDepthToSpace(reader: LayerReader, place: Place): Operation {
  const { input, output } = place;
  const block = reader.number("blockSize");
  const fits =
    output.height === input.height * block &&
    output.width === input.width * block &&
    output.channels * block * block === input.channels;
  if (!fits) reader.fail("its sizes do not agree");
  return { ...place, kind: "depthToSpace", block };
}

function readDropout(reader: LayerReader, place: Place, parts: ModelParts): Operation {
  const rate = reader.number("rate");
  if (!(rate >= 0 && rate < 1)) reader.fail("its rate must be at least 0 and below 1");
  if (reader.has("noiseShape")) reader.fail("noiseShape is not supported");
  return { ...place, kind: "dropout", rate, number: parts.dropouts.indexOf(place.layer) };
}

function readNestedDropout(reader: LayerReader, place: Place): Operation {
  if (place.input.height * place.input.width > 1) reader.fail("flatten its input first");
  const kept = reader.has("kept") ? reader.number("kept") : null;
  return { ...place, kind: "nestedDropout", kept, evenTo: reader.number("evenTo") };
}

function isSame(a: SampleShape, b: SampleShape): boolean {
  return a.height === b.height && a.width === b.width && a.channels === b.channels;
}

/**
 * The operation of one layer, with shapes of all its inputs. Throws an UnsupportedLayerError.
 */
export function readLayer(
  layer: Layer,
  place: Place,
  shapes: readonly SampleShape[],
  parts: ModelParts,
): Operation {
  const reader = new LayerReader(layer);
  const { input, output } = place;
  const className = layer.getClassName();
  switch (className) {
    case "Conv2D":
      return readConv(reader, place, parts);
    case "Conv2DTranspose":
      return readConvTranspose(reader, place, parts);
    case "Dense": {
      reader.plain(...REGULARIZERS);
      if (input.height * input.width > 1) reader.fail("flatten its input first");
      const kernel = reader.parameter(0, parts);
      const bias = reader.bias(parts);
      return { ...place, kind: "dense", kernel, bias, activation: reader.activation() };
    }
    case "BatchNormalization":
      return readBatchNorm(reader, place, parts);
    case "MaxPooling2D":
      return readMaxPool(reader, place);
    case "UpSampling2D":
      reader.oneOf("dataFormat", ["channelsLast"]);
      reader.oneOf("interpolation", ["nearest"]);
      return { ...place, kind: "upsample", factor: reader.square("size") };
    case "DepthToSpace":
      return readDepthToSpace(reader, place);
    case "Activation":
    case "ReLU":
    case "LeakyReLU":
    case "ELU":
    case "Clamp":
      return { ...place, kind: "activation", activation: readActivation(reader, className) };
    case "Dropout":
      return readDropout(reader, place, parts);
    case "NestedDropout":
      return readNestedDropout(reader, place);
    case "Rescaling": {
      const [scale, offset] = [reader.number("scale"), reader.number("offset")];
      return { ...place, kind: "rescale", scale, offset };
    }
    case "Add":
      if (!shapes.every((shape) => isSame(shape, output))) {
        reader.fail("its inputs must have the same shape");
      }
      return { ...place, kind: "add", activation: "linear" };
    case "Concatenate":
      reader.lastAxis(output);
      return { ...place, kind: "concat", parts: shapes.map((shape) => shape.channels) };
    case "Flatten":
    case "Reshape":
      if (sizeOf(input) !== sizeOf(output)) reader.fail("its sizes do not agree");
      return { ...place, kind: "reshape" };
    default:
      return reader.fail(`compiled layers are ${COMPILED.join(", ")}`);
  }
}

/** The L2 regularisation of a layer's kernel, if it has one. Throws an UnsupportedLayerError. */
export function readPenalties(layer: Layer, parts: ModelParts): Penalty[] {
  const reader = new LayerReader(layer);
  const rate = reader.penalty("kernelRegularizer");
  return rate === 0 ? [] : [{ parameter: reader.parameter(0, parts), rate }];
}
