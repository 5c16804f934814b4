/** Checks settings that come from outside by the table in config.ts. */

import * as v from "valibot";
import { builtIn, type Catalogue, notHere } from "../datasets/catalogue";
import type { DataSpec } from "../datasets/dataset";
import type { ImageShape } from "../math/image-set";
import {
  DEFAULT_CONFIG,
  eachOf,
  ROWS,
  type RunConfig,
  SETTING_NAMES,
  type SettingName,
} from "./config";
import { choiceProblem, chosenProblem, type NetTraits, traitsOf } from "./net";

/** A setting that is not allowed; the message says which, and what is. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

const ANY_SETTINGS = v.record(v.string(), v.unknown(), "Settings must be an object.");

const OF_IMAGES = ["data", "classes", "split", "seed"] as const satisfies SettingName[];

/** Settings that decide which images a run sees, and in which part of the split. */
export type DataChoice = Pick<RunConfig, (typeof OF_IMAGES)[number]>;

/**
 * Settings by themselves: whether they fit the images is for `fitConfig` to say, once it is known
 * what those are.
 *
 * @throws ConfigError for the first setting that no images allow
 */
export function parseSettings(input: unknown): RunConfig {
  const config = settingsOf(SETTING_NAMES, input);
  const problem = chosenProblem(config);
  if (problem !== null) throw new ConfigError(problem);
  return config;
}

/**
 * Settings for images of that data set, an own net's text as `netText` writes it.
 *
 * @throws ConfigError for the first setting that the images do not allow, or that the net cannot have
 */
export function fitConfig(input: unknown, spec: DataSpec): RunConfig {
  const config = settingsOf(SETTING_NAMES, input, spec);
  const problem = choiceProblem(config, spec);
  if (problem !== null) throw new ConfigError(problem);
  for (const name of SETTING_NAMES) {
    const message = misfit(name, config, spec);
    if (message !== null) throw new ConfigError(message);
  }
  return config;
}

/**
 * Settings for images of the data set that they name.
 *
 * @throws ConfigError for the first setting that is not allowed, and for a data set that the
 *   catalogue does not have
 */
export function parseConfig(input: unknown, catalogue: Catalogue = builtIn): RunConfig {
  const { data } = settingsOf(["data"], input);
  const spec = catalogue(data);
  if (!spec) throw new ConfigError(notHere(data));
  return fitConfig(input, spec);
}

/**
 * One setting alone, or what is allowed for it.
 *
 * @param images that it is for; left out, it is checked for what holds of any images
 */
export function checkSetting<Name extends SettingName>(
  name: Name,
  input: unknown,
  images?: DataSpec,
): { readonly value: RunConfig[Name] } | { readonly message: string } {
  const { type, subject } = ROWS[name];
  const result = v.safeParse(type.schema(subject, images), input, { abortEarly: true });
  return result.success ? { value: result.output } : { message: result.issues[0].message };
}

/** Whether a net of such traits can have a setting's value. */
export function isFitting<Name extends SettingName>(
  name: Name,
  value: RunConfig[Name],
  traits: NetTraits,
): boolean {
  return lackOf(name, value, traits) === null;
}

/** What such a net cannot have of it; null where it can have it. */
function lackOf<Name extends SettingName>(
  name: Name,
  value: RunConfig[Name],
  traits: NetTraits,
): string | null {
  const { needs = [], type } = ROWS[name];
  const lack = needs.find(
    ({ net, isFor }) =>
      !net(traits) && (isFor ? isFor(value) : !type.isSame(value, DEFAULT_CONFIG[name])),
  );
  return lack?.others ?? null;
}

/** What the net cannot have of a setting's value, for people; null where it can have it. */
export function misfit(name: SettingName, config: RunConfig, image: ImageShape): string | null {
  const { subject, needs } = ROWS[name];
  const others = needs ? lackOf(name, config[name], traitsOf(config, image)) : null;
  if (others === null) return null;
  const net = config.net === null ? config.preset : "this net";
  return `${subject} of ${net} cannot ${others}.`;
}

/** @throws ConfigError for the first setting that no images allow */
export function parseDataChoice(input: unknown): DataChoice {
  return settingsOf(OF_IMAGES, input);
}

/** @throws ConfigError */
export function parseLatentSize(input: unknown): number {
  return settingOf("latentSize", input);
}

function settingsOf<Name extends SettingName>(
  names: readonly Name[],
  input: unknown,
  images?: DataSpec,
): Pick<RunConfig, Name> {
  const given = v.safeParse(ANY_SETTINGS, input);
  if (!given.success) throw new ConfigError(given.issues[0].message);
  return eachOf(names, (name) => settingOf(name, given.output[name], images));
}

function settingOf<Name extends SettingName>(
  name: Name,
  input: unknown,
  images?: DataSpec,
): RunConfig[Name] {
  const { before } = ROWS[name];
  if (input === undefined && before !== undefined) return before;
  const checked = checkSetting(name, input, images);
  if ("message" in checked) throw new ConfigError(checked.message);
  return checked.value;
}
