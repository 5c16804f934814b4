/**
 * Each layer as ONNX operators.
 *
 * ONNX's images have their channels first. Inside a graph every image is [n, c, h, w]; vectors and
 * the graph's own input and output stay as the net has them, channels last.
 */

import { type NetLayer, refuse } from "../graph";
import {
  type ActivationName,
  activationOf,
  checkLastAxis,
  isOn,
  keptOf,
  numberOf,
  oneOf,
  pairOf,
  weightOf,
} from "../settings";
import type { OnnxBuilder } from "./builder";

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

/** Zeros before and after that `same` adds, as TensorFlow: the odd one goes to the end. */
function padsOf(layer: NetLayer, kernel: readonly [number, number], strides: readonly number[]) {
  if (oneOf(layer, "padding", ["valid", "same"]) === "valid") return [0, 0, 0, 0];
  const [height, width] = layer.inputShapes[0] as [number, number];
  const totals = [height, width].map((size, axis) => {
    const stride = strides[axis]!;
    return Math.max(0, (Math.ceil(size / stride) - 1) * stride + kernel[axis]! - size);
  });
  const before = totals.map((total) => Math.floor(total / 2));
  return [...before, ...totals.map((total, axis) => total - before[axis]!)];
}

function writeConv(to: OnnxBuilder, layer: NetLayer, input: string): string {
  const name = to.tensorOf(layer.name);
  oneOf(layer, "dataFormat", ["channelsLast"]);
  const kernel = weightOf(layer, 0);
  const [height, width, from, filters] = kernel.shape as [number, number, number, number];
  const strides = pairOf(layer, "strides");
  const dilations = pairOf(layer, "dilationRate");
  if (dilations.some((rate) => rate !== 1)) refuse(layer, "dilation is not supported");
  const inputs = [
    input,
    to.floats(`${name}/kernel`, channelsFirst(kernel.values, height * width, from, filters), [
      filters,
      from,
      height,
      width,
    ]),
    ...biasOf(to, layer),
  ];
  return activated(to, layer, (output) =>
    to.node("Conv", inputs, output, {
      attributes: {
        kernel_shape: [height, width],
        strides,
        pads: padsOf(layer, [height, width], strides),
      },
    }),
  );
}

function writeConvTranspose(to: OnnxBuilder, layer: NetLayer, input: string): string {
  const name = to.tensorOf(layer.name);
  oneOf(layer, "dataFormat", ["channelsLast"]);
  const kernel = weightOf(layer, 0);
  // tfjs keeps it as [height, width, to, from]: that of the convolution whose gradient it is.
  const [height, width, filters, from] = kernel.shape as [number, number, number, number];
  const strides = pairOf(layer, "strides");
  const sizes = layer.inputShapes[0] as readonly [number, number, number];
  const isSame = oneOf(layer, "padding", ["valid", "same"]) === "same";
  // The zeros of the convolution from the output back to the input; `valid` has none.
  const totals = [height, width].map((side, axis) =>
    isSame ? Math.max(0, (sizes[axis]! - 1) * strides[axis]! + side - layer.shape[axis]!) : 0,
  );
  const before = totals.map((total) => Math.floor(total / 2));
  // [h, w, to, from] → [from, to, h, w]: ONNX lists the input's channels first here.
  const values = channelsFirst(kernel.values, height * width, filters, from);
  const inputs = [
    input,
    to.floats(`${name}/kernel`, values, [from, filters, height, width]),
    ...biasOf(to, layer),
  ];
  return activated(to, layer, (output) =>
    to.node("ConvTranspose", inputs, output, {
      attributes: {
        kernel_shape: [height, width],
        strides,
        pads: [...before, ...totals.map((total, axis) => total - before[axis]!)],
        // Sizes that the strides leave open, such as 7 → 14 with a kernel smaller than its stride.
        output_padding: [height, width].map((side, axis) =>
          Math.max(
            0,
            layer.shape[axis]! - ((sizes[axis]! - 1) * strides[axis]! + side - totals[axis]!),
          ),
        ),
      },
    }),
  );
}

/** [places, a, b] → [b, a, places]. */
function channelsFirst(values: Float32Array, places: number, a: number, b: number): Float32Array {
  const moved = new Float32Array(values.length);
  for (let place = 0; place < places; place++) {
    for (let i = 0; i < a; i++) {
      for (let j = 0; j < b; j++) {
        moved[(j * a + i) * places + place] = values[(place * a + i) * b + j]!;
      }
    }
  }
  return moved;
}

function biasOf(to: OnnxBuilder, layer: NetLayer): string[] {
  if (!isOn(layer, "useBias")) return [];
  const bias = weightOf(layer, 1);
  return [to.floats(`${to.tensorOf(layer.name)}/bias`, bias.values, bias.shape)];
}

/** Writes what comes before a layer's activation, and the activation. */
function activated(to: OnnxBuilder, layer: NetLayer, write: (output: string) => string): string {
  const activation = activationOf(layer);
  const name = to.tensorOf(layer.name);
  if (activation === "linear") return write(name);
  return writeActivation(to, activation, write(`${name}/linear`), name);
}

function writeActivation(
  to: OnnxBuilder,
  activation: ActivationName,
  input: string,
  output: string,
): string {
  switch (activation) {
    case "linear":
      return to.node("Identity", [input], output);
    case "swish":
      return to.node("Mul", [input, to.node("Sigmoid", [input], `${output}/sigmoid`)], output);
    default:
      return to.node(OPERATORS[activation], [input], output);
  }
}

const OPERATORS = {
  relu: "Relu",
  sigmoid: "Sigmoid",
  tanh: "Tanh",
  elu: "Elu",
  softplus: "Softplus",
} as const satisfies Partial<Record<ActivationName, string>>;

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
