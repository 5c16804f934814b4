import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { DEFAULT_CONFIG } from "../../../src/config/config";
import type { Calibration, DeviceOption, NamedDevice } from "../../../src/config/devices";
import { TRAINER_DEFAULTS, type Trainer } from "../../../src/engine/device";
import { DeviceError } from "../../../src/engine/errors";
import { type CalibrationTask, calibrate } from "../../../src/training/calibrate";
import { RunCancelledError } from "../../../src/training/errors";
import { DATASET, tinyModel } from "./fixtures";
import { option } from "./options";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

interface Speed {
  /** Seconds of a step of the user's net. */
  readonly step: number;
  /** Seconds of the first one on top. */
  readonly compile?: number;
  readonly takesMany?: boolean;
  /** In the place of a step. */
  readonly fails?: () => Promise<never>;
  /** Factor of the self-test's gradients. */
  readonly gradient?: number;
}

/** Devices that take as long for a step as they are told to, by a clock of their own. */
async function measure(
  speeds: Partial<Record<NamedDevice, Speed>>,
  change: Partial<CalibrationTask> = {},
) {
  let time = 0;
  const started: string[] = [];
  const freed: string[] = [];
  const trials: Calibration[] = [];
  const model = tinyModel({ latentSize: 2, seed: 1 });
  const devices: DeviceOption[] = [
    ...(Object.keys(speeds) as NamedDevice[]).map((name) => option(name)),
    option("tfjs-cpu"),
  ];
  const task: CalibrationTask = {
    key: "a key",
    model,
    config: { ...DEFAULT_CONFIG, batchSize: 4 },
    dataset: DATASET,
    devices,
    all: false,
    async start(net, config) {
      const name = config.device as NamedDevice;
      const isUsers = net === model;
      const { step, compile = 0, takesMany, fails, gradient = 1 } = speeds[name] ?? { step: 0 };
      started.push(`${isUsers ? "" : "test "}${name}`);
      let taken = 0;
      const take = async () => {
        if (fails) await fails();
        if (isUsers) time += 1000 * (step + (taken === 0 ? compile : 0));
        taken += 1;
        return 1;
      };
      const size = 5000;
      const trainer: Trainer = {
        info: { name, label: `the ${name}`, threads: 1 },
        model: net,
        options: { ...TRAINER_DEFAULTS, batchSize: config.batchSize },
        setSamples: async ({ count, inputs }) => {
          if (isUsers) expect(inputs.length).toBe(count * 784);
        },
        step: take,
        ...(takesMany && {
          async steps(_indices: Uint32Array, rates: readonly number[]) {
            time += 3;
            for (const _ of rates) await take();
            return new Float32Array(rates.length);
          },
        }),
        evaluate: async () => 1,
        predict: async () => new Float32Array(0),
        setKept: () => {},
        pullWeights: async () => {},
        pushWeights: async () => {},
        optimizerState: async () => ({
          step: 1,
          m: new Float32Array(size).fill(gradient),
          v: new Float32Array(size),
        }),
        setOptimizerState: async () => {},
        memoryBytes: () => 0,
        dispose: () => freed.push(name),
      };
      return trainer;
    },
    onTrial: (calibration) => trials.push(calibration),
    now: () => time,
    pause: async () => {},
    ...change,
  };
  try {
    return {
      calibration: await calibrate(task),
      started,
      freed,
      trials,
      seconds: () => time / 1000,
    };
  } finally {
    model.dispose();
  }
}

const rates = ({ trials }: Calibration) =>
  Object.fromEntries(trials.map(({ name, imagesPerSecond }) => [name, imagesPerSecond]));

describe("calibrate", () => {
  it("takes a machine's only device untried", async () => {
    const { calibration, started } = await measure({ wasm: { step: 0.1 } });
    expect(calibration).toEqual({
      key: "a key",
      trials: [{ name: "wasm", label: "wasm", imagesPerSecond: null, reason: "" }],
      chosen: "wasm",
    });
    expect(started).toEqual([]);
  });

  it("times each device without its compilation, and takes the fastest", async () => {
    const { calibration, trials, freed, started } = await measure({
      wasm: { step: 0.05 },
      webgpu: { step: 0.002, compile: 3 },
    });
    const { wasm, webgpu } = rates(calibration);
    expect(wasm).toBeCloseTo(4 / 0.05, 6);
    expect(webgpu).toBeCloseTo(4 / 0.002, 6);
    expect(calibration.chosen).toBe("webgpu");
    expect(trials.map(({ chosen }) => chosen)).toEqual([null, "webgpu"]);
    expect(trials[0]!.trials).toEqual([
      { name: "wasm", label: "the wasm", imagesPerSecond: wasm, reason: "" },
    ]);
    expect(freed).toHaveLength(started.length);
  });

  it("never takes what is slower than WASM", async () => {
    const { calibration } = await measure({ wasm: { step: 0.05 }, webgpu: { step: 0.06 } });
    expect(calibration.chosen).toBe("wasm");
  });

  it("takes a fraction of a second of a fast device, and two steps of a slow one", async () => {
    const fast = await measure({ wasm: { step: 0.004 }, webgpu: { step: 0.001 } });
    expect(fast.seconds()).toBeLessThan(1);
    const slow = await measure({ wasm: { step: 5 }, webgpu: { step: 5 } });
    expect(slow.seconds()).toBe(2 * 3 * 5);
  });

  it("gives a device that takes many steps at once as many as training would", async () => {
    const { calibration } = await measure({
      wasm: { step: 0.01 },
      webgpu: { step: 0.0005, takesMany: true },
    });
    // A call costs 3 ms: one step in each would make 1,143 images a second.
    expect(rates(calibration).webgpu).toBeGreaterThan(7000);
  });

  it("times stock tfjs where this engine's WebGPU does not train the net, or all are asked for", async () => {
    const speeds = { wasm: { step: 0.05 }, webgpu: { step: 0.01 }, "tfjs-webgl": { step: 0.03 } };
    const { calibration } = await measure(speeds);
    expect(calibration.trials[2]).toMatchObject({
      name: "tfjs-webgl",
      imagesPerSecond: null,
      reason: expect.stringMatching(/Not tried/),
    });
    const all = await measure(speeds, { all: true });
    expect(rates(all.calibration)["tfjs-webgl"]).toBeGreaterThan(0);
    const without = await measure({ wasm: { step: 0.05 }, "tfjs-webgl": { step: 0.03 } });
    expect(without.calibration.chosen).toBe("tfjs-webgl");
  });

  it("leaves out a device whose gradients are zero", async () => {
    const { calibration } = await measure({
      wasm: { step: 0.05 },
      webgpu: { step: 0.001, gradient: 0 },
    });
    expect(calibration.chosen).toBe("wasm");
    expect(calibration.trials[1]).toMatchObject({
      imagesPerSecond: null,
      reason: expect.stringMatching(/self-test.*zero/),
    });
  });

  it("leaves out a device that fails, and says why", async () => {
    const fails = () => Promise.reject(new DeviceError("The GPU is gone."));
    const { calibration } = await measure({ wasm: { step: 0.05 }, webgpu: { step: 0, fails } });
    expect(calibration.chosen).toBe("wasm");
    expect(calibration.trials[1]!.reason).toBe("It failed: The GPU is gone.");
  });

  it("gives up a device that does not answer", async () => {
    vi.useFakeTimers();
    const fails = () => new Promise<never>(() => {});
    const measured = measure({ wasm: { step: 0.05 }, webgpu: { step: 0, fails } });
    await vi.advanceTimersByTimeAsync(25_000);
    vi.useRealTimers();
    const { calibration } = await measured;
    expect(calibration.chosen).toBe("wasm");
    expect(calibration.trials[1]!.reason).toMatch(/has not answered for 20 seconds/);
  });

  it("waits for a driver that takes long for its kernels, as long as it goes on", async () => {
    vi.useFakeTimers();
    let kernels = 0;
    const fails = async () => {
      for (const end = kernels + 3; kernels < end; kernels++) {
        await new Promise((resolve) => setTimeout(resolve, 15_000));
      }
      return new Promise<never>(() => {});
    };
    const measured = measure(
      { wasm: { step: 0.05 }, webgpu: { step: 0, fails } },
      { compiled: () => kernels },
    );
    await vi.advanceTimersByTimeAsync(3 * 15_000);
    expect(kernels).toBe(3);
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(25_000);
    vi.useRealTimers();
    const { calibration } = await measured;
    expect(calibration.trials[1]!.reason).toMatch(/has not answered for 20 seconds/);
  });

  it("ends when the run is cancelled", async () => {
    const pause = () => Promise.reject(new RunCancelledError());
    const attempt = measure({ wasm: { step: 0.05 }, webgpu: { step: 0.05 } }, { pause });
    await expect(attempt).rejects.toThrow(RunCancelledError);
  });
});
