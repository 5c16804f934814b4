/** Checks settings that come from outside against the limits in config.ts. */

import * as v from "valibot";
import {
  CLASS_NAMES,
  DEVICES,
  LIMITS,
  MONITORS,
  PRESETS,
  type RunConfig,
  SCHEDULES,
  SPLITS,
} from "./config";
import { LOSS_TERMS } from "./loss";
import { RECIPES } from "./recipes";
import type { NetChoice } from "./summary";

/** A setting that is not allowed; the message says which, and what is. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

type Range = { readonly min: number; readonly max: number };

function whole(name: string, { min, max }: Range) {
  const message = `${name} must be a whole number from ${min} to ${max}.`;
  return v.pipe(
    v.number(message),
    v.integer(message),
    v.minValue(min, message),
    v.maxValue(max, message),
  );
}

function decimal(name: string, { min, max }: Range) {
  const message = `${name} must be a number from ${min} to ${max}.`;
  return v.pipe(v.number(message), v.minValue(min, message), v.maxValue(max, message));
}

function onOff(name: string) {
  return v.boolean(`${name} must be true or false.`);
}

function oneOf<const T extends readonly string[]>(name: string, options: T) {
  return v.picklist(options, `${name} must be one of ${options.join(", ")}.`);
}

const CLASSES_MESSAGE =
  "The classes must be different numbers from 0 to 9, ascending, at least one.";

const LOSS_MESSAGE = `The loss must be weights of one or more of ${LOSS_TERMS.join(", ")}.`;

const CONFIG = v.object({
  preset: oneOf("The net", PRESETS),
  latentSize: whole("The latent size", LIMITS.latentSize),
  classes: v.pipe(
    v.array(whole("A class", { min: 0, max: CLASS_NAMES.length - 1 }), CLASSES_MESSAGE),
    v.minLength(1, CLASSES_MESSAGE),
    v.check((ids) => ids.every((id, i) => i === 0 || ids[i - 1]! < id), CLASSES_MESSAGE),
  ),
  split: oneOf("The split", SPLITS),
  seed: whole("The seed", LIMITS.seed),
  epochs: whole("Epochs", LIMITS.epochs),
  batchSize: whole("The batch size", LIMITS.batchSize),
  loss: v.pipe(
    v.record(
      v.picklist(LOSS_TERMS, LOSS_MESSAGE),
      decimal("The weight of a loss's term", LIMITS.lossWeight),
      LOSS_MESSAGE,
    ),
    v.minEntries(1, LOSS_MESSAGE),
  ),
  learningRate: decimal("The learning rate", LIMITS.learningRate),
  schedule: oneOf("The schedule", SCHEDULES),
  warmup: decimal("The warm-up", LIMITS.warmup),
  beta2: decimal("Adam's beta2", LIMITS.beta2),
  weightDecay: decimal("The weight decay", LIMITS.weightDecay),
  clipNorm: v.nullable(decimal("The gradient's norm", LIMITS.clipNorm)),
  flips: onOff("Flips"),
  monitor: oneOf("The monitored value", MONITORS),
  patience: v.nullable(whole("The patience", LIMITS.patience)),
  restoreBest: onOff("Restoring the best weights"),
  device: oneOf("The device", DEVICES),
  threads: v.nullable(whole("Threads", LIMITS.threads)),
});

const SETTINGS: { readonly [K in keyof RunConfig]: v.GenericSchema<unknown, RunConfig[K]> } =
  CONFIG.entries;

const DATA_CHOICE = v.pick(CONFIG, ["classes", "split", "seed"]);
const NET_CHOICE = v.pick(CONFIG, ["preset", "latentSize"]);

/** Settings that decide which images a run sees, and in which part of the split. */
export type DataChoice = Pick<RunConfig, "classes" | "split" | "seed">;

/**
 * @throws ConfigError for the first setting that is not allowed, or for binaryCrossentropy with a
 *   net that has no sigmoid to take it from
 */
export function parseConfig(input: unknown): RunConfig {
  const config = parse(CONFIG, input);
  if (config.loss.binaryCrossentropy !== undefined && !RECIPES[config.preset].endsInSigmoid) {
    throw new ConfigError(
      `The loss of ${config.preset} cannot have binaryCrossentropy: the net does not end in a sigmoid.`,
    );
  }
  return config;
}

/** One setting alone, or what is allowed for it. */
export function checkSetting<K extends keyof RunConfig>(
  name: K,
  input: unknown,
): { readonly value: RunConfig[K] } | { readonly message: string } {
  const schema: v.GenericSchema<unknown, RunConfig[K]> = SETTINGS[name];
  const result = v.safeParse(schema, input, { abortEarly: true });
  return result.success ? { value: result.output } : { message: result.issues[0].message };
}

/** @throws ConfigError for the first setting that is not allowed */
export function parseDataChoice(input: unknown): DataChoice {
  return parse(DATA_CHOICE, input);
}

/** @throws ConfigError for the first setting that is not allowed */
export function parseNetChoice(input: unknown): NetChoice {
  return parse(NET_CHOICE, input);
}

/** @throws ConfigError */
export function parseLatentSize(input: unknown): number {
  return parse(CONFIG.entries.latentSize, input);
}

function parse<T>(schema: v.GenericSchema<unknown, T>, input: unknown): T {
  const result = v.safeParse(schema, input, { abortEarly: true });
  if (!result.success) throw new ConfigError(result.issues[0].message);
  return result.output;
}
