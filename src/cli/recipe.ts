/** Where the settings of `train` come from: preset, recipe file, options, each over the one before. */

import {
  DEFAULT_CONFIG,
  eachOf,
  type PresetName,
  ROWS,
  type RunConfig,
  SETTING_NAMES,
  type SettingName,
} from "../config/config";
import { ConfigError, parseConfig } from "../config/config-schema";
import { lossInTerms } from "../config/loss";
import { configFor, RECIPE_NAMES, RECIPES, type Recipe, type RecipeName } from "../config/recipes";
import { PRESETS } from "../config/settings";
import { UsageError } from "./errors";
import { readJsonFile } from "./input-file";

/** Settings as options give them, still to be checked; what is undefined was left out. */
export type Flags = { readonly [Name in SettingName]?: unknown };

/**
 * The preset's recipe, changed by the file's settings, changed by the flags.
 *
 * @param file JSON with any of RunConfig's settings, as in a result's `config`; null for none
 * @throws UsageError naming the file, and the setting, that is wrong
 */
export async function settle(flags: Flags, file: string | null): Promise<RunConfig> {
  const recipe = file === null ? {} : await readRecipe(file);
  const preset = flags.preset ?? recipe.preset ?? DEFAULT_CONFIG.preset;
  const given = Object.entries(flags).filter(([, value]) => value !== undefined);
  return checked({ ...usual(preset), ...recipe, ...Object.fromEntries(given), preset }, "");
}

/** A recipe has 0.5 kB. */
const MOST_BYTES = 1e6;

async function readRecipe(file: string): Promise<Partial<RunConfig>> {
  const recipe = await readJsonFile(file, MOST_BYTES);
  if (!isRecord(recipe)) throw new UsageError(`${file} must hold one JSON object of settings.`);
  for (const name of Object.keys(recipe)) {
    if (!SETTING_NAMES.some((known) => known === name)) {
      throw new UsageError(
        `${file} has a setting "${name}" that does not exist. Allowed: ${SETTING_NAMES.join(", ")}.`,
      );
    }
  }
  // Checked as it stands, so that what is wrong is told of the file.
  const settings = checked({ ...usual(recipe.preset), ...recipe }, `${file}: `);
  return eachOf(
    SETTING_NAMES.filter((name) => Object.hasOwn(recipe, name)),
    (name) => settings[name],
  );
}

/** A preset with its recipe; the default's where there is no such preset, which the check tells. */
function usual(preset: unknown): RunConfig {
  return configFor(PRESETS.find((name) => name === preset) ?? DEFAULT_CONFIG.preset);
}

function checked(settings: unknown, where: string): RunConfig {
  try {
    return parseConfig(settings);
  } catch (error) {
    if (error instanceof ConfigError) throw new UsageError(`${where}${error.message}`);
    throw error;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The presets with their recipes, for the help. */
export function presetsText(): string {
  const entries = PRESETS.map(
    (name) => `  ${name}: ${RECIPES[name].teaches}\n    ${recipeText(name)}`,
  );
  return `Presets, and the settings that come with them:\n${entries.join("\n")}`;
}

/** What is said of a recipe otherwise than by a setting's key and value. */
const OWN_WORDS: { readonly [Name in RecipeName]?: (recipe: Recipe) => string } = {
  epochs: ({ epochs }) => `${epochs} epochs`,
  loss: ({ loss }) => `loss ${lossInTerms(loss)}`,
  learningRate: ({ learningRate, schedule }) => `lr ${learningRate} ${schedule}`,
  schedule: () => "",
  monitor: () => "",
  patience: ({ patience, monitor }) =>
    patience === null ? "" : `patience ${patience} (${monitor})`,
  restoreBest: ({ restoreBest }) => (restoreBest ? "best weights" : "last weights"),
};

/** The loss has commas of its own. */
const IN_TEXT: readonly RecipeName[] = [...RECIPE_NAMES.filter((name) => name !== "loss"), "loss"];

/** "latent 128, 50 epochs, …, loss …": what adds nothing to training goes without saying. */
function recipeText(preset: PresetName): string {
  const { recipe } = RECIPES[preset];
  return IN_TEXT.map((name) => OWN_WORDS[name]?.(recipe) ?? plainWords(name, recipe))
    .filter((words) => words !== "")
    .join(", ");
}

function plainWords<Name extends RecipeName>(name: Name, recipe: Recipe): string {
  const { type, key } = ROWS[name];
  const value = recipe[name];
  const what = key.replaceAll("-", " ");
  if (type.kind === "switch") return value ? what : "";
  return value ? `${what} ${type.write(value)}` : "";
}
