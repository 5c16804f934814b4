/** Turns a `tf.LayersModel` into a plan: reads its layers, then fuses what can be one operation. */

import type { LayersModel, SymbolicTensor, layers as tfLayers } from "@tensorflow/tfjs";
import { type Parameter, type Penalty, type SampleShape, sizeOf } from "./graph";
import { streamNumbers } from "./layer-list";
import type { ModelParts } from "./layer-reader";
import { readLayer } from "./layers";
import type { Operation } from "./ops";
import type { Activity, Copy, End, Plan } from "./plan";
import { type LayerProblem, UnsupportedLayerError } from "./problems";
import { REWRITES, type Rewrite, rewrite } from "./rewrites";

type Layer = tfLayers.Layer;

interface Tensor {
  readonly number: number;
  /** Null where a problem leaves it unknown. */
  readonly shape: SampleShape | null;
}

/** In place of a shape that is unknown; what is read with it is never run. */
const ANY: SampleShape = { height: 1, width: 1, channels: 1 };
/** In place of what nobody makes. */
const UNKNOWN: Tensor = { number: 0, shape: null };

/** Shape of one sample from tfjs's [batch, …], or why there is none. */
function sampleShape({ shape }: SymbolicTensor): SampleShape | string {
  const [height, width, channels] = shape.slice(1);
  const axes = shape.length - 1;
  if (axes !== 1 && axes !== 3) {
    return `its output has ${axes} axes; vectors (1) and images (3) can be compiled`;
  }
  if (shape.slice(1).some((size) => typeof size !== "number")) {
    const sizes = shape.slice(1).map((size) => size ?? "?");
    return `the size of its samples is unknown (${sizes.join(" × ")}): give inputShape in numbers`;
  }
  return axes === 1
    ? { height: 1, width: 1, channels: height! }
    : { height: height!, width: width!, channels: channels! };
}

type Node = Layer["inboundNodes"][number];

/**
 * Where the model uses its layers, in an order in which each finds its inputs: of those that could be
 * next, the one whose layer comes first among the model's. A layer may be part of other models too,
 * such as its halves.
 */
function nodesOf({ layers, inputs, outputs }: LayersModel): Node[] {
  const made = new Set(inputs.map(({ id }) => id));
  const waiting = new Set<Node>();
  const visit = ({ id, sourceLayer, nodeIndex }: SymbolicTensor): void => {
    const node = sourceLayer.inboundNodes[nodeIndex];
    if (made.has(id) || !node || waiting.has(node)) return;
    waiting.add(node);
    node.inputTensors.forEach(visit);
  };
  outputs.forEach(visit);
  const places = new Map(layers.map((layer, place) => [layer, place]));
  const rank = (node: Node) => places.get(node.outboundLayer) ?? -1;
  const inOrder = [...waiting].sort((a, b) => rank(a) - rank(b) || indexOf(a) - indexOf(b));
  const ordered: Node[] = [];
  while (inOrder.length > 0) {
    const next = inOrder.findIndex(({ inputTensors }) =>
      inputTensors.every(({ id }) => made.has(id)),
    );
    const [node] = inOrder.splice(next, 1);
    if (next < 0 || !node)
      throw new Error("The model's layers take each other's outputs in a circle.");
    for (const { id } of node.outputTensors) made.add(id);
    ordered.push(node);
  }
  return ordered;
}

/** Which of its layer's uses it is. */
function indexOf(node: Node): number {
  return node.outboundLayer.inboundNodes.indexOf(node);
}

function arraysOf(variables: LayersModel["weights"], role: "trained" | "still"): Parameter[] {
  return variables.map(({ name, shape }, index) => {
    const sizes = shape.map((axis) => axis ?? 0);
    const size = sizes.reduce((product, axis) => product * axis, 1);
    return { name, shape: sizes, role, index, size };
  });
}

function isModel(layer: Layer): layer is LayersModel {
  return "layers" in layer;
}

/** Reads a model's layers, those of models within it in their place, one after the other. */
class Compilation {
  readonly problems: LayerProblem[] = [];
  readonly operations: Operation[] = [];
  readonly penalties: Penalty[] = [];
  readonly activities: Activity[] = [];
  readonly copies: Copy[] = [];
  /** Of the layers that are looked at. */
  readonly outputs = new Map<string, number>();
  readonly #looked: readonly string[];
  readonly #parts: ModelParts;
  readonly #uses = new Map<Layer, number>();

  constructor(model: LayersModel, arrays: readonly Parameter[], looked: readonly string[]) {
    this.#looked = looked;
    this.#parts = {
      arrays: new Map(arrays.map((array) => [array.name, array])),
      streams: streamNumbers(model),
      copyOf: (of) => {
        const copy: Parameter = { ...of, role: "copy", index: this.copies.length };
        this.copies.push({ copy, of });
        return copy;
      },
    };
  }

  report(at: LayersModel | Layer, why: string): void {
    this.problems.push({ layer: at.name, className: at.getClassName(), why });
  }

  /** Reads a model that is given those inputs; gives what it makes. */
  model(model: LayersModel, inputs: readonly Tensor[], isFrozen: boolean): Tensor[] {
    const made = new Map(model.inputs.map(({ id }, place) => [id, inputs[place]]));
    const known = (symbol: SymbolicTensor): Tensor => made.get(symbol.id) ?? UNKNOWN;
    for (const node of nodesOf(model)) {
      const { outboundLayer: layer, inputTensors, outputTensors } = node;
      if (layer.getClassName() === "InputLayer") continue;
      const given = inputTensors.map(known);
      const still = isFrozen || !layer.trainable;
      const results = isModel(layer)
        ? this.model(layer, given, still)
        : this.#layer(layer, given, outputTensors, still);
      for (const [place, { id }] of outputTensors.entries()) made.set(id, results[place]);
    }
    return model.outputs.map(known);
  }

  #layer(
    layer: Layer,
    inputs: readonly Tensor[],
    outputs: readonly SymbolicTensor[],
    isFrozen: boolean,
  ): Tensor[] {
    if (outputs.length > 1) this.report(layer, "it has several outputs");
    const before = this.#uses.get(layer) ?? 0;
    this.#uses.set(layer, before + 1);
    const isKnown = inputs.every(({ shape }) => shape !== null);
    // Its shape stays unknown behind one of an unknown shape.
    const shape = isKnown ? this.shapeOf(outputs[0]!) : null;
    const place = {
      layer: layer.name,
      inputs: inputs.map(({ number }) => number),
      result: this.operations.length + 1,
      input: inputs[0]?.shape ?? ANY,
      output: shape ?? ANY,
    };
    const axes = shape && outputs[0]!.shape.length;
    const shapes = inputs.map(({ shape }) => shape ?? ANY);
    const read = readLayer({ layer, before, isFrozen, axes }, place, shapes, this.#parts);
    this.problems.push(...read.problems);
    this.penalties.push(...read.penalties);
    this.operations.push(...read.operations);
    const number = this.operations.length;
    if (read.activity) this.activities.push({ tensor: number, ...read.activity });
    if (this.#looked.includes(layer.name)) this.outputs.set(layer.name, number);
    return outputs.map(() => ({ number, shape }));
  }

  /** Null, and a problem, for one that cannot be compiled. */
  shapeOf(symbol: SymbolicTensor): SampleShape | null {
    const shape = sampleShape(symbol);
    if (typeof shape !== "string") return shape;
    this.report(symbol.sourceLayer, shape);
    return null;
  }
}

/**
 * Compiles a model to a plan.
 *
 * The model has one input; behind it any graph of the layers that `engine/ops` has. Models within it
 * are taken apart, and layers that are used more than once share their weights.
 *
 * @param rewrites what makes it cheaper; all that there are but in tests
 * @param looked names of layers whose outputs the plan has to have
 * @throws UnsupportedLayerError that names everything else in it, and why
 */
export function compile(
  model: LayersModel,
  rewrites: readonly Rewrite[] = Object.values(REWRITES),
  looked: readonly string[] = [],
): Plan {
  const parameters = arraysOf(model.trainableWeights, "trained");
  const statistics = arraysOf(model.nonTrainableWeights, "still");
  const compilation = new Compilation(model, [...parameters, ...statistics], looked);
  const [source, ...others] = model.inputs;
  if (!source || others.length > 0)
    compilation.report(model, "models with one input can be compiled");
  if (new Set(parameters.map(({ name }) => name)).size < parameters.length) {
    compilation.report(model, "two of the models within it have a layer in common: list it in one");
  }
  for (const { sourceLayer } of model.inputs) {
    const { dtype = "float32", sparse = false } = sourceLayer.getConfig();
    if (dtype !== "float32") compilation.report(sourceLayer, `dtype "${dtype}" is not float32`);
    if (sparse) compilation.report(sourceLayer, "sparse is not supported");
  }
  const inputs = model.inputs.map((symbol) => ({ number: 0, shape: compilation.shapeOf(symbol) }));
  const results = compilation.model(model, inputs, !model.trainable);
  const { problems, operations, outputs, penalties, activities, copies } = compilation;
  if (problems.length > 0) throw new UnsupportedLayerError(problems);
  const input = inputs[0]?.shape;
  if (!input) throw new Error("The model has no input.");
  const ends: End[] = [];
  let size = 0;
  for (const [place, { number, shape }] of results.entries()) {
    if (!shape) throw new Error("The model's output is not computed.");
    ends.push({ layer: model.outputs[place]!.sourceLayer.name, tensor: number, shape, at: size });
    size += sizeOf(shape);
  }
  const kept = [...[...ends, ...activities].map(({ tensor }) => tensor), ...outputs.values()];
  return {
    input,
    output: ends.length === 1 ? ends[0]!.shape : { height: 1, width: 1, channels: size },
    ends,
    operations: rewrite(operations, kept, rewrites),
    outputs,
    parameters,
    statistics,
    copies,
    penalties,
    activities,
  };
}
