/** A helper thread in tests: as `src/cli/wasm-thread.mjs`, but for many trainers after each other. */

import { parentPort } from "node:worker_threads";

const abort = () => {
  throw new Error("kernel aborted");
};
parentPort?.on("message", ({ module, memory, control, block, thread }) => {
  const { serve } = new WebAssembly.Instance(module, { env: { memory, abort } }).exports;
  /** @type {(control: number, thread: number, block: number) => void} */ (serve)(
    control,
    thread,
    block,
  );
  parentPort?.postMessage("idle");
});
