/** Where a run's settings come from: preset, recipe file, options, each over the one before. */

import { createHash } from "node:crypto";
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
import type { DataSpec } from "../datasets/dataset";
import { PRESETS, type PresetName } from "../nets/presets";
import { NetError } from "../nets/summary";
import { type Option, text } from "./args";
import { atHand, findData, learnStored } from "./dataset/own";
import { UsageError } from "./errors";
import { readJsonFile } from "./input-file";
import { fileContent, netLine } from "./net";

/** For the commands that train one net: of one's own, by the recipe that `--preset` names. */
export const OWN_NET: Option<string | null> = text(
  "TEXT|FILE",
  "A net of your own, as a line of text or a file that holds one (docs/nets.md), by the preset's " +
    "recipe or else the baseline's",
);

/** What tables and lines call the net of settings. */
export const netName = ({ preset, net }: Pick<RunConfig, "preset" | "net">): string =>
  net === null ? preset : "own net";

/** What files call it: the preset, or `net-` and the first eight digits of its text's SHA-256. */
export function netFileName({ preset, net }: Pick<RunConfig, "preset" | "net">): string {
  if (net === null) return preset;
  return `net-${createHash("sha256").update(net).digest("hex").slice(0, 8)}`;
}

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
  // Recipes and results of runs name data sets by their hashes.
  await learnStored();
  const recipe = file === null ? {} : await readRecipe(file);
  const preset = flags.preset ?? recipe.preset ?? DEFAULT_CONFIG.preset;
  const given = Object.fromEntries(
    Object.entries(flags).filter(([, value]) => value !== undefined),
  );
  const images = await imagesOf(given, recipe);
  const settings = { ...usual(preset), ...recipe, ...given, ...images, preset };
  return checked(await withOwnNet(settings, { ...recipe, ...given }), "");
}

/**
 * The data set that is meant, by its id, and its classes: of one that somebody brought all of them, where
 * nothing is said.
 */
async function imagesOf(given: RawSettings, recipe: RawSettings): Promise<RawSettings> {
  const spec = typeof given.data === "string" ? await findData(given.data) : undefined;
  const named = spec ?? (typeof recipe.data === "string" ? atHand(recipe.data) : undefined);
  const isOpen = given.classes === undefined && (spec || recipe.classes === undefined);
  return {
    ...(named && { data: named.id }),
    ...(named?.source === "own" && isOpen ? { classes: allClasses(named) } : {}),
  };
}

const allClasses = ({ classNames }: DataSpec): number[] => classNames.map((_, id) => id);

/**
 * The settings that one word stands for: a preset with its recipe, the net of a text or of a file that
 * holds one, or those of a run, by the file that `train --save` wrote of it.
 *
 * @throws UsageError as settle
 */
export async function settleNamed(given: string, flags: Flags): Promise<RunConfig> {
  if (PRESETS.some((name) => name === given)) return settle({ ...flags, preset: given }, null);
  const content = await fileContent(given);
  const run = content === null ? null : configIn(content);
  if (run === null) return settle({ ...flags, net: given }, null);
  await learnStored();
  const changes = Object.fromEntries(
    Object.entries(flags).filter(([, value]) => value !== undefined),
  );
  return checked({ ...run, ...changes, ...(await imagesOf(changes, run)) }, `${given}: `);
}

/** The settings of a run's result, as JSON; null for any other text. */
function configIn(content: string): Readonly<Record<string, unknown>> | null {
  try {
    const result: unknown = JSON.parse(content);
    if (!isRecord(result) || !isRecord(result.config)) return null;
    return typeof result.config.preset === "string" ? result.config : null;
  } catch {
    return null;
  }
}

/**
 * The same settings with what follows from a net of one's own: its latent size, and without a preset
 * the squared error where the net does not end in a sigmoid.
 *
 * @param given what was said, not only meant
 */
async function withOwnNet(settings: RawSettings, given: Flags): Promise<RawSettings> {
  if (typeof settings.net !== "string") return settings;
  const spec = atHand(String(settings.data));
  // What is wrong is told by the check of all settings.
  if (!spec) return settings;
  const line = await netLine(settings.net, spec);
  if ("message" in checkSetting("net", line, spec)) return { ...settings, net: line };
  const wanted = typeof given.latentSize === "number" ? given.latentSize : undefined;
  try {
    const choice = { preset: DEFAULT_CONFIG.preset, latentSize: 0, net: line };
    const { net, latentSize } = withNetsSize(choice, wanted, spec);
    const isOpen = given.preset === undefined && given.loss === undefined;
    const loss = traitsOf({ ...choice, net }, spec).endsInSigmoid
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
    return parseConfig(settings, atHand);
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
  optimizer: ({ optimizer }) => (optimizer === "adam" ? "" : optimizer),
  // The ELBO's own, and of no other net than those that draw their codes.
  beta: ({ beta }) => (beta === 1 ? "" : `beta ${beta}`),
  rho: ({ optimizer, rho }) => (optimizer === "rmsprop" ? `rho ${rho}` : ""),
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
