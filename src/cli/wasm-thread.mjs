/**
 * A helper thread in Node: plain JavaScript, so that it starts in milliseconds without a
 * TypeScript loader. Returns, and so ends, when its trainer is disposed of.
 */

import { workerData } from "node:worker_threads";

/** @type {import("../engine/wasm/platform").ThreadStart} */
const { module, memory, control, block, thread } = workerData;
const abort = () => {
  throw new Error("kernel aborted");
};
const { serve } = new WebAssembly.Instance(module, { env: { memory, abort } }).exports;
/** @type {(control: number, thread: number, block: number) => void} */ (serve)(
  control,
  thread,
  block,
);
