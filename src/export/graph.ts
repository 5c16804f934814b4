/** A net as those that write it elsewhere read it: layers in order, what each is set to, its weights. */

import type * as tf from "@tensorflow/tfjs";

/** One array of a layer, in the order of the layer's `getWeights()`: Keras's order too. */
export interface NetWeight {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export interface NetLayer {
  readonly name: string;
  /** tfjs's class: "Conv2D", "Dense", … */
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** Names of the layers or inputs that it takes its tensors from. */
  readonly inputs: readonly string[];
  readonly inputShapes: readonly (readonly number[])[];
  /** Without the batch axis: [28, 28, 32], channels last. */
  readonly shape: readonly number[];
  readonly weights: readonly NetWeight[];
}

export interface NetGraph {
  readonly name: string;
  /** The one tensor that goes in, without the batch axis. */
  readonly input: { readonly name: string; readonly shape: readonly number[] };
  /** Each layer comes after all whose outputs it takes. */
  readonly layers: readonly NetLayer[];
  /** Name of the layer whose tensor comes out. */
  readonly output: string;
}

/** A net that cannot be written in the wanted form; the message names the layer and says why. */
export class ExportError extends Error {
  override readonly name = "ExportError";
}

/** @throws ExportError naming the layer */
export function refuse(layer: Pick<NetLayer, "name" | "className">, why: string): never {
  throw new ExportError(`The layer ${layer.name} (${layer.className}) cannot be exported: ${why}.`);
}

/**
 * Reads a net with one input and one output.
 *
 * It is read from its symbolic tensors, not from its layers' nodes: an encoder that shares layers
 * with the whole net has only its own part of them.
 * @throws ExportError where the net has several inputs or outputs, or uses a layer twice
 */
export async function readGraph(model: tf.LayersModel): Promise<NetGraph> {
  const [input, output] = [model.inputs, model.outputs].map((tensors) => {
    if (tensors.length === 1) return tensors[0]!;
    throw new ExportError(`The net ${model.name} must have one input and one output.`);
  }) as [tf.SymbolicTensor, tf.SymbolicTensor];

  const inputName = input.sourceLayer.name;
  const layers = new Map<string, Promise<NetLayer>>();
  const seen = new Set<tf.SymbolicTensor>([input]);
  const visit = (tensor: tf.SymbolicTensor): void => {
    if (seen.has(tensor)) return;
    seen.add(tensor);
    for (const before of tensor.inputs) visit(before);
    const { sourceLayer } = tensor;
    if (layers.has(sourceLayer.name)) {
      throw new ExportError(`The net uses the layer ${sourceLayer.name} twice.`);
    }
    layers.set(sourceLayer.name, readLayer(tensor));
  };
  visit(output);
  return {
    name: model.name,
    input: { name: inputName, shape: shapeOf(input) },
    layers: await Promise.all(layers.values()),
    output: output.sourceLayer.name,
  };
}

async function readLayer(tensor: tf.SymbolicTensor): Promise<NetLayer> {
  const { sourceLayer: layer, inputs } = tensor;
  return {
    name: layer.name,
    className: layer.getClassName(),
    config: layer.getConfig(),
    inputs: inputs.map(({ sourceLayer }) => sourceLayer.name),
    inputShapes: inputs.map(shapeOf),
    shape: shapeOf(tensor),
    weights: await Promise.all(
      layer.getWeights().map(async (weight) => ({
        shape: weight.shape,
        values: Float32Array.from(await weight.data()),
      })),
    ),
  };
}

/** @throws ExportError for a size that only the data would tell */
function shapeOf({ shape, sourceLayer }: tf.SymbolicTensor): number[] {
  return shape.slice(1).map((size) => {
    if (typeof size === "number") return size;
    throw new ExportError(`The layer ${sourceLayer.name} has no known output shape.`);
  });
}
