/** What a stored run must look like, in the browser's database as in a file. */

import * as v from "valibot";
import {
  decimal,
  isAscending,
  list,
  oneOf,
  onOff,
  parseWith,
  type Range,
  SchemaError,
  text,
  whole,
} from "../checks/schema";
import type { RunConfig } from "../config/config";
import { ConfigError, fitConfig } from "../config/config-schema";
import { SETTINGS } from "../config/settings";
import type { DataSpec } from "../datasets/dataset";
import { DATA_SPEC } from "../datasets/spec-schema";
import { type ImageShape, sizeOf } from "../math/image-set";
import {
  DEVICE_CHANGES,
  EPOCHS,
  epochNumber,
  notAllowed,
  RANGES,
  RUN_CONFIG,
  RUN_PROGRESS,
  RUN_RESULT,
  RUN_START,
  reason,
  SOURCE,
  stepNumber,
} from "../runs/results-schema";
import { type OfImages, type RunRecord, specOf } from "./record";
import type { Frame, RunArrays } from "./store";

/** Characters of the name that people give a run. */
export const LONGEST_NAME = 60;
/** Pictures of one moment: 24 are taken. */
const MOST_PICTURES = 64;
/** 1,000 epochs and the moments of the first one are fewer. */
const MOST_FRAMES = 1400;

/** Of record and file. */
export const RUN_FIELDS = {
  name: v.pipe(text(LONGEST_NAME), v.trim(), v.minLength(1, "must have a character at least")),
  createdAt: whole(RANGES.time),
  config: RUN_CONFIG,
  status: oneOf(["running", "paused", "interrupted", "finished", "failed"]),
  source: v.nullable(SOURCE),
  /** Likewise; those are of Fashion-MNIST. */
  spec: v.exactOptional(DATA_SPEC),
  start: v.nullable(RUN_START),
  imagesPerSecond: decimal(RANGES.imagesPerSecond),
  epochs: EPOCHS,
  progress: v.nullable(RUN_PROGRESS),
  result: v.nullable(RUN_RESULT),
  failure: v.nullable(reason),
  /** Runs from before this was kept lack it. */
  deviceChanges: v.optional(DEVICE_CHANGES, []),
};

const scores = list(decimal(RANGES.ssim), MOST_PICTURES);

const FRAME = {
  epoch: epochNumber,
  step: stepNumber,
  count: whole({ min: 0, max: MOST_PICTURES }),
  ssim: scores,
  ssimWriteup: scores,
};

export const FRAMES = v.pipe(
  list(v.object(FRAME), MOST_FRAMES),
  v.check(
    (frames) => isAscending(frames.map(({ step }) => step)),
    "are not right: their steps must rise",
  ),
);

const floats = v.instance(Float32Array, "must be an array of floats");
const id = text(LONGEST_NAME);

const RECORD = v.object({
  ...RUN_FIELDS,
  version: v.literal(1, "must be 1"),
  id,
  starred: onOff(),
  updatedAt: whole(RANGES.time),
  deletedAt: v.nullable(whole(RANGES.time)),
  losses: floats,
  test: v.nullable(v.object({ ssim: floats, ssimWriteup: floats, mse: floats })),
  continues: v.nullable(id),
});

/**
 * A record of the database with its settings as this version has them, once it is checked: each
 * figure alone, since the parts of a run were stored at different moments where the disk was full
 * at some of them.
 *
 * @throws SchemaError that names what in it is wrong: "progress.epoch must be …"
 */
export function readRecord(record: RunRecord): RunRecord {
  const { config, losses, test, result } = parseWith(RECORD, record, "record");
  checkFloats("losses", losses, RANGES.loss);
  checkTest(test, result?.testImages);
  // A later version's record may have more in it than this one knows of.
  return fittedToImages({
    ...record,
    config,
    result: record.result && { ...record.result, config: result?.config ?? config },
  });
}

const STORED_FRAME = v.object({ ...FRAME, pixels: v.instance(Uint8Array) });

/** Whether the database's frame is one, of images of that shape. */
export function isFrame(input: unknown, shape: ImageShape): input is Frame {
  const found = v.safeParse(STORED_FRAME, input);
  if (!found.success) return false;
  const { count, pixels, ssim, ssimWriteup } = found.output;
  const size = count * sizeOf(shape);
  return pixels.length === size && ssim.length === count && ssimWriteup.length === count;
}

/** @throws SchemaError for the first number that is none, or not in the range */
export function checkFloats(name: string, values: Float32Array, range?: Range): void {
  const { min, max } = range ?? { min: -Number.MAX_VALUE, max: Number.MAX_VALUE };
  const at = values.findIndex((value) => !(value >= min && value <= max));
  if (at < 0) return;
  const wanted = range ? `numbers from ${min} to ${max}` : "numbers";
  throw new SchemaError(`${name} must be ${wanted}, and number ${at + 1} is ${values[at]}`);
}

/** @throws SchemaError where a figure is out of its range, or they are not as many as the images */
export function checkTest(test: RunRecord["test"], images: number | undefined): void {
  if (!test) return;
  for (const [name, values] of Object.entries(test)) {
    if (values.length !== images) {
      throw new SchemaError(`test.${name} must have a figure for each of the test images`);
    }
    checkFloats(`test.${name}`, values, name === "mse" ? RANGES.mse : RANGES.ssim);
  }
}

/** @throws SchemaError for arrays that are no checkpoint of one net */
export function checkArrays(
  { weights, best, m, v: squares, a: means }: RunArrays,
  start: RunRecord["start"],
): void {
  checkFloats("weights", weights);
  if (start && start.parameters !== weights.length) {
    throw new SchemaError(`weights must be ${start.parameters}, and are ${weights.length}`);
  }
  if (best) checkFloats("best weights", best);
  if (best && best.length !== weights.length) {
    throw new SchemaError("best weights must be as many as its last ones");
  }
  const isOdd = [squares, means ?? squares].some(({ length }) => length !== m.length);
  if (isOdd || m.length > weights.length) {
    throw new SchemaError("optimiser's state must be that of its weights");
  }
  checkFloats("adam-m", m);
  checkFloats("adam-v", squares, { min: 0, max: RANGES.loss.max });
  if (means) checkFloats("adam-a", means);
}

/**
 * The same run with its settings as they are for its own images; those from before settings named
 * the data set have what the images say.
 *
 * @throws SchemaError for classes that the data set has not, and for a net that is none for such
 *   images or cannot have its settings
 */
export function fittedToImages<Run extends OfImages & Pick<RunRecord, "config" | "result">>(
  run: Run,
): Run {
  const { config, result } = run;
  const spec = specOf(run);
  return {
    ...run,
    config: fittedConfig("config", config, spec),
    result: result && { ...result, config: fittedConfig("result.config", result.config, spec) },
  };
}

function fittedConfig(name: string, config: RunConfig, spec: DataSpec): RunConfig {
  const data = config.data === SETTINGS.data.before ? spec.id : config.data;
  if (config.classes.some((id) => id >= spec.classNames.length)) {
    const classes = spec.classNames.length;
    throw new SchemaError(`${name}.classes must be of the ${classes} of its data set`);
  }
  try {
    return fitConfig({ ...config, data }, spec);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new SchemaError(`${name} ${notAllowed(error)}`);
  }
}

type Figures = Pick<
  RunRecord,
  "config" | "spec" | "source" | "start" | "epochs" | "progress" | "losses" | "deviceChanges"
>;

/**
 * Numbers that are right alone, and not together: more epochs than settings, weights of a step that
 * the curves do not have.
 *
 * @throws SchemaError
 */
export function checkFit(figures: Figures): void {
  const { config, start, epochs, progress, losses, deviceChanges = [] } = figures;
  const most = start ? start.stepsPerEpoch * config.epochs : RANGES.step.max;
  const within = (name: string, value: number, max: number): void => {
    if (value > max) throw new SchemaError(`${name} must be at most ${max}, and is ${value}`);
  };
  within("number of losses", losses.length, most);
  within("number of epochs", epochs.length, config.epochs);
  for (const { epoch, step } of epochs) {
    within(`epochs.${epoch - 1}.step`, step, losses.length);
    if (start) within(`epochs.${epoch - 1}.step`, step, epoch * start.stepsPerEpoch);
  }
  for (const [i, { step }] of deviceChanges.entries()) {
    within(`deviceChanges.${i}.step`, step, losses.length);
  }
  if (!progress) return;
  const { epoch, step, images, lossSum, best, kept } = progress;
  within("progress.epoch", epoch, Math.min(config.epochs, epochs.length + 1));
  within("progress.step", step, losses.length);
  within("progress.lossSum", lossSum, images * RANGES.loss.max);
  if (lossSum < images * RANGES.loss.min) {
    throw new SchemaError(`progress.lossSum must be at least 0, and is ${lossSum}`);
  }
  if (best) within("progress.best.epoch", best.epoch, epoch);
  if (kept) within("progress.kept.epoch", kept.epoch, epoch);
  if (kept) within("progress.kept.step", kept.step, step);
}
