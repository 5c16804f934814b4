/** Reads one tfjs layer into an operation: all of its settings, each as layer-reader.ts demands. */

import type { layers as tfLayers } from "@tensorflow/tfjs";
import { LayerReader, type ModelParts } from "./layer-reader";
import {
  type Activation,
  type LayerProblem,
  type Operation,
  type Padding,
  type Penalty,
  type Place,
  type SampleShape,
  sizeOf,
} from "./plan";

type Layer = tfLayers.Layer;

/** @param shapes of all its inputs */
type Read = (reader: LayerReader, place: Place, shapes: readonly SampleShape[]) => Operation;

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

/** What layers with a kernel have in common. */
function readWeights(reader: LayerReader) {
  reader.forbid("activityRegularizer");
  return { kernel: reader.kernel(), bias: reader.bias(), activation: reader.activation() };
}

/** What Conv2D and Conv2DTranspose have in common; `from` and `to` are Conv2D's input and output. */
function readWindow(reader: LayerReader, from: SampleShape, to: SampleShape) {
  reader.oneOf("dataFormat", ["channelsLast"]);
  // Its kernel's last axis or, transposed, its output's channels.
  reader.ignore("filters");
  const stride = reader.square("strides");
  if (stride !== 1 && stride !== 2) reader.problem("strides 1 and 2 are supported");
  const kernelSize = reader.pair("kernelSize");
  if (kernelSize.some((size) => size < stride || size > 7)) {
    reader.problem("kernels of 1×1 to 7×7, no smaller than their stride, are supported");
  }
  let padding: Padding = { top: 0, left: 0, bottom: 0, right: 0 };
  if (reader.oneOf("padding", ["valid", "same"]) === "same") {
    const [top, bottom] = samePadding(from.height, to.height, kernelSize[0], stride);
    const [left, right] = samePadding(from.width, to.width, kernelSize[1], stride);
    padding = { top, left, bottom, right };
  }
  return { kernelSize, stride, padding, ...readWeights(reader) };
}

const readConv: Read = (reader, place) => {
  if (reader.pair("dilationRate").some((rate) => rate !== 1)) {
    reader.problem("dilation is not supported");
  }
  const window = readWindow(reader, place.input, place.output);
  return { ...place, ...window, kind: "conv", upsample: 1 };
};

const readConvTranspose: Read = (reader, place) => {
  const window = readWindow(reader, place.output, place.input);
  return { ...place, ...window, kind: "convTranspose" };
};

const readDense: Read = (reader, place) => {
  // As many as its kernel has columns.
  reader.ignore("units");
  reader.fits(place.input.height * place.input.width === 1, "flatten its input first");
  return { ...place, ...readWeights(reader), kind: "dense" };
};

const readMaxPool: Read = (reader, place) => {
  const { height, width } = place.input;
  reader.oneOf("dataFormat", ["channelsLast"]);
  const size = reader.square("poolSize");
  if (reader.square("strides") !== size) reader.problem("strides must equal the pool size");
  if (size > 15) reader.problem("pool sizes up to 15 are supported");
  if (reader.oneOf("padding", ["valid", "same"]) === "same") {
    const isWhole = height % size === 0 && width % size === 0;
    reader.fits(isWhole, "padded windows are not supported");
  }
  return { ...place, kind: "maxPool", size, activation: "linear" };
};

const readUpsample: Read = (reader, place) => {
  reader.oneOf("dataFormat", ["channelsLast"]);
  reader.oneOf("interpolation", ["nearest"]);
  return { ...place, kind: "upsample", factor: reader.square("size") };
};

const readBatchNorm: Read = (reader, place) => {
  reader.lastAxis("axis");
  reader.forbid("betaRegularizer", "gammaRegularizer", "betaConstraint", "gammaConstraint");
  reader.ignore("betaInitializer", "gammaInitializer");
  reader.ignore("movingMeanInitializer", "movingVarianceInitializer");
  const gamma = reader.isOn("scale") ? reader.parameter(0) : null;
  const beta = reader.isOn("center") ? reader.parameter(gamma ? 1 : 0) : null;
  return {
    ...place,
    kind: "batchNorm",
    gamma,
    beta,
    mean: reader.statistic(0),
    variance: reader.statistic(1),
    momentum: reader.number("momentum"),
    epsilon: reader.number("epsilon"),
    activation: "linear",
  };
};

const readDepthToSpace: Read = (reader, place) => {
  const { input, output } = place;
  const block = reader.number("blockSize");
  const fits =
    output.height === input.height * block &&
    output.width === input.width * block &&
    output.channels * block * block === input.channels;
  reader.fits(fits, "its sizes do not agree");
  return { ...place, kind: "depthToSpace", block };
};

/** An activation in a layer of its own. */
function activationLayer(read: (reader: LayerReader) => Activation): Read {
  return (reader, place) => ({ ...place, kind: "activation", activation: read(reader) });
}

const readRelu = activationLayer((reader) => {
  reader.forbid("maxValue");
  return "relu";
});

const readLeakyRelu = activationLayer((reader) => {
  const leakyRelu = reader.number("alpha");
  // Its gradient is taken from the sign of its output.
  if (leakyRelu < 0) reader.problem("alpha must not be negative");
  return { leakyRelu };
});

const readElu = activationLayer((reader) => {
  if (reader.number("alpha") !== 1) reader.problem("alpha must be 1");
  return "elu";
});

const readDropout: Read = (reader, place) => {
  const rate = reader.number("rate");
  if (!(rate >= 0 && rate < 1)) reader.problem("its rate must be at least 0 and below 1");
  reader.forbid("noiseShape");
  // Masks are drawn from the trainer's seed: with the layer's own, tfjs repeats one for ever.
  reader.ignore("seed");
  return { ...place, kind: "dropout", rate, number: reader.dropoutNumber() };
};

const readNestedDropout: Read = (reader, place) => {
  reader.fits(place.input.height * place.input.width === 1, "flatten its input first");
  const kept = reader.optionalNumber("kept");
  return { ...place, kind: "nestedDropout", kept, evenTo: reader.number("evenTo") };
};

const readRescaling: Read = (reader, place) => {
  const [scale, offset] = [reader.number("scale"), reader.number("offset")];
  return { ...place, kind: "rescale", scale, offset };
};

const readAdd: Read = (reader, place, shapes) => {
  const same = shapes.every((shape) => isSame(shape, place.output));
  reader.fits(same, "its inputs must have the same shape");
  return { ...place, kind: "add", activation: "linear" };
};

const readConcatenate: Read = (reader, place, shapes) => {
  reader.lastAxis("axis");
  return { ...place, kind: "concat", parts: shapes.map((shape) => shape.channels) };
};

/** The same numbers in the same order. */
const readReshape: Read = (reader, place) => {
  // That of its output.
  reader.ignore("targetShape");
  reader.fits(sizeOf(place.input) === sizeOf(place.output), "its sizes do not agree");
  return { ...place, kind: "reshape" };
};

const readFlatten: Read = (reader, place, shapes) => {
  // Otherwise it transposes the image first.
  reader.oneOf("dataFormat", ["channelsLast"], "channelsLast");
  return readReshape(reader, place, shapes);
};

function isSame(a: SampleShape, b: SampleShape): boolean {
  return a.height === b.height && a.width === b.width && a.channels === b.channels;
}

/** By tfjs's name of the layer's class. */
const READERS: Readonly<Record<string, Read>> = {
  Conv2D: readConv,
  Conv2DTranspose: readConvTranspose,
  Dense: readDense,
  BatchNormalization: readBatchNorm,
  MaxPooling2D: readMaxPool,
  UpSampling2D: readUpsample,
  DepthToSpace: readDepthToSpace,
  Rescaling: readRescaling,
  Activation: activationLayer((reader) => reader.activation()),
  ReLU: readRelu,
  LeakyReLU: readLeakyRelu,
  ELU: readElu,
  Clamp: activationLayer(() => "clamp"),
  Dropout: readDropout,
  NestedDropout: readNestedDropout,
  Add: readAdd,
  Concatenate: readConcatenate,
  Flatten: readFlatten,
  Reshape: readReshape,
};

/** The classes of layers that can be compiled. */
export const COMPILED = Object.keys(READERS);

export interface LayerReading {
  /** Of no use where there are problems. */
  readonly operation: Operation | null;
  readonly penalties: readonly Penalty[];
  readonly problems: readonly LayerProblem[];
}

/**
 * What a layer computes, its L2 regularisation, and why it cannot be compiled.
 *
 * @param shapes of all its inputs
 * @param axes as of LayerReader
 */
export function readLayer(
  layer: Layer,
  place: Place,
  shapes: readonly SampleShape[],
  axes: number | null,
  parts: ModelParts,
): LayerReading {
  const className = layer.getClassName();
  const read = READERS[className];
  if (!read) {
    const why =
      "layers" in layer
        ? "it is a model within the model: put its layers in its place"
        : `compiled layers are ${COMPILED.join(", ")}`;
    return { operation: null, penalties: [], problems: [{ layer: layer.name, className, why }] };
  }
  const reader = new LayerReader(layer, parts, axes);
  const operation = read(reader, place, shapes);
  return { operation, penalties: reader.penalties, problems: reader.finish() };
}
