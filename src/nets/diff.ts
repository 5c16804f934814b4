/**
 * What differs between two nets, as changes that can be made one by one, in any order.
 *
 * Nets whose layers stand in a line, with skips between them, are compared layer by layer: what
 * came, what went, what is set otherwise. Layers that came are grouped as one would speak of them,
 * such as a block of convolutions with its counterpart in the decoder, or all batch normalisation.
 * Of other graphs the encoder and the decoder are exchanged as wholes.
 */

import { paired } from "./align";
import { withLatentSize } from "./latent-size";
import {
  hasBottleneck,
  IMAGE_INPUT,
  inputsOf,
  type LayerSpec,
  type NetSpec,
  withoutUsualInputs,
} from "./spec";
import { latentSizeOf, NetError, outputShape, type Shape, summarizeNet } from "./summary";
import { netText, withUsualNames } from "./text";
import { textOf } from "./text/kinds";

export interface NetChange {
  /** Different from the others' of the same two nets: "convolution-block". */
  readonly id: string;
  /** "+ convolution block" */
  readonly title: string;
}

export interface NetDiff {
  /** In the usual order: layers, settings, normalisation, dropout, the code's size. */
  readonly changes: readonly NetChange[];
  /**
   * The first net with the changes of those ids; with all of them it is the second.
   *
   * It need not be a net that can be: `checkNet` tells. @throws NetError where a layer joins one
   * that is not there
   */
  made(ids: ReadonlySet<string>): NetSpec;
}

/** All changes from one net to another, for images of one shape. @throws NetError as summarizeNet */
export function diffNets(from: NetSpec, to: NetSpec): NetDiff {
  if (netText(from) === netText(to)) return { changes: [], made: () => from };
  const { changes, made } = isLine(from) && isLine(to) ? linesDiff(from, to) : partsDiff(from, to);
  return {
    changes,
    made(ids) {
      const count = changes.filter(({ id }) => ids.has(id)).length;
      if (count === 0) return from;
      return count === changes.length ? to : made(ids);
    },
  };
}

/** Whether each layer takes the one before it, if not that alone. */
function isLine(net: NetSpec): boolean {
  return net.layers.every((_, place) => {
    return inputsOf(net, place).includes(net.layers[place - 1]?.name ?? IMAGE_INPUT);
  });
}

/** A layer in its net. */
interface Placed {
  readonly layer: LayerSpec;
  readonly inputs: readonly string[];
  readonly took: Shape;
  readonly makes: Shape;
  /** Whether it leaves the shape as it is and multiplies no matrices: activations, norms, dropout. */
  readonly isBeside: boolean;
}

function placedOf(net: NetSpec): readonly Placed[] {
  const { height, width, channels } = net.image;
  const { layers } = summarizeNet(net);
  const shapes = new Map(layers.map(({ name, outputShape: shape }) => [name, shape]));
  return net.layers.map((layer, place): Placed => {
    const inputs = inputsOf(net, place);
    const took = shapes.get(net.layers[place - 1]?.name ?? "") ?? [height, width, channels];
    const makes = shapes.get(layer.name) ?? took;
    const isBeside =
      inputs.length === 1 && layers[place]?.multiplyAdds === 0 && took.join() === makes.join();
    return { layer, inputs, took, makes, isBeside };
  });
}

/** A place in both nets laid over each other: in one of them it may be empty. */
interface Entry {
  readonly before: Placed | null;
  readonly after: Placed | null;
  readonly isEncoder: boolean;
  readonly isCode: boolean;
  /** The change with which its layer comes, goes, or becomes another kind. */
  change: string | null;
  /** The change that each setting which differs belongs to. */
  readonly settings: Map<string, string>;
  /** Of a layer beside another: the entry without which it is not there. */
  anchor: Entry | null;
}

const isIn = ({ before, after }: Entry): Placed | null => before ?? after;

function linesDiff(from: NetSpec, to: NetSpec): NetDiff {
  const entries = overlaid(from, to);
  const groups = new Groups();
  anchor(entries);
  groupLayers(entries, groups);
  const follows = following(entries, from, to);
  groupSettings(entries, follows, [latentSizeOf(from), latentSizeOf(to)], groups);
  return {
    changes: groups.inOrder(),
    made: (ids) => build(entries, ids, follows, from, to),
  };
}

/** Both nets' encoders, codes and decoders beside each other, the layers that are alike as one. */
function overlaid(from: NetSpec, to: NetSpec): Entry[] {
  const [a, b] = [placedOf(from), placedOf(to)];
  const [codeA, codeB] = [from, to].map((net) =>
    net.layers.findIndex(({ name }) => name === net.code),
  ) as [number, number];
  const entry = (
    [before, after]: readonly [Placed | null, Placed | null],
    isEncoder: boolean,
    isCode = false,
  ): Entry => ({
    before,
    after,
    isEncoder,
    isCode,
    change: null,
    settings: new Map(),
    anchor: null,
  });
  const code: [Placed | null, Placed | null][] = [[a[codeA] ?? null, b[codeB] ?? null]];
  const isSameKind = a[codeA]?.layer.kind === b[codeB]?.layer.kind;
  const codes = isSameKind
    ? code
    : code.flatMap(([x, y]) => [[x, null] as const, [null, y] as const]);
  // What is added to a net is added inside: next to the code, in both of its halves.
  const backwards = paired(a.slice(codeA + 1).reverse(), b.slice(codeB + 1).reverse(), likeness);
  return [
    ...paired(a.slice(0, codeA), b.slice(0, codeB), likeness).map((pair) => entry(pair, true)),
    ...codes.map((pair) => entry(pair, true, true)),
    ...backwards.reverse().map((pair) => entry(pair, false)),
  ];
}

/** Kinds that stand for each other. */
const FAMILIES: Readonly<Partial<Record<LayerSpec["kind"], string>>> = {
  maxPool: "pooling",
  averagePool: "pooling",
  batchNorm: "normalisation",
  layerNorm: "normalisation",
  groupNorm: "normalisation",
};

/** How alike two layers are; 0 for those that are not to be one. */
function likeness({ layer: a }: Placed, { layer: b }: Placed): number {
  if (a.kind === b.kind) return 10 - 2 * Math.min(4, differing(a, b).length);
  const family = FAMILIES[a.kind];
  return family !== undefined && family === FAMILIES[b.kind] ? 1 : 0;
}

/** Settings that two layers do not have alike; names and inputs are none. */
function differing(a: LayerSpec, b: LayerSpec): string[] {
  const [first, second]: Readonly<Record<string, unknown>>[] = [{ ...a }, { ...b }];
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter(
    (key) =>
      !["kind", "name", "inputs"].includes(key) &&
      JSON.stringify(first?.[key]) !== JSON.stringify(second?.[key]),
  );
}

/** A norm or an activation of a convolution that comes is there from when that is. */
function anchor(entries: readonly Entry[]): void {
  for (const side of ["before", "after"] as const) {
    let last: Entry | null = null;
    for (const entry of entries) {
      const here = entry[side];
      if (!here) continue;
      const isAlone = !(entry.before && entry.after);
      if (!here.isBeside || entry.isCode) last = entry;
      else if (isAlone && last && !(last.before && last.after)) entry.anchor = last;
    }
  }
}

/** Changes as they are found, with what all of them together are called. */
class Groups {
  readonly #found = new Map<string, { title: string; readonly rank: number }>();

  /** @param rank where it stands in the usual order @returns its id, the same for the same title */
  add(title: string, rank: number): string {
    const known = [...this.#found].find(([, group]) => group.title === title);
    if (known) return known[0];
    const words = title.replace(/^\+ /, "").replace(/^− /, "no ");
    const id = words
      .toLowerCase()
      .replace(/[^a-z0-9.]+/g, "-")
      .replace(/^-|-$/g, "");
    this.#found.set(id, { title, rank });
    return id;
  }

  /** The same, but each time a change of its own, numbered from the second on. */
  addAnother(title: string, rank: number): string {
    const titles = [...this.#found.values()].map((group) => group.title);
    let number = 1;
    const numbered = () => (number === 1 ? title : `${title} ${number}`);
    while (titles.includes(numbered())) number++;
    return this.add(numbered(), rank);
  }

  inOrder(): NetChange[] {
    return [...this.#found]
      .map(([id, { title, rank }]) => ({ id, title, rank }))
      .sort((a, b) => a.rank - b.rank)
      .map(({ id, title }) => ({ id, title }));
  }
}

const RANKS = { layers: 0, settings: 1, norms: 2, others: 3, latent: 4 };

/** What people call kinds of layers otherwise than an automatic name does. */
const KIND_WORDS: Readonly<Partial<Record<LayerSpec["kind"], string>>> = {
  maxPool: "max pooling",
  averagePool: "average pooling",
  batchNorm: "batch normalisation",
  layerNorm: "layer normalisation",
  groupNorm: "group normalisation",
  spatialDropout: "spatial dropout",
  alphaDropout: "alpha dropout",
  gaussianDropout: "Gaussian dropout",
  gaussianNoise: "Gaussian noise",
  prelu: "PReLU",
  nestedDropout: "nested dropout",
  sample: "a sampled code",
  depthToSpace: "depth to space",
  rescale: "rescaling",
};

const kindWords = (kind: LayerSpec["kind"]): string =>
  KIND_WORDS[kind] ?? textOf(kind).noun.replaceAll("_", " ");

/** Which change each layer that came, went or became another kind belongs to. */
function groupLayers(entries: readonly Entry[], groups: Groups): void {
  groupBlocks(entries, groups);
  for (const entry of entries) {
    const { before, after } = entry;
    if (entry.change !== null) continue;
    if (before && after) {
      const [old, now] = [before.layer.kind, after.layer.kind];
      if (old === now) continue;
      const title = `${kindWords(now)} instead of ${kindWords(old)}`;
      entry.change = groups.add(title, RANKS.settings);
      continue;
    }
    const { layer } = isIn(entry) as Placed;
    if (layer.kind === "activation" && entry.anchor) {
      entry.change = entry.anchor.change;
      continue;
    }
    const what =
      layer.kind === "activation" ? textOf(layer.kind).write(layer) : kindWords(layer.kind);
    const rank = /norm/i.test(layer.kind) ? RANKS.norms : RANKS.others;
    entry.change = groups.add(`${after ? "+" : "−"} ${what}`, rank);
  }
}

/** Layers that make the net's shapes: in blocks, each in the encoder with one in the decoder. */
function groupBlocks(entries: readonly Entry[], groups: Groups): void {
  for (const side of ["after", "before"] as const) {
    const other = side === "after" ? "before" : "after";
    const isOf = (entry: Entry) => entry[side] !== null && entry[other] === null;
    const shaping = entries.filter((entry) => entry.isCode || !isIn(entry)?.isBeside);
    const runs: Entry[][] = [[]];
    for (const entry of shaping) {
      if (isOf(entry) && !entry.isCode) runs.at(-1)?.push(entry);
      else runs.push([]);
    }
    const blocks = runs.flatMap((run) => blocksOf(run, side));
    const encoder = blocks.filter(([first]) => first?.isEncoder);
    const decoder = blocks.filter(([first]) => !first?.isEncoder).reverse();
    const sign = side === "after" ? "+" : "−";
    for (let i = 0; i < Math.max(encoder.length, decoder.length); i++) {
      const block = [...(encoder[i] ?? []), ...(decoder[i] ?? [])];
      const change = groups.addAnother(`${sign} ${blockName(block, side)}`, RANKS.layers);
      for (const entry of block) entry.change = change;
    }
    for (const entry of shaping.filter((one) => one.isCode && isOf(one))) {
      const title = `code by ${kindWords((isIn(entry) as Placed).layer.kind)}`;
      // Both sides' codes are exchanged at once.
      entry.change = side === "after" ? groups.add(title, RANKS.layers) : codeChange(entries);
    }
  }
}

const codeChange = (entries: readonly Entry[]): string | null =>
  entries.find(({ isCode, change }) => isCode && change !== null)?.change ?? null;

/** A run in pieces: in the encoder each ends where sides shrink, in the decoder it begins where they grow. */
function blocksOf(run: readonly Entry[], side: "before" | "after"): Entry[][] {
  const blocks: Entry[][] = [];
  let isOpen = false;
  for (const entry of run) {
    const grows = resizes(entry[side]) > 0;
    if (!isOpen || (!entry.isEncoder && grows)) blocks.push([]);
    blocks.at(-1)?.push(entry);
    isOpen = !(entry.isEncoder && resizes(entry[side]) < 0);
  }
  return blocks;
}

/** How many more pixels an image has behind a layer; 0 where it makes or takes none. */
function resizes(placed: Placed | null): number {
  if (placed?.took.length !== 3 || placed.makes.length !== 3) return 0;
  const area = ([height = 0, width = 0]: Shape) => height * width;
  return area(placed.makes) - area(placed.took);
}

function blockName(block: readonly Entry[], side: "before" | "after"): string {
  const layers = block.flatMap((entry) => entry[side] ?? []);
  const kinds = layers.map(({ layer }) => layer.kind);
  const convolutions = layers.filter(({ layer }) => "filters" in layer);
  if (kinds.includes("add")) return "residual block";
  if (kinds.some((kind) => textOf(kind).joins)) return "skip connection";
  if (convolutions.length > 0 && layers.some((placed) => resizes(placed) !== 0)) {
    return "convolution block";
  }
  if (convolutions.length > 0) return convolutions.length > 1 ? "convolutions" : "convolution";
  const [first = "reshape"] = kinds;
  return first === "dense" ? "dense layer" : kindWords(first);
}

/** Where a decoder's first layers follow from the encoder's end, as in nets that mirror it. */
interface Following {
  /** The reshaping whose sides are those that the encoder flattened, and that flattening. */
  readonly reshape: Entry | null;
  readonly flatten: Entry | null;
  /** The dense layer before it, with a unit for each of its numbers. */
  readonly dense: Entry | null;
}

function following(entries: readonly Entry[], from: NetSpec, to: NetSpec): Following {
  const none = { reshape: null, flatten: null, dense: null };
  const code = entries.findIndex(({ isCode }) => isCode);
  const flatten = entries
    .slice(0, code)
    .findLast(({ before, after }) => before?.layer.kind === "flatten" && after !== null);
  const reshape = entries
    .slice(code)
    .find(({ before, after }) => before?.layer.kind === "reshape" && after !== null);
  if (!flatten || !reshape) return none;
  const mirrors = (["before", "after"] as const).every(
    (side) => reshape[side]?.makes.join() === flatten[side]?.took.join(),
  );
  if (!mirrors || from.image.channels !== to.image.channels) return none;
  const first = entries.slice(code + 1).find((entry) => entry.before && entry.after);
  const fits = (["before", "after"] as const).every((side) => {
    const layer = first?.[side]?.layer;
    return layer?.kind === "dense" && layer.units === product(reshape[side]?.makes ?? []);
  });
  return { reshape, flatten, dense: fits && first ? first : null };
}

const product = (shape: Shape): number => shape.reduce((size, side) => size * side, 1);

/** Which change each setting that differs belongs to. */
function groupSettings(
  entries: readonly Entry[],
  follows: Following,
  latent: readonly [number, number],
  groups: Groups,
): void {
  const shaping = entries.find(({ change, before, after }) => change && !(before && after));
  const values = new Map<string, Set<string>>();
  const found: (readonly [Entry, string, string])[] = [];
  for (const entry of entries) {
    const { before, after, change } = entry;
    if (!before || !after || change !== null) continue;
    for (const setting of differing(before.layer, after.layer)) {
      const isShape = setting === "to" || (setting === "units" && entry === follows.dense);
      if (isShape && (entry === follows.reshape || entry === follows.dense)) continue;
      if (isShape && shaping?.change) {
        entry.settings.set(setting, shaping.change);
        continue;
      }
      const [old, now] = [before, after].map((placed) => settingText(placed.layer, setting));
      const isLatent =
        setting === "units" && old === String(latent[0]) && now === String(latent[1]);
      if (isLatent) {
        entry.settings.set(setting, groups.add(`latent ${now}`, RANKS.latent));
        continue;
      }
      found.push([entry, setting, `${old} → ${now}`]);
      values.set(setting, (values.get(setting) ?? new Set()).add(`${old} → ${now}`));
    }
  }
  for (const [entry, setting, text] of found) {
    const isOne = values.get(setting)?.size === 1;
    const title = `${SETTING_WORDS[setting] ?? setting}${isOne ? ` ${text}` : ""}`;
    entry.settings.set(setting, groups.add(title, RANKS.settings));
  }
}

/** Of settings whose name does not do. */
const SETTING_WORDS: Readonly<Record<string, string>> = {
  kernel: "kernels",
  start: "start of weights",
  to: "shape",
};

/** What is meant where nothing is said. */
const USUAL_SETTINGS: Readonly<Record<string, string>> = { stride: "1×1" };

function settingText(layer: LayerSpec, setting: string): string {
  const all: Readonly<Record<string, unknown>> = { ...layer };
  const value = all[setting];
  if (value === undefined) return USUAL_SETTINGS[setting] ?? "none";
  if (Array.isArray(value)) return value.join("×");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** The layers that are there once those changes are made. */
function build(
  entries: readonly Entry[],
  ids: ReadonlySet<string>,
  follows: Following,
  from: NetSpec,
  to: NetSpec,
): NetSpec {
  const { height, width, channels } = from.image;
  const names = new Map(entries.map((entry, place) => [entry, `layer_${place}`]));
  const there = new Set<Entry>();
  const layers: LayerSpec[] = [];
  let before = IMAGE_INPUT;
  let shape: Shape = [height, width, channels];
  let flattened: Shape = [];
  const shapes = new Map<string, Shape>([[IMAGE_INPUT, shape]]);
  const nameIn = (side: "before" | "after", name: string): string => {
    if (name === IMAGE_INPUT) return name;
    const entry = entries.find((one) => one[side]?.layer.name === name);
    if (!entry || !there.has(entry))
      throw new NetError(`Nothing makes "${name}" before it is joined.`);
    return names.get(entry) ?? name;
  };
  for (const entry of entries) {
    const side = sideOf(entry, ids, there);
    const placed = side && entry[side];
    if (!placed || !side) continue;
    let layer = changed(entry, placed, ids);
    if (entry === follows.flatten) flattened = shape;
    if (entry === follows.reshape && layer.kind === "reshape") layer = { ...layer, to: flattened };
    if (entry === follows.dense && layer.kind === "dense") {
      layer = { ...layer, units: product(flattened) };
    }
    const net = side === "before" ? from : to;
    const last = net.layers[net.layers.indexOf(placed.layer) - 1]?.name ?? IMAGE_INPUT;
    const inputs = placed.inputs.map((name) => (name === last ? before : nameIn(side, name)));
    const name = names.get(entry) ?? placed.layer.name;
    layers.push({ ...layer, name, inputs });
    there.add(entry);
    before = name;
    shape = outputShape(
      layer,
      inputs.map((input) => shapes.get(input) ?? []),
    );
    shapes.set(name, shape);
  }
  const code = entries.find((entry) => entry.isCode && there.has(entry));
  if (!code) throw new NetError("The net has no code.");
  return withUsualNames({
    name: from.name === to.name ? from.name : "net",
    image: from.image,
    layers: withoutUsualInputs(layers),
    code: names.get(code) ?? "",
  });
}

/** Of which net a layer stands at that place; null where none does. */
function sideOf(
  entry: Entry,
  ids: ReadonlySet<string>,
  there: ReadonlySet<Entry>,
): "before" | "after" | null {
  const isMade = entry.change !== null && ids.has(entry.change);
  if (entry.before && entry.after) return isMade ? "after" : "before";
  if (entry.anchor && !there.has(entry.anchor)) return null;
  if (entry.after) return isMade ? "after" : null;
  return isMade ? null : "before";
}

/** The layer of that place, with the settings of the second net whose changes are made. */
function changed(entry: Entry, placed: Placed, ids: ReadonlySet<string>): LayerSpec {
  const taken = [...entry.settings].filter(([, change]) => ids.has(change));
  if (taken.length === 0 || !entry.after) return placed.layer;
  const now: Readonly<Record<string, unknown>> = { ...entry.after.layer };
  const settings = new Map(Object.entries(placed.layer));
  for (const [setting] of taken) {
    if (now[setting] === undefined) settings.delete(setting);
    else settings.set(setting, now[setting]);
  }
  // Both layers are of one kind, so that settings of the one are settings of the other.
  return Object.fromEntries(settings) as unknown as LayerSpec;
}

/** Encoders and decoders as wholes, where both nets have them; else all layers. */
function partsDiff(from: NetSpec, to: NetSpec): NetDiff {
  const all = { id: "layers", title: "other layers" };
  if (!hasBottleneck(from) || !hasBottleneck(to)) return { changes: [all], made: () => to };
  const sizes = [latentSizeOf(from), latentSizeOf(to)] as const;
  const isSized = sizes[0] !== sizes[1] && [from, to].every(canResize);
  const made = (ids: ReadonlySet<string>): NetSpec => {
    const size = sizes[ids.has("latent") ? 1 : 0];
    const sized = (net: NetSpec) => (isSized ? withLatentSize(net, size) : net);
    return joined(sized(ids.has("encoder") ? to : from), sized(ids.has("decoder") ? to : from));
  };
  const isOther = (id: string) => netText(made(new Set([id]))) !== netText(made(new Set()));
  const halves = [
    { id: "encoder", title: "other encoder" },
    { id: "decoder", title: "other decoder" },
  ];
  const changes = [
    ...halves.filter(({ id }) => isOther(id)),
    ...(isSized ? [{ id: "latent", title: `latent ${sizes[1]}` }] : []),
  ];
  return changes.length > 0 ? { changes, made } : { changes: [all], made: () => to };
}

function canResize(net: NetSpec): boolean {
  try {
    withLatentSize(net, latentSizeOf(net));
    return true;
  } catch (error) {
    if (error instanceof NetError) return false;
    throw error;
  }
}

/** The layers that the code of one net is made of, and those that another makes of its code. */
function joined(first: NetSpec, second: NetSpec): NetSpec {
  const half = (net: NetSpec, prefix: string, isWanted: (name: string) => boolean) =>
    net.layers.flatMap((layer, place) => {
      if (!isWanted(layer.name)) return [];
      const inputs = inputsOf(net, place).map((name) => {
        if (name === IMAGE_INPUT) return name;
        return name === net.code ? "code" : `${prefix}${name}`;
      });
      const name = layer.name === net.code ? "code" : `${prefix}${layer.name}`;
      return [{ ...layer, name, inputs }];
    });
  const [encoder, others] = [beforeCode(first), beforeCode(second)];
  return withUsualNames({
    name: first.name === second.name ? first.name : "net",
    image: first.image,
    layers: withoutUsualInputs([
      ...half(first, "encoder:", (name) => encoder.has(name)),
      ...half(second, "decoder:", (name) => !others.has(name)),
    ]),
    code: "code",
  });
}

/** Names of the layers that a net's code is made by, its own among them. */
function beforeCode(net: NetSpec): ReadonlySet<string> {
  const places = new Map(net.layers.map(({ name }, place) => [name, place]));
  const found = new Set<string>();
  const waiting = [net.code];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const place = places.get(name);
    if (place === undefined || found.has(name)) continue;
    found.add(name);
    waiting.push(...inputsOf(net, place));
  }
  return found;
}
