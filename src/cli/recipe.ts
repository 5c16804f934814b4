/** Where the settings of `train` come from: preset, recipe file, options, each over the one before. */

import {
  DEFAULT_CONFIG,
  eachOf,
  ROWS,
  type RunConfig,
  SETTING_NAMES,
  type SettingName,
} from "../config/config";
import { ConfigError, checkSetting, parseConfig } from "../config/config-schema";
import { lossInTerms } from "../config/loss";
import { traitsOf, withNetsSize } from "../config/net";
import { configFor, RECIPE_NAMES, RECIPES, type Recipe, type RecipeName } from "../config/recipes";
import { PRESETS, type PresetName } from "../nets/presets";
import { NetError } from "../nets/summary";
import { UsageError } from "./errors";
import { readJsonFile } from "./input-file";
import { netLine } from "./net";

type RawSettings = Readonly<Record<string, unknown>>;

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
  const given = Object.fromEntries(
    Object.entries(flags).filter(([, value]) => value !== undefined),
  );
  const settings = { ...usual(preset), ...recipe, ...given, preset };
  return checked(await withOwnNet(settings, { ...recipe, ...given }), "");
}

/**
 * The same settings with what follows from a net of one's own: its latent size, and without a preset
 * the squared error where the net does not end in a sigmoid.
 *
 * @param given what was said, not only meant
 */
async function withOwnNet(settings: RawSettings, given: Flags): Promise<RawSettings> {
  if (typeof settings.net !== "string") return settings;
  const line = await netLine(settings.net);
  // What is wrong with it is told by the check of all settings.
  if ("message" in checkSetting("net", line)) return { ...settings, net: line };
  const wanted = typeof given.latentSize === "number" ? given.latentSize : undefined;
  try {
    const choice = { preset: DEFAULT_CONFIG.preset, latentSize: 0, net: line };
    const { net, latentSize } = withNetsSize(choice, wanted);
    const isOpen = given.preset === undefined && given.loss === undefined;
    const loss = traitsOf({ ...choice, net }).endsInSigmoid
      ? {}
      : { loss: { meanSquaredError: 1 } };
    return { ...settings, net, latentSize, ...(isOpen ? loss : {}) };
  } catch (error) {
    if (error instanceof NetError) throw new UsageError(error.message);
    throw error;
  }
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
