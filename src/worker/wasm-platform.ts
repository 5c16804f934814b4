/** The WASM device's host in a browser: fetched kernels and nested workers. */

import { NotLoadedError } from "../engine/errors";
import { LEAST_SHARED_PAGES } from "../engine/wasm/arena";
import type { WasmPlatform } from "../engine/wasm/platform";
import { endOfWorker } from "../protocol/worker";

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
    return "this page is not cross-origin isolated: its server leaves out two headers that this browser lets no service worker add, or a page that frames it does not allow it";
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
  kernels: (variant, shared) =>
    fetchKernels(KERNELS[shared ? variant : (`${variant}-alone` as const)]),
  startThread(start, onError) {
    const worker = new Worker(new URL("./wasm-thread.worker.ts", import.meta.url), {
      type: "module",
      name: `wasm-thread-${start.thread}`,
    });
    worker.addEventListener("error", ({ message }) =>
      onError(new Error(`${endOfWorker("a helper thread", message, false)}.`)),
    );
    worker.postMessage(start);
    return { terminate: () => worker.terminate() };
  },
};

/** Milliseconds before each further try: where a network is away for a moment, tfjs must not take over. */
const TRIES_AFTER = [0, 500, 2000];

/** @throws NotLoadedError */
async function fetchKernels(address: URL): Promise<ArrayBuffer> {
  let reason = "";
  for (const milliseconds of TRIES_AFTER) {
    if (milliseconds > 0) await new Promise((resolve) => setTimeout(resolve, milliseconds));
    try {
      // A copy of another build, or of an error, may lie in the browser's cache.
      const response = await fetch(address, milliseconds > 0 ? { cache: "no-cache" } : {});
      if (response.ok) return await response.arrayBuffer();
      reason = `the server answers ${response.status}`;
    } catch {
      reason = navigator.onLine ? "the server does not answer" : "this device is offline";
    }
  }
  throw new NotLoadedError(`WebAssembly's kernels could not be loaded: ${reason}.`);
}
