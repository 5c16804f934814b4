/**
 * Schemas of what is kept of a run, to read it back from a file or the browser's storage: every
 * range of a number, and every length of a text, stands here and nowhere else.
 *
 * Ranges hold all that a run can come to, so that no stored run is refused, and no more: forged
 * figures would break charts and tables, or be believed.
 */

import * as v from "valibot";
import { decimal, list, oneOf, onOff, type Range, text, whole } from "../checks/schema";
import type { RunConfig } from "../config/config";
import { ConfigError, parseSettings } from "../config/config-schema";
import type { DeviceChange } from "../config/devices";
import { MOST_NUMBERS } from "../config/net";
import { SETTINGS } from "../config/settings";
import { DATA_SOURCES } from "../datasets/dataset";
import type { QualityFigures, TestFigures } from "../metrics/metrics";
import type { RunProgress } from "./checkpoint";
import type { EpochFigures, RunResult, RunStart } from "./results";

/** Images of a data set at most; one a step. */
const MOST_IMAGES = 100_000;
/** Of two images whose SSIMs are 1 and −1. */
const MOST_CHANCE = 13;
const MOST_STEPS = SETTINGS.epochs.type.limits.max * MOST_IMAGES;
/** 16 times the largest net's. */
const MOST_PARAMETERS = 64_000_000;
/** 32-bit floats end a little above it. */
const LARGEST_FLOAT = 3.4e38;
/** What rounding to 32 bits may take a figure beyond its range: SSIM of a black window has 1 + 2e-4. */
const ROUNDING = 0.001;

export const RANGES = {
  /** Losses are not negative, and end only where floats do: a net that diverges comes near. */
  loss: { min: -ROUNDING, max: LARGEST_FLOAT },
  /** Of loss or figure that is monitored. */
  monitored: { min: -1 - ROUNDING, max: LARGEST_FLOAT },
  /** Over the images of an epoch. */
  lossSum: { min: -ROUNDING * MOST_IMAGES, max: LARGEST_FLOAT * MOST_IMAGES },
  /** Pixels are in [0, 1], reconstructions cut to that. */
  mse: { min: 0, max: 1 + ROUNDING },
  ssim: { min: -1 - ROUNDING, max: 1 + ROUNDING },
  /** dB; `psnrOf` ends at 100. */
  psnr: { min: -ROUNDING, max: 100 + ROUNDING },
  /** Nats, clipped as Keras does: −ln 1e-7 is 16.1. */
  bce: { min: -ROUNDING, max: 17 },
  /** An image's, however large it is. */
  nats: { min: -ROUNDING, max: LARGEST_FLOAT },
  /** Seconds: up to 30 years; a clock's differences may round to below 0. */
  seconds: { min: -ROUNDING, max: 1e9 },
  imagesPerSecond: { min: 0, max: 1e12 },
  /** 0 is before the first. */
  epoch: { min: 0, max: SETTINGS.epochs.type.limits.max },
  step: { min: 0, max: MOST_STEPS },
  /** Of a part of the split. */
  images: { min: 0, max: MOST_IMAGES },
  /** Trained on over a whole run, some of them again after a device failed. */
  trainedImages: { min: 0, max: 1e12 },
  parameters: { min: 1, max: MOST_PARAMETERS },
  /** Milliseconds since 1970, up to the year 9999. */
  time: { min: 0, max: 253_402_300_799_999 },
} as const satisfies Readonly<Record<string, Range>>;

/** Of an optimiser elsewhere: far more than anybody takes. */
const MOST_STEPS_BEFORE = 1e9;
/** Characters: a device's or net's name, and what a shader's compiler may say. */
const LONGEST_NAME = 200;
const LONGEST_REASON = 100_000;
/** A run that loses its device over and over has none left soon. */
const MOST_DEVICE_CHANGES = 1000;

export const epochNumber = whole(RANGES.epoch);
export const stepNumber = whole(RANGES.step);
const ssim = decimal(RANGES.ssim);
/** Why something failed, for people. */
export const reason = text(LONGEST_REASON);

export const SOURCE = oneOf(DATA_SOURCES);

const QUALITY = {
  mse: decimal(RANGES.mse),
  psnr: decimal(RANGES.psnr),
  ssim,
  ssimWriteup: ssim,
};

export const QUALITY_FIGURES = v.object(QUALITY) satisfies v.GenericSchema<unknown, QualityFigures>;

/** Of a net that draws its codes. */
const ELBO = {
  elbo: decimal(RANGES.nats),
  reconstruction: decimal(RANGES.nats),
  kl: decimal(RANGES.nats),
  activeUnits: whole({ min: 0, max: MOST_NUMBERS }),
};

const TEST_FIGURES = v.object({
  bce: decimal(RANGES.bce),
  bceGap: decimal(RANGES.bce),
  ...QUALITY,
  elbo: v.exactOptional(ELBO.elbo),
  reconstruction: v.exactOptional(ELBO.reconstruction),
  kl: v.exactOptional(ELBO.kl),
  bound: v.exactOptional(decimal(RANGES.nats)),
  activeUnits: v.exactOptional(ELBO.activeUnits),
}) satisfies v.GenericSchema<unknown, TestFigures>;

/**
 * Checked as settings from outside are, each by itself: whether they fit the images is checked with
 * what those are (storage/record-schema.ts, and `parseConfig` of who has no record).
 */
export const RUN_CONFIG = v.pipe(
  v.unknown(),
  v.rawTransform<unknown, RunConfig>(({ dataset, addIssue, NEVER }) => {
    try {
      return parseSettings(dataset.value);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      addIssue({ message: notAllowed(error) });
      return NEVER;
    }
  }),
);

/** "is not allowed: the seed must be …", without a full stop. */
export function notAllowed({ message }: ConfigError): string {
  const reason = message.replace(/\.$/, "").replace(/^(The|A) /, (it) => it.toLowerCase());
  return `is not allowed: ${reason}`;
}

const DEVICE_CHANGE = v.pipe(
  v.object({
    step: stepNumber,
    from: text(LONGEST_NAME),
    to: text(LONGEST_NAME),
    reason,
    repeats: stepNumber,
  }),
  v.check(({ step, repeats }) => repeats <= step, "is not right: it repeats more steps than were"),
) satisfies v.GenericSchema<unknown, DeviceChange>;

export const DEVICE_CHANGES = list(DEVICE_CHANGE, MOST_DEVICE_CHANGES);

const EPOCH_FIGURES = v.object({
  epoch: epochNumber,
  step: stepNumber,
  trainLoss: decimal(RANGES.loss),
  validationLoss: decimal(RANGES.loss),
  validation: QUALITY_FIGURES,
  nats: v.exactOptional(
    v.object({
      ...ELBO,
      klOfNumbers: v.exactOptional(list(decimal(RANGES.nats), MOST_NUMBERS)),
    }),
  ),
  isBest: onOff(),
  seconds: decimal(RANGES.seconds),
}) satisfies v.GenericSchema<unknown, EpochFigures>;

/** One for each epoch, in their order. */
export const EPOCHS = v.pipe(
  list(EPOCH_FIGURES, SETTINGS.epochs.type.limits.max),
  v.check(
    (epochs) =>
      epochs.every(({ epoch, step }, i) => epoch === i + 1 && step > (epochs[i - 1]?.step ?? 0)),
    "are not right: they must rise one by one, and their steps with them",
  ),
);

export const RUN_START = v.object({
  deviceLabel: text(LONGEST_NAME),
  deviceName: text(LONGEST_NAME),
  threads: whole(SETTINGS.threads.type.limits),
  parameters: whole(RANGES.parameters),
  stepsPerEpoch: whole({ min: 1, max: MOST_IMAGES }),
  totalSteps: whole({ min: 1, max: MOST_STEPS }),
  lossFloor: decimal(RANGES.loss),
}) satisfies v.GenericSchema<unknown, RunStart>;

export const RUN_PROGRESS = v.object({
  device: text(LONGEST_NAME),
  epoch: epochNumber,
  step: stepNumber,
  before: v.exactOptional(whole({ min: 0, max: MOST_STEPS_BEFORE })),
  images: whole(RANGES.images),
  lossSum: decimal(RANGES.lossSum),
  epochSeconds: decimal(RANGES.seconds),
  seconds: decimal(RANGES.seconds),
  trainedImages: whole(RANGES.trainedImages),
  trainedSeconds: decimal(RANGES.seconds),
  best: v.nullable(v.object({ epoch: epochNumber, value: decimal(RANGES.monitored) })),
  kept: v.nullable(
    v.object({
      epoch: epochNumber,
      step: stepNumber,
      trainLoss: decimal(RANGES.loss),
      validationLoss: decimal(RANGES.loss),
    }),
  ),
}) satisfies v.GenericSchema<unknown, RunProgress>;

export const RUN_RESULT = v.pipe(
  v.object({
    preset: text(LONGEST_NAME),
    latent: whole({ min: 1, max: MOST_NUMBERS }),
    seed: whole(SETTINGS.seed.type.limits),
    split: text(LONGEST_NAME),
    device: text(LONGEST_NAME),
    threads: whole(SETTINGS.threads.type.limits),
    data: SOURCE,
    trainImages: whole(RANGES.images),
    validationImages: whole(RANGES.images),
    testImages: whole(RANGES.images),
    parameters: whole(RANGES.parameters),
    epochs: epochNumber,
    bestEpoch: epochNumber,
    trainLoss: decimal(RANGES.loss),
    validationLoss: decimal(RANGES.loss),
    test: TEST_FIGURES,
    pca: QUALITY_FIGURES,
    testChance: v.exactOptional(decimal({ min: 0, max: MOST_CHANCE })),
    imagesPerSecond: decimal(RANGES.imagesPerSecond),
    config: RUN_CONFIG,
    seconds: decimal(RANGES.seconds),
    deviceChanges: v.exactOptional(DEVICE_CHANGES),
  }),
  v.check(
    ({ config, preset, latent, seed, split }) =>
      preset === config.preset &&
      latent === config.latentSize &&
      seed === config.seed &&
      split === config.split,
    "is not right: its settings are others than its config's",
  ),
  v.check(
    ({ config, epochs, bestEpoch }) => epochs <= config.epochs && bestEpoch <= epochs,
    "is not right: it has more epochs than its config",
  ),
) satisfies v.GenericSchema<unknown, RunResult>;
