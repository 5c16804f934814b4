/** What `npm run -s train` is asked for: its options, and the settings that come of them. */

import {
  DEFAULT_CONFIG,
  LIMITS,
  MONITORS,
  PRESETS,
  type RunConfig,
  SCHEDULES,
  SPLITS,
} from "../config/config";
import {
  choice,
  decimal,
  flag,
  integer,
  integers,
  onOff,
  optional,
  orNone,
  parseArguments,
  text,
  type Values,
} from "./args";
import { DEVICE_CHOICES, deviceName } from "./devices";
import { lossOption } from "./loss-option";
import { type Flags, presetsText, settle } from "./recipe";

const D = DEFAULT_CONFIG;
/** The last epoch's weights, or those of the best monitored value. */
const KEPT = ["last", "best"] as const;

/** Options without a default here take the recipe's. */
const SYNTAX = {
  name: "train",
  summary:
    "Trains an autoencoder and judges it on the test split. Settings come from the preset's recipe, " +
    "then from --recipe,\nthen from the options.",
  options: {
    preset: optional(choice(PRESETS, D.preset, "The net, and its recipe")),
    recipe: text("FILE", "JSON with settings, named as in a result's config"),
    latent: integer(LIMITS.latentSize, undefined, "Numbers in the latent vector"),
    epochs: integer(LIMITS.epochs, undefined, "Passes over the training images"),
    batch: integer(LIMITS.batchSize, undefined, "Images a step"),
    loss: lossOption(
      "What is minimised, a sum of bce, mse, mae, ssimUniform, ssimGaussian, ssimWriteup",
    ),
    lr: decimal(LIMITS.learningRate, undefined, "Adam's learning rate, at its peak"),
    schedule: choice(SCHEDULES, undefined, "How the learning rate goes after the warm-up"),
    warmup: decimal(LIMITS.warmup, undefined, "Fraction of the steps in which it rises"),
    beta2: decimal(LIMITS.beta2, undefined, "Adam's decay of squared gradients"),
    "weight-decay": decimal(LIMITS.weightDecay, undefined, "AdamW's weight decay"),
    "clip-norm": orNone(decimal(LIMITS.clipNorm, undefined, "Largest norm of the gradient")),
    flips: onOff("Mirror training images at random"),
    monitor: choice(MONITORS, undefined, "What patience and best weights look at"),
    patience: orNone(
      integer(LIMITS.patience, undefined, "Epochs without progress before it stops"),
    ),
    keep: choice(KEPT, undefined, "Whose epoch's weights are kept; best with --patience"),
    seed: optional(integer(LIMITS.seed, D.seed, "Draws the split, the weights and the order")),
    classes: optional(integers({ min: 0, max: 9 }, D.classes, "Class ids")),
    split: optional(choice(SPLITS, D.split, "How the images are split")),
    device: optional(choice(DEVICE_CHOICES, "auto", "What computes")),
    threads: integer(LIMITS.threads, undefined, "Threads of the WASM device"),
    save: text("DIR", "Folder for the trained model, in tfjs's format, and its result"),
    json: flag("Prints the result as one JSON object, on the last line"),
  },
  notes: presetsText(),
};

export interface TrainRequest {
  readonly config: RunConfig;
  /** Where the trained model goes; null for nowhere. */
  readonly folder: string | null;
  /** Print the result as one JSON object. */
  readonly json: boolean;
}

/**
 * Reads the arguments and the recipe file that they name; null after printing the help.
 *
 * @throws UsageError for arguments and settings that are not allowed
 */
export async function readRequest(
  argv: readonly string[],
  print: (text: string) => void,
): Promise<TrainRequest | null> {
  const options = parseArguments(SYNTAX, argv, print);
  if (!options) return null;
  const config = await settle(flagsOf(options), options.recipe);
  return { config, folder: options.save, json: options.json };
}

function flagsOf(options: Values<typeof SYNTAX.options>): Flags {
  const { patience, keep, device } = options;
  // Who waits for progress wants the epoch that made it.
  const kept = keep ?? (typeof patience === "number" ? "best" : undefined);
  return {
    preset: options.preset,
    latentSize: options.latent,
    classes: options.classes,
    split: options.split,
    seed: options.seed,
    epochs: options.epochs,
    batchSize: options.batch,
    loss: options.loss,
    learningRate: options.lr,
    schedule: options.schedule,
    warmup: options.warmup,
    beta2: options.beta2,
    weightDecay: options["weight-decay"],
    clipNorm: options["clip-norm"],
    flips: options.flips,
    monitor: options.monitor,
    patience,
    restoreBest: kept && kept === "best",
    device: device && deviceName(device),
    threads: options.threads,
  };
}
