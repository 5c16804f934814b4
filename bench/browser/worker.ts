/** Runs one contender of the bench in a worker, as the app runs its training. */

import { runEngine, runGpuEngine } from "../../src/cli/bench/engine";
import { openGpu } from "../../src/engine/gpu";
import { measurePeak } from "../../src/engine/wasm/peak";
import { browserWasmPlatform } from "../../src/worker/wasm-platform";
import type { BenchReply, BenchRequest } from "./messages";

self.onmessage = async ({ data }: MessageEvent<BenchRequest>) => {
  let reply: BenchReply;
  try {
    reply = { ok: true, figures: await run(data) };
  } catch (error) {
    reply = { ok: false, error: error instanceof Error ? error.message : String(error) };
  }
  self.postMessage(reply);
};

/** The other libraries are loaded only when it is their turn. */
async function run(request: BenchRequest): Promise<Record<string, number>> {
  switch (request.contender) {
    case "engine":
      return runEngine(browserWasmPlatform, request);
    case "peak":
      return { gflops: (await measurePeak(browserWasmPlatform, request.threads)).gflops };
    case "jax-js":
      return (await import("./jax")).runJax("wasm", request);
    case "jax-webgpu":
      return (await import("./jax")).runJax("webgpu", request);
    case "webgpu":
      return runGpuEngine({ openDevice: () => openGpu(navigator.gpu) }, request);
    case "tfjs-webgl":
      return (await import("./tfjs")).runTfjs("webgl", request);
    case "tfjs-webgpu":
      return (await import("./tfjs")).runTfjs("webgpu", request);
    case "tfjs-cpu":
      return (await import("./tfjs")).runTfjs("cpu", request);
  }
}
