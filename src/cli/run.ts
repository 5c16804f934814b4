/** Runs on the command line: images and their PCA, a net on a device, and the training loop. */

import { availableParallelism } from "node:os";
import type { LayersModel } from "@tensorflow/tfjs";
import type { RunConfig } from "../config/config";
import type { DataChoice } from "../config/config-schema";
import {
  type Calibration,
  calibrationKey,
  changeWords,
  choiceWords,
  compilationWords,
  type DeviceChange,
  lossWords,
} from "../config/devices";
import type { DataRef, Dataset, Split } from "../datasets/dataset";
import { splitDataset } from "../datasets/split";
import { compile } from "../engine/compile";
import { layersOf, type Trainer } from "../engine/device";
import { DeviceError } from "../engine/errors";
import { basisOfPca, fitPcaByKernels } from "../engine/wasm/linear-algebra";
import { memoryProblem, trainingBytes } from "../engine/wasm/need";
import { createWasmPredictor } from "../engine/wasm/predictor";
import type { Basis } from "../math/basis";
import { isEnough, type Pca } from "../math/pca";
import { pcaQuality } from "../metrics/metrics";
import { buildNet } from "../nets/build";
import { netOf } from "../nets/presets";
import type { NetSpec } from "../nets/spec";
import { summarizeNet } from "../nets/summary";
import type { RunResult, TestImages } from "../runs/results";
import type { RunControl } from "../training/control";
import { type ChoiceHost, createChosenTrainer } from "../training/device-choice";
import { trainRun } from "../training/run";
import { buildStartedModel } from "../training/start";
import { createTrainer, type DeviceHost, threadsFor, trainerOptions } from "../training/trainer";
import { lacksDawn, NO_DAWN } from "./dawn";
import { nodeDevices } from "./devices";
import { UsageError } from "./errors";
import { progressText } from "./train-report";
import { nodeWasmPlatform } from "./wasm-platform";

/** Images of a data set's classes; a note for people where others stand in for them. */
export type ReadDataset = (
  classes: readonly number[],
  data: DataRef,
) => Promise<{ readonly dataset: Dataset; readonly note: string }>;

export interface FittedPca {
  readonly pca: Pca;
  /** Of its components, by kernels. */
  readonly basis: Basis;
  /** That the fit took. */
  readonly seconds: number;
}

/** What runs of the same images, split and seed share. */
export interface RunImages {
  readonly dataset: Dataset;
  readonly note: string;
  readonly split: Split;
  /** For codes of up to that size; fitted on the training split when first asked for. */
  fit(latentSize: number): Promise<FittedPca>;
}

/** Reads and splits images; what has been read or fitted once is kept for the runs to come. */
export function runImages(readDataset: ReadDataset): (choice: DataChoice) => Promise<RunImages> {
  const reading = new Map<string, ReturnType<ReadDataset>>();
  const prepared = new Map<string, RunImages>();
  return async ({ data, classes, split: name, seed }) => {
    const chosen = `${data}/${classes.join()}`;
    const read = reading.get(chosen) ?? readDataset(classes, data);
    reading.set(chosen, read);
    const { dataset, note } = await read;
    const key = [chosen, name, seed].join("/");
    const known = prepared.get(key);
    if (known) return known;
    const split = splitDataset(dataset, name, seed);
    let fitted: FittedPca | null = null;
    const images: RunImages = {
      dataset,
      note,
      split,
      async fit(latentSize) {
        if (fitted && isEnough(fitted.pca, latentSize)) return fitted;
        const begun = performance.now();
        const pca = await fitPcaByKernels(nodeWasmPlatform, {
          set: dataset,
          indices: split.train,
          most: latentSize,
          threads: availableParallelism(),
        });
        const seconds = (performance.now() - begun) / 1000;
        const basis = await basisOfPca(nodeWasmPlatform, pca, pca.variances.length);
        fitted = { pca, basis, seconds };
        return fitted;
      },
    };
    prepared.set(key, images);
    return images;
  };
}

export interface RunTask {
  readonly config: RunConfig;
  /** Of the config's classes, split and seed. */
  readonly images: RunImages;
  readonly control: RunControl;
  /** @param fraction of all steps that the run may take, 0 to 1 */
  readonly progress: (fraction: number, text: string) => void;
  /** Hears what is worth a line of its own, for people; left out, it is the progress's text. */
  readonly say?: (line: string) => void;
  /** Before the first step. */
  readonly onStart?: (model: LayersModel, trainer: Trainer) => void;
  /** Figures of each image of the test split. */
  readonly onTested?: (images: TestImages) => void;
  /** With the weights that were kept, while the net is still on the device. */
  readonly onTrained?: (model: LayersModel, trainer: Trainer) => Promise<void>;
}

/** What devices make of nets, by its key: the runs of a sweep or a report measure each net once. */
const calibrations = new Map<string, Calibration>();
/** Once is enough for all runs of a report. */
let toldOfDawn = false;

function choiceHost(host: DeviceHost): ChoiceHost {
  return {
    maxThreads: host.cores,
    createTrainer: (model, config, _devices, onCompiled) =>
      createTrainer(model, config, host, onCompiled),
    now: () => performance.now(),
    yieldToHost: () => new Promise((resolve) => setImmediate(resolve)),
  };
}

/**
 * Trains the configured net, judges it on the test split, and frees it.
 *
 * @throws DeviceError where the configured device is not there, NonFiniteLossError, RunCancelledError,
 *   and what devices throw
 */
export async function runTask(task: RunTask): Promise<RunResult> {
  const { config, images, control, progress } = task;
  const { say = (line) => progress(0, line) } = task;
  const { dataset, split } = images;
  const machine = await nodeDevices(config.device);
  requireDevice(config.device, machine);
  if (config.device === "auto" && !toldOfDawn && lacksDawn()) {
    toldOfDawn = true;
    say(`No GPU is tried. ${NO_DAWN}`);
  }
  const host = choiceHost(machine);
  refuseTooLarge(config, dataset, machine);
  progress(0, "fitting PCA");
  // Every run is set beside PCA. Fitted first, it is in the times of those that start from it alone.
  const { pca, basis, seconds } = await images.fit(config.latentSize);
  const begun = performance.now();
  let preparation = 0;
  const model = await buildStartedModel(netOf(config, dataset.shape), config.seed, async () => {
    preparation = seconds;
    return pca;
  });
  preparation += (performance.now() - begun) / 1000;
  try {
    const { devices, cores } = machine;
    const key = calibrationKey(config, dataset.shape, { devices, maxThreads: cores });
    const changes: DeviceChange[] = [];
    const choice = { config, model, dataset, devices, control };
    const trainer = await createChosenTrainer(host, choice, calibrations.get(key) ?? null, {
      onCalibration(calibration) {
        if (calibration.chosen === null) return;
        if (!calibrations.has(key)) say(choiceWords(calibration));
        calibrations.set(key, calibration);
      },
      onCompiled: (compilation) => progress(0, compilationWords(compilation)),
      onLost: (loss) => say(lossWords(loss)),
      onMoved(change) {
        changes.push(change);
        say(changeWords(change));
      },
    });
    try {
      task.onStart?.(model, trainer);
      const steps = Math.ceil(split.train.length / config.batchSize) * config.epochs;
      let validationLoss: number | null = null;
      const result = await trainRun({
        config,
        dataset,
        split,
        trainer,
        previewIndices: new Uint32Array(0),
        createPredictor: (half, { batchSize, isHeavy }) => {
          const threads = isHeavy ? threadsFor(config, machine.cores) : 1;
          return createWasmPredictor(half, nodeWasmPlatform, { batchSize, threads });
        },
        control,
        preparation,
        emit(event) {
          if (event.type === "tested") task.onTested?.(event);
          if (event.type === "epoch") validationLoss = event.validationLoss;
          if (event.type !== "step") return;
          progress(event.step / steps, progressText(event, config.epochs, validationLoss));
        },
        pca: async () => pcaQuality(pca, config.latentSize, dataset, split.test, basis).mean,
        now: host.now,
        yieldToHost: host.yieldToHost,
      });
      await task.onTrained?.(model, trainer);
      return changes.length > 0 ? { ...result, deviceChanges: changes } : result;
    } finally {
      trainer.dispose();
    }
  } finally {
    model.dispose();
  }
}

/**
 * What cannot be had is said before anything is fitted. A GPU tells by itself what it has no room for.
 *
 * @throws UsageError where WebAssembly's memory is too small for the net and its batch
 */
function refuseTooLarge(config: RunConfig, dataset: Dataset, { devices, cores }: DeviceHost): void {
  const isWasm =
    config.device === "wasm" ||
    (config.device === "auto" &&
      !devices.some(({ name, available }) => name === "webgpu" && available));
  const net = netOf(config, dataset.shape);
  if (!isWasm || isSmall(net, config.batchSize)) return;
  const model = buildNet(net, config.seed);
  try {
    const options = trainerOptions(config, model);
    const plan = compile(model, undefined, layersOf(options));
    const bytes = trainingBytes(plan, options, threadsFor(config, cores), true);
    const problem = memoryProblem(bytes + dataset.images.byteLength, config.batchSize);
    if (problem !== null) throw new UsageError(problem);
  } finally {
    model.dispose();
  }
}

/** Whether all tensors of a step, their gradients and half as much again take under a gigabyte. */
function isSmall(net: NetSpec, batchSize: number): boolean {
  const { layers, parameters } = summarizeNet(net);
  const numbers = layers.reduce(
    (sum, { outputShape }) => sum + outputShape.reduce((product, side) => product * side, 1),
    0,
  );
  return 4 * (3 * numbers * batchSize + 5 * parameters) < 1e9;
}

/** Who names a device wants that one or none. @throws DeviceError where it is not there */
function requireDevice(name: RunConfig["device"], { devices }: DeviceHost): void {
  const device = devices.find((one) => one.name === name);
  if (name === "auto" || device?.available) return;
  throw new DeviceError(device?.reason || `There is no device ${name} on the command line.`);
}
