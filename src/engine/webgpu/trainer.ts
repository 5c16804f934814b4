/** Trains a model with kernels of our own on WebGPU. */

import type { LayersModel } from "@tensorflow/tfjs";
import { TrainerChecks } from "../checks";
import { compile } from "../compile";
import {
  type DeviceInfo,
  layersOf,
  type Samples,
  type Trainer,
  type TrainerOptions,
} from "../device";
import { differentiate } from "../differentiate";
import { adapterOf, type WebgpuPlatform } from "../gpu";
import type { OptimizerState } from "../optimizer";
import { nestedDropoutOf, type Plan } from "../plan";
import { adapterName, isSoftwareAdapter, labelled } from "../renderers";
import { Executor } from "./executor";
import { Faults } from "./faults";
import { canScore } from "./kernels/score";
import { pullMoments, pullWeights, pushMoments, pushWeights, shareWeights } from "./model-state";
import { Passes } from "./passes";
import { type GpuPeak, measureGpuPeak } from "./peak";
import { type KernelTime, profileSteps } from "./profile";

/** What this device can tell beyond what every device does. */
export interface WebgpuTrainer extends Trainer {
  steps(indices: Uint32Array, learningRates: readonly number[]): Promise<Float32Array>;
  /**
   * Trains one step on those samples, so many times, and says what its kernels do and take.
   *
   * @throws DeviceLostError
   */
  profile(indices: Uint32Array, steps: number): Promise<KernelTime[]>;
  /** The most that its GPU can do; null where that has no timestamps. @throws DeviceLostError */
  measurePeak(): Promise<GpuPeak | null>;
  /** Its GPUDevice, which is not destroyed with the trainer from now on. @throws DeviceLostError */
  lendDevice(): GPUDevice;
  /** Gives the model its weights on tfjs's current backend, that of the lent device. */
  shareWeights(): void;
}

class GpuTrainer implements WebgpuTrainer {
  score?: NonNullable<Trainer["score"]>;
  readonly info: DeviceInfo;
  readonly model: LayersModel;
  readonly options: TrainerOptions;
  readonly #checks: TrainerChecks;
  readonly #plan: Plan;
  readonly #device: GPUDevice;
  readonly #faults: Faults;
  readonly #platform: WebgpuPlatform;
  #executor: Executor | null = null;
  #step = 0;
  #kept: number | null;
  /** tfjs has it too, and goes on using it. */
  #isLent = false;

  constructor(
    model: LayersModel,
    options: TrainerOptions,
    checks: TrainerChecks,
    plan: Plan,
    platform: WebgpuPlatform,
    device: GPUDevice,
  ) {
    this.model = model;
    this.options = options;
    this.#checks = checks;
    this.#plan = plan;
    this.#platform = platform;
    this.#device = device;
    this.#faults = new Faults(device);
    this.#kept = nestedDropoutOf(plan)?.kept ?? null;
    if (canScore(plan.output)) {
      this.score = async (indices) => {
        checks.evaluate(indices);
        return this.#passes.score(indices);
      };
    }
    const label = labelled("WebGPU", adapterName(adapterOf(device)));
    this.info = { name: "webgpu", label, threads: 1 };
  }

  async setSamples(samples: Samples): Promise<void> {
    this.#checks.samples(samples);
    const isAutoencoder = samples.targets === undefined;
    this.#faults.check();
    if (!this.#executor) {
      const training = differentiate(this.#plan, this.options, isAutoencoder);
      const executor = new Executor(this.#device, this.#faults, training, this.options);
      await executor.start(this.#platform.onCompiled);
      this.#executor = executor;
      await this.pushWeights();
    }
    await this.#executor.setSamples(samples);
  }

  async step(
    indices: Uint32Array,
    learningRate = this.options.optimizer.learningRate,
  ): Promise<number> {
    this.#checks.step(indices, learningRate);
    const [loss = Number.NaN] = await this.#train(indices, [learningRate]);
    return loss;
  }

  async steps(indices: Uint32Array, learningRates: readonly number[]): Promise<Float32Array> {
    this.#checks.steps(indices, learningRates);
    return this.#train(indices, learningRates);
  }

  async profile(indices: Uint32Array, steps: number): Promise<KernelTime[]> {
    const executor = this.#ready();
    this.#checks.step(indices, this.options.optimizer.learningRate);
    const all = new Uint32Array(indices.length * steps);
    for (let step = 0; step < steps; step++) all.set(indices, step * indices.length);
    const { learningRate } = this.options.optimizer;
    const batches = Array.from({ length: steps }, (_, slot) => ({
      images: indices.length,
      step: this.#step + 1 + slot,
      learningRate,
      kept: this.#kept,
    }));
    this.#step += steps;
    return profileSteps(this.#device, this.#faults, executor, all, batches);
  }

  measurePeak(): Promise<GpuPeak | null> {
    const isSoftware = isSoftwareAdapter(adapterOf(this.#device));
    return measureGpuPeak(this.#device, this.#faults, isSoftware);
  }

  async evaluate(indices: Uint32Array): Promise<number> {
    this.#checks.evaluate(indices);
    return this.#passes.evaluate(indices);
  }

  async predict(indices: Uint32Array): Promise<Float32Array> {
    this.#checks.predict(indices);
    return this.#passes.predict(indices);
  }

  setKept(kept: number | null): void {
    this.#checks.kept(kept);
    this.#kept = kept;
  }

  async pullWeights(): Promise<void> {
    return pullWeights(this.#ready(), this.#plan, this.model);
  }

  async pushWeights(): Promise<void> {
    return pushWeights(this.#ready(), this.model);
  }

  lendDevice(): GPUDevice {
    this.#faults.check();
    this.#isLent = true;
    return this.#device;
  }

  shareWeights(): void {
    this.#faults.check();
    shareWeights(this.#ready(), this.#plan, this.#device, this.model);
  }

  async optimizerState(): Promise<OptimizerState> {
    const moments = await pullMoments(this.#ready(), this.#plan);
    return { step: this.#step, ...moments };
  }

  async setOptimizerState(state: OptimizerState): Promise<void> {
    const executor = this.#ready();
    this.#checks.optimizerState(state);
    pushMoments(executor, this.#plan, state);
    this.#step = state.step;
  }

  memoryBytes(): number {
    return this.#executor?.bytes ?? 0;
  }

  dispose(): void {
    this.#checks.dispose();
    this.#executor?.dispose();
    this.#executor = null;
    this.#faults.dispose();
    if (!this.#isLent) this.#device.destroy();
  }

  #ready(): Executor {
    this.#checks.ready();
    if (!this.#executor) throw new Error("The samples could not be laid out.");
    return this.#executor;
  }

  get #passes(): Passes {
    const { batchSize } = this.options;
    return new Passes(this.#ready(), this.#plan, { batchSize, kept: this.#kept });
  }

  async #train(indices: Uint32Array, rates: readonly number[]): Promise<Float32Array> {
    const passes = this.#passes;
    const done = this.#step;
    this.#step += rates.length;
    return passes.train(new Uint32Array(indices), rates, done);
  }
}

/**
 * A trainer on WebGPU, whose kernels are compiled when it first gets samples.
 *
 * @throws UnsupportedLayerError for a model that cannot be compiled, DeviceError without a GPU
 * @throws RangeError, Error for options that no device takes, as of TrainerChecks
 */
export async function createWebgpuTrainer(
  model: LayersModel,
  options: TrainerOptions,
  platform: WebgpuPlatform,
): Promise<WebgpuTrainer> {
  const plan = compile(model, undefined, layersOf(options));
  const checks = new TrainerChecks(model, options);
  const device = await platform.openDevice();
  return new GpuTrainer(model, options, checks, plan, platform, device);
}
