/** A net as Keras code: one line a layer, in the functional form, with the same names. */

import type { Divergence } from "../../config/likelihood";
import { type NetGraph, type NetLayer, refuse } from "../graph";
import {
  type ActivationName,
  activationOf,
  checkLastAxis,
  dilationOf,
  edgesOf,
  evenToOf,
  isOn,
  keptOf,
  numberOf,
  numbersOf,
  oneOf,
  optionalNumberOf,
  pairOf,
  weightOf,
} from "../settings";
import { call, literal, tuple, variables } from "./python";

/** Layers and an activation that Keras has not; the code defines those that the net uses. */
export type CustomLayer = keyof typeof CUSTOM;

/** Which layers use each. */
const CUSTOM = {
  ActivityRegularization: ({ className }) => className === "ActivityRegularization",
  Clamp: ({ className }) => className === "Clamp",
  DepthToSpace: ({ className }) => className === "DepthToSpace",
  NestedDropout: ({ className }) => className === "NestedDropout",
  Sampling: ({ className }) => className === "Sampling",
  TfjsUpSampling2D: ({ className, config }) =>
    className === "UpSampling2D" && config.interpolation === "bilinear",
  tfjs_hard_sigmoid: ({ config }) => config.activation === "hardSigmoid",
} as const satisfies Readonly<Record<string, (layer: NetLayer) => boolean>>;

export function customLayers({ layers }: NetGraph): CustomLayer[] {
  const names = Object.keys(CUSTOM) as CustomLayer[];
  return names.filter((name) => layers.some(CUSTOM[name]));
}

/** What Keras 3 calls activations that it does not call as tfjs does; Python, quotes included. */
const KERAS_ACTIVATIONS: Readonly<Partial<Record<ActivationName, string>>> = {
  kerasHardSigmoid: '"hard_sigmoid"',
  hardSigmoid: "tfjs_hard_sigmoid",
};

function activationCode(activation: ActivationName): string {
  return KERAS_ACTIVATIONS[activation] ?? literal(activation);
}

/**
 * `def build_model(): …`, which gives an untrained net.
 *
 * @param divergence how much that of drawn codes counts; null for not at all
 * @throws ExportError naming a layer or a setting that Keras has no form of here
 */
export function buildModelCode(graph: NetGraph, divergence: Divergence | null = null): string {
  const { input, layers, output, name } = graph;
  const named = variables([input.name, ...layers.map((layer) => layer.name)]);
  const variable = (layer: string) => named.get(layer)!;
  const lines = layers.map((layer) => {
    const [head, given] = constructorOf(layer, divergence);
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
function constructorOf(layer: NetLayer, divergence: Divergence | null): [string, string[]] {
  const { className } = layer;
  switch (className) {
    case "Conv2D":
    case "Conv2DTranspose":
      return [
        `layers.${className}`,
        [
          literal(numberOf(layer, "filters")),
          ...windowArguments(layer),
          ...trainedArguments(layer),
        ],
      ];
    case "DepthwiseConv2D": {
      const [down, across] = pairOf(layer, "strides");
      if (down !== across) refuse(layer, "TensorFlow wants the same stride down and across");
      return ["layers.DepthwiseConv2D", channelwiseArguments(layer, ["depthwise"])];
    }
    case "SeparableConv2D": {
      const filters = literal(numberOf(layer, "filters"));
      const others = channelwiseArguments(layer, ["depthwise", "pointwise"]);
      return ["layers.SeparableConv2D", [filters, ...others]];
    }
    case "Permute":
      return ["layers.Permute", [tuple(numbersOf(layer, "dims"))]];
    case "Dense":
      return ["layers.Dense", [literal(numberOf(layer, "units")), ...trainedArguments(layer)]];
    case "BatchNormalization":
      return ["layers.BatchNormalization", normArguments(layer)];
    case "MaxPooling2D":
    case "AveragePooling2D":
      return [`layers.${className}`, poolArguments(layer)];
    case "GlobalMaxPooling2D":
    case "GlobalAveragePooling2D":
      oneOf(layer, "dataFormat", ["channelsLast"]);
      return [`layers.${className}`, []];
    case "ZeroPadding2D":
    case "Cropping2D":
      oneOf(layer, "dataFormat", ["channelsLast"]);
      return [`layers.${className}`, [edgesArgument(layer)]];
    case "UpSampling2D":
      oneOf(layer, "dataFormat", ["channelsLast"]);
      return oneOf(layer, "interpolation", ["nearest", "bilinear"]) === "nearest"
        ? ["layers.UpSampling2D", [side(pairOf(layer, "size"))]]
        : ["TfjsUpSampling2D", [tuple(pairOf(layer, "size"))]];
    case "BilinearUpSampling2D":
      return ["layers.UpSampling2D", [side(pairOf(layer, "size")), 'interpolation="bilinear"']];
    case "LayerNormalization":
      checkLastAxis(layer);
      return ["layers.LayerNormalization", factorArguments(layer)];
    case "GroupNormalization":
      checkLastAxis(layer);
      return [
        "layers.GroupNormalization",
        [`groups=${literal(numberOf(layer, "groups"))}`, ...factorArguments(layer)],
      ];
    case "PReLU": {
      const { sharedAxes } = layer.config;
      const shared = sharedAxes ? [`shared_axes=${literal(sharedAxes)}`] : [];
      return [
        "layers.PReLU",
        [...shared, ...penaltyArguments(layer, "alpha"), ...frozenArguments(layer)],
      ];
    }
    case "Flatten":
      return ["layers.Flatten", []];
    case "Reshape":
      return ["layers.Reshape", [tuple(layer.shape)]];
    case "Rescaling":
      return ["layers.Rescaling", rescalingArguments(layer)];
    case "Dropout":
    case "SpatialDropout2D":
    case "AlphaDropout":
    case "GaussianDropout":
      return [`layers.${className}`, [literal(numberOf(layer, "rate"))]];
    case "GaussianNoise":
      return ["layers.GaussianNoise", [literal(numberOf(layer, "stddev"))]];
    case "Activation":
      return ["layers.Activation", [activationCode(activationOf(layer))]];
    case "ReLU": {
      const most = optionalNumberOf(layer, "maxValue");
      return ["layers.ReLU", most === null ? [] : [`max_value=${literal(most)}`]];
    }
    case "ThresholdedReLU":
      // Keras 3 has no class for it.
      return ["layers.ReLU", [`threshold=${literal(numberOf(layer, "theta"))}`]];
    case "Softmax":
      checkLastAxis(layer);
      return ["layers.Softmax", []];
    case "LeakyReLU":
      return ["layers.LeakyReLU", [`negative_slope=${literal(numberOf(layer, "alpha"))}`]];
    case "ELU":
      return ["layers.ELU", [`alpha=${literal(numberOf(layer, "alpha"))}`]];
    case "Add":
    case "Multiply":
    case "Subtract":
    case "Average":
    case "Maximum":
    case "Minimum":
      return [`layers.${className}`, []];
    case "Concatenate":
      checkLastAxis(layer);
      return ["layers.Concatenate", []];
    case "ActivityRegularization":
      return [
        "ActivityRegularization",
        (["l1", "l2"] as const).map((rate) => `${rate}=${literal(numberOf(layer, rate))}`),
      ];
    case "Clamp":
      return ["Clamp", []];
    case "DepthToSpace":
      return ["DepthToSpace", [literal(numberOf(layer, "blockSize"))]];
    case "Sampling":
      return ["Sampling", divergence ? [literal(divergence.weight), literal(divergence.free)] : []];
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

/** ((1, 2), (0, 0)): rows above and below, columns left and right. */
function edgesArgument(layer: NetLayer): string {
  const [top, bottom, left, right] = edgesOf(layer);
  return `(${tuple([top, bottom])}, ${tuple([left, right])})`;
}

function windowArguments(layer: NetLayer): string[] {
  oneOf(layer, "dataFormat", ["channelsLast"]);
  const strides = side(pairOf(layer, "strides"));
  const padding = oneOf(layer, "padding", ["valid", "same"]);
  // A transposed convolution has none in tfjs.
  const dilation = side(dilationOf(layer));
  return [
    side(pairOf(layer, "kernelSize")),
    ...(strides === "1" ? [] : [`strides=${strides}`]),
    ...(dilation === "1" ? [] : [`dilation_rate=${dilation}`]),
    ...(padding === "valid" ? [] : ['padding="same"']),
  ];
}

/** Of a depthwise convolution, and what may be behind it in the same layer. */
function channelwiseArguments(layer: NetLayer, kernels: readonly string[]): string[] {
  // tfjs keeps the number of a separable one's kernels nowhere else.
  const times = weightOf(layer, 0).shape.at(-1)!;
  const multiplier = times === 1 ? [] : [`depth_multiplier=${literal(times)}`];
  return [...windowArguments(layer), ...multiplier, ...trainedArguments(layer, kernels)];
}

/** What dense layers and convolutions share, by the names of their kernels. */
function trainedArguments(layer: NetLayer, kernels: readonly string[] = ["kernel"]): string[] {
  const activation = activationOf(layer);
  return [
    ...(activation === "linear" ? [] : [`activation=${activationCode(activation)}`]),
    ...(isOn(layer, "useBias") ? [] : ["use_bias=False"]),
    ...kernels.flatMap((kernel) =>
      startsAtZero(layer, kernel) ? [`${kernel}_initializer="zeros"`] : [],
    ),
    ...penaltyArguments(layer, ...kernels, "bias"),
    ...frozenArguments(layer),
  ];
}

function startsAtZero({ config }: NetLayer, kernel: string): boolean {
  const initializer = config[`${kernel}Initializer`];
  return isRecord(initializer) && initializer.className === "Zeros";
}

/** The penalties on weights: the loss of the training loop adds those of all layers. */
function penaltyArguments(layer: NetLayer, ...arrays: readonly string[]): string[] {
  return arrays.flatMap((array) => {
    const regularizer = layer.config[`${array}Regularizer`];
    if (regularizer === null || regularizer === undefined) return [];
    const { l1 = 0, l2 = 0 } =
      isRecord(regularizer) && isRecord(regularizer.config) ? regularizer.config : {};
    if (typeof l1 !== "number" || typeof l2 !== "number" || l1 + l2 === 0) {
      return refuse(layer, `only an L1 and L2 ${array}Regularizer is supported`);
    }
    const rates = [
      ...(l1 > 0 ? [`l1=${literal(l1)}`] : []),
      ...(l2 > 0 ? [`l2=${literal(l2)}`] : []),
    ];
    return [`${array}_regularizer=keras.regularizers.L1L2(${rates.join(", ")})`];
  });
}

/** A frozen layer's weights stay. */
function frozenArguments({ config }: NetLayer): string[] {
  return config.trainable === false ? ["trainable=False"] : [];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function normArguments(layer: NetLayer): string[] {
  checkLastAxis(layer);
  return [`momentum=${literal(numberOf(layer, "momentum"))}`, ...factorArguments(layer)];
}

/** What normalisations of every kind have. */
function factorArguments(layer: NetLayer): string[] {
  return [
    `epsilon=${literal(numberOf(layer, "epsilon"))}`,
    ...(isOn(layer, "center") ? [] : ["center=False"]),
    ...(isOn(layer, "scale") ? [] : ["scale=False"]),
    ...penaltyArguments(layer, "beta", "gamma"),
    ...frozenArguments(layer),
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

function rescalingArguments(layer: NetLayer): string[] {
  const offset = numberOf(layer, "offset");
  const scale = literal(numberOf(layer, "scale"));
  return offset === 0 ? [scale] : [scale, `offset=${literal(offset)}`];
}
