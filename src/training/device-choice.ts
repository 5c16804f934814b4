/** Which devices a run is trained on, and in which order they take over from each other. */

import type { LayersModel } from "@tensorflow/tfjs";
import type { RunConfig } from "../config/config";
import {
  type Calibration,
  type Compilation,
  calibrationKey,
  type DeviceChange,
  type DeviceLoss,
  type DeviceOption,
  deviceOrder,
  type Hardware,
} from "../config/devices";
import type { Dataset } from "../datasets/dataset";
import type { DeviceInfo, Trainer } from "../engine/device";
import { calibrate } from "./calibrate";
import type { RunControl } from "./control";
import type { Candidate } from "./failover";
import { createResilientTrainer } from "./resilient-trainer";
import { threadsFor } from "./trainer";

/** What choosing needs of the browser, or of Node. */
export interface ChoiceHost {
  readonly maxThreads: number;
  /** Of the config's device, which is none of `auto` here. */
  createTrainer(
    model: LayersModel,
    config: RunConfig,
    devices: readonly DeviceOption[],
    onCompiled: (compilation: Compilation) => void,
  ): Promise<Trainer>;
  /** Milliseconds. */
  now(): number;
  yieldToHost(): Promise<void>;
}

export interface ChoiceTask {
  readonly config: RunConfig;
  readonly model: LayersModel;
  readonly dataset: Dataset;
  readonly devices: readonly DeviceOption[];
  readonly control: RunControl;
}

/** Hears what becomes of devices that are timed. */
export interface MeasureListener {
  onCalibration(calibration: Calibration): void;
  /** One more kernel is compiled. */
  onCompiled(compilation: Compilation): void;
}

/**
 * Times the devices on the run's net.
 *
 * @param all stock tfjs too, where this engine's WebGPU trains the net
 * @param listener hears of each trial as it is done, and of the choice
 * @throws RunCancelledError
 */
export async function measureDevices(
  host: ChoiceHost,
  task: ChoiceTask,
  all: boolean,
  { onCalibration, onCompiled }: MeasureListener,
): Promise<Calibration> {
  const { config, model, dataset, devices } = task;
  let compiled = 0;
  const heard = (compilation: Compilation) => {
    compiled += 1;
    onCompiled(compilation);
  };
  const calibration = await calibrate({
    key: calibrationKey(config, dataset.shape, hardwareOf(host, devices)),
    model,
    config,
    dataset,
    devices,
    all,
    start: (net, settings) => host.createTrainer(net, settings, devices, heard),
    compiled: () => compiled,
    onTrial: onCalibration,
    now: host.now,
    pause: pauseOf(host, task),
  });
  onCalibration(calibration);
  return calibration;
}

/** Hears what becomes of a run's devices. */
export interface ChoiceListener extends MeasureListener {
  /** A device has failed; what it did since the last checkpoint is repeated. */
  onLost(loss: DeviceLoss): void;
  /** The next one is where the lost one was. */
  onMoved(change: DeviceChange, to: DeviceInfo): void;
}

/**
 * A trainer on the run's device (the one chosen by hand, or the one that was, or now is, measured to
 * be the fastest) that goes on on the next one where it fails.
 *
 * @param kept what is known from an earlier run or visit
 * @throws RunCancelledError, and what the last device throws
 */
export async function createChosenTrainer(
  host: ChoiceHost,
  task: ChoiceTask,
  kept: Calibration | null,
  listener: ChoiceListener,
): Promise<Trainer> {
  const { config, model, devices } = task;
  return createResilientTrainer({
    model,
    devices: await chooseDevices(host, task, kept, listener),
    start: ({ name, threads = config.threads }) =>
      host.createTrainer(model, { ...config, device: name, threads }, devices, listener.onCompiled),
    onLost: listener.onLost,
    onMoved: (loss, to) => listener.onMoved({ ...loss, to: to.label }, to),
    now: host.now,
    pause: pauseOf(host, task),
  });
}

/**
 * The devices of a run in the order in which they are tried: WASM again on one thread, where it may
 * be threads or the memory that they share that this machine refuses, and Automatic ends with the
 * reference, which begins anywhere.
 */
async function chooseDevices(
  host: ChoiceHost,
  task: ChoiceTask,
  kept: Calibration | null,
  listener: MeasureListener,
): Promise<Candidate[]> {
  const { config, dataset, devices } = task;
  const key = calibrationKey(config, dataset.shape, hardwareOf(host, devices));
  const known = kept?.key === key ? kept : null;
  if (config.device === "auto") {
    const calibration = known ?? (await measureDevices(host, task, false, listener));
    const order = ordered(devices, deviceOrder(devices, calibration));
    const reference = ordered(devices, ["tfjs-cpu"]).map(asLastResort);
    return [...order, ...order.flatMap(alone), ...reference];
  }
  const others = deviceOrder(devices, { trials: known?.trials ?? [], chosen: null });
  const { device } = config;
  const chosen = ordered(devices, [device]);
  const rest = ordered(
    devices,
    others.filter((name) => name !== device),
  );
  return [...chosen, ...chosen.flatMap(alone), ...rest];

  function alone(candidate: DeviceOption): Candidate[] {
    const threads = Math.min(threadsFor(config, host.maxThreads), host.maxThreads);
    if (candidate.name !== "wasm" || threads === 1) return [];
    return [asLastResort({ ...candidate, threads: 1 })];
  }
}

const asLastResort = (candidate: Candidate): Candidate => ({ ...candidate, lastResort: true });

function pauseOf({ yieldToHost }: ChoiceHost, { control }: ChoiceTask): () => Promise<void> {
  return async () => {
    await yieldToHost();
    control.throwIfCancelled();
  };
}

function hardwareOf({ maxThreads }: ChoiceHost, devices: readonly DeviceOption[]): Hardware {
  return { devices, maxThreads };
}

function ordered(
  devices: readonly DeviceOption[],
  names: readonly DeviceOption["name"][],
): DeviceOption[] {
  return names.flatMap((name) => devices.filter((device) => device.name === name));
}
