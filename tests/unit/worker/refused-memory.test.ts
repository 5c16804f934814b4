/** Machines that refuse threads, or memory: Automatic trains all the same, and says on what. */

import * as tf from "@tensorflow/tfjs";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { nodeWasmPlatform } from "../../../src/cli/wasm-platform";
import { DEFAULT_CONFIG, type RunConfig } from "../../../src/config/config";
import type { DeviceChange } from "../../../src/config/devices";
import { OutOfMemoryError } from "../../../src/engine/errors";
import type { WasmPlatform } from "../../../src/engine/wasm/platform";
import { RunControl } from "../../../src/training/control";
import { createChosenTrainer } from "../../../src/training/device-choice";
import { createTrainer } from "../../../src/training/trainer";
import { toFailure } from "../../../src/worker/failures";
import { DATASET, tinyModel } from "../training/fixtures";
import { option } from "../training/options";

const CONFIG: RunConfig = {
  ...DEFAULT_CONFIG,
  batchSize: 4,
  latentSize: 3,
  loss: { meanSquaredError: 1 },
  threads: 2,
};
const DEVICES = [option("wasm", { label: "WASM" }), option("tfjs-cpu")];
const BATCH = Uint32Array.of(0, 5, 9, 15);

interface Setup {
  readonly platform?: WasmPlatform;
  readonly config?: Partial<RunConfig>;
  readonly devices?: typeof DEVICES;
  readonly images?: Uint8Array;
}

/** Three steps: their losses, and what became of the devices. */
async function train({ platform = nodeWasmPlatform, config, devices = DEVICES, images }: Setup) {
  const settings = { ...CONFIG, ...config };
  const model = tinyModel(settings);
  const host = { wasm: platform, webgpu: null, devices, cores: 2 };
  const changes: DeviceChange[] = [];
  const inputs = images ?? DATASET.images;
  const count = inputs.length / 784;
  const trainer = await createChosenTrainer(
    {
      maxThreads: 2,
      createTrainer: (net, its) => createTrainer(net, its, host),
      now: () => performance.now(),
      yieldToHost: async () => {},
    },
    { config: settings, model, dataset: DATASET, devices, control: new RunControl() },
    null,
    {
      onCalibration: () => {},
      onCompiled: () => {},
      onLost: () => {},
      onMoved: (change) => changes.push(change),
    },
  );
  try {
    await trainer.setSamples({ count, inputs });
    const losses: number[] = [];
    for (let step = 0; step < 3; step++) losses.push(await trainer.step(BATCH));
    return { losses, changes, info: trainer.info };
  } finally {
    trainer.dispose();
    model.dispose();
  }
}

const { Memory } = WebAssembly;

/** A browser that refuses some memories, in V8's words. */
function refuse(isRefused: (limits: WebAssembly.MemoryDescriptor) => boolean): void {
  vi.spyOn(WebAssembly, "Memory").mockImplementation(function open(limits) {
    if (!isRefused(limits)) return new Memory(limits);
    throw new RangeError("WebAssembly.Memory(): could not allocate memory");
  });
}

let right: number[];
beforeAll(async () => {
  await tf.setBackend("cpu");
  const { losses, changes, info } = await train({});
  expect([info.threads, changes]).toEqual([2, []]);
  right = losses;
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe("Automatic", () => {
  it.each([4096, 1024])(
    "keeps its threads where no more than %i pages are shared",
    async (most) => {
      refuse(({ shared = false, maximum = 0 }) => shared && maximum > most);
      const { losses, changes, info } = await train({});
      expect([info.threads, changes, losses]).toEqual([2, [], right]);
    },
  );

  it("trains on one thread where all shared memory is refused", async () => {
    refuse(({ shared = false }) => shared);
    const { losses, changes, info } = await train({});
    expect([info.name, info.threads, losses]).toEqual(["wasm", 1, right]);
    expect(changes).toMatchObject([{ step: 0, reason: /could not allocate memory/, repeats: 0 }]);
    expect(changes[0]!.to).toMatch(/1 thread$/);
  });

  it("trains on one thread where the images do not fit into memory that can be shared", async () => {
    refuse(({ shared = false, maximum = 0 }) => shared && maximum > 1024);
    const images = new Uint8Array(784 * 90_000);
    images.set(DATASET.images);
    const { losses, changes, info } = await train({ images });
    expect([info.threads, losses]).toEqual([1, right]);
    expect(changes).toMatchObject([{ reason: /^WebAssembly's memory is full: .* MB/ }]);
  });

  it.each<[string, Pick<WasmPlatform, "startThread">]>([
    [
      "cannot be told of the memory",
      {
        startThread() {
          throw new Error("The object can not be cloned.");
        },
      },
    ],
    [
      "end in an error",
      {
        startThread(_, onError) {
          setTimeout(() => onError(new Error("The object can not be cloned.")), 10);
          return { terminate: () => {} };
        },
      },
    ],
  ])("trains on one thread where threads %s", async (_, part) => {
    const { losses, changes, info } = await train({ platform: { ...nodeWasmPlatform, ...part } });
    expect([info.threads, losses]).toEqual([1, right]);
    expect(changes).toMatchObject([
      { reason: "Its threads could not be started: The object can not be cloned." },
    ]);
  });

  it("trains on tfjs where WebAssembly gets no memory at all", async () => {
    refuse(() => true);
    const { losses, changes, info } = await train({});
    expect(info.name).toBe("tfjs-cpu");
    expect(changes).toHaveLength(1);
    for (const [i, loss] of losses.entries()) expect(loss).toBeCloseTo(right[i]!, 5);
  });

  it("trains on tfjs where there is nothing else", async () => {
    const none = option("wasm", { available: false, automatic: false });
    const { info } = await train({ devices: [none, option("tfjs-cpu")] });
    expect(info.name).toBe("tfjs-cpu");
  });
});

describe("WASM, chosen by hand", () => {
  it("trains on one thread rather than not at all", async () => {
    refuse(({ shared = false }) => shared);
    const { losses, info } = await train({ config: { device: "wasm" } });
    expect([info.threads, losses]).toEqual([1, right]);
  });

  it("says that memory is missing where there is none", async () => {
    refuse(() => true);
    const error = await train({ config: { device: "wasm" } }).catch((reason) => reason);
    expect(error).toBeInstanceOf(OutOfMemoryError);
    expect(toFailure(error)).toMatchObject({ code: "memory" });
  });
});
