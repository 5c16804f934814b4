/** What a search compares: nets and recipes, each a change of a preset. */

import type { Recipe } from "../../config/recipes";
import type { LoomOptions } from "../../nets/presets/loom";

/** Presets that have candidates. */
export const SEARCHED = ["loom", "nested"] as const;
export type SearchedPreset = (typeof SEARCHED)[number];

export interface Candidate {
  readonly name: string;
  /** Differences from the defaults of the preset's net. */
  readonly net: Partial<LoomOptions>;
  /** Differences from the recipe of the preset. */
  readonly recipe: Partial<Recipe>;
}

const net = (name: string, options: Partial<LoomOptions>): Candidate => ({
  name,
  net: options,
  recipe: {},
});
const recipe = (name: string, changes: Partial<Recipe>): Candidate => ({
  name,
  net: {},
  recipe: changes,
});

export const CANDIDATES: Readonly<Record<SearchedPreset, readonly Candidate[]>> = {
  loom: [
    recipe("preset", {}),
    net("input-scale-1", { inputScale: 1 }),
    { name: "input-scale-4", net: { inputScale: 1 / 4 }, recipe: { learningRate: 1e-3 } },
    { name: "input-scale-16", net: { inputScale: 1 / 16 }, recipe: { learningRate: 4e-3 } },
    recipe("rate-1e-3", { learningRate: 1e-3 }),
    recipe("rate-4e-3", { learningRate: 4e-3 }),
    recipe("decay-0", { weightDecay: 0 }),
    recipe("decay-0.05", { weightDecay: 0.05 }),
    recipe("decay-0.3", { weightDecay: 0.3 }),
    recipe("beta2-0.999", { beta2: 0.999 }),
    recipe("batch-32", { batchSize: 32 }),
    recipe("batch-128", { batchSize: 128 }),
    recipe("no-flips", { flips: false }),
    recipe("one-cycle", { schedule: "oneCycle", warmup: 0.3 }),
    recipe("clip-1", { clipNorm: 1 }),
    recipe("loss-range-1", { loss: { ssimUniform: 0.5, ssimGaussian: 0.5, meanSquaredError: 1 } }),
    recipe("loss-mse", { loss: { meanSquaredError: 1 } }),
    net("blocks-0", { blocks: 0 }),
    net("blocks-4", { blocks: 4 }),
    net("decoder-16", { decoderFilters: 16 }),
    net("decoder-48", { decoderFilters: 48 }),
    net("maps-8", { codeMaps: 8 }),
    net("encoder-3", { encoderFilters: [32, 64, 64] }),
  ],
  nested: [
    recipe("preset", {}),
    net("log-uniform", { evenTo: 1 }),
    net("even-to-4", { evenTo: 4 }),
    net("even-to-8", { evenTo: 8 }),
    net("even-to-16", { evenTo: 16 }),
    net("no-length", { lengthUnits: 0 }),
    net("length-64", { lengthUnits: 64 }),
    net("maps-2", { codeMaps: 2 }),
    net("maps-8", { codeMaps: 8 }),
    net("maps-12", { codeMaps: 12 }),
    net("view-8", { viewFilters: 8 }),
    net("encoder-64", { encoderFilters: [32, 64] }),
    net("blocks-4", { blocks: 4 }),
    net("decoder-48", { decoderFilters: 48 }),
    recipe("rate-1e-3", { learningRate: 1e-3 }),
    recipe("rate-4e-3", { learningRate: 4e-3 }),
    recipe("decay-0", { weightDecay: 0 }),
    recipe("decay-0.03", { weightDecay: 0.03 }),
    recipe("decay-0.3", { weightDecay: 0.3 }),
    recipe("batch-128", { batchSize: 128 }),
  ],
};
