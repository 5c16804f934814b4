/** Copies of a model for training: with random layers of our own, and short of a final sigmoid or softmax. */

import * as tf from "@tensorflow/tfjs";
import { lossOf, type TrainerOptions } from "../device";
import { allLayers, streamNumbers } from "../layer-list";
import { squashingLayer, squashingOf } from "../logits";
import { SharedNoise } from "./noise";

/**
 * Copies a model, with weights of its own (drawn anew), random layers of our own, and without the
 * functions at the ends whose logits the losses take.
 *
 * Cross-entropy from logits is exact where a sigmoid or a softmax has saturated to 0 or 1. The copy is
 * built from the model's own configuration with those activations set to linear, so its weights are
 * the original's, in number, order and shape.
 * @throws Error as of `squashingLayer`, and where the layer is used elsewhere in the model too
 */
export async function copyModel(
  model: tf.LayersModel,
  options: Pick<TrainerOptions, "loss" | "losses">,
): Promise<tf.LayersModel> {
  const topology = topologyOf(model);
  for (const output of model.outputs) {
    const squashing = squashingOf(lossOf(options, output.sourceLayer.name));
    if (!squashing) continue;
    const last = squashingLayer(model, output, squashing);
    const className = last.getClassName();
    const found = findLayer(topology, last.name, className);
    const isEnd = output.sourceLayer === last;
    const isTaken = countUses(topology, last.name) > (isEnd ? 0 : 1);
    if (!found || (found.inbound_nodes?.length ?? 1) > 1 || isTaken) {
      throw new Error(
        `The output that cross-entropy is taken of has another use: give ${last.name} no sigmoid.`,
      );
    }
    if (className === "Softmax") {
      found.class_name = "Activation";
      found.config = { name: last.name };
    }
    found.config.activation = "linear";
  }
  return tf.models.modelFromJSON(topology);
}

type Topology = Exclude<ReturnType<tf.LayersModel["toJSON"]>, string>;

function topologyOf(model: tf.LayersModel): Topology {
  const json = model.toJSON();
  const topology = JSON.parse(typeof json === "string" ? json : JSON.stringify(json));
  const numbers = streamNumbers(model);
  for (const original of allLayers(model)) {
    const { name } = original;
    const className = original.getClassName();
    const number = numbers.get(name);
    const layer = number === undefined ? null : findLayer(topology, name, className);
    if (layer && className === "Sampling") {
      // Ours already, and new to what it draws from.
      layer.config = { ...layer.config, number };
      continue;
    }
    // A shape for the noise means other masks; such a layer keeps tfjs's own.
    if (!layer || layer.config.noise_shape) continue;
    const { rate, stddev } = layer.config;
    layer.class_name = SharedNoise.className;
    layer.config = { name, noise: className, amount: rate ?? stddev, number };
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

/** How often a layer of that name is what another takes. */
function countUses(node: unknown, name: string): number {
  // As [name, place of the use, place of the output, settings].
  if (Array.isArray(node) && node[0] === name && typeof node[1] === "number" && node.length > 3) {
    return 1;
  }
  const children = Array.isArray(node) || isRecord(node) ? Object.values(node) : [];
  return children.reduce<number>((sum, child) => sum + countUses(child, name), 0);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
