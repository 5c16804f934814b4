/** Turns a `tf.LayersModel` into a plan: reads its layers, then fuses what can be one operation. */

import type { LayersModel, SymbolicTensor, layers as tfLayers } from "@tensorflow/tfjs";
import { fuse } from "./fuse";
import { dropoutLayers } from "./layer-list";
import type { ModelParts } from "./layer-reader";
import { readLayer, readPenalties } from "./layers";
import {
  type Operation,
  type Parameter,
  type Penalty,
  type Plan,
  type SampleShape,
  UnsupportedLayerError,
} from "./plan";

type Layer = tfLayers.Layer;

interface Tensor {
  readonly number: number;
  readonly shape: SampleShape;
}

/** Shape of one sample from tfjs's [batch, …]. Throws where the layer's rank is not 2 or 4. */
function sampleShape(layer: Layer, shape: Layer["outputShape"]): SampleShape {
  const className = layer.getClassName();
  if (Array.isArray(shape[0])) {
    throw new UnsupportedLayerError(layer.name, className, "it has several outputs");
  }
  const [height, width, channels] = (shape as number[]).slice(1);
  const rank = shape.length - 1;
  if (rank === 1) return { height: 1, width: 1, channels: height };
  if (rank === 3) return { height, width, channels };
  throw new UnsupportedLayerError(
    layer.name,
    className,
    `its output has ${rank} axes; vectors (1) and images (3) can be compiled`,
  );
}

type Node = Layer["inboundNodes"][number];

/** Where the model uses its layers: a layer may be part of other models too, such as its halves. */
function nodesOf(model: LayersModel): ReadonlySet<Node> {
  const nodes = new Set<Node>();
  const visit = ({ sourceLayer, nodeIndex, inputs }: SymbolicTensor): void => {
    const node = sourceLayer.inboundNodes[nodeIndex];
    if (nodes.has(node)) return;
    nodes.add(node);
    inputs.forEach(visit);
  };
  model.outputs.forEach(visit);
  return nodes;
}

/** The one node in which the model uses a layer. */
function nodeOf(
  layer: Layer,
  nodes: ReadonlySet<Node>,
): { inputs: SymbolicTensor[]; output: SymbolicTensor } {
  const [node, ...others] = layer.inboundNodes.filter((each) => nodes.has(each));
  if (!node || others.length > 0) {
    throw new UnsupportedLayerError(
      layer.name,
      layer.getClassName(),
      "layers that are used once can be compiled",
    );
  }
  return { inputs: node.inputTensors, output: node.outputTensors[0] };
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
 * `engine/layers.ts` reads, each used once. Throws an UnsupportedLayerError that names any other.
 */
export function compile(model: LayersModel): Plan {
  if (model.inputs.length !== 1 || model.outputs.length !== 1) {
    throw new UnsupportedLayerError(
      model.name,
      model.getClassName(),
      "models with one input and one output can be compiled",
    );
  }
  const parts: ModelParts = {
    trained: parametersOf(model.trainableWeights),
    statistics: parametersOf(model.nonTrainableWeights),
    dropouts: dropoutLayers(model).map((layer) => layer.name),
  };
  const [source] = model.inputs;
  const input = sampleShape(source.sourceLayer, source.shape as number[]);
  const tensors = new Map<number, Tensor>([[source.id, { number: 0, shape: input }]]);
  const operations: Operation[] = [];
  const penalties: Penalty[] = [];
  const nodes = nodesOf(model);
  // tfjs keeps the layers of a model in an order in which each finds its inputs.
  for (const layer of model.layers) {
    if (layer.getClassName() === "InputLayer") continue;
    const node = nodeOf(layer, nodes);
    const inputs = node.inputs.map((symbol) => {
      const tensor = tensors.get(symbol.id);
      if (tensor) return tensor;
      const why = "what it takes is not computed from the model's input";
      throw new UnsupportedLayerError(layer.name, layer.getClassName(), why);
    });
    const output = sampleShape(layer, layer.outputShape);
    const place = {
      layer: layer.name,
      inputs: inputs.map((tensor) => tensor.number),
      result: operations.length + 1,
      input: inputs[0].shape,
      output,
    };
    const shapes = inputs.map((tensor) => tensor.shape);
    operations.push(...separateSwish(readLayer(layer, place, shapes, parts)));
    penalties.push(...readPenalties(layer, parts));
    tensors.set(node.output.id, { number: operations.length, shape: output });
  }
  const output = tensors.get(model.outputs[0].id);
  if (!output) {
    const why = "its output is not computed from its input";
    throw new UnsupportedLayerError(model.name, model.getClassName(), why);
  }
  return {
    input,
    output: output.shape,
    result: output.number,
    operations: fuse(operations, output.number),
    parameters: [...parts.trained.values()],
    statistics: [...parts.statistics.values()],
    penalties,
  };
}
