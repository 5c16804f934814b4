/** The session's platform in a real worker. */

import * as tf from "@tensorflow/tfjs";
import { LIMITS } from "../config/config";
import { createWasmPredictor } from "../engine/wasm/predictor";
import { buildModel } from "../nets/build";
import { summarize } from "../nets/build/summary";
import { buildStartedModel } from "../training/start";
import { createTrainer } from "../training/trainer";
import { probeDevices } from "./devices";
import { createYield, fetchDataset, startPca } from "./host";
import type { SessionPlatform } from "./platform";
import { browserScope } from "./scope";
import { browserWasmPlatform, oneThread } from "./wasm-platform";
import { browserWebgpuPlatform } from "./webgpu-platform";

export function browserPlatform(): SessionPlatform {
  const cores = Math.min(navigator.hardwareConcurrency || 1, LIMITS.threads.max);
  return {
    oneThread,
    maxThreads: oneThread === "" ? cores : 1,
    probeDevices: () => probeDevices(browserScope()),
    loadDataset: fetchDataset,
    async buildModel(config, pca) {
      // Weights are drawn and kept in plain memory; tfjs would start WebGL first, software or not.
      await tf.setBackend("cpu");
      return pca ? buildStartedModel(config, pca) : buildModel(config);
    },
    async summarize(net) {
      // A run's own backend stays the current one; without any, as for a run's weights.
      if (!tf.getBackend()) await tf.setBackend("cpu");
      const model = buildModel({ ...net, seed: 0 });
      try {
        return summarize(model);
      } finally {
        model.dispose();
      }
    },
    createTrainer: (model, config, devices, onCompiled) =>
      createTrainer(
        model,
        config,
        { wasm: browserWasmPlatform, webgpu: browserWebgpuPlatform, devices, cores },
        onCompiled,
      ),
    createPredictor: (model) =>
      createWasmPredictor(model, browserWasmPlatform, { batchSize: 1, threads: 1 }),
    createPca: startPca,
    now: () => performance.now(),
    yieldToHost: createYield(),
  };
}
