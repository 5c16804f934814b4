/** What a net consists of: each layer's shape, weights and work, worked out from its spec alone. */

import {
  type Activation,
  type ConvSpec,
  type ConvTransposeSpec,
  IMAGE_INPUT,
  inputsOf,
  type LayerSpec,
  type NetSpec,
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

/** @throws NetError for the first layer whose inputs do not fit it */
export function summarizeNet(net: NetSpec): ModelSummary {
  const { height, width, channels } = net.image;
  const made = new Map<string, Shape>([[IMAGE_INPUT, [height, width, channels]]]);
  const layers = net.layers.map((layer, place): LayerSummary => {
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
    made.set(name, output);
    const weights = kernel.length > 0 ? sizeOfShape(kernel) : 0;
    return {
      name,
      className,
      detail: words.filter((word) => word !== "").join(", "),
      inputs,
      outputShape: output,
      parameters: weights + beside,
      multiplyAdds: weights * applied,
    };
  });
  const last = layers.at(-1)?.outputShape ?? [];
  if (!isSame(last, [height, width, channels])) {
    throw new NetError(
      `${net.name} makes ${sides(last)}, and images of ${sides([height, width, channels])} are wanted.`,
    );
  }
  if (!made.has(net.code))
    throw new NetError(`${net.name} has no layer "${net.code}" for its code.`);
  return {
    layers,
    parameters: layers.reduce((sum, layer) => sum + layer.parameters, 0),
    multiplyAdds: layers.reduce((sum, layer) => sum + layer.multiplyAdds, 0),
  };
}

/** What a net may have, so that a browser can hold and train it. */
const NET_LIMITS = { layers: 200, parameters: 20_000_000, multiplyAdds: 1_000_000_000 };

/** @throws NetError for a net that cannot be, or is larger than NET_LIMITS */
export function checkNet(net: NetSpec): ModelSummary {
  const summary = summarizeNet(net);
  const { layers, parameters, multiplyAdds } = summary;
  const number = (value: number) => value.toLocaleString("en");
  if (layers.length > NET_LIMITS.layers) {
    throw new NetError(`The net has ${layers.length} layers; ${NET_LIMITS.layers} is the most.`);
  }
  if (parameters > NET_LIMITS.parameters) {
    throw new NetError(
      `The net has ${number(parameters)} weights; ${number(NET_LIMITS.parameters)} is the most.`,
    );
  }
  if (multiplyAdds > NET_LIMITS.multiplyAdds) {
    throw new NetError(
      `The net takes ${number(2 * multiplyAdds)} operations an image; ` +
        `${number(2 * NET_LIMITS.multiplyAdds)} is the most.`,
    );
  }
  return summary;
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
  const many = layer.kind === "add" || layer.kind === "concat";
  if (!many && inputs.length !== 1) throw problem(layer, "takes one input");
  switch (layer.kind) {
    case "conv": {
      const [height, width, channels] = imageOf(layer, input);
      const { kernel, stride = 1, padding, filters } = layer;
      checkWindow(layer);
      const rows = covered(layer, height, kernel[0], stride, padding);
      const columns = covered(layer, width, kernel[1], stride, padding);
      return {
        className: "Conv2D",
        output: [rows, columns, filters],
        kernel: [...kernel, channels, filters],
        beside: filters,
        applied: rows * columns,
        words: [sides(kernel), strideWord(stride), activationWord(layer.activation)],
      };
    }
    case "convTranspose": {
      const [height, width, channels] = imageOf(layer, input);
      const { kernel, stride = 1, padding, filters } = layer;
      checkWindow(layer);
      const over = (size: number) => (padding === "same" ? 0 : Math.max(0, size - stride));
      return {
        className: "Conv2DTranspose",
        output: [height * stride + over(kernel[0]), width * stride + over(kernel[1]), filters],
        kernel: [...kernel, filters, channels],
        beside: filters,
        // Its kernel goes once over each position of the input.
        applied: height * width,
        words: [sides(kernel), strideWord(stride), activationWord(layer.activation)],
      };
    }
    case "dense":
      whole(layer, layer.units, MOST_NUMBERS, "number of units");
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
      const { size, padding } = layer;
      whole(layer, size, 15, "pool size");
      for (const side of [height, width]) {
        if (side % size !== 0 && padding !== "valid") {
          throw problem(
            layer,
            `has windows of ${size} that do not fill ${height}×${width}; "valid" drops the rest`,
          );
        }
      }
      return {
        className: layer.kind === "maxPool" ? "MaxPooling2D" : "AveragePooling2D",
        output: [
          covered(layer, height, size, size, "valid"),
          covered(layer, width, size, size, "valid"),
          channels,
        ],
        words: [sides([size, size])],
      };
    }
    case "upsample": {
      const [height, width, channels] = imageOf(layer, input);
      const { factor } = layer;
      whole(layer, factor, 16, "factor");
      return {
        className: "UpSampling2D",
        output: [height * factor, width * factor, channels],
        words: [sides([factor, factor]), "nearest"],
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
      for (const side of layer.to) whole(layer, side, MOST_NUMBERS, "side");
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
      if (typeof activation === "object") return { className: "LeakyReLU", output: input };
      return { className: "Activation", output: input, words: [activationWord(activation)] };
    }
    case "dropout":
      if (!(layer.rate >= 0 && layer.rate < 1))
        throw problem(layer, "has a rate from 0 to below 1");
      return {
        className: "Dropout",
        output: input,
        words: [`${Math.round(layer.rate * 100)}%`],
      };
    case "nestedDropout":
      if (!(layer.evenTo >= 1)) throw problem(layer, "has sizes from 1 on");
      return { className: "NestedDropout", output: [vectorOf(layer, input)] };
    case "batchNorm":
      // Scale, offset and the two moving averages of each channel.
      return { className: "BatchNormalization", output: input, beside: 4 * input.at(-1)! };
    case "add":
      if (inputs.length < 2) throw problem(layer, "takes two inputs or more");
      for (const other of inputs) {
        if (!isSame(other, input)) {
          throw problem(layer, `cannot add ${sides(other)} to ${sides(input)}`);
        }
      }
      return { className: "Add", output: input };
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

/** Of a layer's output: 4 MB an image. */
const MOST_NUMBERS = 1 << 20;

/** @throws NetError unless it is a whole number from 1 to `most` */
function whole(layer: LayerSpec, value: number, most: number, what: string): void {
  if (!Number.isInteger(value) || value < 1 || value > most) {
    throw problem(layer, `has a ${what} from 1 to ${most.toLocaleString("en")}, not ${value}`);
  }
}

/** What the compiled devices can do. */
function checkWindow(layer: ConvSpec | ConvTransposeSpec): void {
  const { kernel, stride = 1, filters } = layer;
  whole(layer, filters, 4096, "number of filters");
  whole(layer, stride, 2, "stride");
  for (const side of kernel) whole(layer, side, 7, "kernel");
  if (Math.min(...kernel) < stride) {
    throw problem(layer, `has a kernel no smaller than its stride of ${stride}`);
  }
}

function problem({ name }: LayerSpec, why: string): NetError {
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
  layer: LayerSpec,
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

const ACTIVATIONS: Readonly<Record<Activation, string>> = {
  linear: "",
  relu: "ReLU",
  elu: "ELU",
  swish: "swish",
  sigmoid: "sigmoid",
};

function activationWord(activation: Activation): string {
  return ACTIVATIONS[activation];
}

/** [3, 3] → "3×3" */
function sides(shape: Shape): string {
  return shape.join("×");
}

/** Nothing for the usual stride of 1. */
function strideWord(stride: number): string {
  return stride === 1 ? "" : `stride ${stride}`;
}
