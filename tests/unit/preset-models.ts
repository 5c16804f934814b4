import type * as tf from "@tensorflow/tfjs";
import type { NetChoice, RunConfig } from "../../src/config/config";
import { FASHION_MNIST } from "../../src/datasets/fashion-mnist";
import type { Pca } from "../../src/math/pca";
import { buildNet } from "../../src/nets/build";
import { netOf } from "../../src/nets/presets";
import { type ModelSummary, summarizeNet } from "../../src/nets/summary";
import { buildStartedModel } from "../../src/training/start";

type Chosen = Pick<RunConfig, "preset" | "latentSize" | "seed">;

/** A preset for images of 28 × 28, with the seed's initial weights. */
export function presetModel(config: Chosen): tf.LayersModel {
  return buildNet(netOf(config, FASHION_MNIST), config.seed);
}

/** The same, started from PCA where the preset is. */
export function startedPreset(config: Chosen, pca: () => Promise<Pca>): Promise<tf.LayersModel> {
  return buildStartedModel(netOf(config, FASHION_MNIST), config.seed, pca);
}

/** What a preset for images of 28 × 28 consists of. */
export function presetSummary(choice: NetChoice): ModelSummary {
  return summarizeNet(netOf(choice, FASHION_MNIST));
}
