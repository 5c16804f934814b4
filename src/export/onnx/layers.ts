/**
 * Each layer as ONNX operators.
 *
 * ONNX's images have their channels first. Inside a graph every image is [n, c, h, w]; vectors and
 * the graph's own input and output stay as the net has them, channels last.
 */

import { type NetLayer, refuse } from "../graph";
import {
  activationOf,
  checkLastAxis,
  edgesOf,
  isOn,
  keptOf,
  numberOf,
  numbersOf,
  oneOf,
  optionalNumberOf,
  pairOf,
  weightOf,
} from "../settings";
import { activated, writeActivation, writeCapped } from "./activation";
import type { OnnxBuilder } from "./builder";
import {
  biasOf,
  padsOf,
  writeConv,
  writeConvTranspose,
  writeDepthwise,
  writePixelwise,
  writeSeparable,
} from "./conv";

/** Axes from channels last to channels first, and back. */
export const TO_FIRST: readonly number[] = [0, 3, 1, 2];
export const TO_LAST: readonly number[] = [0, 2, 3, 1];

export const isImage = (shape: readonly number[]): boolean => shape.length === 3;

/**
 * Writes a layer: takes the tensors `inputs`, and gives one whose name it returns.
 *
 * @throws ExportError for a layer or a setting that ONNX's operators do not compute as tfjs does
 */
export function writeLayer(to: OnnxBuilder, layer: NetLayer, inputs: readonly string[]): string {
  const { className } = layer;
  const name = to.tensorOf(layer.name);
  const input = inputs[0] ?? refuse(layer, "it has no input");
  switch (className) {
    case "Conv2D":
      return writeConv(to, layer, input);
    case "Conv2DTranspose":
      return writeConvTranspose(to, layer, input);
    case "DepthwiseConv2D":
      return writeDepthwise(to, layer, input);
    case "SeparableConv2D":
      return writeSeparable(to, layer, input);
    case "Permute":
      return writePermute(to, layer, input);
    case "Dense":
      return writeDense(to, layer, input);
    case "BatchNormalization":
      return writeBatchNorm(to, layer, input);
    case "MaxPooling2D":
    case "AveragePooling2D":
      return writePool(to, layer, input);
    case "GlobalMaxPooling2D":
    case "GlobalAveragePooling2D":
      return writeGlobalPool(to, layer, input);
    case "ZeroPadding2D":
    case "Cropping2D":
      return writeEdges(to, layer, input);
    case "BilinearUpSampling2D":
    case "UpSampling2D":
      return writeUpSampling(to, layer, input);
    case "DepthToSpace":
      // Keras's order of channels is what ONNX calls DCR: depth, column, row.
      return to.node("DepthToSpace", [input], name, {
        attributes: { blocksize: numberOf(layer, "blockSize"), mode: "DCR" },
      });
    case "Flatten":
    case "Reshape":
      return writeReshape(to, layer, input);
    case "Rescaling":
      return writeRescaling(to, layer, input);
    case "Clamp":
      return writeCapped(to, input, name, 1);
    case "NestedDropout":
      return writeNestedDropout(to, layer, input);
    case "Sampling":
      return writeMeans(to, layer, input);
    case "Dropout":
    case "SpatialDropout2D":
    case "AlphaDropout":
    case "GaussianNoise":
    case "GaussianDropout":
    case "ActivityRegularization":
      // At work only in training.
      return to.node("Identity", [input], name);
    case "Activation":
      return writeActivation(to, activationOf(layer), input, name);
    case "ReLU": {
      const most = optionalNumberOf(layer, "maxValue");
      if (most !== null) return writeCapped(to, input, name, most);
      return writeActivation(to, "relu", input, name);
    }
    case "ThresholdedReLU":
      return to.node("ThresholdedRelu", [input], name, {
        attributes: { alpha: numberOf(layer, "theta") },
        floats: ["alpha"],
      });
    case "Softmax":
      checkLastAxis(layer);
      return writeActivation(to, "softmax", input, name);
    case "PReLU":
      return writePrelu(to, layer, input);
    case "LayerNormalization":
      return writeLayerNorm(to, layer, input);
    case "GroupNormalization":
      return writeGroupNorm(to, layer, input);
    case "LeakyReLU":
      return to.node("LeakyRelu", [input], name, {
        attributes: { alpha: numberOf(layer, "alpha") },
        floats: ["alpha"],
      });
    case "ELU":
      return to.node("Elu", [input], name, {
        attributes: { alpha: numberOf(layer, "alpha") },
        floats: ["alpha"],
      });
    case "Add":
      // Two by two: the operator takes no more.
      return writeChain(to, "Add", layer, inputs);
    case "Multiply":
      return writeChain(to, "Mul", layer, inputs);
    case "Subtract":
      return writeChain(to, "Sub", layer, inputs);
    // These take any number.
    case "Average":
      return to.node("Mean", alike(to, layer, inputs), name);
    case "Maximum":
      return to.node("Max", inputs, name);
    case "Minimum":
      return to.node("Min", inputs, name);
    case "Concatenate":
      checkLastAxis(layer);
      return to.node("Concat", inputs, name, { attributes: { axis: 1 } });
    default:
      return refuse(layer, "ONNX has no form of it here");
  }
}

function writeDense(to: OnnxBuilder, layer: NetLayer, input: string): string {
  const [shape = []] = layer.inputShapes;
  if (isImage(shape)) return writePixelwise(to, layer, input);
  if (shape.length !== 1) refuse(layer, "flatten its input first");
  const kernel = weightOf(layer, 0);
  const inputs = [
    input,
    to.floats(`${to.tensorOf(layer.name)}/kernel`, kernel.values, kernel.shape),
    ...biasOf(to, layer),
  ];
  return activated(to, layer, (output) => to.node("Gemm", inputs, output));
}

function writeBatchNorm(to: OnnxBuilder, layer: NetLayer, input: string): string {
  checkLastAxis(layer);
  const { weights } = layer;
  const name = to.tensorOf(layer.name);
  const channels = layer.shape.at(-1)!;
  const [mean, variance] = weights.slice(-2);
  const { gamma, beta } = factorsOf(layer);
  if (!mean || !variance) refuse(layer, "its moving averages are missing");
  const vector = (what: string, values: Float32Array) =>
    to.floats(`${name}/${what}`, values, [channels]);
  return to.node(
    "BatchNormalization",
    [
      input,
      vector("gamma", gamma ?? new Float32Array(channels).fill(1)),
      vector("beta", beta ?? new Float32Array(channels)),
      vector("moving_mean", mean.values),
      vector("moving_variance", variance.values),
    ],
    name,
    { attributes: { epsilon: numberOf(layer, "epsilon") }, floats: ["epsilon"] },
  );
}

function writePool(to: OnnxBuilder, layer: NetLayer, input: string): string {
  oneOf(layer, "dataFormat", ["channelsLast"]);
  const size = pairOf(layer, "poolSize");
  const strides = pairOf(layer, "strides");
  const operator = layer.className === "MaxPooling2D" ? "MaxPool" : "AveragePool";
  return to.node(operator, [input], to.tensorOf(layer.name), {
    attributes: { kernel_shape: size, strides, pads: padsOf(layer, size, strides) },
  });
}

/** ONNX keeps a pixel of each channel. */
function writeGlobalPool(to: OnnxBuilder, layer: NetLayer, input: string): string {
  oneOf(layer, "dataFormat", ["channelsLast"]);
  const name = to.tensorOf(layer.name);
  const operator = layer.className === "GlobalMaxPooling2D" ? "GlobalMaxPool" : "GlobalAveragePool";
  return to.node("Flatten", [to.node(operator, [input], `${name}/pixel`)], name);
}

function writeEdges(to: OnnxBuilder, layer: NetLayer, input: string): string {
  oneOf(layer, "dataFormat", ["channelsLast"]);
  const name = to.tensorOf(layer.name);
  const [top, bottom, left, right] = edgesOf(layer);
  if (layer.className === "ZeroPadding2D") {
    const pads = to.integers(`${name}/pads`, [0, 0, top, left, 0, 0, bottom, right]);
    return to.node("Pad", [input, pads], name);
  }
  const [height, width] = layer.shape;
  const inputs = [
    to.integers(`${name}/starts`, [top, left]),
    to.integers(`${name}/ends`, [top + height!, left + width!]),
    to.integers(`${name}/axes`, [2, 3]),
  ];
  return to.node("Slice", [input, ...inputs], name);
}

/** Its axes are counted from 1, channels last. */
function writePermute(to: OnnxBuilder, layer: NetLayer, input: string): string {
  const name = to.tensorOf(layer.name);
  const order = numbersOf(layer, "dims");
  if (!isImage(layer.shape)) return to.node("Identity", [input], name);
  // The places of the channels-last axes among those of ONNX, which has the channels first.
  const places = [2, 3, 1];
  const inOnnx = places.map((_, axis) => places[order[axis]! - 1]!);
  return to.transpose(input, name, [0, inOnnx[2]!, inOnnx[0]!, inOnnx[1]!]);
}

/**
 * tfjs takes a new pixel's place in the old image as its index over the factor, without halves; our
 * bilinear layer takes pixels by their middles, as Keras 3 does.
 */
function writeUpSampling(to: OnnxBuilder, layer: NetLayer, input: string): string {
  const isOurs = layer.className === "BilinearUpSampling2D";
  if (!isOurs) oneOf(layer, "dataFormat", ["channelsLast"]);
  const [down, across] = pairOf(layer, "size");
  const isNearest = !isOurs && oneOf(layer, "interpolation", ["nearest", "bilinear"]) === "nearest";
  const name = to.tensorOf(layer.name);
  const scales = to.floats(`${name}/scales`, Float32Array.of(1, 1, down, across), [4]);
  return to.node("Resize", [input, "", scales], name, {
    attributes: {
      mode: isNearest ? "nearest" : "linear",
      coordinate_transformation_mode: isOurs ? "half_pixel" : "asymmetric",
      ...(isNearest ? { nearest_mode: "floor" } : {}),
    },
  });
}

function writePrelu(to: OnnxBuilder, layer: NetLayer, input: string): string {
  const name = to.tensorOf(layer.name);
  const { shape, values } = weightOf(layer, 0);
  if (!isImage(shape)) {
    return to.node("PRelu", [input, to.floats(`${name}/slopes`, values, shape)], name);
  }
  const [height, width, channels] = shape as [number, number, number];
  const pixels = height * width;
  const first = Float32Array.from(
    values,
    (_, i) => values[(i % pixels) * channels + Math.floor(i / pixels)]!,
  );
  const slopes = to.floats(`${name}/slopes`, first, [channels, height, width]);
  return to.node("PRelu", [input, slopes], name);
}

/** γ and β of a normalisation; null where it has none. */
function factorsOf(layer: NetLayer) {
  const hasScale = isOn(layer, "scale");
  return {
    gamma: hasScale ? weightOf(layer, 0).values : null,
    beta: isOn(layer, "center") ? weightOf(layer, hasScale ? 1 : 0).values : null,
  };
}

function writeLayerNorm(to: OnnxBuilder, layer: NetLayer, input: string): string {
  checkLastAxis(layer);
  const name = to.tensorOf(layer.name);
  const channels = layer.shape.at(-1)!;
  const { gamma, beta } = factorsOf(layer);
  const last = isImage(layer.shape) ? to.transpose(input, `${name}/last`, TO_LAST) : input;
  const inputs = [
    last,
    to.floats(`${name}/gamma`, gamma ?? new Float32Array(channels).fill(1), [channels]),
    ...(beta ? [to.floats(`${name}/beta`, beta, [channels])] : []),
  ];
  const options = {
    attributes: { axis: -1, epsilon: numberOf(layer, "epsilon") },
    floats: ["epsilon"],
  };
  if (last === input) return to.node("LayerNormalization", inputs, name, options);
  const normed = to.node("LayerNormalization", inputs, `${name}/normed`, options);
  return to.transpose(normed, name, TO_FIRST);
}

/** Groups as the channels of an instance normalisation; an operator of its own came after set 17. */
function writeGroupNorm(to: OnnxBuilder, layer: NetLayer, input: string): string {
  checkLastAxis(layer);
  const name = to.tensorOf(layer.name);
  const { shape } = layer;
  const channels = shape.at(-1)!;
  const asked = numberOf(layer, "groups");
  const groups = asked === -1 ? channels : asked;
  const { gamma, beta } = factorsOf(layer);
  const apart = to.node(
    "Reshape",
    [input, to.integers(`${name}/groups`, [0, groups, -1])],
    `${name}/apart`,
  );
  const normed = to.node(
    "InstanceNormalization",
    [
      apart,
      to.floats(`${name}/ones`, new Float32Array(groups).fill(1), [groups]),
      to.floats(`${name}/zeros`, new Float32Array(groups), [groups]),
    ],
    `${name}/normed`,
    { attributes: { epsilon: numberOf(layer, "epsilon") }, floats: ["epsilon"] },
  );
  const isPicture = isImage(shape);
  const whole = [0, channels, ...(isPicture ? shape.slice(0, 2) : [])];
  const perChannel = [channels, ...(isPicture ? [1, 1] : [])];
  const steps = [
    { operator: "Reshape", taken: to.integers(`${name}/whole`, whole) },
    ...(gamma ? [{ operator: "Mul", taken: to.floats(`${name}/gamma`, gamma, perChannel) }] : []),
    ...(beta ? [{ operator: "Add", taken: to.floats(`${name}/beta`, beta, perChannel) }] : []),
  ];
  return steps.reduce(
    (from, { operator, taken }, step) =>
      to.node(operator, [from, taken], step === steps.length - 1 ? name : `${name}/${operator}`),
    normed,
  );
}

/** Keras reshapes with the channels last; 0 stands for the batch. */
function writeReshape(to: OnnxBuilder, layer: NetLayer, input: string): string {
  const { shape } = layer;
  const name = to.tensorOf(layer.name);
  const [before] = layer.inputShapes;
  const flat = before && isImage(before) ? to.transpose(input, `${name}/last`, TO_LAST) : input;
  const target = to.integers(`${name}/shape`, [0, ...shape]);
  if (!isImage(shape)) return to.node("Reshape", [flat, target], name);
  const reshaped = to.node("Reshape", [flat, target], `${name}/image`);
  return to.transpose(reshaped, name, TO_FIRST);
}

function writeRescaling(to: OnnxBuilder, layer: NetLayer, input: string): string {
  const name = to.tensorOf(layer.name);
  const offset = numberOf(layer, "offset");
  const scale = to.scalar(`${name}/scale`, numberOf(layer, "scale"));
  if (offset === 0) return to.node("Mul", [input, scale], name);
  const scaled = to.node("Mul", [input, scale], `${name}/scaled`);
  return to.node("Add", [scaled, to.scalar(`${name}/offset`, offset)], name);
}

function writeNestedDropout(to: OnnxBuilder, layer: NetLayer, input: string): string {
  const kept = keptOf(layer);
  const name = to.tensorOf(layer.name);
  if (kept === null) return to.node("Identity", [input], name);
  const size = layer.shape[0]!;
  const mask = Float32Array.from({ length: size }, (_, i) => (i < kept ? 1 : 0));
  return to.node("Mul", [input, to.floats(`${name}/mask`, mask, [size])], name);
}

/** Drawn in training alone: outside it the means, the first half of the channels. */
function writeMeans(to: OnnxBuilder, layer: NetLayer, input: string): string {
  const name = to.tensorOf(layer.name);
  const bounds = [
    to.integers(`${name}/from`, [0]),
    to.integers(`${name}/to`, [layer.shape.at(-1)!]),
    // Behind the batch, for images as for vectors.
    to.integers(`${name}/axis`, [1]),
  ];
  return to.node("Slice", [input, ...bounds], name);
}

/** A layer's inputs, of which vectors are images of one pixel where it makes an image. */
function alike(to: OnnxBuilder, layer: NetLayer, inputs: readonly string[]): string[] {
  const { shape, inputShapes } = layer;
  return inputs.map((input, place) => {
    const [channels, ...others] = inputShapes[place] ?? [];
    if (channels === undefined || others.length > 0 || !isImage(shape)) return input;
    const name = `${to.tensorOf(layer.name)}/pixel_${place}`;
    return to.node("Reshape", [input, to.integers(`${name}/shape`, [0, channels, 1, 1])], name);
  });
}

function writeChain(
  to: OnnxBuilder,
  operator: string,
  layer: NetLayer,
  inputs: readonly string[],
): string {
  const name = to.tensorOf(layer.name);
  const [first, ...others] = alike(to, layer, inputs);
  let sum = first ?? refuse(layer, "it has no input");
  for (const [i, other] of others.entries()) {
    sum = to.node(operator, [sum, other], i === others.length - 1 ? name : `${name}/${i}`);
  }
  return sum;
}
