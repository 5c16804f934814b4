/**
 * Nets as a line of text: `conv 32 3 relu > pool 2 > latent 128 relu > mirror`.
 *
 * The grammar is in docs/nets.md, and stays: links and stored runs hold such lines. What a net
 * prints reads back as the same net. How each kind of layer is said is in text/kinds.ts.
 */

import type { ImageShape } from "../math/image-set";
import { IMAGE_INPUT, inputsOf, type LayerSpec, type NetSpec, withoutUsualInputs } from "./spec";
import { checkNet, NetError, outputShape, type Shape } from "./summary";
import { type KindText, kindOfWord, LAYER_WORDS, textOf, type Unnamed } from "./text/kinds";
import { readTraining, trainingWords } from "./text/training";
import {
  type Item,
  itemsOf,
  itemText,
  NetTextError,
  oneOf,
  type Span,
  type Word,
  Words,
} from "./text/words";

export { NetTextError } from "./text/words";

/** Behind `latent N`: the dense layer makes a mean and a log-variance for each number of the code. */
const DRAWN = oneOf("drawn code", ["sample"]);

/** The longest text that is read: 200 layers of 80 characters. */
const LONGEST = 16_000;

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
    const first = words.next("a layer");
    switch (first.text) {
      case "from":
        this.#refuseName(given, first);
        this.#current = this.#named(words.next("the name of a layer"));
        break;
      case "code":
        this.#refuseName(given, first);
        this.#markCode(first);
        break;
      case "mirror":
        this.#refuseName(given, first);
        this.#mirror(item);
        break;
      default:
        this.#layer(first, words, given, item);
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
      throw new NetTextError(`"${itemText(at)}" after ${before} ${why}.`, at);
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

  #layer(first: Word, words: Words, given: Word | null, item: Item): void {
    const isLatent = first.text === LATENT;
    const kind = isLatent ? textOf("dense") : kindOfWord(first.text);
    if (!kind) {
      const known = [...LAYER_WORDS, LATENT, "code", "mirror", "from"].join(", ");
      throw new NetTextError(`There is no layer "${first.text}". There are ${known}.`, first);
    }
    const isDrawn = isLatent && words.option(DRAWN) !== undefined;
    const read = kind.read(words, first.text);
    const said = isDrawn && read.kind === "dense" ? { ...read, units: 2 * read.units } : read;
    // What joins has names behind it.
    const layer = kind.joins ? said : { ...said, ...readTraining(words, kind.weights) };
    if (kind.takesVectors) this.#flatten(item);
    const inputs = kind.joins ? this.#joined(first, words, item) : [this.#current];
    // Before the layer's shape is looked at: a word that is not understood may be what it lacks.
    words.end();
    this.#push(layer, inputs, isDrawn ? null : given, item);
    if (isDrawn) this.#push({ kind: "sample" }, [this.#current], given, item);
    if (isLatent) this.#markCode(first);
  }

  /** What a layer joins: what comes, where it is not among the named ones, and those. */
  #joined(first: Word, words: Words, item: Item): readonly number[] {
    const named: number[] = [];
    while (!words.isAtEnd) {
      const word = words.next("a name");
      named.push(word.text === "." ? this.#current : this.#named(word));
    }
    if (named.length === 0) {
      throw new NetTextError(`"${first.text}" wants the name of the layer to join with.`, item);
    }
    return named.includes(this.#current) ? named : [this.#current, ...named];
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
      const kind: KindText = textOf(layer.kind);
      // How the encoder's layers are trained says nothing of the decoder's.
      const { frozen: _frozen, penalties: _penalties, ...plain } = layer;
      const layers = kind.undo?.(plain, this.#shapeOf(before), this.#shapeOf(place));
      if (!layers) {
        throw new NetTextError(
          `"mirror" cannot undo ${kind.words[0]}: write the decoder out instead.`,
          item,
        );
      }
      for (const undone of layers) {
        this.#push(undone, [this.#current], null, item);
      }
      place = before;
    }
    this.#push(closing(this.#image), [this.#current], null, item);
  }
}

/** The layer that ends a mirrored decoder. */
export const closing = ({ channels }: ImageShape): Unnamed => ({
  kind: "conv",
  filters: channels,
  kernel: [3, 3],
  padding: "same",
  activation: "sigmoid",
});

const NAMELESS = "this layer";

interface Nameable {
  readonly layer: { readonly kind: LayerSpec["kind"] };
  /** Null for an automatic name. */
  readonly given: string | null;
}

/**
 * A name for each layer: the one given, or what it is and in which half, numbered where several of a
 * kind stand in one half. The code is `latent`, and what makes the image `reconstruction`.
 */
export function namesOf(layers: readonly Nameable[], code: number): readonly string[] {
  const stem = (place: number) => {
    if (place === code) return LATENT;
    if (place === layers.length - 1) return "reconstruction";
    return `${place < code ? "encoder" : "decoder"}_${textOf(layers[place]!.layer.kind).noun}`;
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

/** The same net, with the names that its layers have where none are given. */
export function withUsualNames(net: NetSpec): NetSpec {
  const { layers } = net;
  const code = layers.findIndex(({ name }) => name === net.code);
  const usual = namesOf(
    layers.map((layer) => ({ layer, given: null })),
    code,
  );
  const names = new Map(layers.map(({ name }, place) => [name, usual[place] ?? name]));
  const renamed = (name: string) => names.get(name) ?? name;
  return {
    ...net,
    code: renamed(net.code),
    layers: withoutUsualInputs(
      layers.map((layer, place) => ({
        ...layer,
        name: renamed(layer.name),
        inputs: inputsOf(net, place).map(renamed),
      })),
    ),
  };
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
    const kind = textOf(layer.kind);
    const comesFromBefore = inputs.includes(before);
    if (!comesFromBefore) items.push(`from ${inputs[0]}`);
    const current = comesFromBefore ? before : inputs[0]!;
    before = layer.name;
    const isNamed = referred.has(layer.name) || automatic[place] !== layer.name;
    const name = isNamed ? ` as ${layer.name}` : "";
    const made = layers[place - 1];
    if (place === code && made && !referred.has(made.name) && automatic[place - 1] === made.name) {
      const latent = drawnText(layer, made);
      if (latent !== null) {
        // In place of the dense layer's own text.
        items[items.length - 1] = `${latent}${name}`;
        continue;
      }
    }
    const isPlain = layer.kind === "flatten" && !layer.penalties && !isNamed && place !== code;
    if (isPlain && goesWithoutSaying(layers[place + 1])) continue;
    const isLatent = place === code && layer.kind === "dense";
    const written = [kind.write(layer), ...trainingWords(layer)].join(" ");
    const words = isLatent ? written.replace(/^dense/, LATENT) : written;
    const others =
      inputs[0] === current
        ? inputs.slice(1)
        : inputs.map((name) => (name === current ? "." : name));
    const item = kind.joins ? `${words} ${others.join(" ")}` : words;
    items.push(`${item}${name}`);
    if (place === code && !isLatent) items.push("code");
  }
  return items.join(" > ");
}

/** The words of a code that is drawn of what a dense layer makes; null where they say less than all. */
function drawnText(code: LayerSpec, made: LayerSpec): string | null {
  const isPlain = code.kind === "sample" && !code.inputs && !code.penalties && !code.frozen;
  if (!isPlain || made.kind !== "dense" || made.penalties?.activity) return null;
  const words = textOf("dense").write({ ...made, units: made.units / 2 });
  return [words.replace(/^dense/, LATENT), "sample", ...trainingWords(made)].join(" ");
}

/** Whether a flattening before that layer is not written. */
function goesWithoutSaying(next: LayerSpec | undefined): boolean {
  return next !== undefined && next.inputs === undefined && textOf(next.kind).takesVectors === true;
}
