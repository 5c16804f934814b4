/** The grammar: how each kind of layer is said, and what undoes it in a mirror. */

import { ACTIVATION_NAMES, ACTIVATIONS, type Activation, activationOfWord } from "../activations";
import {
  type ActivationSpec,
  type ConvSpec,
  type Edges,
  type KernelStart,
  type LayerSpec,
  NORM_EPSILON,
  NORM_MOMENTUM,
  type Sides,
  type UpsampleSpec,
} from "../spec";
import type { Shape } from "../summary";
import type { WeightsKind } from "./training";
import { type Option, oneOf, sidesOf, sidesText, type Words } from "./words";

/** A layer whose name and inputs are not settled. */
export type Unnamed<L extends LayerSpec = LayerSpec> = L extends LayerSpec
  ? Omit<L, "name" | "inputs">
  : never;

export interface KindText<L extends LayerSpec = LayerSpec> {
  /** How such a layer may begin; the first stands for the kind in messages. */
  readonly words: readonly [string, ...string[]];
  /** What an automatic name calls it. */
  readonly noun: string;
  /** What the words behind the first say; any that it leaves are too many. */
  read(words: Words, first: string): Unnamed<L>;
  /** The text that is read as the layer, without names. */
  write(layer: Unnamed<L>): string;
  /** What undoes it, given the shapes that it took and made; null or left out where nothing does. */
  undo?(layer: Unnamed<L>, input: Shape, output: Shape): readonly Unnamed[] | null;
  /** Whether it takes vectors: an image is flattened before it without saying so. */
  readonly takesVectors?: true;
  /** Which weights it has, where it has some: what may be said of how they are trained. */
  readonly weights?: WeightsKind;
  /** Whether it joins what comes with layers that are named behind its first word. */
  readonly joins?: true;
}

interface Kernelled {
  readonly activation: Activation;
  readonly start?: KernelStart;
}

const ACTIVATION_WORDS = ACTIVATION_NAMES.map((name) => ACTIVATIONS[name].word);
const ACTIVATION: Option<Activation> = {
  says: `activation (${ACTIVATION_WORDS.join(", ")})`,
  read: activationOfWord,
};

const STARTS: Readonly<Record<string, KernelStart>> = {
  zeros: "zeros",
  "pca-encode": "pcaEncode",
  "pca-decode": "pcaDecode",
};
const START: Option<KernelStart> = {
  says: `start (${Object.keys(STARTS).join(", ")})`,
  read: (word) => STARTS[word],
};

function readKernel(words: Words): Kernelled {
  const activation = words.option(ACTIVATION) ?? "linear";
  const start = words.option(START);
  return { activation, ...(start ? { start } : {}) };
}

function kernelWords({ activation, start }: Kernelled): readonly string[] {
  const startWord = Object.keys(STARTS).find((word) => STARTS[word] === start);
  const { word } = ACTIVATIONS[activation];
  return [...(activation === "linear" ? [] : [word]), ...(startWord ? [startWord] : [])];
}

/** `/2`, `/2x1`, or `stride 2`. */
const STRIDE: Option<Sides> = {
  says: "stride (/2, /2x1)",
  read(word, rest) {
    if (word === "stride") return rest.sides("a stride");
    return word.startsWith("/") ? sidesOf(word.slice(1)) : undefined;
  },
};
/** `dilate 2`, `dilate 2x1`. */
const DILATION: Option<Sides> = {
  says: "dilation (dilate 2, dilate 2x1)",
  read: (word, rest) => (word === "dilate" ? rest.sides("a dilation") : undefined),
};
/** `times 2` */
const TIMES: Option<number> = {
  says: "kernels a channel (times 2)",
  read: (word, rest) => (word === "times" ? rest.whole("a number of kernels") : undefined),
};
const PADDING = oneOf("padding", ["same", "valid"]);

function isOne([down, across]: Sides): boolean {
  return down === 1 && across === 1;
}

/** What a kernel that is moved over an image is told of: its sides, and its options. */
function window(words: Words) {
  const kernel = words.sides("the kernel's sides");
  const kernelled = readKernel(words);
  const stride = words.option(STRIDE);
  const padding = words.option(PADDING) ?? "same";
  const strided = stride && !isOne(stride) ? { stride } : {};
  return { kernel, padding, ...kernelled, ...strided };
}

/** Filters, and a window. */
function filtered(words: Words) {
  const filters = words.whole("a number of filters");
  return { filters, ...window(words) };
}

function readDilation(words: Words): { readonly dilation?: Sides } {
  const dilation = words.option(DILATION);
  return dilation && !isOne(dilation) ? { dilation } : {};
}

type Windowed = Pick<ConvSpec, "kernel" | "stride" | "dilation" | "padding"> & Kernelled;

function windowText(head: string, layer: Windowed) {
  const { kernel, stride, dilation, padding } = layer;
  return [
    head,
    sidesText(kernel),
    ...kernelWords(layer),
    ...(stride ? [`/${sidesText(stride)}`] : []),
    ...(dilation ? [`dilate ${sidesText(dilation)}`] : []),
    ...(padding === "same" ? [] : [padding]),
  ].join(" ");
}

type PoolKind = "maxPool" | "averagePool";

function pool<Kind extends PoolKind>(kind: Kind, words: Words) {
  const size = words.sides("the windows' size");
  const stride = words.option(STRIDE);
  const padding = words.option(PADDING);
  const isApart = stride && (stride[0] !== size[0] || stride[1] !== size[1]);
  return { kind, size, ...(isApart ? { stride } : {}), ...(padding ? { padding } : {}) };
}

function poolText(
  word: string,
  { size, stride, padding }: Unnamed<Extract<LayerSpec, { kind: PoolKind }>>,
): string {
  return [
    word,
    sidesText(size),
    ...(stride ? [`/${sidesText(stride)}`] : []),
    ...(padding ? [padding] : []),
  ].join(" ");
}

/** "pad 1", "pad 1x2" for 1 above and below and 2 on either side, or all four as Keras has them. */
function edges(words: Words): Edges {
  const [down, across] = words.sides("rows and columns");
  if (words.isSaid) return [down, down, across, across];
  const rest = ["the rows below", "the columns on the left", "the columns on the right"];
  const [below = 0, left = 0, right = 0] = rest.map((what) => words.whole(what));
  return [down, below, left, right];
}

function edgesText([top, bottom, left, right]: Edges): string {
  if (top === bottom && left === right) return sidesText([top, left]);
  return [top, bottom, left, right].join(" ");
}

/**
 * Makes of an image that a window has left as large a one as it was: every pixel as often as the
 * window's stride, and what is missing or too much then put or taken at its edges.
 */
function regrown(stride: Sides, input: Shape, output: Shape): readonly Unnamed[] {
  const [rows = 0, columns = 0] = stride.map((side, axis) => input[axis]! - output[axis]! * side);
  const halves = (missing: number) => {
    const before = Math.floor(Math.max(0, missing) / 2);
    return [before, Math.max(0, missing) - before] as const;
  };
  const pad: Edges = [...halves(rows), ...halves(columns)];
  const crop: Edges = [...halves(-rows), ...halves(-columns)];
  const isAny = (each: Edges) => each.some((edge) => edge > 0);
  return [
    ...(stride.every((side) => side === 1) ? [] : [{ kind: "upsample", factor: stride } as const]),
    ...(isAny(pad) ? [{ kind: "pad", edges: pad } as const] : []),
    ...(isAny(crop) ? [{ kind: "crop", edges: crop } as const] : []),
  ];
}

/** The same window over an image that is as large again as the one that it was moved over. */
function windowUndone(
  layer: Unnamed<Extract<LayerSpec, { kind: "conv" | "depthwise" | "separable" }>>,
  input: Shape,
  output: Shape,
): readonly Unnamed[] {
  const { stride = [1, 1], start: _, ...window } = layer;
  return [...regrown(stride, input, output), { ...window, padding: "same" }];
}

const INTERPOLATIONS: Readonly<Record<string, NonNullable<UpsampleSpec["interpolation"]>>> = {
  bilinear: "bilinear",
  "bilinear-tfjs": "bilinearTfjs",
};
const INTERPOLATION: Option<NonNullable<UpsampleSpec["interpolation"]>> = {
  says: `interpolation (${Object.keys(INTERPOLATIONS).join(", ")})`,
  read: (word) => INTERPOLATIONS[word],
};
const EACH = oneOf("slopes", ["each"]);

/** `epsilon 1e-5` */
const EPSILON: Option<number> = {
  says: "what is added to variances (epsilon 1e-5)",
  read: (word, rest) => (word === "epsilon" ? rest.rate("what is added to variances") : undefined),
};
/** `momentum 0.9` */
const MOMENTUM: Option<number> = {
  says: "how much of the averages a step keeps (momentum 0.9)",
  read: (word, rest) =>
    word === "momentum" ? rest.number("how much of the averages a step keeps") : undefined,
};

function readEpsilon(words: Words): { readonly epsilon?: number } {
  const epsilon = words.option(EPSILON) ?? NORM_EPSILON;
  return epsilon === NORM_EPSILON ? {} : { epsilon };
}

const epsilonText = ({ epsilon }: { readonly epsilon?: number }): string =>
  epsilon === undefined ? "" : ` epsilon ${epsilon}`;

type RateKind = "dropout" | "spatialDropout" | "alphaDropout" | "gaussianDropout";

/** How a kind is said whose one setting is a rate. */
function dropping<Kind extends RateKind>(kind: Kind, word: string, noun: string) {
  return {
    words: [word],
    noun,
    read: (words: Words) => ({ kind, rate: words.number("a rate") }),
    write: ({ rate }: { readonly rate: number }) => `${word} ${rate}`,
    undo: <L>(layer: L) => [layer],
  } as const;
}

function readActivation(words: Words, first: string): ActivationSpec["activation"] {
  if (first === "relu" && words.isSaid) return "relu";
  if (first === "leaky-relu") return { leakyRelu: words.number("a slope") };
  if (first === "relu") return { cappedRelu: words.number("a maximum") };
  if (first === "threshold-relu") return { thresholdedRelu: words.number("a threshold") };
  return activationOfWord(first) ?? "clamp";
}

function activationText(activation: ActivationSpec["activation"]): string {
  if (activation === "clamp") return "clamp";
  if (typeof activation === "string") return ACTIVATIONS[activation].word;
  if ("leakyRelu" in activation) return `leaky-relu ${activation.leakyRelu}`;
  if ("cappedRelu" in activation) return `relu ${activation.cappedRelu}`;
  return `threshold-relu ${activation.thresholdedRelu}`;
}

const KINDS: {
  readonly [Kind in LayerSpec["kind"]]: KindText<Extract<LayerSpec, { kind: Kind }>>;
} = {
  conv: {
    words: ["conv"],
    weights: "kernel",
    noun: "conv",
    read: (words) => ({ kind: "conv", ...filtered(words), ...readDilation(words) }),
    write: (layer) => windowText(`conv ${layer.filters}`, layer),
    undo: windowUndone,
  },
  convTranspose: {
    words: ["conv-transpose"],
    weights: "kernel",
    noun: "conv_transpose",
    read: (words) => ({ kind: "convTranspose", ...filtered(words) }),
    write: (layer) => windowText(`conv-transpose ${layer.filters}`, layer),
  },
  depthwise: {
    words: ["depthwise"],
    weights: "other",
    noun: "depthwise",
    read(words) {
      const layer = window(words);
      const times = words.option(TIMES) ?? 1;
      return { kind: "depthwise", ...layer, ...(times === 1 ? {} : { times }) };
    },
    write: ({ times, ...layer }) =>
      `${windowText("depthwise", layer)}${times ? ` times ${times}` : ""}`,
    // Channels that have become several do not become one again.
    undo: (layer, input, output) => (layer.times ? null : windowUndone(layer, input, output)),
  },
  separable: {
    words: ["separable"],
    weights: "other",
    noun: "separable",
    read: (words) => ({ kind: "separable", ...filtered(words), ...readDilation(words) }),
    write: (layer) => windowText(`separable ${layer.filters}`, layer),
    undo: windowUndone,
  },
  dense: {
    words: ["dense"],
    weights: "kernel",
    noun: "dense",
    takesVectors: true,
    read: (words) => ({
      kind: "dense",
      units: words.whole("a number of units"),
      ...readKernel(words),
    }),
    write: (layer) => ["dense", layer.units, ...kernelWords(layer)].join(" "),
    undo: (_, [size]) => [{ kind: "dense", units: size!, activation: "relu" }],
  },
  maxPool: {
    words: ["pool"],
    noun: "pool",
    read: (words) => pool("maxPool", words),
    write: (layer) => poolText("pool", layer),
    undo: ({ size, stride = size }, input, output) => regrown(stride, input, output),
  },
  averagePool: {
    words: ["average-pool"],
    noun: "average",
    read: (words) => pool("averagePool", words),
    write: (layer) => poolText("average-pool", layer),
    undo: ({ size, stride = size }, input, output) => regrown(stride, input, output),
  },
  globalPool: {
    words: ["global-pool", "global-average-pool"],
    noun: "global",
    read: (_, first) => ({ kind: "globalPool", of: first === "global-pool" ? "max" : "average" }),
    write: ({ of }) => (of === "max" ? "global-pool" : "global-average-pool"),
  },
  pad: {
    words: ["pad"],
    noun: "pad",
    read: (words) => ({ kind: "pad", edges: edges(words) }),
    write: (layer) => `pad ${edgesText(layer.edges)}`,
    undo: (layer) => [{ ...layer, kind: "crop" }],
  },
  crop: {
    words: ["crop"],
    noun: "crop",
    read: (words) => ({ kind: "crop", edges: edges(words) }),
    write: (layer) => `crop ${edgesText(layer.edges)}`,
    undo: (layer) => [{ ...layer, kind: "pad" }],
  },
  permute: {
    words: ["permute"],
    noun: "permute",
    read(words) {
      const order = [words.whole("the axes' order")];
      while (!words.isSaid) order.push(words.whole("an axis"));
      return { kind: "permute", order };
    },
    write: ({ order }) => `permute ${order.join(" ")}`,
    undo: ({ order }) => [
      { kind: "permute", order: order.map((_, place) => order.indexOf(place + 1) + 1) },
    ],
  },
  upsample: {
    words: ["up"],
    noun: "upsampling",
    read(words) {
      const factor = words.sides("a factor");
      const interpolation = words.option(INTERPOLATION);
      return { kind: "upsample", factor, ...(interpolation ? { interpolation } : {}) };
    },
    write({ factor, interpolation }) {
      const word = Object.keys(INTERPOLATIONS).find(
        (each) => INTERPOLATIONS[each] === interpolation,
      );
      return `up ${sidesText(factor)}${word ? ` ${word}` : ""}`;
    },
  },
  depthToSpace: {
    words: ["depth-to-space"],
    noun: "pixels",
    read: (words) => ({ kind: "depthToSpace", block: words.whole("the block's size") }),
    write: ({ block }) => `depth-to-space ${block}`,
  },
  flatten: {
    words: ["flatten"],
    noun: "flatten",
    read: () => ({ kind: "flatten" }),
    write: () => "flatten",
    undo: (_, input) => [{ kind: "reshape", to: input }],
  },
  reshape: {
    words: ["shape"],
    noun: "reshape",
    read: (words) => ({ kind: "reshape", to: words.shape("a shape") }),
    write: ({ to }) => `shape ${to.join("x")}`,
  },
  rescale: {
    words: ["rescale"],
    noun: "rescale",
    read(words) {
      const scale = words.number("what to multiply by");
      const offset = words.isSaid ? 0 : words.number("what to add");
      return { kind: "rescale", scale, ...(offset === 0 ? {} : { offset }) };
    },
    write: ({ scale, offset }) => `rescale ${scale}${offset ? ` ${offset}` : ""}`,
  },
  activation: {
    // The usual one first.
    words: ["relu", ...ACTIVATION_WORDS, "leaky-relu", "threshold-relu", "clamp"],
    noun: "activation",
    read: (words, first) => ({ kind: "activation", activation: readActivation(words, first) }),
    write: ({ activation }) => activationText(activation),
    undo: (layer) => [layer],
  },
  dropout: dropping("dropout", "dropout", "dropout"),
  spatialDropout: dropping("spatialDropout", "spatial-dropout", "channels"),
  alphaDropout: dropping("alphaDropout", "alpha-dropout", "alpha"),
  gaussianDropout: dropping("gaussianDropout", "gaussian-dropout", "gauss"),
  gaussianNoise: {
    words: ["noise"],
    noun: "noise",
    read: (words) => ({ kind: "gaussianNoise", deviation: words.number("a deviation") }),
    write: ({ deviation }) => `noise ${deviation}`,
    undo: (layer) => [layer],
  },
  nestedDropout: {
    words: ["nested-dropout"],
    noun: "truncation",
    takesVectors: true,
    read: (words) => ({ kind: "nestedDropout", evenTo: words.number("a size") }),
    write: ({ evenTo }) => `nested-dropout ${evenTo}`,
  },
  sample: {
    words: ["sample"],
    noun: "sample",
    read: () => ({ kind: "sample" }),
    write: () => "sample",
    // What made the distributions is undone behind it.
    undo: () => [],
  },
  batchNorm: {
    words: ["norm"],
    weights: "other",
    noun: "norm",
    read(words) {
      const momentum = words.option(MOMENTUM) ?? NORM_MOMENTUM;
      const said = momentum === NORM_MOMENTUM ? {} : { momentum };
      return { kind: "batchNorm", ...said, ...readEpsilon(words) };
    },
    write: (layer) =>
      `norm${layer.momentum === undefined ? "" : ` momentum ${layer.momentum}`}${epsilonText(layer)}`,
    undo: (layer) => [layer],
  },
  layerNorm: {
    words: ["layer-norm"],
    weights: "other",
    noun: "layer_norm",
    read: (words) => ({ kind: "layerNorm", ...readEpsilon(words) }),
    write: (layer) => `layer-norm${epsilonText(layer)}`,
    undo: (layer) => [layer],
  },
  groupNorm: {
    words: ["group-norm"],
    weights: "other",
    noun: "group_norm",
    read: (words) => ({
      kind: "groupNorm",
      groups: words.whole("a number of groups"),
      ...readEpsilon(words),
    }),
    write: ({ groups, ...layer }) => `group-norm ${groups}${epsilonText(layer)}`,
    undo: (layer) => [layer],
  },
  prelu: {
    words: ["prelu"],
    weights: "other",
    noun: "prelu",
    read: (words) => ({ kind: "prelu", ...(words.option(EACH) ? { each: true } : {}) }),
    write: ({ each }) => (each ? "prelu each" : "prelu"),
    undo: (layer) => [layer],
  },
  add: {
    words: ["add"],
    noun: "add",
    joins: true,
    read: () => ({ kind: "add" }),
    write: () => "add",
  },
  multiply: {
    words: ["multiply"],
    noun: "product",
    joins: true,
    read: () => ({ kind: "multiply" }),
    write: () => "multiply",
  },
  subtract: {
    words: ["subtract"],
    noun: "difference",
    joins: true,
    read: () => ({ kind: "subtract" }),
    write: () => "subtract",
  },
  average: {
    words: ["average"],
    noun: "mean",
    joins: true,
    read: () => ({ kind: "average" }),
    write: () => "average",
  },
  maximum: {
    words: ["maximum"],
    noun: "maximum",
    joins: true,
    read: () => ({ kind: "maximum" }),
    write: () => "maximum",
  },
  minimum: {
    words: ["minimum"],
    noun: "minimum",
    joins: true,
    read: () => ({ kind: "minimum" }),
    write: () => "minimum",
  },
  concat: {
    words: ["concat"],
    noun: "concat",
    joins: true,
    read: () => ({ kind: "concat" }),
    write: () => "concat",
  },
};

/** How layers of that kind are said. */
export function textOf(kind: LayerSpec["kind"]): KindText {
  return KINDS[kind];
}

const BY_WORD: ReadonlyMap<string, KindText> = new Map(
  Object.values<KindText>(KINDS).flatMap((kind) => kind.words.map((word) => [word, kind] as const)),
);

/** The kind whose layers begin with that word. */
export function kindOfWord(word: string): KindText | undefined {
  return BY_WORD.get(word);
}

/** All words that layers begin with. */
export const LAYER_WORDS: readonly string[] = [...BY_WORD.keys()];
