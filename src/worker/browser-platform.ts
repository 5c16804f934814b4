/** The session's platform in a real worker. */

import * as tf from "@tensorflow/tfjs";
import { SETTINGS } from "../config/settings";
import { openGpu, type WebgpuPlatform } from "../engine/gpu";
import { createWasmPredictor } from "../engine/wasm/predictor";
import { createWasmTracer } from "../engine/wasm/tracer";
import { buildNet } from "../nets/build";
import { buildStartedModel } from "../training/start";
import { createTrainer } from "../training/trainer";
import { probeDevices } from "./devices";
import { fetchDataset, startPca } from "./host";
import type { SessionPlatform } from "./platform";
import { createYield } from "./rpc";
import { browserScope } from "./scope";
import { browserWasmPlatform, oneThread } from "./wasm-platform";

const webgpu: WebgpuPlatform = { openDevice: () => openGpu(browserScope().gpu) };

export function browserPlatform(): SessionPlatform {
  const cores = Math.min(navigator.hardwareConcurrency || 1, SETTINGS.threads.type.limits.max);
  return {
    oneThread,
    maxThreads: oneThread === "" ? cores : 1,
    probeDevices: () => probeDevices(browserScope()),
    loadDataset: fetchDataset,
    async buildModel(net, seed, pca) {
      // Weights are drawn and kept in plain memory; tfjs would start WebGL first, software or not.
      await tf.setBackend("cpu");
      return pca ? buildStartedModel(net, seed, pca) : buildNet(net, seed);
    },
    createTrainer: (model, config, devices, onCompiled) =>
      createTrainer(
        model,
        config,
        { wasm: browserWasmPlatform, webgpu, devices, cores },
        onCompiled,
      ),
    createPredictor: (model, { batchSize, isHeavy } = { batchSize: 1, isHeavy: false }) =>
      createWasmPredictor(model, browserWasmPlatform, { batchSize, threads: isHeavy ? cores : 1 }),
    createTracer: (model, options) => createWasmTracer(model, options, browserWasmPlatform),
    createPca: startPca,
    now: () => performance.now(),
    yieldToHost: createYield(),
  };
}
