/**
 * A model's JSON as a list of layers, each with the names of those that it takes: Keras's `to_json()`,
 * of version 2 and 3, and the `model.json` of tfjs.
 *
 * Sequential models, graphs of layers, and both within each other are one list. Nothing of it is run.
 */

import { isJson, type Json } from "./json";
import type { ImportProblem } from "./problems";

/** Whose JSON it is: some settings mean something else to each. */
export type Dialect = "keras-2" | "keras-3" | "tfjs";

/** Stands for what goes into the model. */
export const MODEL_INPUT = "input:";

export interface TopologyLayer {
  /** Different from the others': layers of inner models have those models' names before theirs. */
  readonly name: string;
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** Names of layers before it, or MODEL_INPUT. */
  readonly inputs: readonly string[];
}

export interface Topology {
  readonly name: string;
  readonly dialect: Dialect;
  /** In an order in which each finds its inputs made. */
  readonly layers: readonly TopologyLayer[];
  /** What the model gives out. */
  readonly output: string;
  /** Without the batch's axis, as far as it is said; null where it is not. */
  readonly inputShape: readonly (number | null)[] | null;
  /** The outputs of models within the model, in their order. */
  readonly inner: readonly string[];
  /** The model's own layers as it lists them, and in models within it theirs: weights are stored so. */
  readonly parts: readonly TopologyPart[];
}

export interface TopologyPart {
  /** As in `layers`; of a model, what its layers' names begin with. */
  readonly name: string;
  readonly className: string;
  readonly config: Json;
  /** Of a model. */
  readonly parts: readonly TopologyPart[] | null;
}

const MODELS = ["Sequential", "Functional", "Model"];
/** What somebody has to do whose model says in Python alone what its layers are. */
const SUBCLASSED =
  "a model of a class of its own says in Python what its layers are, and its file does not: save it as a functional " +
  'one, by `x = keras.Input((28, 28, 1))` and `keras.Model(x, model.call(x)).save("model.keras")`';

/** Models within models; nets have few. */
const DEEPEST = 8;
/** Layers of all of them: a net has at most 200. */
const MOST_LAYERS = 2000;

/** Told of all problems that are found; `null` where there is nothing to go on with. */
export function readTopology(content: unknown, problems: ImportProblem[]): Topology | null {
  const whole = (why: string) => {
    problems.push({ layer: "", className: "", why });
    return null;
  };
  if (!isJson(content)) return whole("This is no model's JSON: it holds no object.");
  if (content.format === "graph-model") {
    return whole(
      "This is a graph model of TensorFlow, which has no layers: convert the Keras model with --output_format=tfjs_layers_model.",
    );
  }
  const stored = isJson(content.modelTopology) ? content.modelTopology : content;
  const model = isJson(stored.model_config) ? stored.model_config : stored;
  if (typeof model.class_name !== "string" || model.config === undefined) {
    return whole(
      "This is no model's JSON: it has no class_name and config, as those of Keras's to_json() and of tfjs's model.json.",
    );
  }
  const reader = new Reader(problems);
  const output = reader.model(model, MODEL_INPUT, "", 0);
  if (output === null) return null;
  return {
    name: reader.nameOf(model),
    dialect: dialectOf(content, stored, model),
    layers: reader.layers,
    output,
    inputShape: reader.inputShape,
    inner: reader.inner,
    parts: partsOf(model, "", 0),
  };
}

function dialectOf(content: Json, stored: Json, model: Json): Dialect {
  const version = String(stored.keras_version ?? model.keras_version ?? "");
  if ("modelTopology" in content || version.startsWith("tfjs")) return "tfjs";
  return "module" in model || "registered_name" in model || version.startsWith("3")
    ? "keras-3"
    : "keras-2";
}

/** Not deeper than models are read. */
function partsOf({ config }: Json, prefix: string, depth: number): readonly TopologyPart[] {
  const listed = Array.isArray(config) ? config : isJson(config) ? config.layers : undefined;
  if (!Array.isArray(listed) || depth > DEEPEST) return [];
  return listed.filter(isJson).map((layer): TopologyPart => {
    const className = String(layer.class_name ?? "");
    const name = `${prefix}${layerName(layer)}`;
    const config = isJson(layer.config) ? layer.config : {};
    const isModel = MODELS.includes(className);
    return {
      name,
      className,
      config,
      parts: isModel ? partsOf(layer, `${name}/`, depth + 1) : null,
    };
  });
}

class Reader {
  readonly layers: TopologyLayer[] = [];
  readonly inner: string[] = [];
  inputShape: readonly (number | null)[] | null = null;
  readonly #problems: ImportProblem[];

  constructor(problems: ImportProblem[]) {
    this.#problems = problems;
  }

  nameOf(model: Json): string {
    const { config } = model;
    return isJson(config) && typeof config.name === "string" ? config.name : "net";
  }

  /** Adds a model's layers; returns the name of what it gives out, null where that cannot be told. */
  model(model: Json, input: string, prefix: string, depth: number): string | null {
    const { config } = model;
    const className = String(model.class_name);
    // Keras before 2.2.3 has the layers of a sequential model as its config.
    const listed = Array.isArray(config) ? config : isJson(config) ? config.layers : undefined;
    if (!MODELS.includes(className) || !Array.isArray(listed)) {
      return this.#problem(
        prefix,
        className,
        depth === 0
          ? SUBCLASSED
          : "there is no such model here: use a Sequential or a functional one",
      );
    }
    if (depth > DEEPEST || this.layers.length + listed.length > MOST_LAYERS) {
      return this.#problem(
        prefix,
        className,
        "it has too many layers, or too many models within models",
      );
    }
    const layers = listed.filter(isJson);
    const isGraph = isJson(config) && config.output_layers !== undefined;
    return isGraph
      ? this.#graph(config, layers, input, prefix, depth)
      : this.#sequence(layers, input, prefix, depth);
  }

  #problem(layer: string, className: string, why: string): null {
    this.#problems.push({ layer: layer.replace(/\/$/, ""), className, why });
    return null;
  }

  #sequence(layers: readonly Json[], input: string, prefix: string, depth: number): string | null {
    let last: string | null = input;
    for (const layer of layers) {
      if (last === null) return null;
      last = this.#layer(layer, [last], prefix, depth);
    }
    return last;
  }

  #graph(
    config: Json,
    layers: readonly Json[],
    input: string,
    prefix: string,
    depth: number,
  ): string | null {
    const inputs = referencesIn(config.input_layers);
    const outputs = referencesIn(config.output_layers);
    if (inputs.length !== 1) {
      return this.#problem(
        prefix,
        "",
        `it takes ${inputs.length} inputs; a net here takes one, the image`,
      );
    }
    if (outputs.length !== 1) {
      return this.#problem(
        prefix,
        "",
        `it gives out ${outputs.length} tensors; a net here gives out one, the image`,
      );
    }
    const made = new Map<string, string | null>();
    for (const layer of layers) {
      const name = layerName(layer);
      if (name === inputs[0]) {
        this.#noteShape(layer, input);
        made.set(name, input);
        continue;
      }
      const nodes = Array.isArray(layer.inbound_nodes) ? layer.inbound_nodes : [];
      // A layer that takes one tensor may have its only node written out flat.
      const calls = isReference(nodes[0]) ? [nodes] : nodes;
      if (calls.length > 1) {
        this.#problem(
          `${prefix}${name}`,
          String(layer.class_name),
          `it is used ${calls.length} times: give each place a layer of its own, as weights are not shared here`,
        );
      }
      const from = referencesIn(calls[0]).map((other) => made.get(other));
      if (from.length === 0) {
        this.#problem(`${prefix}${name}`, String(layer.class_name), "nothing goes into it");
        made.set(name, null);
      } else if (from.every((other) => typeof other === "string")) {
        made.set(name, this.#layer(layer, from, prefix, depth));
      } else {
        // What it takes is a problem already, or not made before it.
        if (from.includes(undefined)) {
          this.#problem(
            `${prefix}${name}`,
            String(layer.class_name),
            "it takes what no layer before it makes",
          );
        }
        made.set(name, null);
      }
    }
    return made.get(outputs[0] ?? "") ?? null;
  }

  #layer(layer: Json, inputs: readonly string[], prefix: string, depth: number): string | null {
    const className = String(layer.class_name ?? "");
    const name = `${prefix}${layerName(layer)}`;
    const [input = MODEL_INPUT] = inputs;
    if (className === "InputLayer") {
      this.#noteShape(layer, input);
      return input;
    }
    if (MODELS.includes(className)) {
      const output = this.model(layer, input, `${name}/`, depth + 1);
      if (output !== null) this.inner.push(output);
      return output;
    }
    this.#noteShape(layer, input);
    const config = isJson(layer.config) ? layer.config : {};
    this.layers.push({ name, className, config, inputs });
    return name;
  }

  /** The shape of what goes in stands at the layer that takes it first. */
  #noteShape(layer: Json, input: string): void {
    if (input !== MODEL_INPUT || this.inputShape !== null) return;
    const { config, build_config: built } = layer;
    const said = isJson(config)
      ? (config.batch_shape ??
        config.batch_input_shape ??
        (isJson(built) ? built.input_shape : null))
      : null;
    if (!Array.isArray(said)) return;
    this.inputShape = said.slice(1).map((side) => (typeof side === "number" ? side : null));
  }
}

function layerName({ name, config }: Json): string {
  if (typeof name === "string") return name;
  return isJson(config) && typeof config.name === "string" ? config.name : "layer";
}

/** ["conv2d", 0, 0], and with a fourth of what else its call is given. */
const isReference = (value: unknown): value is readonly [string, number, number, ...unknown[]] =>
  Array.isArray(value) &&
  typeof value[0] === "string" &&
  typeof value[1] === "number" &&
  typeof value[2] === "number";

/** Names of the layers whose tensors stand somewhere in there, in their order. */
function referencesIn(value: unknown): string[] {
  if (isReference(value)) return [value[0]];
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (!isJson(value)) return [];
  const { config } = value;
  if (value.class_name === "__keras_tensor__") {
    return isJson(config) ? referencesIn(config.keras_history) : [];
  }
  // Keras 3's {args, kwargs}: tensors are among the first, and for some layers among the others.
  return "args" in value
    ? [
        ...referencesIn(value.args),
        ...referencesIn(Object.values(isJson(value.kwargs) ? value.kwargs : {})),
      ]
    : [];
}
