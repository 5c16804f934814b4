/** Turns a `tf.LayersModel` into a plan: reads its layers, then fuses what can be one operation. */

import type { LayersModel, SymbolicTensor, layers as tfLayers } from "@tensorflow/tfjs";
import type { Parameter, Penalty, SampleShape } from "./graph";
import { dropoutLayers } from "./layer-list";
import type { ModelParts } from "./layer-reader";
import { readLayer } from "./layers";
import type { Operation } from "./ops";
import type { Plan } from "./plan";
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

/** Where the model uses its layers: a layer may be part of other models too, such as its halves. */
function nodesOf(model: LayersModel): ReadonlySet<Node> {
  const nodes = new Set<Node>();
  const visit = ({ sourceLayer, nodeIndex, inputs }: SymbolicTensor): void => {
    const node = sourceLayer.inboundNodes[nodeIndex];
    if (!node || nodes.has(node)) return;
    nodes.add(node);
    inputs.forEach(visit);
  };
  model.outputs.forEach(visit);
  return nodes;
}

function parametersOf(variables: LayersModel["weights"]): Map<string, Parameter> {
  const parameters = new Map<string, Parameter>();
  for (const [index, variable] of variables.entries()) {
    const shape = variable.shape.map((axis) => axis ?? 0);
    const size = shape.reduce((product, axis) => product * axis, 1);
    parameters.set(variable.name, { name: variable.name, shape, index, size });
  }
  return parameters;
}

/**
 * Swish becomes an operation of its own: its gradient takes what it was applied to, which a layer
 * that applies it in place would not keep.
 */
function separateSwish(operation: Operation): Operation[] {
  if (operation.kind === "activation" || !("activation" in operation)) return [operation];
  if (operation.activation !== "swish") return [operation];
  const { layer, output, result, activation } = operation;
  const inputs = [result];
  return [
    { ...operation, activation: "linear" },
    { kind: "activation", layer, inputs, result: result + 1, input: output, output, activation },
  ];
}

/**
 * Compiles a model to a plan.
 *
 * The model has one input and one output; between them any graph of the layers that
 * `engine/ops` has, each used once.
 *
 * @param rewrites what makes it cheaper; all that there are but in tests
 * @param kept names of layers whose outputs the plan has to have
 * @throws UnsupportedLayerError that names everything else in it, and why
 */
export function compile(
  model: LayersModel,
  rewrites: readonly Rewrite[] = Object.values(REWRITES),
  kept: readonly string[] = [],
): Plan {
  const problems: LayerProblem[] = [];
  const report = (at: LayersModel | Layer, why: string) => {
    problems.push({ layer: at.name, className: at.getClassName(), why });
  };
  if (model.inputs.length !== 1 || model.outputs.length !== 1) {
    report(model, "models with one input and one output can be compiled");
  }
  if (!model.trainable) report(model, "it is frozen (its trainable is false)");
  const parts: ModelParts = {
    trained: parametersOf(model.trainableWeights),
    statistics: parametersOf(model.nonTrainableWeights),
    dropouts: dropoutLayers(model).map((layer) => layer.name),
    isFrozen: !model.trainable,
  };
  const tensors = new Map<number, Tensor>();
  /** Remembers a tensor; its shape stays unknown behind one of an unknown shape. */
  const add = (symbol: SymbolicTensor, number: number, isKnown: boolean): Tensor => {
    const shape = sampleShape(symbol);
    if (isKnown && typeof shape === "string") report(symbol.sourceLayer, shape);
    const tensor = { number, shape: isKnown && typeof shape !== "string" ? shape : null };
    tensors.set(symbol.id, tensor);
    return tensor;
  };
  for (const source of model.inputs) {
    const { dtype = "float32", sparse = false } = source.sourceLayer.getConfig();
    if (dtype !== "float32") report(source.sourceLayer, `dtype "${dtype}" is not float32`);
    if (sparse) report(source.sourceLayer, "sparse is not supported");
    add(source, 0, true);
  }
  const operations: Operation[] = [];
  const penalties: Penalty[] = [];
  const keptOutputs = new Map<string, number>();
  const nodes = nodesOf(model);
  // tfjs keeps the layers of a model in an order in which each finds its inputs.
  for (const layer of model.layers) {
    if (layer.getClassName() === "InputLayer") continue;
    const [node, ...others] = layer.inboundNodes.filter((each) => nodes.has(each));
    if (!node) throw new Error(`The model does not use its layer ${layer.name}.`);
    if (others.length > 0) report(layer, "layers that are used once can be compiled");
    if (node.outputTensors.length > 1) report(layer, "it has several outputs");
    const inputs = node.inputTensors.map(({ id }) => tensors.get(id));
    const shapes = inputs.map((tensor) => tensor?.shape ?? null);
    const isKnown = shapes.every((shape) => shape !== null);
    const result = operations.length + 1;
    const outputs = [node, ...others].flatMap(({ outputTensors }) => outputTensors);
    const [output] = outputs.map((symbol) => add(symbol, result, isKnown));
    const place = {
      layer: layer.name,
      inputs: inputs.map((tensor) => tensor?.number ?? 0),
      result,
      input: shapes[0] ?? ANY,
      output: output!.shape ?? ANY,
    };
    const axes = isKnown && output!.shape ? outputs[0]!.shape.length : null;
    const known = shapes.map((shape) => shape ?? ANY);
    const read = readLayer(layer, place, known, axes, parts);
    problems.push(...read.problems);
    penalties.push(...read.penalties);
    if (!read.operation) continue;
    operations.push(...separateSwish(read.operation));
    tensors.set(outputs[0]!.id, { ...output!, number: operations.length });
    if (kept.includes(layer.name)) keptOutputs.set(layer.name, operations.length);
  }
  const output = tensors.get(model.outputs[0]!.id);
  if (problems.length > 0) throw new UnsupportedLayerError(problems);
  const input = tensors.get(model.inputs[0]!.id);
  if (!input?.shape || !output?.shape) throw new Error("The model's output is not computed.");
  return {
    input: input.shape,
    output: output.shape,
    result: output.number,
    operations: rewrite(operations, [output.number, ...keptOutputs.values()], rewrites),
    outputs: keptOutputs,
    parameters: [...parts.trained.values()],
    statistics: [...parts.statistics.values()],
    penalties,
  };
}
