/** The WASM device's host in a browser: fetched kernels and nested workers. */

import { LEAST_SHARED_PAGES } from "../engine/wasm/arena";
import type { WasmPlatform } from "../engine/wasm/platform";

/** Written out, since the build finds files by what is written. */
const KERNELS = {
  relaxed: new URL("../engine/wasm/build/kernels-relaxed.wasm", import.meta.url),
  "relaxed-alone": new URL("../engine/wasm/build/kernels-relaxed-alone.wasm", import.meta.url),
  simd: new URL("../engine/wasm/build/kernels-simd.wasm", import.meta.url),
  "simd-alone": new URL("../engine/wasm/build/kernels-simd-alone.wasm", import.meta.url),
};

/** Why this page trains on one thread, for people; empty where threads can share memory. */
export const oneThread = reasonForOneThread();

function reasonForOneThread(): string {
  if (globalThis.crossOriginIsolated !== true) {
    return "this page is not cross-origin isolated: its server leaves out two headers, or a page that frames it does not allow it";
  }
  // WebKitGTK isolates pages, makes shared memory, and then hands it to no thread.
  if (typeof SharedArrayBuffer === "undefined") return "this browser has no SharedArrayBuffer";
  try {
    new WebAssembly.Memory({ initial: 1, maximum: LEAST_SHARED_PAGES, shared: true });
    return "";
  } catch (error) {
    return `this browser refuses memory that threads share (${error instanceof Error ? error.message : error})`;
  }
}

export const browserWasmPlatform: WasmPlatform = {
  canShareMemory: oneThread === "",
  async kernels(variant, shared) {
    const response = await fetch(KERNELS[shared ? variant : (`${variant}-alone` as const)]);
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
