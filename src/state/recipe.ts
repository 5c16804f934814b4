/** What of the settings is no longer as it was before anybody changed it. */

import type { RunConfig } from "../config/config";
import { configFor, RECIPES, type Recipe } from "../config/recipes";
import { sameLoss } from "./settings";

/** Settings of a recipe that belong together: changed, and put back, as one. */
const RECIPE_PARTS = {
  latentSize: ["latentSize"],
  loss: ["loss"],
  epochs: ["epochs"],
  batchSize: ["batchSize"],
  learningRate: ["learningRate"],
  schedule: ["schedule", "warmup"],
  flips: ["flips"],
  patience: ["patience", "restoreBest", "monitor"],
  optimizer: ["beta2", "weightDecay", "clipNorm"],
} as const satisfies Readonly<Record<string, readonly (keyof Recipe)[]>>;

/** Those that come with no recipe: each has a default of its own. */
const OTHER_PARTS = {
  classes: ["classes"],
  seed: ["seed"],
  split: ["split"],
  device: ["device"],
  threads: ["threads"],
} as const satisfies Readonly<Record<string, readonly (keyof RunConfig)[]>>;

const PARTS = { ...RECIPE_PARTS, ...OTHER_PARTS };

export type RecipePart = keyof typeof RECIPE_PARTS;
export type SettingPart = keyof typeof PARTS;

const RECIPE_NAMES = Object.keys(RECIPE_PARTS) as RecipePart[];

export function recipeOf(settings: Pick<RunConfig, "preset">): Recipe {
  return RECIPES[settings.preset].recipe;
}

export function isOfRecipe(part: SettingPart): part is RecipePart {
  return part in RECIPE_PARTS;
}

/** Whether that part was changed by hand. */
export function isChanged(settings: RunConfig, part: SettingPart): boolean {
  const usual = configFor(settings.preset);
  if (part === "loss") return !sameLoss(settings.loss, usual.loss);
  if (part === "classes") return settings.classes.join() !== usual.classes.join();
  return PARTS[part].some((name) => settings[name] !== usual[name]);
}

/** All parts of the recipe that were. */
export function changedParts(settings: RunConfig): RecipePart[] {
  return RECIPE_NAMES.filter((part) => isChanged(settings, part));
}

/** The change that puts those parts back as the recipe, or the default, has them. */
export function putBack(settings: RunConfig, parts: readonly SettingPart[]): Partial<RunConfig> {
  const usual = configFor(settings.preset);
  const names: readonly (keyof RunConfig)[] = parts.flatMap((part) => PARTS[part]);
  return Object.fromEntries(names.map((name) => [name, usual[name]]));
}

/** Early stopping after so many epochs keeps the best weights, and never keeps the recipe's. */
export function withPatience(
  settings: RunConfig,
  patience: number | null,
): Pick<RunConfig, "patience" | "restoreBest"> {
  return { patience, restoreBest: patience !== null || recipeOf(settings).restoreBest };
}
