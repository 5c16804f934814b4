/** Schemas of what is kept of a run, to read it back from a file or the browser's storage. */

import * as v from "valibot";
import { parseConfig } from "./config-schema";
import type { DeviceChange } from "./devices";
import type { QualityFigures, RunResult } from "./results";

const QUALITY = { mse: v.number(), psnr: v.number(), ssim: v.number(), ssimWriteup: v.number() };

export const QUALITY_FIGURES = v.object(QUALITY) satisfies v.GenericSchema<unknown, QualityFigures>;

export const DEVICE_CHANGE = v.object({
  step: v.pipe(v.number(), v.integer(), v.minValue(0)),
  from: v.string(),
  to: v.string(),
  reason: v.string(),
  repeats: v.pipe(v.number(), v.integer(), v.minValue(0)),
}) satisfies v.GenericSchema<unknown, DeviceChange>;

/** The config is checked as settings from outside are: that throws a ConfigError. */
export const RUN_RESULT = v.object({
  preset: v.string(),
  latent: v.number(),
  seed: v.number(),
  split: v.string(),
  device: v.string(),
  threads: v.number(),
  data: v.picklist(["fashion-mnist", "synthetic"]),
  trainImages: v.number(),
  validationImages: v.number(),
  testImages: v.number(),
  parameters: v.number(),
  epochs: v.number(),
  bestEpoch: v.number(),
  trainLoss: v.number(),
  validationLoss: v.number(),
  test: v.object({ bce: v.number(), bceGap: v.number(), ...QUALITY }),
  pca: QUALITY_FIGURES,
  imagesPerSecond: v.number(),
  config: v.pipe(v.unknown(), v.transform(parseConfig)),
  seconds: v.number(),
  deviceChanges: v.exactOptional(v.array(DEVICE_CHANGE)),
}) satisfies v.GenericSchema<unknown, RunResult>;
