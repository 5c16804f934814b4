/** Tries devices on a net: each is tested, then timed for a fraction of a second. */

import type { LayersModel } from "@tensorflow/tfjs";
import type { RunConfig } from "../config/config";
import {
  type Calibration,
  type DeviceOption,
  fastest,
  type NamedDevice,
  type Trial,
} from "../config/devices";
import type { Dataset } from "../datasets/dataset";
import type { Trainer } from "../engine/device";
import { UnsupportedLayerError } from "../engine/problems";
import { sizeOf } from "../math/image-set";
import { RunCancelledError } from "./errors";
import { createSelfTest } from "./self-test";
import { StepsPerCall } from "./steps-per-call";
import { withTimeout } from "./timeout";

/** Seconds before timing: WebAssembly's compiler and a GPU's clock take that long to warm up. */
const WARM_UP = 0.1;
/** Seconds of timing. */
const TIMED = 0.25;
/**
 * Seconds for all of one device, from the last kernel on that it tells to be compiled: some drivers
 * take a second for each. tfjs on WebGL compiles some hundred shaders and tells of none.
 */
const TIMEOUT = 20;

export interface CalibrationTask {
  readonly key: string;
  /** The net to be trained; its weights stay as they are. */
  readonly model: LayersModel;
  readonly config: RunConfig;
  readonly dataset: Dataset;
  readonly devices: readonly DeviceOption[];
  /** Times stock tfjs also where this engine's own WebGPU device trains the net. */
  readonly all: boolean;
  readonly start: (model: LayersModel, config: RunConfig) => Promise<Trainer>;
  /** Kernels that have been compiled so far. */
  readonly compiled?: () => number;
  /** Hears of each trial as it is done. */
  readonly onTrial: (calibration: Calibration) => void;
  /** Milliseconds. */
  readonly now: () => number;
  /** Awaited between steps; it may throw a RunCancelledError to end it all. */
  readonly pause: () => Promise<void>;
}

/**
 * The devices that Automatic may take, tried one after the other; the fastest is chosen.
 *
 * A machine that has only one of them takes it untried, unless `all` are asked for.
 * @throws RunCancelledError
 */
export async function calibrate(task: CalibrationTask): Promise<Calibration> {
  const candidates = task.devices.filter((device) => device.automatic);
  const [only] = candidates;
  if (only && candidates.length === 1 && !task.all) {
    const trial = { name: only.name, label: only.label, imagesPerSecond: null, reason: "" };
    return { key: task.key, trials: [trial], chosen: only.name };
  }
  const selfTest = createSelfTest((model, config) =>
    task.start(model, { ...config, device: "tfjs-cpu" }),
  );
  const trials: Trial[] = [];
  for (const device of candidates) {
    trials.push(await tryDevice(task, device, selfTest, trials));
    const last = trials.length === candidates.length;
    const chosen = last ? choose(trials, candidates) : null;
    task.onTrial({ key: task.key, trials: [...trials], chosen });
  }
  return { key: task.key, trials, chosen: choose(trials, candidates) };
}

/** The fastest; where none could be timed, the first, whose own error then says why. */
function choose(trials: readonly Trial[], candidates: readonly DeviceOption[]): NamedDevice | null {
  return fastest(trials)?.name ?? candidates[0]?.name ?? null;
}

async function tryDevice(
  task: CalibrationTask,
  { name, label }: DeviceOption,
  selfTest: ReturnType<typeof createSelfTest>,
  before: readonly Trial[],
): Promise<Trial> {
  const untimed = (reason: string): Trial => ({ name, label, imagesPerSecond: null, reason });
  const webgpu = before.find((trial) => trial.name === "webgpu");
  if (!task.all && name.startsWith("tfjs-") && (webgpu?.imagesPerSecond ?? 0) > 0) {
    return untimed("Not tried: this page's own WebGPU kernels train the net.");
  }
  const start = (model: LayersModel, config: RunConfig) =>
    task.start(model, { ...config, device: name });
  const answer = <T>(promise: Promise<T>) =>
    withTimeout(promise, TIMEOUT, undefined, task.compiled);
  try {
    const reason = await answer(selfTest(start));
    if (reason !== "") return untimed(reason);
    return await answer(time(task, name));
  } catch (error) {
    if (error instanceof RunCancelledError) throw error;
    if (error instanceof UnsupportedLayerError) return untimed(`It cannot: ${error.message}`);
    return untimed(`It failed: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Some steps on the net, its settings and the first of its images. */
async function time(task: CalibrationTask, name: NamedDevice): Promise<Trial> {
  const { model, config, dataset, now, pause } = task;
  const trainer = await task.start(model, { ...config, device: name });
  try {
    const batch = Math.min(config.batchSize, dataset.count);
    const count = Math.min(dataset.count, 8 * batch);
    await trainer.setSamples({
      count,
      inputs: dataset.images.subarray(0, count * sizeOf(dataset.shape)),
    });
    const stepsPerCall = new StepsPerCall();
    /** Steps until so many seconds are over, as the training loop takes them. */
    const train = async (budget: number): Promise<{ steps: number; seconds: number }> => {
      const begun = now();
      for (let steps = 0; ; ) {
        const taken = await take(trainer, stepsPerCall.steps, batch, count);
        await pause();
        steps += taken;
        const seconds = (now() - begun) / 1000;
        stepsPerCall.took(taken, seconds / (steps / taken));
        if (seconds >= budget) return { steps, seconds };
      }
    };
    // Kernels are compiled in the first step.
    await take(trainer, 1, batch, count);
    await train(WARM_UP);
    const { steps, seconds } = await train(TIMED);
    return {
      name,
      label: trainer.info.label,
      imagesPerSecond: (steps * batch) / seconds,
      reason: "",
    };
  } finally {
    trainer.dispose();
  }
}

/** Steps in one call: that many where the device takes many, else one. Resolves how many it were. */
async function take(
  trainer: Trainer,
  wanted: number,
  batch: number,
  count: number,
): Promise<number> {
  const rate = trainer.options.optimizer.learningRate;
  const several = trainer.steps !== undefined && batch === trainer.options.batchSize;
  const steps = several ? wanted : 1;
  const indices = Uint32Array.from({ length: steps * batch }, (_, i) => i % count);
  if (several) await trainer.steps?.(indices, Array<number>(steps).fill(rate));
  else await trainer.step(indices, rate);
  return steps;
}
