/** The WASM device's host in a browser: fetched kernels and nested workers. */

import type { WasmPlatform } from "../engine/wasm/platform";

const KERNELS = {
  relaxed: new URL("../engine/wasm/build/kernels-relaxed.wasm", import.meta.url),
  simd: new URL("../engine/wasm/build/kernels-simd.wasm", import.meta.url),
};

export const browserWasmPlatform: WasmPlatform = {
  canShareMemory: globalThis.crossOriginIsolated === true,
  async kernels(variant) {
    const response = await fetch(KERNELS[variant]);
    if (!response.ok) {
      throw new Error(
        `The kernels could not be loaded (HTTP ${response.status}): reload the page.`,
      );
    }
    return response.arrayBuffer();
  },
  startThread(start, onError) {
    const worker = new Worker(new URL("./wasm-thread.worker.ts", import.meta.url), {
      type: "module",
      name: `wasm-thread-${start.thread}`,
    });
    worker.addEventListener("error", (event) => onError(new Error(event.message)));
    worker.postMessage(start);
    return { terminate: () => worker.terminate() };
  },
};
