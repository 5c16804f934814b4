/**
 * Nets of others, read from their JSON as data only: Keras's `to_json()`, 2 and 3, sequential,
 * functional and nested, and the `model.json` of tfjs. Weights are not read.
 */

import { type ImageShape, sizeOf } from "../math/image-set";
import {
  IMAGE_INPUT,
  type LayerSpec,
  type NetSpec,
  type Rates,
  withoutUsualInputs,
} from "../nets/spec";
import { checkNet, NetError, outputShape, type Shape } from "../nets/summary";
import { withUsualNames } from "../nets/text";
import { textOf, type Unnamed } from "../nets/text/kinds";
import { readerOf } from "./layers";
import { Settings } from "./settings";
import {
  type ImportProblem,
  MODEL_INPUT,
  readTopology,
  type Topology,
  type TopologyLayer,
} from "./topology";
import { penalised, summed, withTraining } from "./training";

export type { ImportProblem } from "./topology";

/** Of a net's JSON: 200 layers have some 200 kB. */
const LONGEST = 5_000_000;

export interface Imported {
  readonly net: NetSpec;
  /** What is otherwise here than the JSON says, a sentence each. */
  readonly notes: readonly string[];
}

/** A model that there is no such net of; the message has a line for each problem. */
export class ImportError extends Error {
  override readonly name = "ImportError";
  readonly problems: readonly ImportProblem[];

  constructor(problems: readonly ImportProblem[]) {
    super(problems.map(problemText).join("\n"));
    this.problems = problems;
  }
}

/** "lstm (LSTM): recurrent layers are not supported: use Dense or Conv2D." */
function problemText({ layer, className, why }: ImportProblem): string {
  const sentence = why.endsWith(".") ? why : `${why}.`;
  if (layer === "") return sentence;
  return className === "" ? `${layer}: ${sentence}` : `${layer} (${className}): ${sentence}`;
}

/** Whether a text is meant as a model's JSON, and not as a net's line. */
export const isModelJson = (text: string): boolean => /^\s*[{[]/.test(text);

/**
 * The net of a model's JSON, for images of that shape.
 *
 * The code is the output of the inner model that comes first, of a layer that is called so, or else the smallest
 * one that all goes through.
 * @throws ImportError with all that there is no form of here
 */
export function importNet(text: string, image: ImageShape): Imported {
  const problems: ImportProblem[] = [];
  const whole = (why: string) => new ImportError([{ layer: "", className: "", why }]);
  if (text.length > LONGEST) throw whole("This is too long for a model's JSON without weights.");
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw whole("This is not JSON: it is cut off, or of another kind.");
  }
  const topology = readTopology(content, problems);
  if (!topology) throw new ImportError(problems);
  const builder = new Builder(topology, image, problems);
  const net = builder.build();
  if (problems.length > 0 || !net) throw new ImportError(problems);
  try {
    checkNet(net);
  } catch (error) {
    if (error instanceof NetError) throw whole(error.message);
    throw error;
  }
  return { net, notes: builder.notes };
}

interface Made {
  readonly name: string;
  /** Null where a problem leaves it unknown. */
  readonly shape: Shape | null;
}

class Builder {
  readonly notes: string[] = [];
  readonly #topology: Topology;
  readonly #image: ImageShape;
  readonly #problems: ImportProblem[];
  readonly #layers: LayerSpec[] = [];
  readonly #shapes = new Map<string, Shape>();
  readonly #made = new Map<string, Made>();

  constructor(topology: Topology, image: ImageShape, problems: ImportProblem[]) {
    this.#topology = topology;
    this.#image = image;
    this.#problems = problems;
  }

  build(): NetSpec | null {
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
    const code = this.#codeBefore(last.name);
    this.#output(last, shape);
    if (code === null) {
      if (this.#problems.length === 0)
        this.#whole("The model has no layer whose output could be the code.");
      return null;
    }
    return withUsualNames({
      name: "net",
      image: this.#image,
      layers: withoutUsualInputs(this.#layers),
      code,
    });
  }

  #whole(why: string): void {
    this.#problems.push({ layer: "", className: "", why });
  }

  /** The image as the model takes it: as it is, without its only channel, or as a vector. */
  #input(shape: Shape): Made {
    const image: Made = { name: IMAGE_INPUT, shape };
    const { inputShape } = this.#topology;
    if (!inputShape || inputShape.includes(null)) return image;
    const said = inputShape.join("×");
    const [height, width, channels] = shape;
    if (said === shape.join("×")) return image;
    if (said === `${height}×${width}` && channels === 1) return image;
    if (said === String(sizeOf(this.#image))) return this.#push({ kind: "flatten" }, [IMAGE_INPUT]);
    this.#whole(
      `The model takes ${said}, and the images here are ${shape.join("×")}: give it an Input of that shape.`,
    );
    return { name: IMAGE_INPUT, shape: null };
  }

  /** What the model makes as an image: numbers in a row become one. */
  #output({ name, shape }: Made, image: Shape): void {
    if (shape?.length === 1 && shape[0] === sizeOf(this.#image)) {
      this.#push({ kind: "reshape", to: image }, [name]);
    } else if (shape?.join() !== image.join()) {
      this.#whole(
        `The model makes ${shape?.join("×")}, and images of ${image.join("×")} are wanted: it is no autoencoder of them.`,
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
    const read = readerOf(className);
    if (typeof read === "string") {
      tell(read);
      return;
    }
    const settings = new Settings(layer, this.#topology.dialect);
    // Of unknown shapes the settings are told all the same.
    let specs = withTraining(read(settings, first ?? [1, 1, 1], inputs.length), settings);
    settings.finish();
    settings.problems.forEach(tell);
    this.notes.push(...settings.notes.map((note) => `${name} (${className}): ${note}.`));
    if (settings.problems.length > 0 || !isKnown) return;
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
      }
      this.#made.set(name, made);
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

  /** The layer whose output is the code. */
  #codeBefore(last: string): string | null {
    const passages = this.#passages(last);
    const passes = (name: string | undefined) => passages.some((layer) => layer.name === name);
    const inner = this.#made.get(this.#topology.inner[0] ?? "")?.name;
    if (this.#topology.inner.length > 1 && passes(inner)) return inner ?? null;
    const named = passages.find(({ name }) => CODE_NAMES.test(name));
    if (named) return named.name;
    const size = ({ name }: LayerSpec) =>
      (this.#shapes.get(name) ?? []).reduce((product, side) => product * side, 1);
    // Of a net with paths round whatever is smaller than the image, any layer: it is trained whole.
    const isSmall = passages.some((layer) => size(layer) < sizeOf(this.#image));
    const all = isSmall ? passages : this.#layers.filter(({ name }) => name !== last);
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

const FOLLOWERS: ReadonlySet<LayerSpec["kind"]> = new Set(["activation", "batchNorm", "dropout"]);

function withName(layer: Unnamed, name: string, inputs: readonly string[]): LayerSpec {
  // The two fields that the layer was told without are put back.
  return { ...layer, name, inputs } as LayerSpec;
}
