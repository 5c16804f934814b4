/**
 * How a layer makes one of its numbers, formed anew on the page from what goes in and the layer's
 * weights: for people to follow, and to be compared with what the engine made.
 */

import type { LayerSpec, PadSpec } from "../../../../nets/spec";
import type { LayerInside, LayerNumbers } from "../../../../protocol/messages";
import { functionOf } from "./functions";
import { sharesOf, type Tap, tapsOf } from "./window";

/** Of an output or an input: [row, column, map], or [number]. */
export type Place = readonly number[];

/** Numbers in rows; NaN is outside the image, where everything counts as 0. */
export interface Window {
  readonly width: number;
  readonly inputs: Float32Array;
  /** What each is multiplied by; left out where nothing is. */
  readonly weights?: Float32Array;
}

/** What one of the input's maps adds; of a vector, all of its numbers together. */
export interface Term {
  /** The map's number. */
  readonly map: number;
  readonly window: Window;
  /** What the window's sum is multiplied by then, where it is: a separable convolution's second kernel. */
  readonly factor?: number;
  readonly sum: number;
}

export type Work =
  /** Inputs times weights, and a bias, through an activation. */
  | {
      readonly kind: "sum";
      readonly terms: readonly Term[];
      /** Null for a layer that has none. */
      readonly bias: number | null;
      readonly total: number;
      /** "ReLU", "softmax over 10 numbers" */
      readonly activation: string;
      readonly value: number;
    }
  /** Of a window its largest number, or its mean. */
  | {
      readonly kind: "window";
      readonly of: "largest" | "mean";
      readonly map: number;
      readonly window: Window;
      readonly value: number;
    }
  /** gamma · (input − mean) / √(variance + ε) + beta. */
  | {
      readonly kind: "norm";
      /** What mean and variance are of. */
      readonly over: "the training’s images" | "this pixel’s channels" | "this group of channels";
      readonly input: number;
      readonly mean: number;
      readonly variance: number;
      readonly epsilon: number;
      readonly gamma: number;
      readonly beta: number;
      readonly value: number;
    }
  /** A function of one number, or of a pixel's or a vector's. */
  | {
      readonly kind: "function";
      readonly name: string;
      readonly input: number;
      readonly value: number;
    }
  /** A number of each input, joined. */
  | {
      readonly kind: "join";
      readonly by: "sum" | "product" | "difference" | "mean" | "largest" | "smallest";
      readonly inputs: readonly number[];
      readonly value: number;
    }
  /** A number that is passed on as it is. */
  | {
      readonly kind: "same";
      /** Which of the inputs. */
      readonly input: number;
      /** Null for a zero that is put around an image. */
      readonly from: Place | null;
      readonly value: number;
    };

/** Of all normalisations, as Keras has it. */
const EPSILON = 1e-3;

/**
 * How the layer makes its number at a place of its output.
 *
 * @param maps shape of the maps that a dense layer's input was before it was flattened; null for none
 * @throws Error where the layer's numbers are not such a layer's
 */
export function workOf(
  spec: LayerSpec,
  inside: LayerInside,
  place: Place,
  maps: readonly number[] | null,
): Work {
  const { inputs, output } = inside;
  const input = inputs[0];
  if (!input) throw new Error(`${spec.name} takes nothing.`);
  const [y = 0, x = 0, map = 0] = place;
  switch (spec.kind) {
    case "conv":
    case "convTranspose":
    case "depthwise":
    case "separable":
    case "dense":
      return summed(spec, inside, place, maps);
    case "upsample": {
      const { factor, interpolation } = spec;
      if (!interpolation) {
        return same(input, [Math.floor(y / factor[0]), Math.floor(x / factor[1]), map]);
      }
      return mixed(spec, interpolation, input, place);
    }
    case "maxPool":
    case "averagePool": {
      const rows = tapsOf(spec, 0, sideOf(input, 0), sideOf(output, 0), y);
      const columns = tapsOf(spec, 1, sideOf(input, 1), sideOf(output, 1), x);
      return pooled(spec.kind === "maxPool", map, windowOf(input, map, rows, columns));
    }
    case "globalPool": {
      const rows = upTo(sideOf(input, 0)).map(tapAt);
      const columns = upTo(sideOf(input, 1)).map(tapAt);
      return pooled(spec.of === "max", y, windowOf(input, y, rows, columns));
    }
    case "batchNorm":
    case "layerNorm":
    case "groupNorm":
      return normalised(spec, inside, input, place);
    case "pad":
      return padded(spec, input, place);
    case "crop": {
      const [top, , left] = spec.edges;
      return same(input, [y + top, x + left, map]);
    }
    case "permute": {
      const from = upTo(place.length).map((axis) => place[spec.order.indexOf(axis + 1)] ?? 0);
      return same(input, from);
    }
    case "depthToSpace": {
      const { block } = spec;
      const own = ((y % block) * block + (x % block)) * sideOf(output, 2) + map;
      return same(input, [Math.floor(y / block), Math.floor(x / block), own]);
    }
    case "flatten":
    case "reshape":
      return same(input, placeAt(input, offsetOf(output, place)));
    // What is done in training alone lets numbers pass otherwise; of a drawn one that is the mean.
    case "dropout":
    case "spatialDropout":
    case "alphaDropout":
    case "gaussianDropout":
    case "gaussianNoise":
    case "nestedDropout":
    case "sample":
      return same(input, place);
    case "rescale": {
      const { scale, offset = 0 } = spec;
      const value = at(input, place) * scale + offset;
      const name = offset === 0 ? `times ${scale}` : `times ${scale}, plus ${offset}`;
      return { kind: "function", name, input: at(input, place), value };
    }
    case "activation":
      return activated(spec.activation, input, place);
    case "prelu": {
      const own = at(input, place);
      const { alpha } = inside.weights;
      if (!alpha) throw missing(spec, "alpha");
      const slope = at(alpha, place);
      const name = `PReLU, slope ${slope.toPrecision(3)}`;
      return { kind: "function", name, input: own, value: own > 0 ? own : slope * own };
    }
    case "add":
      return joined("sum", inputs, place);
    case "multiply":
      return joined("product", inputs, place);
    case "subtract":
      return joined("difference", inputs, place);
    case "average":
      return joined("mean", inputs, place);
    case "maximum":
      return joined("largest", inputs, place);
    case "minimum":
      return joined("smallest", inputs, place);
    case "concat": {
      let own = place.at(-1) ?? 0;
      let which = 0;
      while (which < inputs.length - 1 && own >= (inputs[which]!.shape.at(-1) ?? 0)) {
        own -= inputs[which]!.shape.at(-1) ?? 0;
        which += 1;
      }
      return same(inputs[which]!, [...place.slice(0, -1), own], which);
    }
  }
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const tapAt = (at: number): Tap => ({ at, tap: at });
const sideOf = ({ shape }: LayerNumbers, axis: number): number => shape[axis] ?? 1;
const missing = ({ name }: LayerSpec, weight: string) => new Error(`${name} has no ${weight}.`);

/** Numbers in a row of a vector that is drawn as a sheet. */
export const vectorWidth = (size: number): number =>
  size <= 16 ? size : Math.ceil(Math.sqrt(size));

/** Where a number lies among the values. */
export function offsetOf({ shape }: LayerNumbers, place: Place): number {
  return shape.reduce((offset, size, axis) => offset * size + (place[axis] ?? 0), 0);
}

function placeAt({ shape }: LayerNumbers, offset: number): Place {
  let rest = offset;
  const backwards = shape.toReversed().map((size) => {
    const own = rest % size;
    rest = Math.floor(rest / size);
    return own;
  });
  return backwards.reverse();
}

/**
 * The number there; along an axis that has a single one it is that one, and of a vector beside maps the
 * map's.
 */
export function at(numbers: LayerNumbers, place: Place): number {
  const own = place.slice(-numbers.shape.length);
  const within = numbers.shape.map((size, axis) => Math.min(own[axis] ?? 0, size - 1));
  return numbers.values[offsetOf(numbers, within)] ?? Number.NaN;
}

const same = (numbers: LayerNumbers, from: Place, input = 0): Work => ({
  kind: "same",
  input,
  from,
  value: at(numbers, from),
});

function padded({ edges }: PadSpec, input: LayerNumbers, [y = 0, x = 0, map = 0]: Place): Work {
  const [top, , left] = edges;
  const [row, column] = [y - top, x - left];
  const isInside = row >= 0 && row < sideOf(input, 0) && column >= 0 && column < sideOf(input, 1);
  return isInside
    ? same(input, [row, column, map])
    : { kind: "same", input: 0, from: null, value: 0 };
}

/** What a window over one map of the input sees. */
function windowOf(
  input: LayerNumbers,
  map: number,
  rows: readonly Tap[],
  columns: readonly Tap[],
  weightOf?: (row: Tap, column: Tap) => number,
): Window {
  const [height, width] = [sideOf(input, 0), sideOf(input, 1)];
  const cells = rows.flatMap((row) => columns.map((column) => [row, column] as const));
  const inputs = Float32Array.from(cells, ([row, column]) => {
    const isInside = row.at >= 0 && row.at < height && column.at >= 0 && column.at < width;
    return isInside ? at(input, [row.at, column.at, map]) : Number.NaN;
  });
  const weights = weightOf && Float32Array.from(cells, ([row, column]) => weightOf(row, column));
  return { width: columns.length, inputs, ...(weights && { weights }) };
}

/** What is outside the image adds nothing. */
function dot({ inputs, weights }: Window): number {
  return inputs.reduce((sum, x, i) => (Number.isNaN(x) ? sum : sum + x * (weights?.[i] ?? 0)), 0);
}

type Summing = Extract<
  LayerSpec,
  { kind: "conv" | "convTranspose" | "depthwise" | "separable" | "dense" }
>;

function summed(
  spec: Summing,
  inside: LayerInside,
  place: Place,
  maps: readonly number[] | null,
): Work {
  const { output, weights } = inside;
  const last = place.length - 1;
  const totalAt = (own: number) => {
    const terms = termsOf(spec, inside, [...place.slice(0, last), own], maps);
    const bias = weights.bias ? (weights.bias.values[own] ?? Number.NaN) : null;
    return { terms, bias, total: terms.reduce((sum, term) => sum + term.sum, bias ?? 0) };
  };
  const own = totalAt(place[last] ?? 0);
  const plain = functionOf(spec.activation);
  if (plain) {
    const value = plain.apply(own.total);
    return { kind: "sum", ...own, activation: plain.title, value };
  }
  const all = upTo(sideOf(output, last)).map((each) => totalAt(each).total);
  return {
    kind: "sum",
    ...own,
    activation: `softmax over ${all.length} numbers`,
    value: softmax(all, own.total),
  };
}

function softmax(all: readonly number[], own: number): number {
  const most = Math.max(...all);
  return Math.exp(own - most) / all.reduce((sum, x) => sum + Math.exp(x - most), 0);
}

function termsOf(
  spec: Summing,
  { inputs, output, weights }: LayerInside,
  place: Place,
  maps: readonly number[] | null,
): readonly Term[] {
  const input = inputs[0]!;
  const [y = 0, x = 0, map = 0] = place;
  const plain = (own: number, window: Window): Term => ({ map: own, window, sum: dot(window) });
  if (spec.kind === "dense") {
    const { kernel } = weights;
    if (!kernel) throw missing(spec, "kernel");
    return denseTerms(input, kernel, y, maps).map((window, own) => plain(own, window));
  }
  const rows = tapsOf(spec, 0, sideOf(input, 0), sideOf(output, 0), y);
  const columns = tapsOf(spec, 1, sideOf(input, 1), sideOf(output, 1), x);
  const channels = upTo(sideOf(input, 2));
  if (spec.kind === "conv" || spec.kind === "convTranspose") {
    const { kernel } = weights;
    if (!kernel) throw missing(spec, "kernel");
    const isConv = spec.kind === "conv";
    return channels.map((own) =>
      plain(
        own,
        windowOf(input, own, rows, columns, ({ tap: row }, { tap: column }) =>
          at(kernel, isConv ? [row, column, own, map] : [row, column, map, own]),
        ),
      ),
    );
  }
  const { depthwise_kernel: depthwise, pointwise_kernel: pointwise } = weights;
  if (!depthwise) throw missing(spec, "kernel");
  const times = sideOf(depthwise, 3);
  const channelwise = (own: number): Window =>
    windowOf(input, Math.floor(own / times), rows, columns, ({ tap: row }, { tap: column }) =>
      at(depthwise, [row, column, Math.floor(own / times), own % times]),
    );
  if (spec.kind === "depthwise") return [plain(Math.floor(map / times), channelwise(map))];
  if (!pointwise) throw missing(spec, "second kernel");
  return upTo(channels.length * times).map((own) => {
    const window = channelwise(own);
    const factor = at(pointwise, [0, 0, own, map]);
    return { map: Math.floor(own / times), window, factor, sum: factor * dot(window) };
  });
}

/** A dense layer's windows: whole maps, where its input was maps, else the vector in rows. */
function denseTerms(
  input: LayerNumbers,
  kernel: LayerNumbers,
  unit: number,
  maps: readonly number[] | null,
): readonly Window[] {
  const size = input.values.length;
  const weights = Float32Array.from({ length: size }, (_, i) => at(kernel, [i, unit]));
  if (maps?.length !== 3) {
    return [{ width: vectorWidth(size), inputs: input.values, weights }];
  }
  const [height = 1, width = 1, channels = 1] = maps;
  return upTo(channels).map((map) => {
    const of = (values: Float32Array) =>
      Float32Array.from({ length: height * width }, (_, i) => values[i * channels + map]!);
    return { width, inputs: of(input.values), weights: of(weights) };
  });
}

/** Pixels between, in proportion to how near they are. */
function mixed(
  { factor }: Extract<LayerSpec, { kind: "upsample" }>,
  by: "bilinear" | "bilinearTfjs",
  input: LayerNumbers,
  [y = 0, x = 0, map = 0]: Place,
): Work {
  const rows = sharesOf(by, factor[0], sideOf(input, 0), y);
  const columns = sharesOf(by, factor[1], sideOf(input, 1), x);
  const window = windowOf(
    input,
    map,
    rows.map(({ at: row }, i) => ({ at: row, tap: i })),
    columns.map(({ at: column }, i) => ({ at: column, tap: i })),
    (row, column) => rows[row.tap]!.share * columns[column.tap]!.share,
  );
  const total = dot(window);
  const terms = [{ map, window, sum: total }];
  return { kind: "sum", terms, bias: null, total, activation: "no activation", value: total };
}

function pooled(isMax: boolean, map: number, window: Window): Work {
  const there = window.inputs.filter((x) => !Number.isNaN(x));
  const value = isMax
    ? there.reduce((most, x) => Math.max(most, x), Number.NEGATIVE_INFINITY)
    : there.reduce((sum, x) => sum + x, 0) / there.length;
  return { kind: "window", of: isMax ? "largest" : "mean", map, window, value };
}

function normalised(
  spec: Extract<LayerSpec, { kind: "batchNorm" | "layerNorm" | "groupNorm" }>,
  { weights }: LayerInside,
  input: LayerNumbers,
  place: Place,
): Work {
  const channel = place.at(-1) ?? 0;
  const own = (name: string): number => {
    const values = weights[name]?.values;
    if (!values) throw missing(spec, name);
    return values[channel] ?? Number.NaN;
  };
  const [gamma, beta, x] = [own("gamma"), own("beta"), at(input, place)];
  const moments =
    spec.kind === "batchNorm"
      ? { mean: own("moving_mean"), variance: own("moving_variance") }
      : momentsOf(setOf(spec, input, place));
  const value = ((x - moments.mean) / Math.sqrt(moments.variance + EPSILON)) * gamma + beta;
  const over = {
    batchNorm: "the training’s images",
    layerNorm: "this pixel’s channels",
    groupNorm: "this group of channels",
  } as const;
  const shown = { over: over[spec.kind], input: x, ...moments, epsilon: EPSILON, gamma, beta };
  return { kind: "norm", ...shown, value };
}

/** The numbers that are normalised together with that at a place. */
function setOf(
  spec: Extract<LayerSpec, { kind: "layerNorm" | "groupNorm" }>,
  input: LayerNumbers,
  place: Place,
): number[] {
  const channels = input.shape.at(-1) ?? 1;
  const pixels = input.values.length / channels;
  if (spec.kind === "layerNorm") {
    const pixel = Math.floor(offsetOf(input, place) / channels);
    return Array.from(input.values.subarray(pixel * channels, (pixel + 1) * channels));
  }
  const size = channels / spec.groups;
  const first = Math.floor((place.at(-1) ?? 0) / size) * size;
  return upTo(pixels).flatMap((pixel) => {
    const from = pixel * channels + first;
    return Array.from(input.values.subarray(from, from + size));
  });
}

function momentsOf(numbers: readonly number[]): { mean: number; variance: number } {
  const mean = numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
  const variance = numbers.reduce((sum, x) => sum + (x - mean) ** 2, 0) / numbers.length;
  return { mean, variance };
}

function activated(
  activation: Extract<LayerSpec, { kind: "activation" }>["activation"],
  input: LayerNumbers,
  place: Place,
): Work {
  const x = at(input, place);
  const plain = functionOf(activation);
  if (plain) return { kind: "function", name: plain.title, input: x, value: plain.apply(x) };
  const count = input.shape.at(-1) ?? 1;
  const all = upTo(count).map((own) => at(input, [...place.slice(0, -1), own]));
  const name = `softmax over ${count} numbers`;
  return { kind: "function", name, input: x, value: softmax(all, x) };
}

type Joint = Extract<Work, { kind: "join" }>["by"];

const JOINTS: Readonly<Record<Joint, (a: number, b: number) => number>> = {
  sum: (a, b) => a + b,
  product: (a, b) => a * b,
  difference: (a, b) => a - b,
  mean: (a, b) => a + b,
  largest: Math.max,
  smallest: Math.min,
};

function joined(by: Joint, numbers: readonly LayerNumbers[], place: Place): Work {
  const inputs = numbers.map((each) => at(each, place));
  const all = inputs.reduce((a, b) => JOINTS[by](a, b));
  return { kind: "join", by, inputs, value: by === "mean" ? all / inputs.length : all };
}
