/** Trains a model with kernels of our own on WebGPU. */

import type { LayersModel } from "@tensorflow/tfjs";
import { checkFlips, checkKept } from "../checks";
import { compile } from "../compile";
import type { DeviceInfo, OptimizerState, Samples, Trainer, TrainerOptions } from "../device";
import { adapterOf, type WebgpuPlatform } from "../gpu";
import { type Plan, sizeOf } from "../plan";
import { adapterName, isSoftwareAdapter, labelled } from "../renderers";
import { Faults } from "./faults";
import { canScore } from "./kernels/score";
import { pullMoments, pullWeights, pushMoments, pushWeights, shareWeights } from "./learnt";
import { Machine } from "./machine";
import { Passes } from "./passes";
import { type GpuPeak, measureGpuPeak } from "./peak";
import { type KernelTime, profileSteps } from "./profile";

function nestedDropout({ operations }: Plan) {
  return operations.find((operation) => operation.kind === "nestedDropout");
}

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
  readonly #plan: Plan;
  readonly #device: GPUDevice;
  readonly #faults: Faults;
  readonly #platform: WebgpuPlatform;
  #machine: Machine | null = null;
  #isAutoencoder = true;
  #count = 0;
  #step = 0;
  #kept: number | null;
  /** tfjs has it too, and goes on using it. */
  #isLent = false;

  constructor(
    model: LayersModel,
    options: TrainerOptions,
    plan: Plan,
    platform: WebgpuPlatform,
    device: GPUDevice,
  ) {
    this.model = model;
    this.options = options;
    this.#plan = plan;
    this.#platform = platform;
    this.#device = device;
    this.#faults = new Faults(device);
    this.#kept = nestedDropout(plan)?.kept ?? null;
    if (canScore(plan.output)) this.score = async (indices) => this.#passes.score(indices);
    const label = labelled("WebGPU", adapterName(adapterOf(device)));
    this.info = { name: "webgpu", label, threads: 1 };
  }

  async setSamples(samples: Samples): Promise<void> {
    const { input, output } = this.#plan;
    const isAutoencoder = samples.targets === undefined;
    if (isAutoencoder && sizeOf(input) !== sizeOf(output)) {
      throw new RangeError("a model whose output is not as large as its input needs targets");
    }
    if (this.#machine && isAutoencoder !== this.#isAutoencoder) {
      throw new Error("once laid out, a trainer keeps to samples with, or without, targets");
    }
    checkLength(samples.inputs, samples.count * sizeOf(input));
    if (samples.targets) checkLength(samples.targets, samples.count * sizeOf(output));
    this.#faults.check();
    if (!this.#machine) {
      const sameShape =
        input.height === output.height &&
        input.width === output.width &&
        input.channels === output.channels;
      const machine = new Machine(
        this.#device,
        this.#faults,
        this.#plan,
        this.options,
        isAutoencoder && sameShape,
      );
      await machine.start(this.#platform.onCompiled);
      this.#machine = machine;
      this.#isAutoencoder = isAutoencoder;
      await this.pushWeights();
    }
    await this.#machine.setSamples(samples);
    this.#count = samples.count;
  }

  async step(indices: Uint32Array, learningRate = this.options.adam.learningRate): Promise<number> {
    const { batchSize } = this.options;
    if (indices.length < 1 || indices.length > batchSize) {
      throw new RangeError(`a step takes 1 to ${batchSize} samples, not ${indices.length}`);
    }
    const [loss = Number.NaN] = await this.#train(indices, [learningRate]);
    return loss;
  }

  async steps(indices: Uint32Array, learningRates: readonly number[]): Promise<Float32Array> {
    const { batchSize } = this.options;
    const steps = Math.ceil(indices.length / batchSize);
    if (steps === 0 || steps !== learningRates.length) {
      throw new RangeError(
        `${indices.length} samples are ${steps} steps, but there are ${learningRates.length} rates`,
      );
    }
    return this.#train(indices, learningRates);
  }

  async profile(indices: Uint32Array, steps: number): Promise<KernelTime[]> {
    const machine = this.#ready();
    const passes = this.#passes;
    const all = new Uint32Array(indices.length * steps);
    for (let step = 0; step < steps; step++) all.set(indices, step * indices.length);
    const { learningRate } = this.options.adam;
    const batches = Array.from({ length: steps }, (_, slot) => ({
      images: indices.length,
      step: this.#step + 1 + slot,
      learningRate,
      kept: this.#kept,
    }));
    this.#step += steps;
    return profileSteps(this.#device, this.#faults, machine, passes.checked(all), batches);
  }

  measurePeak(): Promise<GpuPeak | null> {
    const isSoftware = isSoftwareAdapter(adapterOf(this.#device));
    return measureGpuPeak(this.#device, this.#faults, isSoftware);
  }

  async evaluate(indices: Uint32Array): Promise<number> {
    if (indices.length === 0) throw new RangeError("There is no sample to evaluate.");
    return this.#passes.evaluate(indices);
  }

  async predict(indices: Uint32Array): Promise<Float32Array> {
    return this.#passes.predict(indices);
  }

  setKept(kept: number | null): void {
    checkKept(kept, nestedDropout(this.#plan) !== undefined);
    this.#kept = kept;
  }

  pullWeights(): Promise<void> {
    return pullWeights(this.#ready(), this.#plan, this.model);
  }

  pushWeights(): Promise<void> {
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

  async setOptimizerState({ step, ...moments }: OptimizerState): Promise<void> {
    pushMoments(this.#ready(), this.#plan, moments);
    this.#step = step;
  }

  memoryBytes(): number {
    return this.#machine?.bytes ?? 0;
  }

  dispose(): void {
    this.#machine?.dispose();
    this.#machine = null;
    this.#faults.dispose();
    if (!this.#isLent) this.#device.destroy();
  }

  #ready(): Machine {
    if (!this.#machine) throw new Error("setSamples must be called first");
    return this.#machine;
  }

  get #passes(): Passes {
    const { batchSize } = this.options;
    const settings = { batchSize, count: this.#count, kept: this.#kept };
    return new Passes(this.#ready(), this.#plan, settings);
  }

  async #train(indices: Uint32Array, rates: readonly number[]): Promise<Float32Array> {
    const passes = this.#passes;
    const images = passes.checked(indices);
    const done = this.#step;
    this.#step += rates.length;
    return passes.train(images, rates, done);
  }
}

function checkLength(values: Uint8Array | Float32Array, length: number): void {
  if (values.length !== length) {
    throw new RangeError(`samples of ${length} numbers expected, ${values.length} given`);
  }
}

/**
 * A trainer on WebGPU, whose kernels are compiled when it first gets samples.
 *
 * @throws UnsupportedLayerError for a model that cannot be compiled, DeviceError without a GPU
 */
export async function createWebgpuTrainer(
  model: LayersModel,
  options: TrainerOptions,
  platform: WebgpuPlatform,
): Promise<WebgpuTrainer> {
  const plan = compile(model);
  checkFlips(options.flips, plan.input.width > 1);
  const device = await platform.openDevice();
  return new GpuTrainer(model, options, plan, platform, device);
}
