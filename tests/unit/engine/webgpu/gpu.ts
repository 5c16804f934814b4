/** The WebGPU device in tests: through Dawn, on whatever Vulkan driver there is. */

import { dawn, NO_GPU, nodeWebgpuPlatform } from "../../../../src/cli/dawn";
import { nodeWasmPlatform } from "../../../../src/cli/wasm-platform";
import type { Samples, Trainer } from "../../../../src/engine/device";
import type { WebgpuPlatform } from "../../../../src/engine/gpu";
import { createWasmTrainer } from "../../../../src/engine/wasm/trainer";
import { createWebgpuTrainer, type WebgpuTrainer } from "../../../../src/engine/webgpu/trainer";
import { type Net, randomise, samplesFor } from "../nets";
import { type Choice, complete, SAMPLES } from "../pair";

type SharedGpu = WebgpuPlatform & { readonly device: GPUDevice };

let shared: Promise<SharedGpu> | null = null;

/**
 * One device for all trainers of all test files in this process, so that a kernel that several need is
 * compiled once: the software driver takes up to half a second for each.
 *
 * @throws Error that says how to get a driver, where there is none
 */
export function sharedGpu(): Promise<SharedGpu> {
  shared ??= openShared();
  return shared;
}

async function openShared(): Promise<SharedGpu> {
  if (!(await dawn())) throw new Error(NO_GPU);
  const device = await nodeWebgpuPlatform.openDevice();
  // Trainers destroy the device that they were given.
  Object.assign(device, { destroy: () => {} });
  return { device, openDevice: async () => device };
}

/** Starts trainers on the GPU and on WASM, with the same weights and samples, and frees them. */
export class GpuPairs {
  readonly #platform: WebgpuPlatform;
  readonly #started: Trainer[] = [];

  constructor(platform: WebgpuPlatform) {
    this.#platform = platform;
  }

  async gpu(net: Net, choice: Choice = {}, samples?: Samples): Promise<WebgpuTrainer> {
    const model = randomise(net(), 3);
    return this.#ready(await createWebgpuTrainer(model, complete(choice), this.#platform), samples);
  }

  async wasm(net: Net, choice: Choice = {}, samples?: Samples): Promise<Trainer> {
    const model = randomise(net(), 3);
    const trainer = await createWasmTrainer(model, complete(choice), nodeWasmPlatform, 1);
    return this.#ready(trainer, samples);
  }

  async both(net: Net, choice: Choice = {}, samples?: Samples): Promise<[WebgpuTrainer, Trainer]> {
    return [await this.gpu(net, choice, samples), await this.wasm(net, choice, samples)];
  }

  dispose(): void {
    for (const trainer of this.#started.splice(0)) trainer.dispose();
  }

  async #ready<T extends Trainer>(trainer: T, samples?: Samples): Promise<T> {
    this.#started.push(trainer);
    await trainer.setSamples(samples ?? samplesFor(trainer.model, SAMPLES, 11));
    return trainer;
  }
}
