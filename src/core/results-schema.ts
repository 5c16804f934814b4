/** Schemas of what is kept of a run, to read it back from a file or the browser's storage. */

import * as v from "valibot";
import { parseConfig } from "./config-schema";
import type { QualityFigures, RunResult } from "./results";

const QUALITY = { mse: v.number(), psnr: v.number(), ssim: v.number(), ssimWriteup: v.number() };

export const QUALITY_FIGURES = v.object(QUALITY) satisfies v.GenericSchema<unknown, QualityFigures>;

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
}) satisfies v.GenericSchema<unknown, RunResult>;
