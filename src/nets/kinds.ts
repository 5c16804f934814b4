/**
 * What each kind of layer is called, can be set to, and starts as where somebody puts one in.
 *
 * A new kind is a row of `KINDS`: menus, fields and marks on the page come of it.
 */

import type { ImageShape } from "../math/image-set";
import { ACTIVATION_TITLES, type Activation } from "./activations";
import type { ActivationSpec, Edges, LayerSpec, ParametricActivation, Sides } from "./spec";
import type { Shape } from "./summary";
import type { Unnamed } from "./text/kinds";

export type LayerKind = LayerSpec["kind"];
type LayerOf = { [L in Unnamed as L["kind"]]: L };

/** Both ends are allowed. */
interface Range {
  readonly min: number;
  readonly max: number;
  readonly whole: boolean;
}

interface SettingBase {
  readonly label: string;
}

/** A number, with what the layer is once it is another one. */
interface NumberSetting extends SettingBase {
  readonly type: "number";
  readonly value: number;
  readonly rule: Range;
  with(value: number): Unnamed;
}

/** Sides of a window or a shape, such as 3 or 14x14x32. */
interface SidesSetting extends SettingBase {
  readonly type: "sides";
  readonly value: readonly number[];
  /** How many there may be; of windows, one number stands for both. */
  readonly counts: readonly number[];
  readonly rule: Range;
  with(value: readonly number[]): Unnamed;
}

interface ChoiceSetting extends SettingBase {
  readonly type: "choice";
  readonly value: string;
  /** Value → its words. */
  readonly options: Readonly<Record<string, string>>;
  with(value: string): Unnamed;
}

export type LayerSetting = NumberSetting | SidesSetting | ChoiceSetting;

/** Where a layer is put in. */
export interface LayerPlace {
  /** What comes there; null where a layer before it cannot be. */
  readonly shape: Shape | null;
  readonly image: ImageShape;
  /** Whether it makes the reconstruction. */
  readonly isLast: boolean;
  /** Filters of the convolution next to it, or a usual number. */
  readonly filters: number;
}

export const GROUPS = {
  image: "Maps",
  size: "Larger and smaller",
  vector: "Vectors",
  numbers: "Number by number",
  training: "For training",
  joins: "Joins",
} as const;

interface Row<L> {
  readonly title: string;
  readonly group: keyof typeof GROUPS;
  /** On its mark in the figure, where there is room for two words. */
  mark(layer: L): string;
  settings(layer: L): readonly LayerSetting[];
  /** What takes an image, a vector, or anything. */
  readonly takes: "image" | "vector" | "any";
  /** A new one; left out for what nobody can put in by itself. */
  make?(place: LayerPlace): L;
}

const number = (
  label: string,
  value: number,
  [min, max]: readonly [number, number],
  change: (value: number) => Unnamed,
  whole = true,
): NumberSetting => ({
  type: "number",
  label,
  value,
  rule: { min, max, whole },
  with: change,
});

/** Of windows; what devices can do is told where the net is looked at. */
const LARGEST = 64;

/** Down and across; one number stands for both. */
const sides = (
  label: string,
  [down, across]: Sides,
  change: (value: Sides) => Unnamed,
): SidesSetting => ({
  type: "sides",
  label,
  value: down === across ? [down] : [down, across],
  counts: [1, 2],
  rule: { min: 1, max: LARGEST, whole: true },
  with: ([first = 1, second = first]) => change([first, second]),
});

const isSquare = ([down, across]: Sides, side: number): boolean => down === side && across === side;

/** "2", or "2×3" */
const sidesWord = ([down, across]: Sides): string =>
  down === across ? String(down) : `${down}×${across}`;

const choice = <Value extends string>(
  label: string,
  value: Value,
  options: Readonly<Record<Value, string>>,
  change: (value: Value) => Unnamed,
): ChoiceSetting => ({
  type: "choice",
  label,
  value,
  options,
  with: (name) => {
    const chosen = keysOf(options).find((option) => option === name);
    return change(chosen ?? value);
  },
});

function keysOf<Key extends string>(record: Readonly<Record<Key, unknown>>): Key[] {
  const keys: Key[] = [];
  for (const key in record) keys.push(key);
  return keys;
}

const ACTIVATION_WORDS: Readonly<Record<Activation, string>> = {
  ...ACTIVATION_TITLES,
  linear: "none",
};

const PADDINGS = { same: "around", valid: "none" } as const;

/** What becomes of pixels that windows do not fill. */
const RESTS = { none: "there is none", valid: "is dropped", same: "is filled up" } as const;

/** The smallest square window that fills the image; 2 × 2 where none does. */
function divisor(shape: Shape | null): Sides {
  const [height = 0, width = 0] = shape?.length === 3 ? shape : [];
  const sizes = [2, 3, 5, 7, 11, 13];
  const size = sizes.find((each) => height % each === 0 && width % each === 0) ?? 2;
  return [size, size];
}

/** An activation that suits where it stands: pixels are from 0 to 1. */
const usualActivation = ({ isLast }: LayerPlace): Activation => (isLast ? "sigmoid" : "relu");

type Filtered = LayerOf["conv"] | LayerOf["convTranspose"] | LayerOf["separable"];

function filterSettings(layer: Filtered): readonly LayerSetting[] {
  const filters = number("Filters", layer.filters, [1, 4096], (value) => ({
    ...layer,
    filters: value,
  }));
  return [filters, ...windowSettings(layer)];
}

function windowSettings(layer: Filtered | LayerOf["depthwise"]): readonly LayerSetting[] {
  const { kernel, stride = [1, 1], padding, activation } = layer;
  return [
    sides("Kernel", kernel, (value) => ({ ...layer, kernel: value })),
    sides("Stride", stride, (value) => {
      const { stride: _before, ...rest } = layer;
      return isSquare(value, 1) ? { ...rest } : { ...rest, stride: value };
    }),
    choice("Padding", padding, PADDINGS, (value) => ({ ...layer, padding: value })),
    choice("Activation", activation, ACTIVATION_WORDS, (value) => ({
      ...layer,
      activation: value,
    })),
  ];
}

function poolSettings(layer: LayerOf["maxPool"] | LayerOf["averagePool"]): readonly LayerSetting[] {
  const { size, stride = size, padding } = layer;
  const stepped = (window: Sides, step: Sides): Unnamed => {
    const { stride: _before, ...rest } = layer;
    const isApart = step.join() !== window.join();
    return isApart ? { ...rest, size: window, stride: step } : { ...rest, size: window };
  };
  return [
    // Windows that stand side by side still do when they are larger.
    sides("Window", size, (value) => stepped(value, layer.stride ?? value)),
    sides("Stride", stride, (value) => stepped(size, value)),
    choice("What is left over", padding ?? "none", RESTS, (value) => {
      const { padding: _before, ...rest } = layer;
      return value === "none" ? { ...rest } : { ...rest, padding: value };
    }),
  ];
}

function edgeSettings(layer: LayerOf["pad"] | LayerOf["crop"]): readonly LayerSetting[] {
  const [top, bottom, left, right] = layer.edges;
  const isEven = top === bottom && left === right;
  const shown = isEven ? (top === left ? [top] : [top, left]) : layer.edges;
  return [
    {
      type: "sides",
      label: "Rows and columns",
      value: shown,
      counts: [1, 2, 4],
      rule: { min: 0, max: LARGEST, whole: true },
      with([first = 0, second = first, third, fourth = 0]) {
        const edges: Edges =
          third === undefined ? [first, first, second, second] : [first, second, third, fourth];
        return { ...layer, edges };
      },
    },
  ];
}

const newWindow = (place: LayerPlace) =>
  ({
    filters: place.isLast ? place.image.channels : place.filters,
    kernel: [3, 3],
    padding: "same",
    activation: usualActivation(place),
  }) as const;

/** Activations with a parameter: how each is called, and what its number is and starts as. */
const PARAMETRIC = {
  leakyRelu: { title: "leaky ReLU", label: "Slope below 0", start: 0.1, range: [0, 1] },
  cappedRelu: { title: "ReLU up to a maximum", label: "Maximum", start: 1, range: [0.01, 100] },
  thresholdedRelu: {
    title: "ReLU from a threshold",
    label: "Threshold",
    start: 1,
    range: [0, 100],
  },
} as const;
type Parametric = keyof typeof PARAMETRIC;

function parametric(name: Parametric, value: number): ParametricActivation {
  switch (name) {
    case "leakyRelu":
      return { leakyRelu: value };
    case "cappedRelu":
      return { cappedRelu: value };
    case "thresholdedRelu":
      return { thresholdedRelu: value };
  }
}

function parameterOf(activation: ParametricActivation): { name: Parametric; value: number } {
  if ("leakyRelu" in activation) return { name: "leakyRelu", value: activation.leakyRelu };
  if ("cappedRelu" in activation) return { name: "cappedRelu", value: activation.cappedRelu };
  return { name: "thresholdedRelu", value: activation.thresholdedRelu };
}

function activationMark(activation: ActivationSpec["activation"]): string {
  if (activation === "clamp") return "Clamp";
  if (typeof activation === "string") return ACTIVATION_TITLES[activation] || "Linear";
  return { leakyRelu: "Leaky ReLU", cappedRelu: "ReLU", thresholdedRelu: "ReLU" }[
    parameterOf(activation).name
  ];
}

function activationSettings(layer: LayerOf["activation"]): readonly LayerSetting[] {
  const { activation } = layer;
  const given = typeof activation === "object" ? parameterOf(activation) : null;
  const chosen = choice<Activation | "clamp" | Parametric>(
    "Function",
    given?.name ?? (typeof activation === "string" ? activation : "relu"),
    {
      ...ACTIVATION_WORDS,
      clamp: "clamp to 0 … 1",
      leakyRelu: PARAMETRIC.leakyRelu.title,
      cappedRelu: PARAMETRIC.cappedRelu.title,
      thresholdedRelu: PARAMETRIC.thresholdedRelu.title,
    },
    (value) => {
      const name = keysOf(PARAMETRIC).find((each) => each === value);
      if (name) return { ...layer, activation: parametric(name, PARAMETRIC[name].start) };
      const plain = value === "clamp" || value in ACTIVATION_TITLES ? value : "relu";
      return { ...layer, activation: plain as Activation | "clamp" };
    },
  );
  if (!given) return [chosen];
  const { label, range } = PARAMETRIC[given.name];
  const parameter = number(
    label,
    given.value,
    range,
    (value) => ({ ...layer, activation: parametric(given.name, value) }),
    false,
  );
  return [chosen, parameter];
}

const INTERPOLATIONS = {
  nearest: "the nearest pixel",
  bilinear: "between pixels",
  bilinearTfjs: "between pixels, as in tfjs",
} as const;

type RateKind = "dropout" | "spatialDropout" | "alphaDropout" | "gaussianDropout";

/** A kind with a rate alone. */
function dropping<Kind extends RateKind>(
  kind: Kind,
  title: string,
  short: string,
  takes: "image" | "any" = "any",
) {
  return {
    title,
    group: "training",
    takes,
    mark: ({ rate }: { readonly rate: number }) => `${short} ${Math.round(100 * rate)}%`,
    settings: <L extends LayerOf[RateKind]>(layer: L) => [
      number("Rate", layer.rate, [0, 0.99], (rate) => ({ ...layer, rate }), false),
    ],
    make: () => ({ kind, rate: 0.2 }),
  } as const;
}

/** A kind that joins layers. */
function joint(title: string, mark: string) {
  return { title, group: "joins", takes: "any", mark: () => mark, settings: () => [] } as const;
}

type Rows = { readonly [Kind in LayerKind]: Row<LayerOf[Kind]> };

export const KINDS: Rows = {
  conv: {
    title: "Convolution",
    group: "image",
    takes: "image",
    mark: ({ filters }) => `Conv ${filters}`,
    settings: filterSettings,
    make: (place) => ({ kind: "conv", ...newWindow(place) }),
  },
  convTranspose: {
    title: "Transposed convolution",
    group: "image",
    takes: "image",
    mark: ({ filters }) => `Deconv ${filters}`,
    settings: filterSettings,
    make: (place) => ({ kind: "convTranspose", ...newWindow(place) }),
  },
  separable: {
    title: "Separable convolution",
    group: "image",
    takes: "image",
    mark: ({ filters }) => `Separable ${filters}`,
    settings: filterSettings,
    make: (place) => ({ kind: "separable", ...newWindow(place) }),
  },
  depthwise: {
    title: "Depthwise convolution",
    group: "image",
    takes: "image",
    mark: () => "Depthwise",
    settings: (layer) => [
      ...windowSettings(layer),
      number("Kernels a channel", layer.times ?? 1, [1, 16], (times) => {
        const { times: _before, ...rest } = layer;
        return times === 1 ? { ...rest } : { ...rest, times };
      }),
    ],
    make: (place) => {
      const { filters: _, ...window } = newWindow(place);
      return { kind: "depthwise", ...window };
    },
  },
  maxPool: {
    title: "Max pooling",
    group: "size",
    takes: "image",
    mark: ({ size }) => `Max pool ${sidesWord(size)}`,
    settings: poolSettings,
    make: ({ shape }) => ({ kind: "maxPool", size: divisor(shape) }),
  },
  averagePool: {
    title: "Mean pooling",
    group: "size",
    takes: "image",
    mark: ({ size }) => `Mean pool ${sidesWord(size)}`,
    settings: poolSettings,
    make: ({ shape }) => ({ kind: "averagePool", size: divisor(shape) }),
  },
  globalPool: {
    title: "Global pooling",
    group: "size",
    takes: "image",
    mark: ({ of }) => (of === "max" ? "Global max" : "Global mean"),
    settings: (layer) => [
      choice("Of each map", layer.of, { max: "the largest", average: "the mean" }, (of) => ({
        ...layer,
        of,
      })),
    ],
    make: () => ({ kind: "globalPool", of: "average" }),
  },
  pad: {
    title: "Zeros around",
    group: "size",
    takes: "image",
    mark: ({ edges }) => `Pad ${edges[0]}`,
    settings: edgeSettings,
    make: () => ({ kind: "pad", edges: [1, 1, 1, 1] }),
  },
  crop: {
    title: "Cropping",
    group: "size",
    takes: "image",
    mark: ({ edges }) => `Crop ${edges[0]}`,
    settings: edgeSettings,
    make: () => ({ kind: "crop", edges: [1, 1, 1, 1] }),
  },
  permute: {
    title: "Axes reordered",
    group: "size",
    takes: "any",
    mark: ({ order }) => `Axes ${order.join(" ")}`,
    settings: (layer) => [
      {
        type: "sides",
        label: "Order",
        value: layer.order,
        counts: [1, 3],
        rule: { min: 1, max: 3, whole: true },
        with: (order) => ({ ...layer, order }),
      },
    ],
    make: ({ shape }) => ({ kind: "permute", order: shape?.length === 3 ? [2, 1, 3] : [1] }),
  },
  upsample: {
    title: "Up-sampling",
    group: "size",
    takes: "image",
    mark: ({ factor }) => `Up ${sidesWord(factor)}`,
    settings: (layer) => [
      sides("Times", layer.factor, (factor) => ({ ...layer, factor })),
      choice("New pixels are", layer.interpolation ?? "nearest", INTERPOLATIONS, (value) => {
        const { interpolation: _before, ...rest } = layer;
        return value === "nearest" ? { ...rest } : { ...rest, interpolation: value };
      }),
    ],
    make: () => ({ kind: "upsample", factor: [2, 2] }),
  },
  depthToSpace: {
    title: "Pixel shuffle",
    group: "size",
    takes: "image",
    mark: ({ block }) => `Shuffle ${block}`,
    settings: (layer) => [number("Block", layer.block, [1, 16], (block) => ({ ...layer, block }))],
    make: () => ({ kind: "depthToSpace", block: 2 }),
  },
  dense: {
    title: "Dense",
    group: "vector",
    takes: "any",
    mark: ({ units }) => `Dense ${units}`,
    settings: (layer) => [
      number("Units", layer.units, [1, 1 << 20], (units) => ({ ...layer, units })),
      choice("Activation", layer.activation, ACTIVATION_WORDS, (activation) => ({
        ...layer,
        activation,
      })),
    ],
    make: ({ shape }) => ({
      kind: "dense",
      units: shape?.length === 1 ? shape[0]! : 128,
      activation: "relu",
    }),
  },
  flatten: {
    title: "Flatten",
    group: "vector",
    takes: "any",
    mark: () => "Flatten",
    settings: () => [],
    make: () => ({ kind: "flatten" }),
  },
  reshape: {
    title: "Reshape",
    group: "vector",
    takes: "any",
    mark: () => "Reshape",
    settings: (layer) => [
      {
        type: "sides",
        label: "Shape",
        value: layer.to,
        counts: [1, 2, 3],
        rule: { min: 1, max: 1 << 20, whole: true },
        with: (to) => ({ ...layer, to }),
      },
    ],
    make: ({ shape }) => ({ kind: "reshape", to: shapeFor(shape) }),
  },
  activation: {
    title: "Activation",
    group: "numbers",
    takes: "any",
    mark: ({ activation }) => activationMark(activation),
    settings: activationSettings,
    make: (place) => ({ kind: "activation", activation: usualActivation(place) }),
  },
  prelu: {
    title: "ReLU with a trained slope",
    group: "numbers",
    takes: "any",
    mark: () => "PReLU",
    settings: (layer) => [
      choice(
        "Slopes",
        layer.each ? "each" : "channel",
        { channel: "one for each channel", each: "one for each number" },
        (value) => {
          const { each: _before, ...rest } = layer;
          return value === "each" ? { ...rest, each: true } : { ...rest };
        },
      ),
    ],
    make: () => ({ kind: "prelu" }),
  },
  rescale: {
    title: "Rescaling",
    group: "numbers",
    takes: "any",
    mark: ({ scale }) => `× ${scale}`,
    settings: (layer) => [
      number("Times", layer.scale, [-1000, 1000], (scale) => ({ ...layer, scale }), false),
      number(
        "Plus",
        layer.offset ?? 0,
        [-1000, 1000],
        (offset) => {
          const { offset: _before, ...rest } = layer;
          return offset === 0 ? rest : { ...rest, offset };
        },
        false,
      ),
    ],
    make: () => ({ kind: "rescale", scale: 0.5 }),
  },
  batchNorm: {
    title: "Batch normalisation",
    group: "training",
    takes: "any",
    mark: () => "Norm",
    settings: () => [],
    make: () => ({ kind: "batchNorm" }),
  },
  layerNorm: {
    title: "Layer normalisation",
    group: "training",
    takes: "any",
    mark: () => "Layer norm",
    settings: () => [],
    make: () => ({ kind: "layerNorm" }),
  },
  groupNorm: {
    title: "Group normalisation",
    group: "training",
    takes: "any",
    mark: ({ groups }) => `Norm of ${groups}`,
    settings: (layer) => [
      number("Groups", layer.groups, [1, 4096], (groups) => ({ ...layer, groups })),
    ],
    make: () => ({ kind: "groupNorm", groups: 1 }),
  },
  dropout: dropping("dropout", "Dropout", "Dropout"),
  spatialDropout: dropping("spatialDropout", "Dropout of channels", "Maps out", "image"),
  alphaDropout: dropping("alphaDropout", "Dropout for SELU", "Alpha"),
  gaussianDropout: dropping("gaussianDropout", "Gaussian dropout", "Gauss"),
  gaussianNoise: {
    title: "Gaussian noise",
    group: "training",
    takes: "any",
    mark: ({ deviation }) => `Noise ${deviation}`,
    settings: (layer) => [
      number(
        "Deviation",
        layer.deviation,
        [0, 10],
        (deviation) => ({ ...layer, deviation }),
        false,
      ),
    ],
    make: () => ({ kind: "gaussianNoise", deviation: 0.1 }),
  },
  nestedDropout: {
    title: "Nested dropout",
    group: "training",
    takes: "vector",
    mark: () => "Cut off",
    settings: (layer) => [
      number(
        "All up to this size alike",
        layer.evenTo,
        [1, 512],
        (evenTo) => ({ ...layer, evenTo }),
        false,
      ),
    ],
    make: () => ({ kind: "nestedDropout", evenTo: 1 }),
  },
  sample: {
    title: "Normal sample",
    group: "vector",
    takes: "any",
    mark: () => "Sample",
    settings: () => [],
    make: () => ({ kind: "sample" }),
  },
  add: joint("Sum", "Sum"),
  multiply: joint("Product", "Product"),
  subtract: joint("Difference", "Difference"),
  average: joint("Mean", "Mean"),
  maximum: joint("Maximum", "Maximum"),
  minimum: joint("Minimum", "Minimum"),
  concat: joint("Join side by side", "Join"),
};

/** A square image of as many numbers as a vector has, with as few channels as may be. */
function shapeFor(shape: Shape | null): readonly number[] {
  if (shape?.length !== 1) return shape ?? [1, 1, 1];
  const numbers = shape[0]!;
  let side = Math.floor(Math.sqrt(numbers));
  while (numbers % side ** 2 !== 0) side--;
  return [side, side, numbers / side ** 2];
}

/** Those that can be put in, in the order of menus. */
export const NEW_KINDS: readonly LayerKind[] = keysOf(KINDS).filter(
  (kind) => KINDS[kind].make !== undefined,
);

/** Whether a layer of that kind may take such an input; dense layers flatten an image first. */
export function takes(kind: LayerKind, shape: Shape | null): boolean {
  const wanted = KINDS[kind].takes;
  return shape === null || wanted === "any" || (wanted === "image") === (shape.length === 3);
}

/** A new layer of that kind; undefined for joins, which need something to join with. */
export function newLayer(kind: LayerKind, place: LayerPlace): Unnamed | undefined {
  return KINDS[kind].make?.(place);
}

/** A layer of another kind with the settings of this one, where it has the same. */
export function asKind(layer: Unnamed, kind: LayerKind, place: LayerPlace): Unnamed | undefined {
  const fresh = newLayer(kind, place);
  return fresh && settingsOfLayer(layer).reduce(withSetting, fresh);
}

/** A layer with a setting of another, where it has one of that name. */
function withSetting(layer: Unnamed, other: LayerSetting): Unnamed {
  const own = settingsOfLayer(layer).find(({ label }) => label === other.label);
  if (own?.type === "number" && other.type === "number") return own.with(other.value);
  if (own?.type === "choice" && other.type === "choice") return own.with(other.value);
  if (own?.type === "sides" && other.type === "sides") return own.with(other.value);
  return layer;
}

/** What a layer can be set to. */
export function settingsOfLayer(layer: Unnamed): readonly LayerSetting[] {
  return withRow(layer.kind, layer, (row, own) => row.settings(own));
}

/** "Conv 32" */
export function markOf(layer: Unnamed): string {
  return withRow(layer.kind, layer, (row, own) => row.mark(own));
}

/** Calls with a layer and the row of its own kind. */
function withRow<Kind extends LayerKind, T>(
  kind: Kind,
  layer: LayerOf[Kind],
  act: (row: Row<LayerOf[Kind]>, layer: LayerOf[Kind]) => T,
): T {
  const row: Row<LayerOf[Kind]> = KINDS[kind];
  return act(row, layer);
}
