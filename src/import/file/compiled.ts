/** What a model was compiled with, as settings of a run here; what there is no form of is told. */

import type { RunConfig } from "../../config/config";
import { ROWS } from "../../config/config";
import { checkSetting } from "../../config/config-schema";
import type { LossTerm } from "../../config/loss";
import { isJson, type Json } from "../json";
import { shortest } from "../settings";

export type CompiledSettings = Partial<
  Pick<
    RunConfig,
    | "optimizer"
    | "learningRate"
    | "beta2"
    | "momentum"
    | "nesterov"
    | "rho"
    | "centered"
    | "weightDecay"
    | "clipNorm"
    | "loss"
  >
>;

export interface Compiled {
  readonly settings: CompiledSettings;
  /** What is otherwise here than in the file, a sentence each. */
  readonly notes: readonly string[];
}

/** Keras's names, in small letters without underscores. */
const LOSSES: Readonly<Record<string, LossTerm>> = {
  binarycrossentropy: "binaryCrossentropy",
  bce: "binaryCrossentropy",
  meansquarederror: "meanSquaredError",
  mse: "meanSquaredError",
  meanabsoluteerror: "meanAbsoluteError",
  mae: "meanAbsoluteError",
  huber: "huber",
  huberloss: "huber",
  cosinesimilarity: "cosineSimilarity",
  categoricalcrossentropy: "categoricalCrossentropy",
};

type Optimizer = RunConfig["optimizer"];

const OPTIMIZERS: Readonly<Record<string, Optimizer>> = {
  Adam: "adam",
  AdamW: "adam",
  SGD: "sgd",
  RMSprop: "rmsprop",
};

/** What each takes of its config; numbers that have no setting here are Keras's own. */
const TAKEN: Readonly<Record<Optimizer, Readonly<Record<string, keyof CompiledSettings>>>> = {
  adam: { beta_2: "beta2" },
  sgd: { momentum: "momentum", nesterov: "nesterov" },
  rmsprop: { rho: "rho", momentum: "momentum", centered: "centered" },
};
const FIXED: Readonly<Record<string, unknown>> = {
  beta_1: 0.9,
  epsilon: 1e-7,
  amsgrad: false,
  use_ema: false,
  clipnorm: null,
  clipvalue: null,
  gradient_accumulation_steps: null,
  // Of Keras 2.
  decay: 0,
};

/**
 * Optimiser, learning rate and loss.
 *
 * @param compiled the file's `compile_config`, or Keras 2's `training_config`
 */
export function readCompiled(compiled: unknown): Compiled {
  const notes: string[] = [];
  const given = isJson(compiled) ? (compiled.optimizer ?? compiled.optimizer_config) : undefined;
  if (!isJson(compiled) || given === undefined) {
    return {
      settings: {},
      notes: [
        "The file does not say how it was compiled: it trains on with Adam and a learning rate of 0.001.",
      ],
    };
  }
  const settings = {
    ...readOptimizer(given, notes),
    ...readLoss(compiled.loss, notes),
  };
  return { settings, notes };
}

function readOptimizer(given: unknown, notes: string[]): CompiledSettings {
  const className = isJson(given) ? String(given.class_name).replace(/^.*>/, "") : String(given);
  const config = isJson(given) && isJson(given.config) ? given.config : {};
  const optimizer = OPTIMIZERS[className] ?? named(className);
  const learningRate = readRate(config, notes);
  if (!optimizer) {
    notes.push(
      `There is no optimizer ${className} here: it trains on with Adam, at the same rate.`,
    );
    return learningRate;
  }
  const found: Record<string, unknown> = { optimizer };
  for (const [setting, name] of Object.entries(TAKEN[optimizer])) {
    const value = config[setting];
    if (value !== undefined && value !== null) found[name] = plain(value);
  }
  if (typeof config.weight_decay === "number" && config.weight_decay > 0) {
    found.weightDecay = plain(config.weight_decay);
    notes.push("Its weight decay is that of kernels alone here.");
  }
  if (typeof config.global_clipnorm === "number") found.clipNorm = plain(config.global_clipnorm);
  for (const [setting, usual] of Object.entries(FIXED)) {
    const value = plain(config[setting] ?? usual);
    if (value !== usual)
      notes.push(`Its ${className} has ${setting} ${value}, here ${usual ?? "none"}.`);
  }
  return { ...learningRate, ...allowed(found, notes) };
}

/** "adam", as `compile(optimizer="adam")` may be stored. */
const named = (name: string): Optimizer | undefined =>
  Object.entries(OPTIMIZERS).find(([each]) => each.toLowerCase() === name.toLowerCase())?.[1];

/** Keras 2 has numbers as float32. */
const plain = (value: unknown): unknown => (typeof value === "number" ? shortest(value) : value);

function readRate(config: Json, notes: string[]): CompiledSettings {
  const rate = config.learning_rate ?? config.lr;
  if (!isJson(rate)) return rate === undefined ? {} : allowed({ learningRate: plain(rate) }, notes);
  const schedule = String(rate.class_name);
  const first = isJson(rate.config) ? rate.config.initial_learning_rate : undefined;
  notes.push(`Its learning rate follows ${schedule}; here it stays at the first one.`);
  return typeof first === "number" ? allowed({ learningRate: plain(first) }, notes) : {};
}

/** Those of the settings that are allowed here. */
function allowed(found: Readonly<Record<string, unknown>>, notes: string[]): CompiledSettings {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(found)) {
    const setting = name as keyof CompiledSettings;
    const checked = checkSetting(setting, value);
    if ("message" in checked) {
      notes.push(
        `${ROWS[setting].label} ${String(value)} of the file is not taken: ${checked.message}`,
      );
    } else kept[name] = checked.value;
  }
  return kept;
}

function readLoss(given: unknown, notes: string[]): CompiledSettings {
  const [only, ...others] = Array.isArray(given)
    ? given
    : isJson(given) && given.class_name === undefined
      ? Object.values(given)
      : [given];
  if (only === undefined || only === null) return {};
  const name = isJson(only) ? String(only.class_name ?? only.config) : String(only);
  const config = isJson(only) && isJson(only.config) ? only.config : {};
  const term = LOSSES[name.replace(/^.*>/, "").toLowerCase().replaceAll("_", "")];
  if (!term || others.length > 0) {
    notes.push(`Its loss, ${name}, is none of those here: choose one before it trains on.`);
    return {};
  }
  if (config.from_logits === true) {
    notes.push(
      `Its ${name} is of logits, and here of what the net makes: choose a loss before it trains on.`,
    );
    return {};
  }
  if (typeof config.delta === "number" && config.delta !== 1) {
    notes.push(`Its Huber loss has delta ${config.delta}, here 1.`);
  }
  if (typeof config.label_smoothing === "number" && config.label_smoothing !== 0) {
    notes.push(`Its ${name} smooths labels by ${config.label_smoothing}, here by nothing.`);
  }
  return { loss: { [term]: 1 } };
}
