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
import { decimal, oneOf, onOff, whole } from "./schema";

/** A setting that is not allowed; the message says which, and what is. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

const CLASSES_MESSAGE =
  "The classes must be different numbers from 0 to 9, ascending, at least one.";

const LOSS_MESSAGE = `The loss must be weights of one or more of ${LOSS_TERMS.join(", ")}.`;

const CONFIG = v.object({
  preset: oneOf(PRESETS, "The net"),
  latentSize: whole(LIMITS.latentSize, "The latent size"),
  classes: v.pipe(
    v.array(whole({ min: 0, max: CLASS_NAMES.length - 1 }, "A class"), CLASSES_MESSAGE),
    v.minLength(1, CLASSES_MESSAGE),
    v.check((ids) => ids.every((id, i) => i === 0 || ids[i - 1]! < id), CLASSES_MESSAGE),
  ),
  split: oneOf(SPLITS, "The split"),
  seed: whole(LIMITS.seed, "The seed"),
  epochs: whole(LIMITS.epochs, "Epochs"),
  batchSize: whole(LIMITS.batchSize, "The batch size"),
  loss: v.pipe(
    v.record(
      v.picklist(LOSS_TERMS, LOSS_MESSAGE),
      decimal(LIMITS.lossWeight, "The weight of a loss's term"),
      LOSS_MESSAGE,
    ),
    v.minEntries(1, LOSS_MESSAGE),
  ),
  learningRate: decimal(LIMITS.learningRate, "The learning rate"),
  schedule: oneOf(SCHEDULES, "The schedule"),
  warmup: decimal(LIMITS.warmup, "The warm-up"),
  beta2: decimal(LIMITS.beta2, "Adam's beta2"),
  weightDecay: decimal(LIMITS.weightDecay, "The weight decay"),
  clipNorm: v.nullable(decimal(LIMITS.clipNorm, "The gradient's norm")),
  flips: onOff("Flips"),
  monitor: oneOf(MONITORS, "The monitored value"),
  patience: v.nullable(whole(LIMITS.patience, "The patience")),
  restoreBest: onOff("Restoring the best weights"),
  device: oneOf(DEVICES, "The device"),
  threads: v.nullable(whole(LIMITS.threads, "Threads")),
});

const SETTINGS: { readonly [K in keyof RunConfig]: v.GenericSchema<unknown, RunConfig[K]> } =
  CONFIG.entries;

const DATA_CHOICE = v.pick(CONFIG, ["classes", "split", "seed"]);

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

/** @throws ConfigError */
export function parseLatentSize(input: unknown): number {
  return parse(CONFIG.entries.latentSize, input);
}

function parse<T>(schema: v.GenericSchema<unknown, T>, input: unknown): T {
  const result = v.safeParse(schema, input, { abortEarly: true });
  if (!result.success) throw new ConfigError(result.issues[0].message);
  return result.output;
}
