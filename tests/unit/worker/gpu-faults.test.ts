/** Runs on a real GPUDevice that fails: each goes on on WASM from its last checkpoint. */

import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { nodeWebgpuPlatform } from "../../../src/cli/dawn";
import { nodeWasmPlatform } from "../../../src/cli/wasm-platform";
import { DEFAULT_CONFIG, type RunConfig } from "../../../src/config/config";
import type { DeviceChange } from "../../../src/config/devices";
import type { WorkerEvent } from "../../../src/protocol/messages";
import { RunControl } from "../../../src/training/control";
import { createTrainer } from "../../../src/training/trainer";
import { Activations } from "../../../src/worker/activations";
import { Reference } from "../../../src/worker/reference";
import { executeRun } from "../../../src/worker/run";
import { DATASET, SPLIT, tinyModel } from "../training/fixtures";
import { option } from "../training/options";
import { pcaFigures } from "./fakes";

const nobodyLooks = () => Promise.reject(new Error("Nobody looks into this net."));

// A GPU in software needs half a second for each kernel, and more on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** Three epochs of three steps. */
const CONFIG: RunConfig = {
  ...DEFAULT_CONFIG,
  batchSize: 4,
  epochs: 3,
  latentSize: 3,
  loss: { binaryCrossentropy: 1 },
  threads: 1,
};

/** Trains on that device; `spoil` sees each GPUDevice before the engine does. */
async function run(device: "webgpu" | "wasm", spoil: (gpu: GPUDevice) => void = () => {}) {
  const events: WorkerEvent[] = [];
  const listeners: ((event: WorkerEvent) => void)[] = [];
  const devices = [option("webgpu", { label: "WebGPU" }), option("wasm", { label: "WASM" })];
  const openDevice = async () => {
    const gpu = await nodeWebgpuPlatform.openDevice();
    spoil(gpu);
    return gpu;
  };
  const host = { wasm: nodeWasmPlatform, webgpu: { openDevice }, devices, cores: 1 };
  const reference = new Reference(() => ({
    pca: () => Promise.reject(new Error("not asked")),
    figures: async (latentSize) => pcaFigures(latentSize),
    dispose: () => {},
  }));
  let time = 0;
  await executeRun(
    {
      buildModel: async () => tinyModel(CONFIG),
      createPredictor: () => Promise.reject(new Error("not asked")),
      createTracer: () => Promise.reject(new Error("not asked")),
      createTrainer: (model, config, _, onCompiled) =>
        createTrainer(model, config, host, onCompiled),
      maxThreads: 1,
      // Each look takes a tenth of a second, so that ends of epochs are more than one apart.
      now: () => (time += 100),
      yieldToHost: () => new Promise((resolve) => setImmediate(resolve)),
    },
    {
      runId: "run",
      config: { ...CONFIG, device },
      checkpoint: null,
      calibration: null,
      control: new RunControl(),
      prepared: {
        key: "",
        choice: CONFIG,
        dataset: DATASET,
        note: "",
        split: SPLIT,
        reference,
        previewIndices: SPLIT.validation,
      },
      devices,
      activations: new Activations(nobodyLooks, () => {}),
      isSlow: () => false,
    },
    (event) => {
      events.push(event);
      for (const listener of listeners) listener(event);
    },
  );
  const all = <T extends WorkerEvent["type"]>(type: T) =>
    events.filter((event): event is Extract<WorkerEvent, { type: T }> => event.type === type);
  const [finished] = all("finished");
  return {
    result: finished!.result,
    losses: all("steps").flatMap(({ losses }) => [...losses]),
    epochs: all("epoch").map(({ epoch }) => epoch),
    lost: all("deviceLost"),
    changed: all("deviceChanged"),
  };
}

let right: Awaited<ReturnType<typeof run>>;
beforeAll(async () => {
  await tf.setBackend("cpu");
  right = await run("wasm");
});

/** The run as it would have been on WASM alone, but for the mark of one change of devices. */
function expectWhole(found: Awaited<ReturnType<typeof run>>): DeviceChange {
  expect(found.losses).toHaveLength(9);
  for (const [i, loss] of found.losses.entries()) {
    expect(Math.abs(loss / right.losses[i]! - 1), `step ${i + 1}`).toBeLessThan(1e-3);
  }
  expect(found.epochs).toEqual([1, 2, 3]);
  expect(found.result.device).toBe("wasm");
  expect(found.result.test.ssim).toBeCloseTo(right.result.test.ssim, 3);
  expect([found.lost.length, found.changed.length]).toEqual([1, 1]);
  expect(found.result.deviceChanges).toEqual([found.changed[0]!.change]);
  const { change } = found.changed[0]!;
  expect(change.from).toMatch(/^WebGPU/);
  expect(change.to).toMatch(/^WASM/);
  // A checkpoint at the end of each epoch: at most its steps are taken again.
  expect(change.repeats).toBeLessThanOrEqual(3);
  return change;
}

/** A buffer that the GPU has no room for: Dawn refuses it as a GPU refuses one too many. */
function refuseBuffer(gpu: GPUDevice, wanted: string): void {
  const createBuffer = gpu.createBuffer.bind(gpu);
  gpu.createBuffer = (descriptor) =>
    createBuffer(descriptor.label === wanted ? { ...descriptor, size: 2 ** 50 } : descriptor);
}

describe("a run on a GPU goes on on WASM, marked, from the last checkpoint", () => {
  it("where memory runs out before the first step", async () => {
    const found = await run("webgpu", (gpu) => {
      const popErrorScope = gpu.popErrorScope.bind(gpu);
      gpu.popErrorScope = async () => {
        await popErrorScope();
        return { message: "out of memory" } as GPUError;
      };
    });
    const change = expectWhole(found);
    expect(change).toMatchObject({ step: 0, repeats: 0 });
    expect(change.reason).toMatch(/memory is too small.* MB in all\. A smaller batch takes less/);
  });

  it("where a buffer is refused in the middle, at the first checkpoint", async () => {
    const change = expectWhole(await run("webgpu", (gpu) => refuseBuffer(gpu, "read moments")));
    // A second after the start, which is two steps by this clock.
    expect(change).toMatchObject({ step: 2, repeats: 2 });
    expect(change.reason).toMatch(/The GPU reports an error/);
  });

  it("where a kernel does not compile", async () => {
    const found = await run("webgpu", (gpu) => {
      const createShaderModule = gpu.createShaderModule.bind(gpu);
      gpu.createShaderModule = (descriptor) =>
        createShaderModule(
          descriptor.label === "loss and its gradient"
            ? { ...descriptor, code: `${descriptor.code} let nonsense;` }
            : descriptor,
        );
    });
    const change = expectWhole(found);
    expect(change).toMatchObject({ step: 0, repeats: 0 });
    expect(change.reason).toMatch(/loss and its gradient|shader|WGSL|reports an error/i);
  });

  it("where it hangs: a step is never answered", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    let hangs = false;
    try {
      const running = run("webgpu", (gpu) => {
        const createBuffer = gpu.createBuffer.bind(gpu);
        gpu.createBuffer = (descriptor) => {
          const buffer = createBuffer(descriptor);
          if (descriptor.label !== "read training results") return buffer;
          const mapAsync = buffer.mapAsync.bind(buffer);
          let calls = 0;
          buffer.mapAsync = (...range) => {
            calls += 1;
            if (calls < 5) return mapAsync(...range);
            hangs = true;
            return new Promise(() => {});
          };
          return buffer;
        };
      });
      let over = false;
      const ended = running.finally(() => {
        over = true;
      });
      ended.catch(() => {});
      while (!over) {
        if (hangs) vi.advanceTimersByTime(1000);
        await new Promise((resolve) => setImmediate(resolve));
      }
      const change = expectWhole(await ended);
      expect(change.step).toBeGreaterThanOrEqual(3);
      expect(change.repeats).toBe(change.step % 3);
      expect(change.reason).toMatch(/has not answered for \d+ seconds/);
    } finally {
      vi.useRealTimers();
    }
  });

  it("where it is lost in the middle of an epoch", async () => {
    const found = await run("webgpu", (gpu) => {
      const submit = gpu.queue.submit.bind(gpu.queue);
      let reads = 0;
      gpu.queue.submit = (buffers) => {
        submit(buffers);
        reads += 1;
        if (reads === 20) gpu.destroy();
      };
    });
    const change = expectWhole(found);
    expect(change.step).toBeGreaterThan(0);
    expect(change.reason).toMatch(/^The GPU is lost/);
  });

  it("where it is lost while it scores the validation images", async () => {
    const found = await run("webgpu", (gpu) => {
      const createBuffer = gpu.createBuffer.bind(gpu);
      gpu.createBuffer = (descriptor) => {
        if (descriptor.label === "read scoring results") gpu.destroy();
        return createBuffer(descriptor);
      };
    });
    const change = expectWhole(found);
    expect(change).toMatchObject({ step: 3, repeats: 0 });
  });
});
