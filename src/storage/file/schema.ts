/** What a run file's description must look like; nothing in it is believed before. */

import * as v from "valibot";
import { parseConfig } from "../../core/config-schema";
import { DEVICE_CHANGE } from "../../core/results-schema";

export const FORMAT = "latent-loom run";
export const FORMAT_VERSION = 1;

/** Epochs at most (`LIMITS.epochs`), and what a run with batches of 1 can have of steps in 64 MB. */
const MOST_EPOCHS = 1000;
const MOST_STEPS = 16_000_000;
const MOST_IMAGES = 70_000;

const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));
const finite = v.pipe(v.number(), v.finite());
const line = v.pipe(v.string(), v.maxLength(200));
const epochNumber = v.pipe(count, v.maxValue(MOST_EPOCHS));
const stepNumber = v.pipe(count, v.maxValue(MOST_STEPS));

const QUALITY = v.object({ mse: finite, psnr: finite, ssim: finite, ssimWriteup: finite });

const CONFIG = v.pipe(
  v.unknown(),
  v.transform((input) => parseConfig(input)),
);

const EPOCH = v.object({
  epoch: epochNumber,
  step: stepNumber,
  trainLoss: finite,
  validationLoss: finite,
  validation: QUALITY,
  isBest: v.boolean(),
  seconds: finite,
});

const START = v.object({
  deviceLabel: line,
  deviceName: line,
  threads: count,
  parameters: count,
  stepsPerEpoch: v.pipe(stepNumber, v.minValue(1)),
  totalSteps: count,
  lossFloor: finite,
});

const PROGRESS = v.object({
  device: line,
  epoch: epochNumber,
  step: stepNumber,
  images: count,
  lossSum: finite,
  epochSeconds: finite,
  seconds: finite,
  trainedImages: count,
  trainedSeconds: finite,
  best: v.nullable(v.object({ epoch: epochNumber, value: finite })),
  kept: v.nullable(
    v.object({ epoch: epochNumber, step: stepNumber, trainLoss: finite, validationLoss: finite }),
  ),
});

/** A run that loses its device over and over has none left soon. */
const DEVICE_CHANGES = v.pipe(
  v.array(
    v.pipe(
      DEVICE_CHANGE,
      v.check(({ from, to, reason }) => Math.max(from.length, to.length, reason.length) <= 1000),
    ),
  ),
  v.maxLength(1000),
);

const SOURCE = v.picklist(["fashion-mnist", "synthetic"]);

const RESULT = v.object({
  preset: line,
  latent: count,
  seed: count,
  split: line,
  device: line,
  threads: count,
  data: SOURCE,
  trainImages: count,
  validationImages: count,
  testImages: v.pipe(count, v.maxValue(MOST_IMAGES)),
  parameters: count,
  epochs: epochNumber,
  bestEpoch: epochNumber,
  trainLoss: finite,
  validationLoss: finite,
  test: v.object({ ...QUALITY.entries, bce: finite, bceGap: finite }),
  pca: QUALITY,
  imagesPerSecond: finite,
  config: CONFIG,
  seconds: finite,
});

/** Frames of 24 images: 1,400 of them are more than a run of 1,000 epochs has. */
const FRAME = v.object({
  epoch: epochNumber,
  step: stepNumber,
  count: v.pipe(count, v.maxValue(64)),
  ssim: v.pipe(v.array(finite), v.maxLength(64)),
  ssimWriteup: v.pipe(v.array(finite), v.maxLength(64)),
});

export const DESCRIPTION = v.object({
  format: v.literal(FORMAT, "It does not say that it is a run of this page."),
  version: v.literal(FORMAT_VERSION, "It is of another version of this page."),
  name: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(60)),
  createdAt: v.pipe(count, v.maxValue(8.64e15)),
  config: CONFIG,
  status: v.picklist(["running", "paused", "interrupted", "finished", "failed"]),
  source: v.nullable(SOURCE),
  start: v.nullable(START),
  imagesPerSecond: finite,
  epochs: v.pipe(v.array(EPOCH), v.maxLength(MOST_EPOCHS)),
  progress: v.nullable(PROGRESS),
  result: v.nullable(RESULT),
  failure: v.nullable(v.pipe(v.string(), v.maxLength(1000))),
  /** Files from before this was kept lack it. */
  deviceChanges: v.optional(DEVICE_CHANGES, []),
  frames: v.pipe(v.array(FRAME), v.maxLength(1400)),
  /** Length in bytes and CRC-32 of each of the other files. */
  parts: v.record(v.string(), v.object({ bytes: count, crc32: count })),
});

export type Description = v.InferOutput<typeof DESCRIPTION>;
