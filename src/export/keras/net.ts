/** A net as Keras code: one line a layer, in the functional form, with the same names. */

import { type NetGraph, type NetLayer, refuse } from "../graph";
import {
  activationOf,
  checkLastAxis,
  evenToOf,
  isOn,
  keptOf,
  numberOf,
  oneOf,
  pairOf,
} from "../settings";
import { call, literal, tuple, variables } from "./python";

/** Layers that Keras has not, as classes; the code defines those that the net uses. */
export type CustomLayer = "Clamp" | "DepthToSpace" | "NestedDropout";

const CUSTOM: readonly CustomLayer[] = ["Clamp", "DepthToSpace", "NestedDropout"];

export function customLayers(graph: NetGraph): CustomLayer[] {
  return CUSTOM.filter((name) => graph.layers.some(({ className }) => className === name));
}

/**
 * `def build_model(): …`, which gives an untrained net.
 *
 * @throws ExportError naming a layer or a setting that Keras has no form of here
 */
export function buildModelCode(graph: NetGraph): string {
  const { input, layers, output, name } = graph;
  const named = variables([input.name, ...layers.map((layer) => layer.name)]);
  const variable = (layer: string) => named.get(layer)!;
  const lines = layers.map((layer) => {
    const [head, given] = constructorOf(layer);
    const taken = layer.inputs.map(variable);
    const inputs = layer.inputs.length === 1 ? taken[0]! : `[${taken.join(", ")}]`;
    return call(`${variable(layer.name)} = ${head}`, [...given, `name=${literal(layer.name)}`], {
      tail: `(${inputs})`,
      indent: "    ",
    });
  });
  const shape = `shape=${tuple(input.shape)}`;
  return [
    "def build_model():",
    call(`    ${variable(input.name)} = keras.Input`, [shape, `name=${literal(input.name)}`]),
    ...lines,
    call("    return keras.Model", [
      variable(input.name),
      variable(output),
      `name=${literal(name)}`,
    ]),
  ].join("\n");
}

/** The layer's class in Keras and its arguments, but for its name. */
function constructorOf(layer: NetLayer): [string, string[]] {
  const { className } = layer;
  switch (className) {
    case "Conv2D": {
      if (pairOf(layer, "dilationRate").some((rate) => rate !== 1)) {
        refuse(layer, "dilation is not supported");
      }
      return ["layers.Conv2D", windowArguments(layer)];
    }
    case "Conv2DTranspose":
      return ["layers.Conv2DTranspose", windowArguments(layer)];
    case "Dense":
      return ["layers.Dense", [literal(numberOf(layer, "units")), ...trainedArguments(layer)]];
    case "BatchNormalization":
      return ["layers.BatchNormalization", normArguments(layer)];
    case "MaxPooling2D":
    case "AveragePooling2D":
      return [`layers.${className}`, poolArguments(layer)];
    case "UpSampling2D":
      return ["layers.UpSampling2D", upSamplingArguments(layer)];
    case "Flatten":
      return ["layers.Flatten", []];
    case "Reshape":
      return ["layers.Reshape", [tuple(layer.shape)]];
    case "Rescaling":
      return ["layers.Rescaling", rescalingArguments(layer)];
    case "Dropout":
    case "SpatialDropout2D":
    case "GaussianDropout":
      return [`layers.${className}`, [literal(numberOf(layer, "rate"))]];
    case "GaussianNoise":
      return ["layers.GaussianNoise", [literal(numberOf(layer, "stddev"))]];
    case "Activation":
      return ["layers.Activation", [literal(activationOf(layer))]];
    case "ReLU":
      if (layer.config.maxValue !== null && layer.config.maxValue !== undefined) {
        refuse(layer, "its maxValue is not supported");
      }
      return ["layers.ReLU", []];
    case "LeakyReLU":
      return ["layers.LeakyReLU", [`negative_slope=${literal(numberOf(layer, "alpha"))}`]];
    case "ELU":
      return ["layers.ELU", [`alpha=${literal(numberOf(layer, "alpha"))}`]];
    case "Add":
    case "Multiply":
      return [`layers.${className}`, []];
    case "Concatenate":
      checkLastAxis(layer);
      return ["layers.Concatenate", []];
    case "Clamp":
      return ["Clamp", []];
    case "DepthToSpace":
      return ["DepthToSpace", [literal(numberOf(layer, "blockSize"))]];
    case "NestedDropout": {
      const [kept, evenTo] = [keptOf(layer), evenToOf(layer)];
      return [
        "NestedDropout",
        [
          ...(kept === null ? [] : [`kept=${literal(kept)}`]),
          ...(evenTo === 1 ? [] : [`even_to=${literal(evenTo)}`]),
        ],
      ];
    }
    default:
      return refuse(layer, "the Keras code has no form of it");
  }
}

/** 3 where both sides are, else (3, 5). */
const side = ([a, b]: readonly [number, number]): string => (a === b ? literal(a) : tuple([a, b]));

function windowArguments(layer: NetLayer): string[] {
  oneOf(layer, "dataFormat", ["channelsLast"]);
  const strides = side(pairOf(layer, "strides"));
  const padding = oneOf(layer, "padding", ["valid", "same"]);
  return [
    literal(numberOf(layer, "filters")),
    side(pairOf(layer, "kernelSize")),
    ...(strides === "1" ? [] : [`strides=${strides}`]),
    ...(padding === "valid" ? [] : ['padding="same"']),
    ...trainedArguments(layer),
  ];
}

/** What dense layers and convolutions share. */
function trainedArguments(layer: NetLayer): string[] {
  const activation = activationOf(layer);
  return [
    ...(activation === "linear" ? [] : [`activation=${literal(activation)}`]),
    ...(isOn(layer, "useBias") ? [] : ["use_bias=False"]),
    ...(startsAtZero(layer) ? ['kernel_initializer="zeros"'] : []),
    ...penaltyArguments(layer),
  ];
}

function startsAtZero({ config: { kernelInitializer } }: NetLayer): boolean {
  return isRecord(kernelInitializer) && kernelInitializer.className === "Zeros";
}

/** The L2 penalty on a kernel: the loss of the training loop adds those of all layers. */
function penaltyArguments(layer: NetLayer): string[] {
  const { kernelRegularizer } = layer.config;
  if (kernelRegularizer === null || kernelRegularizer === undefined) return [];
  const settings = isRecord(kernelRegularizer) ? kernelRegularizer.config : undefined;
  if (!isRecord(settings) || typeof settings.l2 !== "number" || settings.l1 !== 0) {
    return refuse(layer, "only an L2 kernelRegularizer is supported");
  }
  return [`kernel_regularizer=keras.regularizers.L2(${literal(settings.l2)})`];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function normArguments(layer: NetLayer): string[] {
  checkLastAxis(layer);
  const [momentum, epsilon] = [numberOf(layer, "momentum"), numberOf(layer, "epsilon")];
  return [
    `momentum=${literal(momentum)}`,
    `epsilon=${literal(epsilon)}`,
    ...(isOn(layer, "center") ? [] : ["center=False"]),
    ...(isOn(layer, "scale") ? [] : ["scale=False"]),
  ];
}

function poolArguments(layer: NetLayer): string[] {
  oneOf(layer, "dataFormat", ["channelsLast"]);
  const size = side(pairOf(layer, "poolSize"));
  const strides = side(pairOf(layer, "strides"));
  return [
    size,
    ...(strides === size ? [] : [`strides=${strides}`]),
    ...(oneOf(layer, "padding", ["valid", "same"]) === "valid" ? [] : ['padding="same"']),
  ];
}

/** Bilinear up-sampling puts pixels elsewhere in Keras 3 than in tfjs: only nearest is the same. */
function upSamplingArguments(layer: NetLayer): string[] {
  oneOf(layer, "dataFormat", ["channelsLast"]);
  oneOf(layer, "interpolation", ["nearest"]);
  return [side(pairOf(layer, "size"))];
}

function rescalingArguments(layer: NetLayer): string[] {
  const offset = numberOf(layer, "offset");
  const scale = literal(numberOf(layer, "scale"));
  return offset === 0 ? [scale] : [scale, `offset=${literal(offset)}`];
}
