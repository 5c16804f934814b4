/** Copies of a model for training: with dropout of our own, and short of a final sigmoid. */

import * as tf from "@tensorflow/tfjs";
import { dropoutLayers } from "../layer-list";
import { finalSigmoid } from "../logits";
import { SharedDropout } from "./dropout";

/**
 * Copies a model, with weights of its own and without the sigmoid at its end.
 *
 * Cross-entropy from logits is exact where a sigmoid has saturated to 0 or 1. The copy is built
 * from the model's own configuration with that one activation set to linear, so its weights are
 * the original's, in number, order and shape. Its dropout is SharedDropout, as in `copyModel`.
 * @throws Error as of `finalSigmoid`, and where the layer is used elsewhere in the model too
 */
export async function copyWithoutSigmoid(model: tf.LayersModel): Promise<tf.LayersModel> {
  const topology = topologyOf(model);
  const last = finalSigmoid(model);
  const found = findLayer(topology, last.name, last.getClassName());
  if (!found || (found.inbound_nodes?.length ?? 1) > 1) {
    throw new Error(
      `Binary cross-entropy needs a last layer that is used once: ${last.name} is not.`,
    );
  }
  found.config.activation = "linear";
  return tf.models.modelFromJSON(topology);
}

/** Copies a model, with weights of its own (drawn anew) and SharedDropout for Dropout. */
export function copyModel(model: tf.LayersModel): Promise<tf.LayersModel> {
  return tf.models.modelFromJSON(topologyOf(model));
}

type Topology = Exclude<ReturnType<tf.LayersModel["toJSON"]>, string>;

function topologyOf(model: tf.LayersModel): Topology {
  const json = model.toJSON();
  const topology = JSON.parse(typeof json === "string" ? json : JSON.stringify(json));
  for (const [number, { name }] of dropoutLayers(model).entries()) {
    const layer = findLayer(topology, name, "Dropout");
    // A shape for the noise means other masks; such a layer keeps tfjs's own.
    if (!layer || layer.config.noise_shape) continue;
    layer.class_name = SharedDropout.className;
    layer.config = { name, rate: layer.config.rate, number };
  }
  return topology;
}

interface LayerNode {
  class_name: string;
  /** One for each use; a Sequential's layers have none. */
  inbound_nodes?: unknown[];
  config: Record<string, unknown>;
}

function isLayerNode(node: unknown): node is LayerNode {
  return isRecord(node) && typeof node.class_name === "string" && isRecord(node.config);
}

/** The layer of that name and class, wherever the topology nests it. */
function findLayer(node: unknown, name: string, className: string): LayerNode | null {
  if (isLayerNode(node) && node.class_name === className && node.config.name === name) return node;
  const children = Array.isArray(node) || isRecord(node) ? Object.values(node) : [];
  for (const child of children) {
    const found = findLayer(child, name, className);
    if (found) return found;
  }
  return null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
