/** A net as an ONNX file: it runs wherever onnxruntime does. */

import type { NetGraph } from "../graph";
import { OnnxBuilder } from "./builder";
import { isImage, TO_FIRST, TO_LAST, writeLayer } from "./layers";
import { writeOnnx } from "./proto";

/** What the file calls the tensors that go in and come out. */
export interface OnnxNames {
  readonly input: string;
  readonly output: string;
}

/**
 * Writes a net, operator set 17.
 *
 * Images go in and come out as the net has them: [n, height, width, channels], floating point, channels last.
 * @throws ExportError naming a layer that has no form in ONNX
 */
export function onnxFile(graph: NetGraph, names: OnnxNames, description: string): Uint8Array {
  // The file's own names must not be those of tensors within.
  const builder = new OnnxBuilder((layer) => `${layer}/out`);
  const { input, output, layers } = graph;
  const first = builder.tensorOf(input.name);
  if (isImage(input.shape)) builder.transpose(names.input, first, TO_FIRST);
  else builder.node("Identity", [names.input], first);
  for (const layer of layers) writeLayer(builder, layer, layer.inputs.map(builder.tensorOf));
  const last = layers.find(({ name }) => name === output)?.shape ?? input.shape;
  if (isImage(last)) builder.transpose(builder.tensorOf(output), names.output, TO_LAST);
  else builder.node("Identity", [builder.tensorOf(output)], names.output);
  return writeOnnx({
    name: graph.name,
    description,
    nodes: builder.nodes,
    tensors: builder.tensors,
    inputs: [{ name: names.input, shape: ["n", ...input.shape] }],
    outputs: [{ name: names.output, shape: ["n", ...last] }],
  });
}
