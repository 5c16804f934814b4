/** Checks settings that come from outside by the table in config.ts. */

import * as v from "valibot";
import {
  DEFAULT_CONFIG,
  eachOf,
  ROWS,
  type RunConfig,
  SETTING_NAMES,
  type SettingName,
} from "./config";
import { type NetTraits, sizeProblem, traitsOf } from "./net";
import { CLASS_COUNT } from "./settings";

/** A setting that is not allowed; the message says which, and what is. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

const ANY_SETTINGS = v.record(v.string(), v.unknown(), "Settings must be an object.");

/** Settings that decide which images a run sees, and in which part of the split. */
export type DataChoice = Pick<RunConfig, "classes" | "split" | "seed">;

/**
 * @param classCount of the data set that the settings are for
 * @throws ConfigError for the first setting that is not allowed, or that the net cannot have
 */
export function parseConfig(input: unknown, classCount = CLASS_COUNT): RunConfig {
  const config = parseSettings(SETTING_NAMES, input, classCount);
  for (const name of SETTING_NAMES) {
    const message = misfit(name, config);
    if (message !== null) throw new ConfigError(message);
  }
  const problem = sizeProblem(config);
  if (problem !== null) throw new ConfigError(problem);
  return config;
}

/** One setting alone, or what is allowed for it. @param classCount of the data set that it is for */
export function checkSetting<Name extends SettingName>(
  name: Name,
  input: unknown,
  classCount = CLASS_COUNT,
): { readonly value: RunConfig[Name] } | { readonly message: string } {
  const { type, subject } = ROWS[name];
  const result = v.safeParse(type.schema(subject, classCount), input, { abortEarly: true });
  return result.success ? { value: result.output } : { message: result.issues[0].message };
}

/** Whether a net of such traits can have a setting's value. */
export function isFitting<Name extends SettingName>(
  name: Name,
  value: RunConfig[Name],
  traits: NetTraits,
): boolean {
  const { needs, type } = ROWS[name];
  if (!needs || needs.net(traits)) return true;
  return needs.isFor ? !needs.isFor(value) : type.isSame(value, DEFAULT_CONFIG[name]);
}

/** What the net cannot have of a setting's value, for people; null where it can have it. */
export function misfit(name: SettingName, config: RunConfig): string | null {
  const { subject, needs } = ROWS[name];
  if (!needs || isFitting(name, config[name], traitsOf(config))) return null;
  const net = config.net === null ? config.preset : "this net";
  return `${subject} of ${net} cannot ${needs.others}.`;
}

/**
 * @param classCount of the data set that it is a choice of
 * @throws ConfigError for the first setting that is not allowed
 */
export function parseDataChoice(input: unknown, classCount = CLASS_COUNT): DataChoice {
  return parseSettings(["classes", "split", "seed"], input, classCount);
}

/** @throws ConfigError */
export function parseLatentSize(input: unknown): number {
  return parseSetting("latentSize", input);
}

function parseSettings<Name extends SettingName>(
  names: readonly Name[],
  input: unknown,
  classCount: number,
): Pick<RunConfig, Name> {
  const given = v.safeParse(ANY_SETTINGS, input);
  if (!given.success) throw new ConfigError(given.issues[0].message);
  return eachOf(names, (name) => parseSetting(name, given.output[name], classCount));
}

function parseSetting<Name extends SettingName>(
  name: Name,
  input: unknown,
  classCount = CLASS_COUNT,
): RunConfig[Name] {
  const { before } = ROWS[name];
  if (input === undefined && before !== undefined) return before;
  const checked = checkSetting(name, input, classCount);
  if ("message" in checked) throw new ConfigError(checked.message);
  return checked.value;
}
