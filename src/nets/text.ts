/**
 * Nets as a line of text: `conv 32 3 relu > pool 2 > latent 128 relu > mirror`.
 *
 * The grammar is in docs/nets.md, and stays: links and stored runs hold such lines. What a net
 * prints reads back as the same net.
 */

import type { ImageShape } from "../math/image-set";
import {
  type Activation,
  IMAGE_INPUT,
  inputsOf,
  type KernelStart,
  type LayerSpec,
  type NetSpec,
  withoutUsualInputs,
} from "./spec";
import { checkNet, NetError, outputShape, type Shape } from "./summary";

/** A net's text that cannot be read; the message says why, and the place where. */
export class NetTextError extends Error {
  override readonly name = "NetTextError";
  /** The words that it is about: from the first character's place up to the last one's. */
  readonly from: number;
  readonly to: number;

  constructor(message: string, { from, to }: Span) {
    super(message);
    this.from = from;
    this.to = to;
  }
}

interface Span {
  readonly from: number;
  readonly to: number;
}

interface Word extends Span {
  readonly text: string;
}

/** What stands between two ">": a layer, or an instruction about the layers around it. */
interface Item extends Span {
  readonly words: readonly Word[];
}

/** The longest text that is read: 200 layers of 80 characters. */
const LONGEST = 16_000;

const ACTIVATIONS: readonly Activation[] = ["linear", "relu", "elu", "swish", "sigmoid"];
const STARTS: Readonly<Record<string, KernelStart>> = {
  zeros: "zeros",
  "pca-encode": "pcaEncode",
  "pca-decode": "pcaDecode",
};
/** The layer whose text is `latent`, and any net's name for its code. */
const LATENT = "latent";

/**
 * Reads a net for images of that shape.
 *
 * @throws NetTextError for text that is no net, and for nets that checkNet refuses
 */
export function parseNet(text: string, image: ImageShape, name = "net"): NetSpec {
  if (text.length > LONGEST) {
    const most = LONGEST.toLocaleString("en");
    throw new NetTextError(`A net's text has at most ${most} characters.`, {
      from: 0,
      to: LONGEST,
    });
  }
  const items = itemsOf(text);
  const reader = new Reader(image);
  for (const item of items) reader.take(item);
  const net = reader.finish(name, { from: 0, to: text.length });
  try {
    checkNet(net);
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
    throw new NetTextError(error.message, { from: 0, to: text.length });
  }
  return net;
}

function itemsOf(text: string): readonly Item[] {
  let from = 0;
  return text.split(">").map((part) => {
    const start = from;
    from += part.length + 1;
    const words = Array.from(part.matchAll(/\S+/g), ({ 0: word, index }) => {
      const at = start + index;
      return { text: word, from: at, to: at + word.length };
    });
    const first = words[0]?.from ?? start;
    const to = words.at(-1)?.to ?? start + Math.max(1, part.length);
    if (words.length === 0) {
      throw new NetTextError("A layer is missing here.", { from: first, to });
    }
    return { words, from: first, to };
  });
}

/** A layer whose name may not be settled yet: automatic ones depend on those that follow. */
interface Draft {
  /** Without its name and inputs. */
  readonly layer: Unnamed;
  /** Given by `as`. */
  readonly given: string | null;
  /** Places of its inputs among the drafts; −1 is the image. */
  readonly inputs: readonly number[];
  readonly shape: Shape;
}

type Unnamed = LayerSpec extends infer L
  ? L extends LayerSpec
    ? Omit<L, "name" | "inputs">
    : never
  : never;

const IMAGE = -1;

class Reader {
  readonly #image: ImageShape;
  readonly #drafts: Draft[] = [];
  readonly #given = new Map<string, number>([[IMAGE_INPUT, IMAGE]]);
  /** What the next layer takes. */
  #current = IMAGE;
  #code: number | null = null;

  constructor(image: ImageShape) {
    this.#image = image;
  }

  take(item: Item): void {
    const words = new Words(item);
    const given = words.nameAtEnd();
    const kind = words.next("a layer");
    switch (kind.text) {
      case "from":
        this.#refuseName(given, kind);
        this.#current = this.#named(words.next("the name of a layer"));
        break;
      case "code":
        this.#refuseName(given, kind);
        this.#markCode(kind);
        break;
      case "mirror":
        this.#refuseName(given, kind);
        this.#mirror(item);
        break;
      case "add":
      case "concat":
        this.#join(kind.text, words, given, item);
        break;
      default:
        this.#layer(kind, words, given, item);
    }
    words.end();
  }

  finish(name: string, whole: Span): NetSpec {
    if (this.#drafts.length === 0) throw new NetTextError("The net has no layer.", whole);
    if (this.#code === null) {
      throw new NetTextError(
        'The net has no code: write "latent 32" for a dense one, or "code" behind the layer whose output it is.',
        whole,
      );
    }
    const misnamed = this.#drafts.findIndex(({ given }) => given === LATENT);
    if (misnamed >= 0 && misnamed !== this.#code) {
      throw new NetTextError(
        `"${LATENT}" is the name of the code: call the other layer otherwise.`,
        whole,
      );
    }
    const names = namesOf(this.#drafts, this.#code);
    const layers = this.#drafts.map(({ layer, inputs }, place): LayerSpec => {
      const from = inputs.map((input) => (input === IMAGE ? IMAGE_INPUT : names[input]!));
      // The draft holds a layer of one kind without the two fields that are put back here.
      return { ...layer, name: names[place]!, inputs: from } as LayerSpec;
    });
    return {
      name,
      image: this.#image,
      layers: withoutUsualInputs(layers),
      code: names[this.#code]!,
    };
  }

  #shapeOf(place: number): Shape {
    const { height, width, channels } = this.#image;
    return place === IMAGE ? [height, width, channels] : this.#drafts[place]!.shape;
  }

  #push(layer: Unnamed, inputs: readonly number[], given: Word | null, at: Item): void {
    if (given && this.#given.has(given.text)) {
      throw new NetTextError(`Another layer is called ${given.text}.`, given);
    }
    const shapes = inputs.map((input) => this.#shapeOf(input));
    let shape: Shape;
    try {
      // A name for messages, which are rewritten to name the words instead.
      shape = outputShape({ ...layer, name: NAMELESS } as LayerSpec, shapes);
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
      const why = error.message.replace(`"${NAMELESS}" `, "").replace(/\.$/, "");
      const before = shapes.map((sides) => sides.join("×")).join(" and ");
      const item = at.words.map(({ text }) => text).join(" ");
      throw new NetTextError(`"${item}" after ${before} ${why}.`, at);
    }
    const place = this.#drafts.push({ layer, inputs, given: given?.text ?? null, shape }) - 1;
    if (given) this.#given.set(given.text, place);
    this.#current = place;
  }

  /** Dense layers take vectors: an image is flattened before them without saying so. */
  #flatten(at: Item): void {
    if (this.#shapeOf(this.#current).length > 1) {
      this.#push({ kind: "flatten" }, [this.#current], null, at);
    }
  }

  #layer(kind: Word, words: Words, given: Word | null, item: Item): void {
    const layer = layerOf(kind, words);
    if (layer.kind === "dense" || layer.kind === "nestedDropout") this.#flatten(item);
    this.#push(layer, [this.#current], given, item);
    if (kind.text === LATENT) this.#markCode(kind);
  }

  #join(kind: "add" | "concat", words: Words, given: Word | null, item: Item): void {
    const named: number[] = [];
    while (!words.isAtEnd) {
      const word = words.next("a name");
      named.push(word.text === "." ? this.#current : this.#named(word));
    }
    if (named.length === 0) {
      throw new NetTextError(`"${kind}" wants the name of the layer to join with.`, item);
    }
    const inputs = named.includes(this.#current) ? named : [this.#current, ...named];
    this.#push({ kind }, inputs, given, item);
  }

  #markCode(at: Word): void {
    if (this.#code !== null) throw new NetTextError("The net has its code already.", at);
    if (this.#current === IMAGE) throw new NetTextError("The image itself is no code.", at);
    this.#code = this.#current;
  }

  #named(word: Word): number {
    const place = this.#given.get(word.text);
    if (place !== undefined) return place;
    const names = [...this.#given.keys()].join(", ");
    throw new NetTextError(
      `No layer before this one is called ${word.text}: name one with "as". There are ${names}.`,
      word,
    );
  }

  #refuseName(given: Word | null, kind: Word): void {
    if (given)
      throw new NetTextError(`"${kind.text}" makes nothing that could have a name.`, given);
  }

  /** The encoder's layers once more, from the last to the first, each undone; then the image. */
  #mirror(item: Item): void {
    if (this.#code === null) {
      throw new NetTextError('"mirror" comes after the code, and there is none before it.', item);
    }
    if (this.#current !== this.#code) {
      throw new NetTextError('"mirror" comes right after the code.', item);
    }
    for (let place: number = this.#code; place !== IMAGE; ) {
      const { layer, inputs }: Draft = this.#drafts[place]!;
      const before = inputs[0]!;
      for (const undone of mirrored(layer, this.#shapeOf(before), item)) {
        this.#push(undone, [this.#current], null, item);
      }
      place = before;
    }
    this.#push(
      {
        kind: "conv",
        filters: this.#image.channels,
        kernel: [3, 3],
        padding: "same",
        activation: "sigmoid",
      },
      [this.#current],
      null,
      item,
    );
  }
}

const NAMELESS = "this layer";

/** What undoes a layer of the encoder, given the shape that it took. */
function mirrored(layer: Unnamed, input: Shape, at: Span): readonly Unnamed[] {
  switch (layer.kind) {
    case "dense":
      return [{ kind: "dense", units: input[0]!, activation: "relu" }];
    case "flatten":
      return [{ kind: "reshape", to: input }];
    case "maxPool":
    case "averagePool":
      return [{ kind: "upsample", factor: layer.size }];
    case "conv": {
      const { filters, kernel, stride = 1, activation } = layer;
      const conv = { kind: "conv", filters, kernel, padding: "same", activation } as const;
      return stride === 1 ? [conv] : [{ kind: "upsample", factor: stride }, conv];
    }
    case "batchNorm":
    case "dropout":
    case "activation":
      return [layer];
    default:
      throw new NetTextError(
        `"mirror" cannot undo ${WORDS[layer.kind]}: write the decoder out instead.`,
        at,
      );
  }
}

/** The words of one item, taken one after the other. */
class Words {
  readonly #item: Item;
  #words: readonly Word[];

  constructor(item: Item) {
    this.#item = item;
    this.#words = item.words;
  }

  get isAtEnd(): boolean {
    return this.#words.length === 0;
  }

  next(what: string): Word {
    const [first, ...rest] = this.#words;
    if (!first) {
      const { from, to } = this.#item;
      const item = this.#item.words.map(({ text }) => text).join(" ");
      throw new NetTextError(`"${item}" wants ${what}.`, { from, to });
    }
    this.#words = rest;
    return first;
  }

  /** The name behind `as`, at the end. */
  nameAtEnd(): Word | null {
    const at = this.#words.findIndex(({ text }) => text === "as");
    if (at < 0) return null;
    const [as, name, ...rest] = this.#words.slice(at);
    if (!name || rest.length > 0) {
      throw new NetTextError('"as" is followed by one name, at the end.', rest.at(-1) ?? as!);
    }
    if (!/^[a-z][a-z0-9_-]{0,39}$/i.test(name.text)) {
      throw new NetTextError(
        "A name begins with a letter and has up to 40 letters, digits, _ and -.",
        name,
      );
    }
    this.#words = this.#words.slice(0, at);
    return name;
  }

  /** A plain decimal number. */
  number(what: string): number {
    const word = this.next(what);
    if (!/^-?(\d+\.?\d*|\.\d+)(e-?\d+)?$/i.test(word.text)) {
      throw new NetTextError(`Wanted ${what}, not "${word.text}".`, word);
    }
    return Number(word.text);
  }

  whole(what: string): number {
    const word = this.next(what);
    if (!/^\d{1,9}$/.test(word.text)) {
      throw new NetTextError(`Wanted ${what}, a whole number, not "${word.text}".`, word);
    }
    return Number(word.text);
  }

  /** "3", or "3x2" for down and across. */
  sides(what: string): readonly [number, number] {
    const word = this.next(what);
    const [, down, across = down] = /^(\d{1,3})(?:[x×](\d{1,3}))?$/.exec(word.text) ?? [];
    if (!down || !across) {
      throw new NetTextError(`Wanted ${what} such as 3 or 3x2, not "${word.text}".`, word);
    }
    return [Number(down), Number(across)];
  }

  /** The words that are left, in any order, each of one of those kinds. */
  options<T>(readers: Readonly<Record<string, (word: string) => T | undefined>>): Map<string, T> {
    const found = new Map<string, T>();
    while (!this.isAtEnd) {
      const word = this.next("a word");
      const option = Object.entries(readers).find(([, read]) => read(word.text) !== undefined);
      if (!option) {
        throw new NetTextError(
          `"${word.text}" says nothing here. Allowed: ${Object.keys(readers).join(", ")}.`,
          word,
        );
      }
      const [name, read] = option;
      if (found.has(name)) throw new NetTextError(`The ${name} is given twice.`, word);
      found.set(name, read(word.text)!);
    }
    return found;
  }

  end(): void {
    const [first] = this.#words;
    if (first) {
      throw new NetTextError(`"${first.text}" says nothing here.`, {
        from: first.from,
        to: this.#words.at(-1)!.to,
      });
    }
  }
}

const oneOf =
  <T extends string>(all: readonly T[]) =>
  (word: string) =>
    all.find((each) => each === word);

/** Activation, kernel's start, and for windows stride and padding. */
function kernelOptions(words: Words, hasWindow: boolean) {
  const window = {
    "stride (/2)": (word: string) => (/^\/[12]$/.test(word) ? word.slice(1) : undefined),
    "padding (same, valid)": oneOf(["same", "valid"]),
  };
  const found = words.options<string>({
    [`activation (${ACTIVATIONS.join(", ")})`]: oneOf(ACTIVATIONS),
    [`start (${Object.keys(STARTS).join(", ")})`]: oneOf(Object.keys(STARTS)),
    ...(hasWindow ? window : {}),
  });
  const said = [...found.values()];
  const start = said.map((word) => STARTS[word]).find((each) => each !== undefined);
  return {
    activation: ACTIVATIONS.find((each) => said.includes(each)) ?? "linear",
    isStrided: said.includes("2"),
    padding: said.includes("valid") ? ("valid" as const) : ("same" as const),
    ...(start ? { start } : {}),
  };
}

function layerOf(kind: Word, words: Words): Exclude<Unnamed, { kind: "add" | "concat" }> {
  switch (kind.text) {
    case "conv":
    case "conv-transpose": {
      const filters = words.whole("a number of filters");
      const kernel = words.sides("the kernel's sides");
      const { isStrided, ...options } = kernelOptions(words, true);
      return {
        kind: kind.text === "conv" ? "conv" : "convTranspose",
        filters,
        kernel,
        ...options,
        ...(isStrided ? { stride: 2 } : {}),
      };
    }
    case LATENT:
    case "dense": {
      const units = words.whole("a number of units");
      const { activation, start } = kernelOptions(words, false);
      return { kind: "dense", units, activation, ...(start ? { start } : {}) };
    }
    case "pool":
    case "average-pool": {
      const size = words.whole("the windows' size");
      const isValid = words.options({ "padding (valid)": oneOf(["valid"]) }).size > 0;
      const poolKind = kind.text === "pool" ? "maxPool" : "averagePool";
      return { kind: poolKind, size, ...(isValid ? { padding: "valid" as const } : {}) };
    }
    case "up":
      return { kind: "upsample", factor: words.whole("a factor") };
    case "depth-to-space":
      return { kind: "depthToSpace", block: words.whole("the block's size") };
    case "flatten":
      return { kind: "flatten" };
    case "shape":
      return { kind: "reshape", to: shapeOf(words.next("a shape")) };
    case "rescale": {
      const scale = words.number("what to multiply by");
      const offset = words.isAtEnd ? 0 : words.number("what to add");
      return { kind: "rescale", scale, ...(offset === 0 ? {} : { offset }) };
    }
    case "linear":
    case "relu":
    case "elu":
    case "swish":
    case "sigmoid":
    case "clamp":
      return { kind: "activation", activation: kind.text };
    case "leaky-relu":
      return { kind: "activation", activation: { leakyRelu: words.number("a slope") } };
    case "dropout":
      return { kind: "dropout", rate: words.number("a rate") };
    case "nested-dropout":
      return { kind: "nestedDropout", evenTo: words.number("a size") };
    case "norm":
      return { kind: "batchNorm" };
    default: {
      const known = [...Object.values(WORDS), LATENT, "code", "mirror", "from"];
      throw new NetTextError(
        `There is no layer "${kind.text}". There are ${known.join(", ")}.`,
        kind,
      );
    }
  }
}

/** "14x14x32", or "6272". */
function shapeOf(word: Word): readonly number[] {
  const sides = word.text.split(/[x×]/).map(Number);
  if (!/^\d{1,7}([x×]\d{1,7}){0,2}$/.test(word.text)) {
    throw new NetTextError(`Wanted a shape such as 14x14x32, not "${word.text}".`, word);
  }
  return sides;
}

/** How the text names each kind of layer. */
const WORDS: Readonly<Record<LayerSpec["kind"], string>> = {
  conv: "conv",
  convTranspose: "conv-transpose",
  dense: "dense",
  maxPool: "pool",
  averagePool: "average-pool",
  upsample: "up",
  depthToSpace: "depth-to-space",
  flatten: "flatten",
  reshape: "shape",
  rescale: "rescale",
  activation: "relu",
  dropout: "dropout",
  nestedDropout: "nested-dropout",
  batchNorm: "norm",
  add: "add",
  concat: "concat",
};

/** What an automatic name calls each kind. */
const NOUNS: Readonly<Record<LayerSpec["kind"], string>> = {
  conv: "conv",
  convTranspose: "conv_transpose",
  dense: "dense",
  maxPool: "pool",
  averagePool: "average",
  upsample: "upsampling",
  depthToSpace: "pixels",
  flatten: "flatten",
  reshape: "reshape",
  rescale: "rescale",
  activation: "activation",
  dropout: "dropout",
  nestedDropout: "truncation",
  batchNorm: "norm",
  add: "add",
  concat: "concat",
};

interface Nameable {
  readonly layer: { readonly kind: LayerSpec["kind"] };
  /** Null for an automatic name. */
  readonly given: string | null;
}

/**
 * A name for each layer: the one given, or what it is and in which half, numbered where several of a
 * kind stand in one half. The code is `latent`, and what makes the image `reconstruction`.
 */
function namesOf(layers: readonly Nameable[], code: number): readonly string[] {
  const stem = (place: number) => {
    if (place === code) return LATENT;
    if (place === layers.length - 1) return "reconstruction";
    return `${place < code ? "encoder" : "decoder"}_${NOUNS[layers[place]!.layer.kind]}`;
  };
  const stems = layers.map((_, place) => stem(place));
  const given = new Set(layers.map((layer) => layer.given));
  const used = new Map<string, number>();
  return layers.map((layer, place) => {
    const name = stems[place]!;
    const number = (used.get(name) ?? 0) + 1;
    used.set(name, number);
    // The halves of a net meet at that name.
    if (place === code) return LATENT;
    if (layer.given !== null) return layer.given;
    const isAlone = stems.filter((other) => other === name).length === 1;
    const automatic = isAlone ? name : `${name}_${number}`;
    // Somebody may have given that very name to another layer.
    return given.has(automatic) ? `${automatic}_auto` : automatic;
  });
}

/** The text of a net; `parseNet` reads the same net from it. */
export function netText(net: NetSpec): string {
  const { layers } = net;
  const places = new Map(layers.map(({ name }, place) => [name, place]));
  const code = places.get(net.code) ?? -1;
  const automatic = namesOf(
    layers.map((layer) => ({ layer, given: null })),
    code,
  );
  const referred = new Set(
    layers.flatMap(({ inputs = [] }) => inputs).filter((name) => name !== IMAGE_INPUT),
  );
  const items: string[] = [];
  let before = IMAGE_INPUT;
  for (const [place, layer] of layers.entries()) {
    const inputs = inputsOf(net, place);
    const joins = layer.kind === "add" || layer.kind === "concat";
    const comesFromBefore = inputs.includes(before);
    if (!comesFromBefore) items.push(`from ${inputs[0]}`);
    const current = comesFromBefore ? before : inputs[0]!;
    before = layer.name;
    const isNamed = referred.has(layer.name) || automatic[place] !== layer.name;
    if (layer.kind === "flatten" && !isNamed && goesWithoutSaying(layers[place + 1])) continue;
    const isLatent = place === code && layer.kind === "dense";
    const words = isLatent ? wordsOf(layer).replace(/^dense/, LATENT) : wordsOf(layer);
    const others =
      inputs[0] === current
        ? inputs.slice(1)
        : inputs.map((name) => (name === current ? "." : name));
    const item = joins ? `${words} ${others.join(" ")}` : words;
    items.push(isNamed ? `${item} as ${layer.name}` : item);
    if (place === code && !isLatent) items.push("code");
  }
  return items.join(" > ");
}

/** Whether a flattening before that layer is not written. */
function goesWithoutSaying(next: LayerSpec | undefined): boolean {
  return (next?.kind === "dense" || next?.kind === "nestedDropout") && next.inputs === undefined;
}

function wordsOf(layer: LayerSpec): string {
  const word = WORDS[layer.kind];
  switch (layer.kind) {
    case "conv":
    case "convTranspose": {
      const { filters, kernel, stride = 1, padding } = layer;
      const [down, across] = kernel;
      return [
        word,
        filters,
        down === across ? down : `${down}x${across}`,
        ...kernelWords(layer),
        ...(stride === 1 ? [] : [`/${stride}`]),
        ...(padding === "same" ? [] : [padding]),
      ].join(" ");
    }
    case "dense":
      return [word, layer.units, ...kernelWords(layer)].join(" ");
    case "maxPool":
    case "averagePool":
      return `${word} ${layer.size}${layer.padding ? ` ${layer.padding}` : ""}`;
    case "upsample":
      return `${word} ${layer.factor}`;
    case "depthToSpace":
      return `${word} ${layer.block}`;
    case "reshape":
      return `${word} ${layer.to.join("x")}`;
    case "rescale":
      return `${word} ${layer.scale}${layer.offset ? ` ${layer.offset}` : ""}`;
    case "activation": {
      const { activation } = layer;
      return typeof activation === "object" ? `leaky-relu ${activation.leakyRelu}` : activation;
    }
    case "dropout":
      return `${word} ${layer.rate}`;
    case "nestedDropout":
      return `${word} ${layer.evenTo}`;
    case "flatten":
    case "batchNorm":
    case "add":
    case "concat":
      return word;
  }
}

function kernelWords(layer: {
  readonly activation: Activation;
  readonly start?: KernelStart;
}): readonly string[] {
  const start = Object.keys(STARTS).find((word) => STARTS[word] === layer.start);
  return [...(layer.activation === "linear" ? [] : [layer.activation]), ...(start ? [start] : [])];
}
