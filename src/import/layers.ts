/** What each of Keras's layers is here, by its class: how its settings are read, and what stands for it. */

import type { Activation } from "../nets/activations";
import { NORM_EPSILON, NORM_MOMENTUM } from "../nets/spec";
import type { Shape } from "../nets/summary";
import type { Unnamed } from "../nets/text/kinds";
import { isJson } from "./json";
import { type Settings, shortest } from "./settings";
import type { TopologyLayer } from "./topology";

/**
 * The layers that stand for one of the class, each taking what the one before makes; none for one that
 * changes nothing.
 *
 * @param input the shape that it takes
 * @param inputs how many it takes
 */
type ReadLayer = (settings: Settings, input: Shape, inputs: number) => readonly Unnamed[];

/** By their names without underscores. */
const ACTIVATIONS: Readonly<Record<string, Activation>> = {
  linear: "linear",
  relu: "relu",
  relu6: "relu6",
  elu: "elu",
  selu: "selu",
  gelu: "gelu",
  swish: "swish",
  silu: "swish",
  mish: "mish",
  sigmoid: "sigmoid",
  hardsigmoid: "hardSigmoid",
  // This project's own, for tfjs.
  kerashardsigmoid: "hardSigmoid",
  tanh: "tanh",
  softsign: "softsign",
  softplus: "softplus",
  softmax: "softmax",
};

/** As a layer's own; a problem for one that there is none of. */
function activationOf(settings: Settings, setting = "activation"): Activation {
  const name = settings.functionName(setting) ?? "linear";
  const word = name.toLowerCase().replaceAll("_", "");
  // Keras 3 has given it another slope.
  if (word === "hardsigmoid" && settings.dialect !== "keras-3") return "hardSigmoidTfjs";
  const known = ACTIVATIONS[word];
  if (known) return known;
  const names = Object.keys(ACTIVATIONS).join(", ");
  settings.problem(`there is no activation ${name}: use one of ${names}`);
  return "linear";
}

/** What layers with a kernel, or with several, have in common. */
function kernelOf(settings: Settings, kernels: readonly string[] = ["kernel"]) {
  const activation = activationOf(settings);
  if (!settings.isOn("use_bias", true)) settings.note("it has a bias here, which starts at 0");
  settings.penalties(...kernels, "bias");
  const starts = kernels.map((kernel) => settings.starts(`${kernel}_initializer`, "glorotuniform"));
  const start = starts.every((each) => each === "zeros") ? "zeros" : "glorotuniform";
  for (const [place, each] of starts.entries()) {
    if (each === start) continue;
    settings.start(`its ${kernels[place]} starts Glorot uniform here, not ${each}`);
  }
  if (settings.starts("bias_initializer", "zeros") !== "zeros") {
    settings.start("its bias starts at 0 here");
  }
  return { activation, ...(start === "zeros" ? { start: "zeros" as const } : {}) };
}

/** A kernel that is moved over an image. */
function windowOf(settings: Settings, kernels?: readonly string[]) {
  if (settings.number("groups", 1) !== 1) {
    settings.problem("groups are not supported: use groups=1, or DepthwiseConv2D");
  }
  const kernel = settings.sides("kernel_size");
  const stride = settings.sides("strides", [1, 1]);
  const padding = settings.padding();
  // A window of one pixel needs none.
  const isOnePixel = [...kernel, ...stride].every((side) => side === 1);
  return {
    kernel,
    ...(stride.every((side) => side === 1) ? {} : { stride }),
    padding: isOnePixel ? ("same" as const) : padding,
    ...kernelOf(settings, kernels),
  };
}

function dilationOf(settings: Settings) {
  const dilation = settings.sides("dilation_rate", [1, 1]);
  return dilation.every((rate) => rate === 1) ? {} : { dilation };
}

/** Of layers that there is no dilation of. */
function refuseDilation(settings: Settings): void {
  if (Object.keys(dilationOf(settings)).length > 0) {
    settings.problem("only Conv2D and SeparableConv2D are dilated here: use dilation_rate=1");
  }
}

const readConv: ReadLayer = (settings) => [
  {
    kind: "conv",
    filters: settings.number("filters"),
    ...windowOf(settings),
    ...dilationOf(settings),
  },
];

const readDepthwise: ReadLayer = (settings) => {
  refuseDilation(settings);
  const times = settings.number("depth_multiplier", 1);
  const window = windowOf(settings, ["depthwise"]);
  return [{ kind: "depthwise", ...window, ...(times === 1 ? {} : { times }) }];
};

const readSeparable: ReadLayer = (settings) => {
  if (settings.number("depth_multiplier", 1) !== 1) {
    settings.problem("its depth_multiplier must be 1: use DepthwiseConv2D and then Conv2D");
  }
  return [
    {
      kind: "separable",
      filters: settings.number("filters"),
      ...windowOf(settings, ["depthwise", "pointwise"]),
      ...dilationOf(settings),
    },
  ];
};

const readPermute: ReadLayer = (settings, input) => {
  const dims = settings.take("dims");
  const order = Array.isArray(dims) ? dims.map(Number) : [];
  if (order.length !== input.length) settings.problem("its dims are not an order of all axes");
  return [{ kind: "permute", order }];
};

const readConvTranspose: ReadLayer = (settings) => {
  if (settings.take("output_padding") != null) {
    settings.problem("output_padding is not supported: leave it out");
  }
  refuseDilation(settings);
  const filters = settings.number("filters");
  return [{ kind: "convTranspose", filters, ...windowOf(settings) }];
};

/** Of an image it takes each pixel's channels: a convolution of one pixel. */
const readDense: ReadLayer = (settings, input) => {
  const units = settings.number("units");
  const kernel = kernelOf(settings);
  if (input.length === 1) return [{ kind: "dense", units, ...kernel }];
  return [{ kind: "conv", filters: units, kernel: [1, 1], padding: "same", ...kernel }];
};

const readPool =
  (kind: "maxPool" | "averagePool"): ReadLayer =>
  (settings, [height = 1, width = 1]) => {
    const size = settings.sides("pool_size", [2, 2]);
    const stride = settings.sides("strides", size);
    const padding = settings.padding();
    const isUsual = stride.join() === size.join();
    const fills = height % size[0] === 0 && width % size[1] === 0;
    return [
      {
        kind,
        size,
        ...(isUsual ? {} : { stride }),
        ...(isUsual && fills ? {} : { padding }),
      },
    ];
  };

const readGlobalPool =
  (of: "max" | "average"): ReadLayer =>
  (settings, input) => {
    const keeps = settings.isOn("keepdims", false);
    const channels = input.at(-1) ?? 1;
    return [
      { kind: "globalPool", of },
      ...(keeps ? [{ kind: "reshape", to: [1, 1, channels] } as const] : []),
    ];
  };

const readUpSampling: ReadLayer = (settings) => {
  const factor = settings.sides("size", [2, 2]);
  const interpolation = settings.take("interpolation") ?? "nearest";
  if (interpolation === "nearest") return [{ kind: "upsample", factor }];
  if (interpolation !== "bilinear") {
    settings.problem(`its interpolation is "${String(interpolation)}": use "bilinear"`);
  }
  // tfjs puts pixels elsewhere.
  const isTfjs = settings.dialect === "tfjs";
  return [{ kind: "upsample", factor, interpolation: isTfjs ? "bilinearTfjs" : "bilinear" }];
};

const readReshape: ReadLayer = (settings, input) => {
  const target = settings.take("target_shape");
  const all = input.reduce((product, side) => product * side, 1);
  const sides = Array.isArray(target) ? target : [];
  const known = sides.filter((side): side is number => typeof side === "number" && side > 0);
  const rest = all / known.reduce((product, side) => product * side, 1);
  const to = sides.map((side) => (side === -1 ? rest : Number(side)));
  // An image of one channel may have no axis for it.
  const [height, width] = to;
  if (to.length === 2 && height && width) return [{ kind: "reshape", to: [height, width, 1] }];
  if (to.length !== 1 && to.length !== 3) {
    settings.problem("it makes neither a vector nor an image: use one side, or three");
  }
  return to.join() === input.join() ? [] : [{ kind: "reshape", to }];
};

/** What normalisations have in common. */
function normOf(settings: Settings, input: Shape): { readonly epsilon?: number } {
  const axis = settings.take("axis") ?? -1;
  const [only, ...others] = Array.isArray(axis) ? axis : [axis];
  if (others.length > 0 || (only !== -1 && only !== input.length)) {
    settings.problem("it must be along the channels: use axis=-1");
  }
  if (!settings.isOn("center", true)) settings.note("it has an offset here, which starts at 0");
  if (!settings.isOn("scale", true)) settings.note("it has a scale here, which starts at 1");
  settings.penalties("beta", "gamma");
  for (const [array, usual] of [
    ["beta", "zeros"],
    ["gamma", "ones"],
  ] as const) {
    const start = settings.starts(`${array}_initializer`, usual);
    if (start !== usual) settings.start(`its ${array} starts as ${usual} here`);
  }
  const epsilon = shortest(settings.number("epsilon", NORM_EPSILON));
  return epsilon === NORM_EPSILON ? {} : { epsilon };
}

const readNorm: ReadLayer = (settings, input) => {
  const momentum = shortest(settings.number("momentum", NORM_MOMENTUM));
  const said = momentum === NORM_MOMENTUM ? {} : { momentum };
  return [{ kind: "batchNorm", ...said, ...normOf(settings, input) }];
};

const readLayerNorm: ReadLayer = (settings, input) => [
  { kind: "layerNorm", ...normOf(settings, input) },
];

const readGroupNorm: ReadLayer = (settings, input) => {
  const said = settings.number("groups", 32);
  const groups = said === -1 ? (input.at(-1) ?? 1) : said;
  return [{ kind: "groupNorm", groups, ...normOf(settings, input) }];
};

const readPrelu: ReadLayer = (settings, input) => {
  const axes = settings.take("shared_axes") ?? [];
  const shared = Array.isArray(axes) ? axes.join() : String(axes);
  if (shared !== "" && shared !== "1,2") {
    settings.problem("its slopes are of channels or of numbers: use shared_axes=[1, 2], or none");
  }
  settings.penalties("alpha");
  if (settings.starts("alpha_initializer", "zeros") !== "zeros") {
    settings.start("its slopes start at 0 here");
  }
  return [{ kind: "prelu", ...(shared === "" && input.length > 1 ? { each: true } : {}) }];
};

const readSoftmax: ReadLayer = (settings, input) => {
  const axis = settings.number("axis", -1);
  if (axis !== -1 && axis !== input.length) {
    settings.problem("it must be along the channels: use axis=-1");
  }
  return [{ kind: "activation", activation: "softmax" }];
};

const readRate =
  (kind: "dropout" | "spatialDropout" | "alphaDropout" | "gaussianDropout"): ReadLayer =>
  (settings) => [{ kind, rate: settings.number("rate") }];

const readConcat: ReadLayer = (settings, input) => {
  const axis = settings.number("axis", -1);
  if (axis !== -1 && axis !== input.length) {
    settings.problem("it must be along the channels: use axis=-1");
  }
  return [{ kind: "concat" }];
};

const readRelu: ReadLayer = (settings) => {
  const most = settings.optional("max_value");
  const threshold = settings.optional("threshold") ?? 0;
  const slope = settings.optional("negative_slope") ?? 0;
  const [first, ...others] = [
    ...(most === null ? [] : [{ cappedRelu: most }]),
    ...(threshold === 0 ? [] : [{ thresholdedRelu: threshold }]),
    ...(slope === 0 ? [] : [{ leakyRelu: slope }]),
  ];
  if (others.length > 0) {
    settings.problem("use one of max_value, threshold and negative_slope alone");
  }
  return [{ kind: "activation", activation: first ?? "relu" }];
};

const readLeakyRelu: ReadLayer = (settings) => {
  // Keras 3 calls it negative_slope; its standard is 0.3 in all of them.
  const slope = settings.optional("negative_slope") ?? settings.optional("alpha") ?? 0.3;
  return [{ kind: "activation", activation: { leakyRelu: slope } }];
};

const readElu: ReadLayer = (settings) => {
  if (settings.number("alpha", 1) !== 1) settings.problem("its alpha must be 1");
  return [{ kind: "activation", activation: "elu" }];
};

const READERS: Readonly<Record<string, ReadLayer>> = {
  Conv2D: readConv,
  Convolution2D: readConv,
  Conv2DTranspose: readConvTranspose,
  Convolution2DTranspose: readConvTranspose,
  DepthwiseConv2D: readDepthwise,
  SeparableConv2D: readSeparable,
  SeparableConvolution2D: readSeparable,
  Dense: readDense,
  MaxPooling2D: readPool("maxPool"),
  MaxPool2D: readPool("maxPool"),
  AveragePooling2D: readPool("averagePool"),
  AvgPool2D: readPool("averagePool"),
  GlobalMaxPooling2D: readGlobalPool("max"),
  GlobalMaxPool2D: readGlobalPool("max"),
  GlobalAveragePooling2D: readGlobalPool("average"),
  GlobalAvgPool2D: readGlobalPool("average"),
  ZeroPadding2D: (settings) => [{ kind: "pad", edges: settings.edges("padding") }],
  Cropping2D: (settings) => [{ kind: "crop", edges: settings.edges("cropping") }],
  UpSampling2D: readUpSampling,
  Flatten: (_, input) => (input.length === 1 ? [] : [{ kind: "flatten" }]),
  Reshape: readReshape,
  Permute: readPermute,
  Rescaling: (settings) => {
    const [scale, offset] = [settings.number("scale"), settings.number("offset", 0)];
    return [{ kind: "rescale", scale, ...(offset === 0 ? {} : { offset }) }];
  },
  Activation: (settings) => [{ kind: "activation", activation: activationOf(settings) }],
  ReLU: readRelu,
  LeakyReLU: readLeakyRelu,
  ELU: readElu,
  ThresholdedReLU: (settings) => {
    const thresholdedRelu = settings.number("theta", 1);
    return [{ kind: "activation", activation: { thresholdedRelu } }];
  },
  PReLU: readPrelu,
  Softmax: readSoftmax,
  Dropout: readRate("dropout"),
  SpatialDropout2D: readRate("spatialDropout"),
  AlphaDropout: readRate("alphaDropout"),
  GaussianDropout: readRate("gaussianDropout"),
  GaussianNoise: (settings) => [{ kind: "gaussianNoise", deviation: settings.number("stddev") }],
  BatchNormalization: readNorm,
  LayerNormalization: readLayerNorm,
  GroupNormalization: readGroupNorm,
  Add: () => [{ kind: "add" }],
  Multiply: () => [{ kind: "multiply" }],
  Subtract: () => [{ kind: "subtract" }],
  Average: () => [{ kind: "average" }],
  Maximum: () => [{ kind: "maximum" }],
  Minimum: () => [{ kind: "minimum" }],
  Concatenate: readConcat,
  Identity: () => [],
  ActivityRegularization: (settings) => {
    settings.penalize("activity", { l1: settings.take("l1"), l2: settings.take("l2") });
    return [];
  },
  // This project's own, as its exports have them.
  BilinearUpSampling2D: (settings) => [
    { kind: "upsample", factor: settings.sides("size"), interpolation: "bilinear" },
  ],
  Clamp: () => [{ kind: "activation", activation: "clamp" }],
  DepthToSpace: (settings) => [{ kind: "depthToSpace", block: settings.number("block_size") }],
  Sampling: (settings, _, inputs) => {
    settings.take("weight");
    settings.take("free");
    // Means and log-variances of tutorials' nets come apart.
    return [...(inputs > 1 ? [{ kind: "concat" } as const] : []), { kind: "sample" }];
  },
  NestedDropout: (settings) => {
    settings.take("kept");
    return [{ kind: "nestedDropout", evenTo: settings.number("even_to", 1) }];
  },
};

/** What to take instead of layers that there are none of here, by what their classes begin with. */
const INSTEAD: readonly (readonly [begins: RegExp, instead: string])[] = [
  [
    /^(LSTM|GRU|SimpleRNN|RNN|ConvLSTM|Bidirectional|TimeDistributed|StackedRNN)/,
    "recurrent layers are not supported: use Dense or Conv2D",
  ],
  [
    /(1D|3D)(Transpose)?$/,
    "only images of two sides have layers here: use the 2D layer of that name",
  ],
  [/Attention/, "attention is not supported: use Dense or Conv2D"],
  [/^Embedding$/, "images are numbers, not words: use Dense"],
  [
    /^(Lambda|TFOpLambda|TensorFlowOpLayer|SlicingOpLambda)$/,
    "a function of one's own is no data: use Rescaling, Activation or Reshape",
  ],
  [
    /^Random(Flip|Rotation|Zoom|Translation|Crop|Contrast|Brightness|Height|Width)/,
    "images are changed by the recipe here: leave it out, and mirror images at random by the setting",
  ],
  [
    /^(Resizing|CenterCrop|Normalization|Discretization|CategoryEncoding)$/,
    "images come in their size and from 0 to 1: leave it out, or use Rescaling",
  ],
  [
    /(Normalization)$/,
    "of normalisations there are BatchNormalization, LayerNormalization and GroupNormalization",
  ],
  [/^Dot$/, "of joining layers there are Add, Multiply and Concatenate"],
  [/^LocallyConnected2D$/, "use Conv2D"],
  [/(Dropout|Noise)/, "of noise there are Dropout, SpatialDropout2D and GaussianNoise"],
  [/^RepeatVector$/, "use Dense and then Reshape"],
];

/** What makes an activation of a layer that has numbers of its own. */
const PARAMETRIC: ReadonlySet<string> = new Set(["LeakyReLU", "ReLU", "ELU", "Softmax"]);

type Configured = Pick<TopologyLayer, "className" | "config">;

/**
 * A layer without its activation, and that activation as a layer, where it is one: `activation="leaky_relu"`,
 * or `activation=keras.layers.LeakyReLU()`. Else the layer alone.
 */
export function activationApart(
  layer: Configured,
): readonly [plain: Configured, behind: Configured | null] {
  const { className, config } = layer;
  const { activation } = config;
  const plain = { className, config: { ...config, activation: "linear" } };
  // Its slope in both versions of Keras.
  if (activation === "leaky_relu") {
    return [plain, { className: "LeakyReLU", config: { negative_slope: 0.2 } }];
  }
  if (!isJson(activation) || !isJson(activation.config)) return [layer, null];
  const own = String(activation.class_name);
  return PARAMETRIC.has(own)
    ? [plain, { className: own, config: activation.config }]
    : [layer, null];
}

/** How a class of layers is read; a sentence on what to use instead where it is none of these. */
export function readerOf(className: string): ReadLayer | string {
  const own = className.replace(/^.*>/, "");
  if (Object.hasOwn(READERS, own)) return READERS[own] ?? "";
  const instead = INSTEAD.find(([begins]) => begins.test(own))?.[1];
  return instead ?? "there is no such layer here: docs/nets.md lists those that there are";
}
