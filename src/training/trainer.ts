/** Chooses the device of a run and puts the model on it. */

import type { LayersModel } from "@tensorflow/tfjs";
import type { RunConfig } from "../config/config";
import type { Compilation, DeviceOption, NamedDevice } from "../config/devices";
import { divergenceOf } from "../config/likelihood";
import type { DivergencePenalty, Trainer, TrainerOptions } from "../engine/device";
import { DeviceError } from "../engine/errors";
import type { WebgpuPlatform } from "../engine/gpu";
import { allLayers } from "../engine/layer-list";
import {
  ADAM_DEFAULTS,
  type OptimizerOptions,
  RMSPROP_DEFAULTS,
  SGD_DEFAULTS,
} from "../engine/optimizer";
import { UnsupportedLayerError } from "../engine/problems";
import { activateBackend } from "../engine/tfjs/backend";
import { createTfjsTrainer } from "../engine/tfjs/trainer";
import type { WasmPlatform } from "../engine/wasm/platform";
import { createWasmTrainer } from "../engine/wasm/trainer";
import { createWebgpuTrainer } from "../engine/webgpu/trainer";
import { withTimeout } from "./timeout";

/** What the machine offers. */
export interface DeviceHost {
  readonly wasm: WasmPlatform;
  /** Null where nobody asks for it. */
  readonly webgpu: WebgpuPlatform | null;
  readonly devices: readonly DeviceOption[];
  readonly cores: number;
}

/** Seconds for the browser to open a GPU: one that hangs never says so. */
const OPENING = 20;
/** More threads than this wait for each other more than they compute: a batch has 128 images. */
const MOST_AUTOMATIC_THREADS = 16;

/** Threads that the WASM device is asked for; without shared memory it takes one all the same. */
export function threadsFor(config: Pick<RunConfig, "threads">, cores: number): number {
  return config.threads ?? Math.max(1, Math.min(cores, MOST_AUTOMATIC_THREADS));
}

/** Settings that a trainer is made by. */
export type TrainerConfig = Pick<
  RunConfig,
  | "device"
  | "threads"
  | "batchSize"
  | "loss"
  | "beta"
  | "betaWarmup"
  | "freeNats"
  | "optimizer"
  | "learningRate"
  | "beta2"
  | "momentum"
  | "nesterov"
  | "rho"
  | "centered"
  | "weightDecay"
  | "clipNorm"
  | "seed"
  | "flips"
>;

/** The optimiser of a run, with Keras's defaults for what is no setting. */
export function optimizerOptions(config: TrainerConfig): OptimizerOptions {
  const { learningRate, beta2, momentum, nesterov, rho, centered, weightDecay, clipNorm } = config;
  const shared = { learningRate, weightDecay, clipNorm };
  switch (config.optimizer) {
    case "adam":
      return { ...ADAM_DEFAULTS, ...shared, beta2 };
    case "sgd":
      return { ...SGD_DEFAULTS, ...shared, momentum, nesterov };
    case "rmsprop":
      return { ...RMSPROP_DEFAULTS, ...shared, rho, momentum, centered };
  }
}

/** The part of a run's settings that every device trains by. */
export function trainerOptions(config: TrainerConfig, model: LayersModel): TrainerOptions {
  const { loss, batchSize, seed, flips } = config;
  const penalties = divergencesOf(config, model);
  const options = { loss, optimizer: optimizerOptions(config), batchSize, seed, flips };
  return penalties.length > 0 ? { ...options, penalties } : options;
}

/** Of the distributions that a model's numbers are drawn from. */
function divergencesOf(config: TrainerConfig, model: LayersModel): DivergencePenalty[] {
  const size = model.outputs[0]!.shape.slice(1).reduce<number>((all, side) => all * (side ?? 1), 1);
  const divergence = divergenceOf(config, size);
  if (!divergence) return [];
  return allLayers(model)
    .filter((layer) => layer.getClassName() === "Sampling")
    .flatMap(({ inboundNodes }) => inboundNodes.flatMap(({ inputTensors }) => inputTensors))
    .map(({ sourceLayer }) => ({ ...divergence, layer: sourceLayer.name, term: "divergence" }));
}

/**
 * A trainer for the configured device, with the run's loss and optimiser.
 *
 * `auto` takes the first of the host's devices that Automatic may take and that can start and
 * compile the model; where none can, the reference, which takes every layer. Nothing is timed:
 * calibrate.ts does that.
 * @param onCompiled hears of each kernel that a GPU has compiled
 * @throws DeviceError where the device is not available, UnsupportedLayerError from the engine's own
 */
export async function createTrainer(
  model: LayersModel,
  config: TrainerConfig,
  host: DeviceHost,
  onCompiled: (compilation: Compilation) => void = () => {},
): Promise<Trainer> {
  const available = host.devices.filter((device) => device.available);
  if (config.device !== "auto") {
    if (!available.some(({ name }) => name === config.device)) {
      throw new DeviceError(`The device ${config.device} is not available on this machine.`);
    }
    return start(config.device, model, config, host, onCompiled);
  }
  const automatic = available.filter((device) => device.automatic);
  const reference = available.filter(({ name }) => name === "tfjs-cpu");
  let reason: unknown = new DeviceError("No device is available on this machine.");
  for (const { name } of [...automatic, ...reference]) {
    try {
      return await start(name, model, config, host, onCompiled);
    } catch (error) {
      if (!(error instanceof UnsupportedLayerError || error instanceof DeviceError)) throw error;
      reason = error;
    }
  }
  throw reason;
}

async function start(
  device: NamedDevice,
  model: LayersModel,
  config: TrainerConfig,
  host: DeviceHost,
  onCompiled: (compilation: Compilation) => void,
): Promise<Trainer> {
  const options = trainerOptions(config, model);
  switch (device) {
    // Weights that the engine's own devices copy out belong in plain memory, not on tfjs's last GPU.
    case "webgpu": {
      const { webgpu } = host;
      if (!webgpu) throw new DeviceError("There is no WebGPU here.");
      await activateBackend("cpu");
      return createWebgpuTrainer(model, options, {
        openDevice: () => withTimeout(webgpu.openDevice(), OPENING),
        onCompiled: (done, all) => onCompiled({ device, done, all }),
      });
    }
    case "wasm":
      await activateBackend("cpu");
      return createWasmTrainer(model, options, host.wasm, threadsFor(config, host.cores));
    case "tfjs-cpu":
      return createTfjsTrainer(model, options, "cpu");
    case "tfjs-webgl":
      return createTfjsTrainer(model, options, "webgl");
    case "tfjs-webgpu":
      return createTfjsTrainer(model, options, "webgpu", host.webgpu ?? undefined);
  }
}
