/** A net of a model's list of layers. */

import { type ImageShape, sizeOf } from "../math/image-set";
import {
  IMAGE_INPUT,
  type LayerSpec,
  type NetSpec,
  type Rates,
  withoutUsualInputs,
} from "../nets/spec";
import { NetError, outputShape, type Shape } from "../nets/summary";
import { withUsualNames } from "../nets/text";
import { textOf, type Unnamed } from "../nets/text/kinds";
import { activationApart, readerOf } from "./layers";
import { type ImportProblem, wholeProblem } from "./problems";
import { Settings } from "./settings";
import { MODEL_INPUT, type Topology, type TopologyLayer } from "./topology";
import { penalised, summed, withTraining } from "./training";
import { rangeIn, rangeOut, rescaledTwice, type ValueRange } from "./value-ranges";

/** How a model is taken. */
export interface BuildOptions {
  /** Its images. */
  readonly image: ImageShape;
  /** Whether its weights are read, too. */
  readonly isTrained?: boolean;
  /** Its layer that makes the code, by its own name; guessed where none is named. */
  readonly code?: string | undefined;
  /** What it takes for black and white, and what it makes of them: 0 to 1 where nothing is said. */
  readonly takes?: ValueRange;
  readonly makes?: ValueRange;
}

export interface BuiltNet {
  readonly net: NetSpec;
  /** What is otherwise here than the model says, a sentence each. */
  readonly notes: readonly string[];
  /** By the net's layers: the layer of the model that its weights are of; null where it has none. */
  readonly sources: readonly (string | null)[];
  /** The model's layer that makes the code, and what it makes. */
  readonly code: { readonly layer: string; readonly shape: Shape };
  /** Its layers that can, each with what it makes. */
  readonly codes: readonly { readonly layer: string; readonly shape: Shape }[];
}

/** Adds to the problems; null where there are some. */
export function buildImported(
  topology: Topology,
  options: BuildOptions,
  problems: ImportProblem[],
): BuiltNet | null {
  const built = new Builder(topology, options, problems).build();
  return problems.length > 0 ? null : built;
}

interface Made {
  readonly name: string;
  /** Null where a problem leaves it unknown. */
  readonly shape: Shape | null;
  /** An image that has no axis for its channel there. */
  readonly isFlat?: boolean;
}

class Builder {
  readonly #notes: string[] = [];
  readonly #topology: Topology;
  readonly #options: BuildOptions;
  readonly #image: ImageShape;
  readonly #problems: ImportProblem[];
  readonly #layers: LayerSpec[] = [];
  /** What makes pixels the numbers that the model takes; null where they are. */
  #range: string | null = null;
  /** By the layers' names. */
  readonly #sources = new Map<string, string>();
  readonly #shapes = new Map<string, Shape>();
  readonly #made = new Map<string, Made>();

  constructor(topology: Topology, options: BuildOptions, problems: ImportProblem[]) {
    this.#topology = topology;
    this.#options = options;
    this.#image = options.image;
    this.#problems = problems;
  }

  build(): BuiltNet | null {
    const { height, width, channels } = this.#image;
    const shape: Shape = [height, width, channels];
    this.#shapes.set(IMAGE_INPUT, shape);
    this.#made.set(MODEL_INPUT, this.#input(shape));
    for (const layer of inTurn(this.#topology)) this.#layer(layer);
    const last = this.#made.get(this.#topology.output);
    if (!last?.shape) {
      // Problems of layers have left it unknown; without any there is no layer.
      if (this.#problems.length === 0) this.#whole("The model has no layer.");
      return null;
    }
    const codes = this.#codes(last.name);
    const code = this.#codeBefore(last.name, codes);
    this.#output(last, shape);
    if (code === null) {
      if (this.#problems.length === 0)
        this.#whole("The model has no layer whose output could be the code.");
      return null;
    }
    const net = withUsualNames({
      name: "net",
      image: this.#image,
      layers: withoutUsualInputs(this.#layers),
      code,
    });
    return {
      net,
      notes: this.#notes,
      sources: this.#layers.map(({ name }) => this.#sources.get(name) ?? null),
      code: { layer: this.#layerMaking(code), shape: this.#shapes.get(code) ?? [] },
      codes: codes.map(({ layer, shape }) => ({ layer, shape })),
    };
  }

  #whole(why: string): void {
    this.#problems.push(wholeProblem(why));
  }

  /** The image as the model takes it: as it is, without its only channel, or as a vector. */
  #input(shape: Shape): Made {
    const image = this.#ranged({ name: IMAGE_INPUT, shape });
    const { inputShape } = this.#topology;
    if (!inputShape || inputShape.includes(null)) return image;
    const said = inputShape.join("×");
    const [height, width, channels] = shape;
    if (said === shape.join("×")) return image;
    if (said === `${height}×${width}` && channels === 1) return { ...image, isFlat: true };
    if (said === String(sizeOf(this.#image))) return this.#push({ kind: "flatten" }, [image.name]);
    this.#whole(
      `The model takes ${said}, and the images here are ${shape.join("×")}: give it an Input of that shape.`,
    );
    return { name: IMAGE_INPUT, shape: null };
  }

  /** The image in the numbers that the model takes for black and white. */
  #ranged(image: Made): Made {
    const into = rangeIn(this.#options.takes ?? "0..1");
    if (!into) return image;
    const made = this.#push(into, [image.name]);
    this.#range = made.name;
    return made;
  }

  /** Black and white by a Rescaling of the model's own that comes first: both are one layer, or none. */
  #withRange(specs: readonly Unnamed[], input: string | undefined): Made | null {
    const [range] = this.#layers;
    const [spec] = specs;
    const takers = this.#topology.layers.filter(({ inputs }) => inputs.includes(MODEL_INPUT));
    const isFirst = this.#layers.length === 1 && takers.length === 1 && input === this.#range;
    if (!isFirst || range?.kind !== "rescale") return null;
    if (specs.length !== 1 || spec?.kind !== "rescale" || spec.penalties) return null;
    this.#layers.pop();
    const both = rescaledTwice(range, spec);
    if (both) return this.#push(both, [IMAGE_INPUT]);
    return { name: IMAGE_INPUT, shape: this.#shapes.get(IMAGE_INPUT) ?? null };
  }

  /** What the model makes as an image: numbers in a row become one, and what it has for white 1. */
  #output(last: Made, image: Shape): void {
    const { shape } = last;
    const out = rangeOut(this.#options.makes ?? "0..1");
    if (shape?.length === 1 && shape[0] === sizeOf(this.#image)) {
      const made = this.#push({ kind: "reshape", to: image }, [last.name]);
      if (out) this.#push(out, [made.name]);
    } else if (shape?.join() === image.join()) {
      const own = this.#layers.at(-1);
      if (out && own?.name === last.name && own.kind === "rescale") {
        // White is 255 by a Rescaling(255) of the model's own: both are one layer, or none.
        this.#layers.pop();
        const both = rescaledTwice(own, out);
        if (both) this.#push(both, own.inputs ?? []);
      } else if (out) this.#push(out, [last.name]);
    } else {
      const half = this.#options.isTrained ? " An encoder comes with the file of its decoder." : "";
      this.#whole(
        `The model makes ${shape?.join("×")}, and images of ${image.join("×")} are wanted: it is no autoencoder of them.${half}`,
      );
    }
  }

  #layer(layer: TopologyLayer): void {
    const { name, className } = layer;
    const tell = (why: string) => this.#problems.push({ layer: name, className, why });
    const inputs = layer.inputs.flatMap((input) => this.#made.get(input) ?? []);
    const shapes = inputs.flatMap(({ shape }) => (shape ? [shape] : []));
    const [first] = shapes;
    const isKnown = inputs.length === layer.inputs.length && shapes.length === inputs.length;
    this.#made.set(name, { name, shape: null });
    const { dialect } = this.#topology;
    const [plain, behind] = activationApart(layer);
    const read = readerOf(className);
    const readBehind = behind ? readerOf(behind.className) : null;
    if (typeof read === "string") {
      tell(read);
      return;
    }
    const isFlat = inputs.some((input) => input.isFlat);
    if (isFlat && !TAKE_FLAT_IMAGES.has(className)) {
      const [height, width] = first ?? [];
      tell(
        `it takes images without an axis for their channel: put Reshape((${height}, ${width}, 1)) before it`,
      );
      return;
    }
    const settings = new Settings(plain, dialect, this.#options.isTrained);
    // Of unknown shapes the settings are told all the same.
    let specs = withTraining(read(settings, first ?? [1, 1, 1], inputs.length), settings);
    if (behind && typeof readBehind === "function") {
      const own = new Settings(behind, dialect, this.#options.isTrained);
      const isAlone = className === "Activation";
      specs = [...(isAlone ? [] : specs), ...readBehind(own, [1], 1)];
      settings.problems.push(...own.problems);
    }
    settings.finish();
    settings.problems.forEach(tell);
    this.#notes.push(...settings.notes.map((note) => `${name} (${className}): ${note}.`));
    if (settings.problems.length > 0 || !isKnown) return;
    const merged = this.#withRange(specs, inputs[0]?.name);
    if (merged) {
      this.#made.set(name, { ...merged, isFlat });
      return;
    }
    const { activity } = settings.rates;
    if (specs.length === 0 && activity && !this.#penalize(inputs[0]?.name, activity)) {
      specs = [penalised(activity)];
    }
    let made: Made = { name: inputs[0]?.name ?? IMAGE_INPUT, shape: first ?? null };
    let from = inputs.map((input) => input.name);
    // That name is the model's input alone.
    const own = name === IMAGE_INPUT ? `${name}:` : name;
    try {
      for (const [place, spec] of specs.entries()) {
        made = this.#push(spec, from, specs.length === 1 ? own : `${name}:${place}`);
        from = [made.name];
        if (textOf(spec.kind).weights) this.#sources.set(made.name, name);
      }
      this.#made.set(name, { ...made, isFlat: staysFlat(layer, isFlat) });
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
      tell(error.message.replace(/^"[^"]*" /, "it ").replace(/\.$/, ""));
    }
  }

  /** @throws NetError where it does not fit what it takes */
  #push(
    spec: Unnamed,
    inputs: readonly string[],
    name = `${spec.kind}:${this.#layers.length}`,
  ): Made {
    const layer = withName(spec, name, inputs);
    const shape = outputShape(
      layer,
      inputs.map((input) => this.#shapes.get(input) ?? []),
    );
    this.#layers.push(layer);
    this.#shapes.set(name, shape);
    return { name, shape };
  }

  /** Has what a layer makes small, besides what it has already; whether it can have that. */
  #penalize(name: string | undefined, activity: Rates): boolean {
    const place = this.#layers.findIndex((layer) => layer.name === name);
    const layer = this.#layers[place];
    if (!layer || textOf(layer.kind).joins) return false;
    const rates = summed(layer.penalties?.activity ?? {}, activity);
    this.#layers[place] = { ...layer, penalties: { ...layer.penalties, activity: rates } };
    return true;
  }

  /** The model's layers that all of an image goes through, each with what it makes, and under which name here. */
  #codes(last: string): readonly { layer: string; made: string; shape: Shape }[] {
    const passages = new Set(this.#passages(last).map(({ name }) => name));
    return this.#topology.layers.flatMap(({ name }) => {
      const { name: made, shape } = this.#made.get(name) ?? {};
      return made && shape && passages.has(made) ? [{ layer: name, made, shape }] : [];
    });
  }

  /** The model's own layer behind one of ours. */
  #layerMaking(made: string): string {
    const layer = this.#topology.layers.find(({ name }) => this.#made.get(name)?.name === made);
    return layer?.name ?? made;
  }

  /** The layer whose output is the code. */
  #codeBefore(
    last: string,
    codes: readonly { readonly layer: string; readonly made: string }[],
  ): string | null {
    const { code: wanted } = this.#options;
    if (wanted !== undefined) {
      const found = codes.find(({ layer }) => layer === wanted);
      if (found) return found.made;
      const names = [...new Set(codes.map(({ layer }) => layer))].join(", ");
      this.#whole(`There is no layer "${wanted}" that could make the code. There are ${names}.`);
      return null;
    }
    const passages = this.#passages(last);
    const passes = (name: string | undefined) => passages.some((layer) => layer.name === name);
    const size = ({ name }: Pick<LayerSpec, "name">) =>
      (this.#shapes.get(name) ?? []).reduce((product, side) => product * side, 1);
    // Where models within it meet: halves may consist of models themselves.
    const meetings = this.#topology.inner.flatMap((output) => {
      const name = this.#made.get(output)?.name;
      return name !== undefined && passes(name) ? [{ name }] : [];
    });
    const [narrowest] = meetings.sort((a, b) => size(a) - size(b));
    if (this.#topology.inner.length > 1 && narrowest) return narrowest.name;
    // Of a net with paths round whatever is smaller than the image, any layer: it is trained whole.
    const isSmall = passages.some((layer) => size(layer) < sizeOf(this.#image));
    const all = isSmall ? passages : this.#layers.filter(({ name }) => name !== last);
    const isNamed = ({ name }: LayerSpec) => CODE_NAMES.test(name);
    const named = passages.find(isNamed) ?? all.find(isNamed);
    if (named) return named.name;
    const smallest = Math.min(...all.map(size));
    const first = all.findIndex((layer) => size(layer) === smallest);
    // Its activation and its norm belong to it.
    const behind = all.slice(first + 1).findIndex(({ kind }) => !FOLLOWERS.has(kind));
    const end = behind < 0 ? all.length - 1 : first + behind;
    return all[Math.max(first, end)]?.name ?? null;
  }

  /** The layers that all of an image goes through on its way to the last one, which is none of them. */
  #passages(last: string): readonly LayerSpec[] {
    return this.#layers.filter(({ name: stop }) => {
      if (stop === last) return false;
      const around = new Set([IMAGE_INPUT]);
      for (const { name, inputs = [] } of this.#layers) {
        if (name !== stop && inputs.some((input) => around.has(input))) around.add(name);
      }
      return !around.has(last);
    });
  }
}

/**
 * The layers that the output is made of, each path to its end before the next one: models of Keras
 * have them by their distance from the output, so that paths are mixed.
 */
function inTurn({ layers, output }: Topology): readonly TopologyLayer[] {
  const byName = new Map(layers.map((layer) => [layer.name, layer]));
  const found = new Set<TopologyLayer>();
  const visit = (name: string): void => {
    const layer = byName.get(name);
    if (!layer || found.has(layer)) return;
    layer.inputs.forEach(visit);
    found.add(layer);
  };
  visit(output);
  return [...found];
}

/** What people call it. */
const CODE_NAMES =
  /^(.*[/_-])?(latent|code|codes|encoded|encoding|bottleneck|embedding|z|z_mean)([/_-].*)?$/i;

/** Classes that work number by number, or give numbers another shape: no axis is missed. */
const TAKE_FLAT_IMAGES: ReadonlySet<string> = new Set([
  "Flatten",
  "Reshape",
  "Rescaling",
  "Activation",
  "ReLU",
  "LeakyReLU",
  "ELU",
  "Dropout",
  "GaussianNoise",
  "GaussianDropout",
  "AlphaDropout",
  "Identity",
  "Add",
  "Subtract",
  "Multiply",
  "Average",
  "Maximum",
  "Minimum",
]);

/** Whether what it makes are images without an axis for their channel. */
function staysFlat({ className, config }: TopologyLayer, isFlat: boolean): boolean {
  if (className === "Flatten") return false;
  if (className !== "Reshape") return isFlat;
  return Array.isArray(config.target_shape) && config.target_shape.length === 2;
}

const FOLLOWERS: ReadonlySet<LayerSpec["kind"]> = new Set(["activation", "batchNorm", "dropout"]);

function withName(layer: Unnamed, name: string, inputs: readonly string[]): LayerSpec {
  // The two fields that the layer was told without are put back.
  return { ...layer, name, inputs } as LayerSpec;
}
