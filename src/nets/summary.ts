/** What a net consists of: each layer's shape, weights and work, worked out from its spec alone. */

import { ACTIVATION_TITLES, type Activation } from "./activations";
import {
  type ConvSpec,
  IMAGE_INPUT,
  inputsOf,
  type LayerSpec,
  type NetSpec,
  NORM_EPSILON,
  NORM_MOMENTUM,
  type ParametricActivation,
  type Sides,
} from "./spec";

export interface LayerSummary {
  readonly name: string;
  /** Keras's class: "Conv2D", "Dense", … */
  readonly className: string;
  /** What it is set to, for people: "3×3, stride 2, ReLU"; empty where there is nothing to say. */
  readonly detail: string;
  /** Names of the layers that it takes its input from, or IMAGE_INPUT. */
  readonly inputs: readonly string[];
  /** Without the batch axis: [28, 28, 32]. */
  readonly outputShape: readonly number[];
  readonly parameters: number;
  /** Multiply-adds of one image's forward pass; pooling, reshaping and activations count as 0. */
  readonly multiplyAdds: number;
}

export interface ModelSummary {
  /** In the net's order. */
  readonly layers: readonly LayerSummary[];
  readonly parameters: number;
  /** A training step does about three times these: forward, and back to weights and inputs. */
  readonly multiplyAdds: number;
}

/** A net that cannot be; the message names the layer and what is wrong with it. */
export class NetError extends Error {
  override readonly name = "NetError";
}

/** Why a net cannot be. */
export interface NetProblem {
  /** Of the layer that it is about; null where it is about the whole net. */
  readonly place: number | null;
  readonly message: string;
}

export interface NetSoFar extends ModelSummary {
  /** What `layers` end before; null where all of the net can be. */
  readonly problem: NetProblem | null;
}

/** A net's layers as far as they go, and why they go no further. */
export function summarizeSoFar(net: NetSpec): NetSoFar {
  const { height, width, channels } = net.image;
  const made = new Map<string, Shape>([[IMAGE_INPUT, [height, width, channels]]]);
  const layers: LayerSummary[] = [];
  let problem: NetProblem | null = null;
  for (const place of net.layers.keys()) {
    try {
      const layer = summarizeLayer(net, place, made);
      made.set(layer.name, layer.outputShape);
      layers.push(layer);
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
      problem = { place, message: error.message };
      break;
    }
  }
  const whole = wholeProblem(net, layers.at(-1)?.outputShape ?? []);
  return {
    layers,
    parameters: layers.reduce((sum, layer) => sum + layer.parameters, 0),
    multiplyAdds: layers.reduce((sum, layer) => sum + layer.multiplyAdds, 0),
    problem: problem ?? (whole === null ? null : { place: null, message: whole }),
  };
}

/** @throws NetError for the first layer whose inputs do not fit it */
export function summarizeNet(net: NetSpec): ModelSummary {
  const { problem, ...summary } = summarizeSoFar(net);
  if (problem) throw new NetError(problem.message);
  return summary;
}

/** @param made shapes by the names of what makes them */
function summarizeLayer(
  net: NetSpec,
  place: number,
  made: ReadonlyMap<string, Shape>,
): LayerSummary {
  const layer = net.layers[place]!;
  const { name } = layer;
  if (made.has(name)) throw new NetError(`Two layers of ${net.name} are called "${name}".`);
  const inputs = inputsOf(net, place);
  const shapes = inputs.map((input) => {
    const shape = made.get(input);
    if (!shape) throw new NetError(`"${name}" takes "${input}", which no layer before it makes.`);
    return shape;
  });
  const {
    className,
    output,
    kernel = [],
    beside = 0,
    applied = 1,
    words = [],
  } = factsOf(layer, shapes);
  const weights = kernel.length > 0 ? sizeOfShape(kernel) : 0;
  return {
    name,
    className,
    detail: [...words, ...trainingDetail(layer)].filter((word) => word !== "").join(", "),
    inputs,
    outputShape: output,
    parameters: weights + beside,
    multiplyAdds: weights * applied,
  };
}

/** What is wrong with a net whose layers fit each other; null where nothing is. */
function wholeProblem(net: NetSpec, last: Shape): string | null {
  const { height, width, channels } = net.image;
  if (!isSame(last, [height, width, channels])) {
    return `${net.name} makes ${sides(last)}, and images of ${sides([height, width, channels])} are wanted.`;
  }
  return net.layers.some(({ name }) => name === net.code)
    ? null
    : `${net.name} has no layer "${net.code}" for its code.`;
}

/** What a normalisation says otherwise than Keras: "momentum 0.9", "ε 0.00001". */
function normWords(
  layer: Extract<LayerSpec, { kind: "batchNorm" | "layerNorm" | "groupNorm" }>,
): readonly string[] {
  const { epsilon = NORM_EPSILON } = layer;
  const momentum = (layer.kind === "batchNorm" ? layer.momentum : undefined) ?? NORM_MOMENTUM;
  if (!(epsilon > 0 && epsilon <= 1)) throw problem(layer, "has an epsilon over 0 up to 1");
  if (!(momentum >= 0 && momentum < 1)) {
    throw problem(layer, "has a momentum from 0 to below 1");
  }
  return [
    ...(momentum === NORM_MOMENTUM ? [] : [`momentum ${momentum}`]),
    ...(epsilon === NORM_EPSILON ? [] : [`ε ${epsilon}`]),
  ];
}

/** What training does with it: "frozen", "L2 0.0001". */
function trainingDetail({ frozen, penalties = {} }: LayerSpec): readonly string[] {
  const names = { kernel: "", bias: " of biases", activity: " of outputs" } as const;
  const rates = (["kernel", "bias", "activity"] as const).flatMap((array) =>
    (["l1", "l2"] as const).flatMap((norm) => {
      const rate = penalties[array]?.[norm];
      return rate === undefined ? [] : [`${norm.toUpperCase()}${names[array]} ${rate}`];
    }),
  );
  return [...(frozen ? ["frozen"] : []), ...rates];
}

/** What a net may have, so that a browser can hold and train it. */
const NET_LIMITS = { layers: 200, parameters: 20_000_000, multiplyAdds: 1_000_000_000 };

/** @throws NetError for a net that cannot be, or is larger than NET_LIMITS */
export function checkNet(net: NetSpec): ModelSummary {
  const summary = summarizeNet(net);
  const excess = excessOf(summary);
  if (excess !== null) throw new NetError(excess);
  return summary;
}

/** What a net has more of than NET_LIMITS allow, for people; null where it has not. */
export function excessOf({ layers, parameters, multiplyAdds }: ModelSummary): string | null {
  const number = (value: number) => value.toLocaleString("en");
  if (layers.length > NET_LIMITS.layers) {
    return `The net has ${layers.length} layers; ${NET_LIMITS.layers} is the most.`;
  }
  if (parameters > NET_LIMITS.parameters) {
    return `The net has ${number(parameters)} weights; ${number(NET_LIMITS.parameters)} is the most.`;
  }
  return multiplyAdds > NET_LIMITS.multiplyAdds
    ? `The net takes ${number(2 * multiplyAdds)} operations an image; ` +
        `${number(2 * NET_LIMITS.multiplyAdds)} is the most.`
    : null;
}

/**
 * Shape of what a layer makes of inputs of those shapes, without the batch axis.
 *
 * @throws NetError where they do not fit it
 */
export function outputShape(layer: LayerSpec, inputs: readonly Shape[]): Shape {
  return factsOf(layer, inputs).output;
}

/** How many numbers the net's code has. @throws NetError as summarizeNet */
export function latentSizeOf(net: NetSpec): number {
  const code = summarizeNet(net).layers.find(({ name }) => name === net.code);
  return sizeOfShape(code?.outputShape ?? []);
}

/** Height, width and channels, or one number of a vector. */
export type Shape = readonly number[];

interface Facts {
  readonly className: string;
  readonly output: Shape;
  /** Shape of its kernel, where it has one. */
  readonly kernel?: Shape;
  /** Weights beside the kernel. */
  readonly beside?: number;
  /** How often the whole kernel is applied to one image. */
  readonly applied?: number;
  readonly words?: readonly string[];
}

function factsOf(layer: LayerSpec, inputs: readonly Shape[]): Facts {
  const input = inputs[0]!;
  const many = layer.kind === "concat" || layer.kind in MERGES;
  if (!many && inputs.length !== 1) throw problem(layer, "takes one input");
  switch (layer.kind) {
    case "conv": {
      const [height, width, channels] = imageOf(layer, input);
      const { kernel, stride = ONE, dilation = ONE, filters } = layer;
      whole(layer, filters, 4096, "number of filters");
      checkWindow(layer);
      const [rows, columns] = windowsOf(layer, [height, width]);
      return {
        className: "Conv2D",
        output: [rows, columns, filters],
        kernel: [...kernel, channels, filters],
        beside: filters,
        applied: rows * columns,
        words: [
          sides(kernel),
          strideWord(stride),
          dilationWord(dilation),
          activationWord(layer.activation),
        ],
      };
    }
    case "convTranspose": {
      const [height, width, channels] = imageOf(layer, input);
      const { kernel, stride = ONE, padding, filters } = layer;
      whole(layer, filters, 4096, "number of filters");
      checkWindow(layer);
      const over = (axis: 0 | 1) =>
        padding === "same" ? 0 : Math.max(0, kernel[axis] - stride[axis]);
      return {
        className: "Conv2DTranspose",
        output: [height * stride[0] + over(0), width * stride[1] + over(1), filters],
        kernel: [...kernel, filters, channels],
        beside: filters,
        // Its kernel goes once over each position of the input.
        applied: height * width,
        words: [sides(kernel), strideWord(stride), activationWord(layer.activation)],
      };
    }
    case "depthwise": {
      const [height, width, channels] = imageOf(layer, input);
      const { kernel, stride = ONE, times = 1, activation } = layer;
      whole(layer, times, 16, "number of kernels a channel");
      checkWindow(layer);
      const [rows, columns] = windowsOf(layer, [height, width]);
      return {
        className: "DepthwiseConv2D",
        output: [rows, columns, channels * times],
        kernel: [...kernel, channels, times],
        beside: channels * times,
        applied: rows * columns,
        words: [
          sides(kernel),
          times === 1 ? "" : `${times} a channel`,
          strideWord(stride),
          activationWord(activation),
        ],
      };
    }
    case "separable": {
      const [height, width, channels] = imageOf(layer, input);
      const { kernel, stride = ONE, dilation = ONE, filters } = layer;
      whole(layer, filters, 4096, "number of filters");
      checkWindow(layer);
      const [rows, columns] = windowsOf(layer, [height, width]);
      return {
        className: "SeparableConv2D",
        output: [rows, columns, filters],
        // Of each channel and pixel those of the depthwise half, and those to all filters.
        kernel: [channels, kernel[0] * kernel[1] + filters],
        beside: filters,
        applied: rows * columns,
        words: [
          sides(kernel),
          strideWord(stride),
          dilationWord(dilation),
          activationWord(layer.activation),
        ],
      };
    }
    case "permute": {
      const { order } = layer;
      const isOrder = order.toSorted((a, b) => a - b).every((axis, place) => axis === place + 1);
      if (!isOrder || order.length !== input.length) {
        const axes = input.map((_, place) => place + 1).join(", ");
        throw problem(layer, `has an order of the axes ${axes}`);
      }
      return {
        className: "Permute",
        output: order.map((axis) => input[axis - 1]!),
        words: [order.join(", ")],
      };
    }
    case "dense":
      whole(layer, layer.units, LARGEST_OUTPUT, "number of units");
      return {
        className: "Dense",
        output: [layer.units],
        kernel: [vectorOf(layer, input), layer.units],
        beside: layer.units,
        words: [activationWord(layer.activation)],
      };
    case "maxPool":
    case "averagePool": {
      const [height, width, channels] = imageOf(layer, input);
      const { size, stride = size, padding } = layer;
      const lengths = [height, width] as const;
      const covers = ([0, 1] as const).map((axis) => {
        const [length, side, step] = [lengths[axis], size[axis], stride[axis]];
        whole(layer, side, 64, "pool size");
        whole(layer, step, 64, "stride");
        const windows = covered(layer, length, side, step, padding ?? "valid");
        if (padding === undefined && (length - side) % step !== 0) {
          const why =
            side === step
              ? `has windows of ${side} that do not fill ${height}×${width}: ${length} does not divide by ${side}`
              : `has windows of ${side} every ${step} that do not fill ${height}×${width}`;
          throw problem(layer, `${why}; "valid" drops the rest, or use "same"`);
        }
        return windows;
      });
      return {
        className: layer.kind === "maxPool" ? "MaxPooling2D" : "AveragePooling2D",
        output: [...covers, channels],
        words: [sides(size), isSame(size, stride) ? "" : strideWord(stride)],
      };
    }
    case "globalPool":
      return {
        className: layer.of === "max" ? "GlobalMaxPooling2D" : "GlobalAveragePooling2D",
        output: [imageOf(layer, input)[2]],
      };
    case "pad":
    case "crop": {
      const [height, width, channels] = imageOf(layer, input);
      const [top, bottom, left, right] = layer.edges;
      for (const edge of layer.edges) {
        if (!(Number.isInteger(edge) && edge >= 0 && edge <= 64)) {
          throw problem(layer, `has edges from 0 to 64, not ${edge}`);
        }
      }
      const sign = layer.kind === "pad" ? 1 : -1;
      const output = [height + sign * (top + bottom), width + sign * (left + right), channels];
      if (Math.min(...output) < 1) throw problem(layer, `leaves nothing of ${height}×${width}`);
      return {
        className: layer.kind === "pad" ? "ZeroPadding2D" : "Cropping2D",
        output,
        words: [`${top} above, ${bottom} below, ${left} left, ${right} right`],
      };
    }
    case "upsample": {
      const [height, width, channels] = imageOf(layer, input);
      const { factor, interpolation } = layer;
      for (const side of factor) whole(layer, side, 16, "factor");
      return {
        className: interpolation === "bilinear" ? "BilinearUpSampling2D" : "UpSampling2D",
        output: [height * factor[0], width * factor[1], channels],
        words: [sides(factor), interpolation ? "bilinear" : "nearest"],
      };
    }
    case "depthToSpace": {
      const [height, width, channels] = imageOf(layer, input);
      const { block } = layer;
      whole(layer, block, 16, "block");
      const left = channels / block ** 2;
      if (!Number.isInteger(left)) {
        throw problem(layer, `takes a multiple of ${block ** 2} channels, not ${channels}`);
      }
      return {
        className: "DepthToSpace",
        output: [height * block, width * block, left],
        words: [sides([block, block])],
      };
    }
    case "flatten":
      return { className: "Flatten", output: [sizeOfShape(input)] };
    case "reshape":
      for (const side of layer.to) whole(layer, side, LARGEST_OUTPUT, "side");
      if (sizeOfShape(layer.to) !== sizeOfShape(input)) {
        throw problem(layer, `cannot make ${sides(layer.to)} of ${sides(input)}`);
      }
      return { className: "Reshape", output: layer.to };
    case "rescale": {
      const { scale, offset = 0 } = layer;
      return {
        className: "Rescaling",
        output: input,
        words: [`× ${scale}${offset === 0 ? "" : ` + ${offset}`}`],
      };
    }
    case "activation": {
      const { activation } = layer;
      if (activation === "clamp") return { className: "Clamp", output: input };
      if (typeof activation === "object")
        return { ...parametric(layer, activation), output: input };
      return { className: "Activation", output: input, words: [activationWord(activation)] };
    }
    case "dropout":
    case "spatialDropout":
    case "alphaDropout":
    case "gaussianDropout":
      if (!(layer.rate >= 0 && layer.rate < 1))
        throw problem(layer, "has a rate from 0 to below 1");
      if (layer.kind === "spatialDropout") imageOf(layer, input);
      return {
        className: DROPOUTS[layer.kind],
        output: input,
        words: [`${Math.round(layer.rate * 100)}%`],
      };
    case "gaussianNoise":
      if (!(layer.deviation >= 0)) throw problem(layer, "has a deviation from 0 on");
      return { className: "GaussianNoise", output: input, words: [`σ ${layer.deviation}`] };
    case "nestedDropout":
      if (!(layer.evenTo >= 1)) throw problem(layer, "has sizes from 1 on");
      return { className: "NestedDropout", output: [vectorOf(layer, input)] };
    case "sample": {
      const channels = input.at(-1)!;
      if (channels % 2 === 1) {
        throw problem(layer, `takes a mean and a log-variance for each number, not ${channels}`);
      }
      return { className: "Sampling", output: [...input.slice(0, -1), channels / 2] };
    }
    case "batchNorm":
      // Scale, offset and the two moving averages of each channel.
      return {
        className: "BatchNormalization",
        output: input,
        beside: 4 * input.at(-1)!,
        words: normWords(layer),
      };
    case "layerNorm":
      return {
        className: "LayerNormalization",
        output: input,
        beside: 2 * input.at(-1)!,
        words: normWords(layer),
      };
    case "groupNorm": {
      const { groups } = layer;
      const channels = input.at(-1)!;
      whole(layer, groups, 4096, "number of groups");
      if (channels % groups !== 0) {
        throw problem(layer, `cannot divide ${channels} channels into ${groups} groups`);
      }
      const words = [groups === 1 ? "1 group" : `${groups} groups`, ...normWords(layer)];
      return { className: "GroupNormalization", output: input, beside: 2 * channels, words };
    }
    case "prelu": {
      const slopes = layer.each ? sizeOfShape(input) : input.at(-1)!;
      return { className: "PReLU", output: input, beside: slopes };
    }
    case "add":
    case "multiply":
    case "subtract":
    case "average":
    case "maximum":
    case "minimum": {
      if (inputs.length < 2) throw problem(layer, "takes two inputs or more");
      if (layer.kind === "subtract" && inputs.length > 2) throw problem(layer, "takes two inputs");
      const { className, verb } = MERGES[layer.kind];
      const output = inputs.reduce((made, other) => {
        const joint = isExtreme(layer.kind) ? null : jointShape(made, other);
        if (isSame(other, made)) return made;
        if (joint === null) throw problem(layer, `cannot ${verb(sides(other), sides(made))}`);
        return joint;
      });
      return { className, output };
    }
    case "concat": {
      if (inputs.length < 2) throw problem(layer, "takes two inputs or more");
      const around = input.slice(0, -1);
      for (const other of inputs) {
        if (!isSame(other.slice(0, -1), around)) {
          throw problem(layer, `cannot put ${sides(other)} beside ${sides(input)}`);
        }
      }
      const channels = inputs.reduce((sum, shape) => sum + shape.at(-1)!, 0);
      return { className: "Concatenate", output: [...around, channels] };
    }
  }
}

const DROPOUTS = {
  dropout: "Dropout",
  spatialDropout: "SpatialDropout2D",
  alphaDropout: "AlphaDropout",
  gaussianDropout: "GaussianDropout",
} as const;

/** tfjs's gradients of extremes are those of inputs of one shape alone. */
const isExtreme = (kind: LayerSpec["kind"]): boolean => kind === "maximum" || kind === "minimum";

/**
 * What numbers of both shapes come to together: where one has a single number along an axis, it goes with
 * each of the other's. A vector goes with each pixel of an image. Null for shapes that do not fit.
 */
function jointShape(a: Shape, b: Shape): Shape | null {
  const axes = Math.max(a.length, b.length);
  const [left, right] = [a, b].map((shape) => [
    ...Array.from({ length: axes - shape.length }, () => 1),
    ...shape,
  ]);
  const fits = left!.every(
    (size, axis) => size === right![axis] || Math.min(size, right![axis]!) === 1,
  );
  return fits ? left!.map((size, axis) => Math.max(size, right![axis]!)) : null;
}

/** What joins inputs, and what it would do with two that do not fit. */
const MERGES = {
  add: { className: "Add", verb: (a: string, b: string) => `add ${a} to ${b}` },
  multiply: { className: "Multiply", verb: (a: string, b: string) => `multiply ${b} by ${a}` },
  subtract: { className: "Subtract", verb: (a: string, b: string) => `subtract ${a} from ${b}` },
  average: { className: "Average", verb: (a: string, b: string) => `average ${b} and ${a}` },
  maximum: { className: "Maximum", verb: (a: string, b: string) => `compare ${b} with ${a}` },
  minimum: { className: "Minimum", verb: (a: string, b: string) => `compare ${b} with ${a}` },
} as const;

/** @throws NetError for a parameter that the compiled devices do not take */
function parametric(
  layer: LayerSpec,
  activation: ParametricActivation,
): Pick<Facts, "className" | "words"> {
  if ("leakyRelu" in activation) {
    const { leakyRelu } = activation;
    if (!(leakyRelu >= 0)) throw problem(layer, `has a slope from 0 on, not ${leakyRelu}`);
    return { className: "LeakyReLU", words: [`slope ${leakyRelu}`] };
  }
  if ("cappedRelu" in activation) {
    const { cappedRelu } = activation;
    if (!(cappedRelu > 0)) throw problem(layer, `has a maximum over 0, not ${cappedRelu}`);
    return { className: "ReLU", words: [`up to ${cappedRelu}`] };
  }
  const { thresholdedRelu } = activation;
  if (!(thresholdedRelu >= 0)) {
    throw problem(layer, `has a threshold from 0 on, not ${thresholdedRelu}`);
  }
  return { className: "ThresholdedReLU", words: [`from ${thresholdedRelu}`] };
}

/** Of a layer's output: 4 MB an image. */
export const LARGEST_OUTPUT = 1 << 20;

/** @throws NetError unless it is a whole number from 1 to `most` */
function whole(layer: Pick<LayerSpec, "name">, value: number, most: number, what: string): void {
  if (!Number.isInteger(value) || value < 1 || value > most) {
    throw problem(layer, `has a ${what} from 1 to ${most.toLocaleString("en")}, not ${value}`);
  }
}

/** What has a kernel that is moved over an image. */
type WindowSpec = Pick<ConvSpec, "name" | "kernel" | "stride" | "padding" | "dilation">;

/** @throws NetError unless its sides are within limits */
function checkWindow(layer: WindowSpec): void {
  const { kernel, stride = ONE, dilation = ONE } = layer;
  for (const side of kernel) whole(layer, side, 11, "kernel");
  for (const step of stride) whole(layer, step, 8, "stride");
  for (const rate of dilation) whole(layer, rate, 16, "dilation");
  if (!isSame(stride, ONE) && !isSame(dilation, ONE)) {
    throw problem(layer, "has a stride or a dilation, not both");
  }
}

/** Its windows down and across an image of those sides. */
function windowsOf(layer: WindowSpec, lengths: Sides): Sides {
  const { kernel, stride = ONE, dilation = ONE, padding } = layer;
  const along = (axis: 0 | 1) => {
    const extent = (kernel[axis] - 1) * dilation[axis] + 1;
    return covered(layer, lengths[axis], extent, stride[axis], padding);
  };
  return [along(0), along(1)];
}

function problem({ name }: Pick<LayerSpec, "name">, why: string): NetError {
  return new NetError(`"${name}" ${why}.`);
}

function imageOf(layer: LayerSpec, shape: Shape): readonly [number, number, number] {
  const [height, width, channels, ...rest] = shape;
  if (channels === undefined || rest.length > 0) {
    throw problem(layer, `takes height × width × channels, not ${sides(shape)}`);
  }
  return [height!, width!, channels];
}

function vectorOf(layer: LayerSpec, shape: Shape): number {
  if (shape.length !== 1)
    throw problem(layer, `takes a vector, not ${sides(shape)}: flatten it first`);
  return shape[0]!;
}

/** Positions of a window along one side of the image. */
function covered(
  layer: Pick<LayerSpec, "name">,
  side: number,
  window: number,
  stride: number,
  padding: "same" | "valid",
): number {
  if (padding === "same") return Math.ceil(side / stride);
  if (side < window)
    throw problem(layer, `has windows of ${window}, larger than its input's ${side}`);
  return Math.floor((side - window) / stride) + 1;
}

function sizeOfShape(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

function isSame(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

function activationWord(activation: Activation): string {
  return ACTIVATION_TITLES[activation];
}

/** [3, 3] → "3×3" */
function sides(shape: Shape): string {
  return shape.join("×");
}

const ONE: Sides = [1, 1];

/** Nothing for the usual stride of 1. */
function strideWord([down, across]: Sides): string {
  if (down === across) return down === 1 ? "" : `stride ${down}`;
  return `stride ${down}×${across}`;
}

function dilationWord(dilation: Sides): string {
  if (isSame(dilation, ONE)) return "";
  return `dilated by ${dilation[0] === dilation[1] ? dilation[0] : sides(dilation)}`;
}
