/** What each preset is for, and the recipe that it is trained by. */

import type { PresetName } from "../nets/presets";
import { DEFAULT_CONFIG, eachOf, type RunConfig, SETTING_NAMES, type SettingName } from "./config";
import { SETTINGS } from "./settings";

type Table = typeof SETTINGS;
/** Settings that come with a preset; data, seed and device are chosen apart from it. */
export type RecipeName = {
  [Name in SettingName]: Table[Name]["group"] extends "recipe" ? Name : never;
}[SettingName];
export type Recipe = Pick<RunConfig, RecipeName>;

const isOfRecipe = (name: SettingName): name is RecipeName => SETTINGS[name].group === "recipe";

export const RECIPE_NAMES: readonly RecipeName[] = SETTING_NAMES.filter(isOfRecipe);

export interface Preset {
  readonly title: string;
  /** What it teaches, in one line. */
  readonly teaches: string;
  readonly recipe: Recipe;
}

/** As published: latent 128, batch 128, 50 epochs, Adam 1e-3, the last epoch's weights. */
const BASELINE: Recipe = eachOf(RECIPE_NAMES, (name) => DEFAULT_CONFIG[name]);

/** As published: latent 256, batch 64, early stopping on the validation loss, best weights. */
const MODIFIED: Recipe = {
  ...BASELINE,
  latentSize: 256,
  epochs: 100,
  batchSize: 64,
  patience: 5,
  restoreBest: true,
};

/**
 * SSIM itself as the loss; the squared error keeps flat regions, where SSIM is blind, in place.
 * Found by a search on the validation split: docs/search.md.
 */
const LOOM: Recipe = {
  ...BASELINE,
  epochs: 16,
  batchSize: 64,
  loss: { ssimWriteup: 0.5, ssimUniform: 0.25, ssimGaussian: 0.25, meanSquaredError: 1 },
  learningRate: 0.002,
  schedule: "cosine",
  warmup: 0.1,
  beta2: 0.99,
  weightDecay: 0.1,
  flips: true,
};

/** The ELBO of Bernoulli's distribution. Its warm-up, and images as they are, by the validation split: docs/search.md. */
const VARIATIONAL: Recipe = {
  ...BASELINE,
  latentSize: 16,
  epochs: 24,
  batchSize: 64,
  betaWarmup: 1500,
  learningRate: 0.002,
  schedule: "cosine",
  warmup: 0.05,
};

export const RECIPES: Readonly<Record<PresetName, Preset>> = {
  baseline: {
    title: "Published baseline",
    teaches: "The write-up's net: small, quick to train, and a first thing to set beside PCA.",
    recipe: BASELINE,
  },
  "baseline-linear": {
    title: "Baseline, linear code",
    teaches: "The same net without that ReLU: every latent number can be negative, so none dies.",
    recipe: BASELINE,
  },
  modified: {
    title: "Published modified net",
    teaches:
      "The write-up's deeper net: batch normalisation, dropout, 256 numbers, early stopping.",
    recipe: MODIFIED,
  },
  loom: {
    title: "Loom",
    teaches: "Starts as PCA and learns what PCA misses, with SSIM itself as the loss.",
    recipe: LOOM,
  },
  nested: {
    title: "Nested",
    teaches:
      "Codes cut off at random lengths: the first k numbers of one net are a code of size k.",
    recipe: { ...LOOM, latentSize: 256, epochs: 56, learningRate: 0.003 },
  },
  variational: {
    title: "Variational",
    teaches: "Draws its codes at random near where they belong, so that new codes are images too.",
    recipe: VARIATIONAL,
  },
};

/** What the net of settings is called: its preset's title, unless it is one's own. */
export function netTitle({
  preset,
  net,
  netName = "",
}: Pick<RunConfig, "preset" | "net"> & Partial<Pick<RunConfig, "netName">>): string {
  if (net === null) return RECIPES[preset].title;
  return netName === "" ? "Own net" : netName;
}

/** What files call the net of settings. */
export const netSlug = ({ preset, net }: Pick<RunConfig, "preset" | "net">): string =>
  net === null ? preset : "own-net";

/** A preset with its recipe; overrides win over the recipe. */
export function configFor(
  preset: PresetName,
  overrides: Partial<Omit<RunConfig, "preset">> = {},
): RunConfig {
  return { ...DEFAULT_CONFIG, ...RECIPES[preset].recipe, ...overrides, preset };
}
