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
  isOn,
  keptOf,
  numberOf,
  oneOf,
  pairOf,
  weightOf,
} from "../settings";
import { activated, writeActivation } from "./activation";
import type { OnnxBuilder } from "./builder";
import { biasOf, padsOf, writeConv, writeConvTranspose } from "./conv";

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
    case "Dense":
      return writeDense(to, layer, input);
    case "BatchNormalization":
      return writeBatchNorm(to, layer, input);
    case "MaxPooling2D":
    case "AveragePooling2D":
      return writePool(to, layer, input);
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
      return to.node(
        "Clip",
        [input, to.scalar(`${name}/min`, 0), to.scalar(`${name}/max`, 1)],
        name,
      );
    case "NestedDropout":
      return writeNestedDropout(to, layer, input);
    case "Dropout":
    case "SpatialDropout2D":
    case "GaussianNoise":
    case "GaussianDropout":
      // At work only in training.
      return to.node("Identity", [input], name);
    case "Activation":
      return writeActivation(to, activationOf(layer), input, name);
    case "ReLU":
      if (layer.config.maxValue !== null && layer.config.maxValue !== undefined) {
        refuse(layer, "its maxValue is not supported");
      }
      return writeActivation(to, "relu", input, name);
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
    case "Concatenate":
      checkLastAxis(layer);
      return to.node("Concat", inputs, name, { attributes: { axis: 1 } });
    default:
      return refuse(layer, "ONNX has no form of it here");
  }
}

function writeDense(to: OnnxBuilder, layer: NetLayer, input: string): string {
  if (layer.inputShapes[0]?.length !== 1) refuse(layer, "flatten its input first");
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
  const hasScale = isOn(layer, "scale");
  const gamma = hasScale ? weightOf(layer, 0).values : new Float32Array(channels).fill(1);
  const beta = isOn(layer, "center")
    ? weightOf(layer, hasScale ? 1 : 0).values
    : new Float32Array(channels);
  if (!mean || !variance) refuse(layer, "its moving averages are missing");
  const vector = (what: string, values: Float32Array) =>
    to.floats(`${name}/${what}`, values, [channels]);
  return to.node(
    "BatchNormalization",
    [
      input,
      vector("gamma", gamma),
      vector("beta", beta),
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

/** tfjs takes a new pixel's place in the old image as its index over the factor, without halves. */
function writeUpSampling(to: OnnxBuilder, layer: NetLayer, input: string): string {
  oneOf(layer, "dataFormat", ["channelsLast"]);
  const [down, across] = pairOf(layer, "size");
  const isNearest = oneOf(layer, "interpolation", ["nearest", "bilinear"]) === "nearest";
  const name = to.tensorOf(layer.name);
  const scales = to.floats(`${name}/scales`, Float32Array.of(1, 1, down, across), [4]);
  return to.node("Resize", [input, "", scales], name, {
    attributes: {
      mode: isNearest ? "nearest" : "linear",
      coordinate_transformation_mode: "asymmetric",
      ...(isNearest ? { nearest_mode: "floor" } : {}),
    },
  });
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

function writeChain(
  to: OnnxBuilder,
  operator: string,
  layer: NetLayer,
  inputs: readonly string[],
): string {
  const name = to.tensorOf(layer.name);
  const [first, ...others] = inputs;
  let sum = first ?? refuse(layer, "it has no input");
  for (const [i, other] of others.entries()) {
    sum = to.node(operator, [sum, other], i === others.length - 1 ? name : `${name}/${i}`);
  }
  return sum;
}
