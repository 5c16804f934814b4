/** This project's engine on a net: the same code times it in Node and in the browser. */

import * as tf from "@tensorflow/tfjs";
import type { RunConfig } from "../../config/config";
import type { WebgpuPlatform } from "../../engine/gpu";
import type { WasmPlatform } from "../../engine/wasm/platform";
import { createWebgpuTrainer } from "../../engine/webgpu/trainer";
import { type ImageShape, sizeOf } from "../../math/image-set";
import { buildNet } from "../../nets/build";
import { netOf } from "../../nets/presets";
import { createTrainer, trainerOptions } from "../../training/trainer";
import { fastestRound, STEADY, TRIAL } from "./timing";

export interface EngineRequest {
  /** The net and its recipe; batch and threads are the request's. */
  readonly config: RunConfig;
  /** Of the images. */
  readonly shape: ImageShape;
  readonly batch: number;
  readonly threads: number;
  readonly images: Uint8Array;
  /** One short round, to see that it runs. */
  readonly trial: boolean;
}

/** Steps before the clock starts: V8 compiles the kernels for speed while they run. */
const WARM_UP = 3;

/** Trains by the net's recipe, from random weights also where a run would start from PCA. */
export async function runEngine(platform: WasmPlatform, request: EngineRequest) {
  const { shape, batch, threads, images, trial } = request;
  // The model only holds the first weights: any backend does, and this one is there everywhere.
  await tf.setBackend("cpu");
  const config: RunConfig = { ...request.config, batchSize: batch, device: "wasm", threads };
  const model = buildNet(netOf(config, shape), config.seed);
  const wasm = {
    name: "wasm",
    label: "WASM",
    available: true,
    automatic: true,
    reason: "",
  } as const;
  const host = { wasm: platform, webgpu: null, devices: [wasm], cores: threads };
  const trainer = await createTrainer(model, config, host);
  try {
    const count = images.length / sizeOf(shape);
    await trainer.setSamples({ count, inputs: images });
    const batches = Math.floor(count / batch);
    let done = 0;
    const step = async () => {
      const first = (done++ % batches) * batch;
      const loss = await trainer.step(Uint32Array.from({ length: batch }, (_, i) => first + i));
      if (!Number.isFinite(loss)) throw new Error("The loss is not a finite number.");
    };
    for (let i = 0; i < WARM_UP; i++) await step();
    return {
      batch,
      threads: trainer.info.threads,
      imagesPerSecond: await fastestRound(step, batch, trial ? TRIAL : STEADY),
    };
  } finally {
    trainer.dispose();
    model.dispose();
  }
}

/** Steps in one call, as the training loop asks for them on a fast GPU. */
const STEPS_A_CALL = 32;
const STEPS_OF_A_TRIAL = 2;

/** The same on WebGPU: many steps in one call, and no reading in between. */
export async function runGpuEngine(
  platform: WebgpuPlatform,
  { config: recipe, shape, batch, images, trial }: EngineRequest,
) {
  await tf.setBackend("cpu");
  const config = { ...recipe, batchSize: batch };
  const model = buildNet(netOf(config, shape), config.seed);
  const trainer = await createWebgpuTrainer(model, trainerOptions(config, model), platform);
  try {
    const count = images.length / sizeOf(shape);
    await trainer.setSamples({ count, inputs: images });
    const steps = trial ? STEPS_OF_A_TRIAL : STEPS_A_CALL;
    const indices = Uint32Array.from({ length: steps * batch }, (_, i) => i % count);
    const rates = Array.from({ length: steps }, () => config.learningRate);
    const call = async () => {
      const losses = await trainer.steps(indices, rates);
      if (!losses.every(Number.isFinite)) throw new Error("The loss is not a finite number.");
    };
    await call();
    return {
      batch,
      threads: 1,
      imagesPerSecond: await fastestRound(call, steps * batch, trial ? TRIAL : STEADY),
    };
  } finally {
    trainer.dispose();
    model.dispose();
  }
}
