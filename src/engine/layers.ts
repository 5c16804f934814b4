/** Reads one tfjs layer into an operation: all of its settings, each as layer-reader.ts demands. */

import type { layers as tfLayers } from "@tensorflow/tfjs";
import type { Penalty, Placement, SampleShape } from "./graph";
import { LayerReader, type ModelParts } from "./layer-reader";
import { LAYERS, type Operation } from "./ops";
import type { LayerProblem } from "./problems";

/** The classes of layers that can be compiled. */
export const COMPILED = Object.keys(LAYERS);

export interface LayerReading {
  /** Of no use where there are problems. */
  readonly operation: Operation | null;
  readonly penalties: readonly Penalty[];
  readonly problems: readonly LayerProblem[];
}

/**
 * What a layer computes, its L2 regularisation, and why it cannot be compiled.
 *
 * @param shapes of all its inputs
 * @param axes as of LayerReader
 */
export function readLayer(
  layer: tfLayers.Layer,
  node: Placement,
  shapes: readonly SampleShape[],
  axes: number | null,
  parts: ModelParts,
): LayerReading {
  const className = layer.getClassName();
  const read = LAYERS[className];
  if (!read) {
    const why =
      "layers" in layer
        ? "it is a model within the model: put its layers in its place"
        : `compiled layers are ${COMPILED.join(", ")}`;
    return { operation: null, penalties: [], problems: [{ layer: layer.name, className, why }] };
  }
  const reader = new LayerReader(layer, parts, axes);
  const operation = read(reader, node, shapes);
  return { operation, penalties: reader.penalties, problems: reader.finish() };
}
