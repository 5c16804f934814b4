/** WASM's host in tests: its helper threads serve one trainer after another. */

import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { nodeWasmPlatform } from "../../../src/cli/wasm-platform";
import type { WasmPlatform } from "../../../src/engine/wasm/platform";

/** A thread then ends, and with it the memory of all that it served. */
const MOST_SERVED = 25;

interface Helper {
  readonly worker: Worker;
  served: number;
}

/** Starting a thread takes 60 ms of processor time: the tests of threads took most of theirs for it. */
const idle: Helper[] = [];

function newHelper(): Helper {
  const worker = new Worker(new URL("./thread.mjs", import.meta.url), { execArgv: [] });
  return { worker, served: 0 };
}

export const testWasmPlatform: WasmPlatform = {
  ...nodeWasmPlatform,
  startThread(start, onError) {
    const helper = idle.pop() ?? newHelper();
    const { worker } = helper;
    helper.served += 1;
    worker.on("error", onError);
    worker.postMessage(start);
    // A forgotten trainer must not keep the process alive.
    worker.unref();
    once(worker, "message").then(
      () => {
        worker.off("error", onError);
        if (helper.served < MOST_SERVED) idle.push(helper);
        else void worker.terminate();
      },
      // Crashed: its trainer has heard of it.
      () => {},
    );
    // It comes back by itself, as its trainer's last command is to end.
    return { terminate() {} };
  },
};
