/** Which devices a run is trained on, and in which order they take over from each other. */

import type { LayersModel } from "@tensorflow/tfjs";
import type { RunConfig } from "../core/config";
import type { Dataset } from "../core/dataset";
import {
  type Calibration,
  calibrationKey,
  type DeviceOption,
  deviceOrder,
  type Machine,
} from "../core/devices";
import type { WorkerEvent } from "../protocol/messages";
import { calibrate } from "../training/calibrate";
import type { RunControl } from "../training/control";
import type { SessionPlatform } from "./platform";

type ChoicePlatform = Pick<SessionPlatform, "createTrainer" | "maxThreads" | "now" | "yieldToHost">;

interface ChoiceTask {
  readonly config: RunConfig;
  readonly model: LayersModel;
  readonly dataset: Dataset;
  readonly devices: readonly DeviceOption[];
  readonly control: RunControl;
}

/**
 * Times the devices on the run's net, and tells the page.
 *
 * @param all stock tfjs too, where this engine's WebGPU trains the net
 * @throws RunCancelledError
 */
export async function measureDevices(
  platform: ChoicePlatform,
  { config, model, dataset, devices, control }: ChoiceTask,
  all: boolean,
  post: (event: WorkerEvent) => void,
): Promise<Calibration> {
  const calibration = await calibrate({
    key: calibrationKey(config, machine(platform, devices)),
    model,
    config,
    dataset,
    devices,
    all,
    start: (net, settings) => platform.createTrainer(net, settings, devices),
    onTrial: (trial) => post({ type: "calibration", calibration: trial }),
    now: platform.now,
    async pause() {
      await platform.yieldToHost();
      control.throwIfCancelled();
    },
  });
  post({ type: "calibration", calibration });
  return calibration;
}

/**
 * The devices of a run in the order in which they are tried: the one chosen by hand, or the one that
 * was, or now is, measured to be the fastest; then those that take over where it fails.
 *
 * @param kept what the page knows from an earlier run or visit
 * @throws RunCancelledError
 */
export async function chooseDevices(
  platform: ChoicePlatform,
  task: ChoiceTask,
  kept: Calibration | null,
  post: (event: WorkerEvent) => void,
): Promise<DeviceOption[]> {
  const { config, devices } = task;
  const key = calibrationKey(config, machine(platform, devices));
  const known = kept?.key === key ? kept : null;
  if (config.device === "auto") {
    const calibration = known ?? (await measureDevices(platform, task, false, post));
    return ordered(devices, deviceOrder(devices, calibration));
  }
  const others = deviceOrder(devices, { trials: known?.trials ?? [], chosen: null });
  const { device } = config;
  return ordered(devices, [device, ...others.filter((name) => name !== device)]);
}

function machine({ maxThreads }: ChoicePlatform, devices: readonly DeviceOption[]): Machine {
  return { devices, maxThreads };
}

function ordered(
  devices: readonly DeviceOption[],
  names: readonly DeviceOption["name"][],
): DeviceOption[] {
  return names.flatMap((name) => devices.filter((device) => device.name === name));
}
