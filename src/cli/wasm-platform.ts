/** The WASM device's host in Node: files and worker threads. */

import { readFile } from "node:fs/promises";
import { setFlagsFromString } from "node:v8";
import { Worker } from "node:worker_threads";
import type { WasmPlatform } from "../engine/wasm/platform";

// Node 20's V8 keeps relaxed SIMD behind a flag, which works as long as no module that uses it
// has been compiled; later versions have it switched on and ignore the flag.
setFlagsFromString("--experimental-wasm-relaxed-simd");

export const nodeWasmPlatform: WasmPlatform = {
  canShareMemory: true,
  async kernels(variant, shared) {
    const file = `kernels-${variant}${shared ? "" : "-alone"}.wasm`;
    const url = new URL(`../engine/wasm/build/${file}`, import.meta.url);
    return new Uint8Array(await readFile(url));
  },
  startThread(start, onError) {
    const worker = new Worker(new URL("./wasm-thread.mjs", import.meta.url), {
      workerData: start,
      // Not the parent's: a test runner's or loader's flags are none of the thread's business.
      execArgv: [],
    });
    worker.on("error", onError);
    // A forgotten trainer must not keep the process alive.
    worker.unref();
    return { terminate: () => void worker.terminate() };
  },
};
