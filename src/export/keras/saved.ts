/**
 * A net as Keras saves one, a `.keras` file: `keras.models.load_model` opens it without a class of ours.
 *
 * A zip of config.json, metadata.json and model.weights.h5, whose groups are called by class and order. h5wasm, HDF5's
 * own library, writes the latter; its megabyte comes with the first file.
 */

import { type ExportFile, jsonFile, zipFiles } from "../files";
import { ExportError, type NetGraph, type NetWeight } from "../graph";
import { type StockLayer, stockLayers } from "./stock-layers";

/** The version of Keras whose form it is. */
const KERAS_VERSION = "3.15.0";

interface Node extends StockLayer {
  readonly name: string;
  readonly inputs: readonly string[];
}

/** Null where Keras's own layers cannot say the net. */
export async function savedModel(graph: NetGraph): Promise<Uint8Array<ArrayBuffer> | null> {
  let nodes: readonly Node[];
  try {
    nodes = inKerasOrder(graph, nodesOf(graph));
  } catch (error) {
    if (error instanceof ExportError) return null;
    throw error;
  }
  const files: ExportFile[] = [
    jsonFile("metadata.json", { keras_version: KERAS_VERSION, date_saved: "2000-01-01@12:00:00" }),
    jsonFile("config.json", modelConfig(graph, nodes)),
    { path: "model.weights.h5", bytes: await weightsFile(nodes) },
  ];
  return zipFiles(files);
}

/** Each layer by Keras's own, under the layer's name where it is the last of those that stand for it. */
function nodesOf({ layers }: NetGraph): readonly Node[] {
  return layers.flatMap((layer) => {
    const stock = stockLayers(layer);
    let inputs = layer.inputs;
    return stock.map((each, place): Node => {
      const isLast = place === stock.length - 1;
      const node = { ...each, inputs, name: isLast ? layer.name : `${layer.name}_${place + 1}` };
      inputs = [node.name];
      return node;
    });
  });
}

function modelConfig({ name, input, output }: NetGraph, nodes: readonly Node[]) {
  const shapes = new Map<string, readonly number[]>([
    [input.name, input.shape],
    ...nodes.map((node) => [node.name, node.shape] as const),
  ]);
  const tensor = (from: string) => ({
    class_name: "__keras_tensor__",
    config: {
      shape: [null, ...(shapes.get(from) ?? [])],
      dtype: "float32",
      keras_history: [from, 0, 0],
    },
  });
  const layer = (className: string, own: string, config: object, inbound: unknown[]) => ({
    module: "keras.layers",
    class_name: className,
    config: { name: own, ...config },
    registered_name: null,
    name: own,
    inbound_nodes: inbound,
  });
  const inputConfig = { batch_shape: [null, ...input.shape], dtype: "float32" };
  return {
    module: "keras.src.models.functional",
    class_name: "Functional",
    config: {
      name,
      trainable: true,
      layers: [
        layer("InputLayer", input.name, inputConfig, []),
        ...nodes.map(({ className, config, name: own, inputs }) => {
          const taken = inputs.map(tensor);
          // Layers that join take a list.
          const args = [taken.length === 1 ? taken[0] : taken];
          return layer(className, own, config, [{ args, kwargs: {} }]);
        }),
      ],
      input_layers: [input.name, 0, 0],
      output_layers: [output, 0, 0],
    },
    registered_name: "Functional",
    build_config: { input_shape: null },
    compile_config: {},
  };
}

async function weightsFile(nodes: readonly Node[]): Promise<Uint8Array<ArrayBuffer>> {
  const { File, ready } = await import("h5wasm");
  const { FS } = await ready;
  const path = "model.weights.h5";
  const file = new File(path, "w");
  try {
    const layers = file.create_group("layers");
    const used = new Map<string, number>();
    for (const { className, weights } of nodes) {
      const word = snakeCase(className);
      const number = used.get(word) ?? 0;
      used.set(word, number + 1);
      if (weights.length === 0) continue;
      const own = layers.create_group(number === 0 ? word : `${word}_${number}`);
      const arrays = own.create_group("vars");
      for (const [i, weight] of weights.entries()) arrays.create_dataset(dataset(i, weight));
    }
    file.create_group("vars");
  } finally {
    file.close();
  }
  const bytes = new Uint8Array(FS.readFile(path));
  FS.unlink(path);
  return bytes;
}

const dataset = (place: number, { shape, values }: NetWeight) => ({
  name: String(place),
  data: values,
  shape: [...shape],
  dtype: "<f4",
});

/** "conv2d_transpose" of Conv2DTranspose, as Keras has it. */
const snakeCase = (className: string): string =>
  className
    .replaceAll(/(.)([A-Z][a-z]+)/g, "$1_$2")
    .replaceAll(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase();

/**
 * The layers as Keras's model lists them: those that are farthest from the output first, and of one distance as they are
 * met on the way back from the output.
 */
function inKerasOrder({ output }: NetGraph, nodes: readonly Node[]): readonly Node[] {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const met = new Map<Node, number>();
  const visit = (name: string): void => {
    const node = byName.get(name);
    if (!node || met.has(node)) return;
    met.set(node, met.size);
    node.inputs.forEach(visit);
  };
  visit(output);
  const depths = new Map<Node, number>();
  // Each comes before all whose outputs it takes.
  for (const node of [...nodes].reverse()) {
    const depth = depths.get(node) ?? 0;
    depths.set(node, depth);
    for (const input of node.inputs) {
      const before = byName.get(input);
      if (before) depths.set(before, Math.max(depths.get(before) ?? 0, depth + 1));
    }
  }
  const depthOf = (node: Node) => depths.get(node) ?? 0;
  const orderOf = (node: Node) => met.get(node) ?? 0;
  return [...nodes].sort((a, b) => depthOf(b) - depthOf(a) || orderOf(a) - orderOf(b));
}
