import type * as tf from "@tensorflow/tfjs";
import type { RunConfig } from "../../src/config/config";
import { FASHION_MNIST } from "../../src/datasets/fashion-mnist";
import type { Pca } from "../../src/math/pca";
import { buildNet } from "../../src/nets/build";
import { presetNet } from "../../src/nets/presets";
import { type ModelSummary, summarizeNet } from "../../src/nets/summary";
import { buildStartedModel } from "../../src/training/start";

type Chosen = Pick<RunConfig, "preset" | "latentSize" | "seed">;

/** A preset for images of 28 × 28, with the seed's initial weights. */
export function presetModel(config: Chosen): tf.LayersModel {
  return buildNet(presetNet(config.preset, config.latentSize, FASHION_MNIST), config.seed);
}

/** The same, started from PCA where the preset is. */
export function startedPreset(config: Chosen, pca: () => Promise<Pca>): Promise<tf.LayersModel> {
  return buildStartedModel(
    presetNet(config.preset, config.latentSize, FASHION_MNIST),
    config.seed,
    pca,
  );
}

/** What a preset for images of 28 × 28 consists of. */
export function presetSummary({ preset, latentSize }: Omit<Chosen, "seed">): ModelSummary {
  return summarizeNet(presetNet(preset, latentSize, FASHION_MNIST));
}
