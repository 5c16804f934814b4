/** Where the settings of `train` come from: preset, recipe file, options, each over the one before. */

import { DEFAULT_CONFIG, PRESETS, type PresetName, type RunConfig } from "../config/config";
import { ConfigError, parseConfig } from "../config/config-schema";
import { configFor, RECIPES } from "../config/recipes";
import { UsageError } from "./errors";
import { readJsonFile } from "./input-file";
import { lossText } from "./loss-option";

/** Settings as options give them; what is undefined was left out. */
export type Flags = { readonly [Name in keyof RunConfig]?: RunConfig[Name] | undefined };

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
  const settings = { ...configFor(preset), ...recipe, ...Object.fromEntries(given), preset };
  return checked(settings, "");
}

/** A recipe has 0.5 kB. */
const MOST_BYTES = 1e6;

async function readRecipe(file: string): Promise<Partial<RunConfig>> {
  const recipe = await readJsonFile(file, MOST_BYTES);
  if (!isRecord(recipe)) throw new UsageError(`${file} must hold one JSON object of settings.`);
  const allowed = Object.keys(DEFAULT_CONFIG);
  for (const name of Object.keys(recipe)) {
    if (!allowed.includes(name)) {
      throw new UsageError(
        `${file} has a setting "${name}" that does not exist. Allowed: ${allowed.join(", ")}.`,
      );
    }
  }
  // Checked as it stands, so that what is wrong is told of the file; an unknown preset is told too.
  const preset = PRESETS.find((name) => name === recipe.preset) ?? DEFAULT_CONFIG.preset;
  const settings = checked({ ...configFor(preset), ...recipe }, `${file}: `);
  const names = Object.keys(recipe) as (keyof RunConfig)[];
  return Object.fromEntries(names.map((name) => [name, settings[name]]));
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

function recipeText(preset: PresetName): string {
  const { recipe } = RECIPES[preset];
  const parts = [
    `latent ${recipe.latentSize}`,
    `batch ${recipe.batchSize}`,
    `${recipe.epochs} epochs`,
    `lr ${recipe.learningRate} ${recipe.schedule}`,
  ];
  if (recipe.warmup > 0) parts.push(`warmup ${recipe.warmup}`);
  parts.push(`beta2 ${recipe.beta2}`);
  if (recipe.weightDecay > 0) parts.push(`weight decay ${recipe.weightDecay}`);
  if (recipe.clipNorm !== null) parts.push(`clip norm ${recipe.clipNorm}`);
  if (recipe.flips) parts.push("flips");
  if (recipe.patience !== null) parts.push(`patience ${recipe.patience} (${recipe.monitor})`);
  parts.push(recipe.restoreBest ? "best weights" : "last weights");
  return `${parts.join(", ")}, loss ${lossText(recipe.loss)}`;
}
