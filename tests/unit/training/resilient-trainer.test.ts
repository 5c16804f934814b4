import * as tf from "@tensorflow/tfjs";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { DeviceLoss, NamedDevice } from "../../../src/config/devices";
import type { DeviceInfo, Trainer } from "../../../src/engine/device";
import { DeviceLostError } from "../../../src/engine/errors";
import { RunCancelledError } from "../../../src/training/errors";
import { createResilientTrainer } from "../../../src/training/resilient-trainer";
import { FragileTrainer, oneWeightModel } from "./fragile-trainer";

beforeAll(async () => {
  await tf.setBackend("cpu");
});
afterEach(() => {
  vi.useRealTimers();
});

const SAMPLES = { count: 20, inputs: new Float32Array(20) };

/** The samples and learning rate of each step of a run, from 1. */
const batch = (step: number) => Uint32Array.of(step % 20, (step * 7) % 20, (step * 3) % 20, 2);
const rate = (step: number) => 0.1 / step;

interface Setting {
  readonly devices?: readonly NamedDevice[];
  /** Prepares a device that has just started. */
  readonly prepare?: (device: FragileTrainer) => void;
  readonly takesMany?: readonly NamedDevice[];
  readonly refuses?: readonly NamedDevice[];
  readonly pause?: () => Promise<void>;
}

async function start(setting: Setting = {}) {
  const { devices = ["webgpu", "wasm"], prepare, takesMany = [], refuses = [] } = setting;
  const model = oneWeightModel();
  const started: FragileTrainer[] = [];
  const told: (DeviceLoss | DeviceInfo)[] = [];
  const clock = { time: 0 };
  const trainer = await createResilientTrainer({
    model,
    devices: devices.map((name) => ({ name, label: `label of ${name}` })),
    async start({ name }) {
      if (refuses.includes(name)) throw new Error(`${name} does not compile its kernels.`);
      const device = new FragileTrainer(name, model, takesMany.includes(name));
      started.push(device);
      prepare?.(device);
      return device;
    },
    onLost: (loss) => told.push(loss),
    onMoved: (_, to) => told.push(to),
    now: () => clock.time,
    pause: setting.pause ?? (async () => {}),
  });
  await trainer.setSamples(SAMPLES);
  return { trainer, model, started, told, clock };
}

/** Losses and the last weight of so many steps. */
async function train(trainer: Trainer, steps: number, from = 1) {
  const losses: number[] = [];
  for (let step = from; step < from + steps; step++) {
    losses.push(await trainer.step(batch(step), rate(step)));
  }
  return losses;
}

async function undisturbed(steps: number) {
  const { trainer, started } = await start({ devices: ["wasm"] });
  return { losses: await train(trainer, steps), weight: started[0]!.weight };
}

const gone = () => {
  throw new DeviceLostError("The GPU was unplugged.");
};

it("takes no caller's fault for a device's", async () => {
  const { trainer, started, told } = await start();
  const state = { step: 0, m: new Float32Array(2), v: new Float32Array(1) };
  for (const [call, message] of [
    [() => trainer.step(Uint32Array.of(20)), "no sample 20 of 20"],
    [() => trainer.step(batch(1), Number.NaN), "learning rate"],
    [() => trainer.evaluate(new Uint32Array(0)), "no sample to evaluate"],
    [() => trainer.predict(Uint32Array.of(99)), "no sample 99 of 20"],
    [() => trainer.setSamples({ ...SAMPLES, count: 7 }), "7 numbers, but 20 were given"],
    [() => trainer.setOptimizerState(state), "2 numbers, but the model has 1"],
  ] as const) {
    await expect(call()).rejects.toThrow(message);
  }
  expect(() => trainer.setKept(1.5)).toThrow("whole number");
  expect([started.length, told]).toEqual([1, []]);
  await trainer.step(batch(1), rate(1));
  expect(started[0]!.calls.filter((call) => call === "step")).toHaveLength(1);
});

it.each([
  new TypeError("undefined is not a function"),
  new RangeError("A step takes 1 to 4 samples, not 9."),
  new ReferenceError("x is not defined"),
])(
  "lets a mistake of ours come to light, and no other device repeat it: $name",
  async (mistake) => {
    const { trainer, started, told } = await start({
      prepare: (device) => {
        device.before = (call, steps) => {
          if (call === "step" && steps === 2) throw mistake;
        };
      },
    });
    await expect(train(trainer, 5)).rejects.toBe(mistake);
    expect([started.length, told]).toEqual([1, []]);
  },
);

it.each([
  new Error("Failed to compile fragment shader."),
  new WebAssembly.RuntimeError("memory access out of bounds"),
  new RangeError("Array buffer allocation failed"),
  new DOMException("The device was lost.", "OperationError"),
])("goes on elsewhere after what a device alone may do: $message", async (failure) => {
  const { trainer, started } = await start({
    prepare: (device) => {
      if (device.info.name !== "webgpu") return;
      device.before = (call, steps) => {
        if (call === "step" && steps === 2) throw failure;
      };
    },
  });
  expect(await train(trainer, 5)).toEqual((await undisturbed(5)).losses);
  expect(started.map(({ info }) => info.name)).toEqual(["webgpu", "wasm"]);
});

describe("a device that is lost", () => {
  it.each([1, 2, 7])(
    "in step %i is replaced, and the run is the same to the bit",
    async (failing) => {
      const { trainer, started, told } = await start({
        prepare: (device) => {
          if (device.info.name !== "webgpu") return;
          device.before = (call, steps) => {
            if (call === "step" && steps === failing - 1) gone();
          };
        },
      });
      const losses = await train(trainer, 10);
      const right = await undisturbed(10);
      expect(losses).toEqual(right.losses);
      expect(started.map(({ info }) => info.name)).toEqual(["webgpu", "wasm"]);
      expect(started[1]!.weight).toBe(right.weight);
      expect(started[0]!.disposed).toBe(true);
      expect(trainer.info.name).toBe("wasm");
      expect(told).toEqual([
        {
          step: failing - 1,
          from: "the webgpu",
          reason: "The GPU was unplugged.",
          repeats: failing - 1,
        },
        trainer.info,
      ]);
    },
  );

  it.each(["setSamples", "evaluate", "predict", "pullWeights", "optimizerState"] as const)(
    "in %s is replaced too",
    async (failing) => {
      const broken = { yes: failing === "setSamples" };
      const { trainer, model, started } = await start({
        prepare: (device) => {
          if (device.info.name !== "webgpu") return;
          device.before = (call) => {
            if (broken.yes && call === failing) gone();
          };
        },
      });
      await train(trainer, 3);
      broken.yes = true;
      await trainer.evaluate(batch(1));
      const outputs = await trainer.predict(batch(1));
      await trainer.pullWeights();
      const state = await trainer.optimizerState();
      expect(trainer.info.name).toBe("wasm");
      const { weight } = await undisturbed(3);
      expect(started.at(-1)!.weight).toBe(weight);
      expect(outputs[0]).toBe(weight);
      expect(model.getWeights()[0]!.dataSync()[0]).toBe(weight);
      expect(state.step).toBe(3);
    },
  );

  it("is replaced by the next that starts, and by the one after when that fails as well", async () => {
    const { trainer, started, told } = await start({
      devices: ["webgpu", "tfjs-webgpu", "tfjs-webgl", "wasm"],
      refuses: ["tfjs-webgpu"],
      prepare: (device) => {
        device.before = (call, steps) => {
          if (device.info.name === "webgpu" && steps === 4) gone();
          // Fails while it takes the lost steps again.
          if (device.info.name === "tfjs-webgl" && call === "step" && steps === 2) gone();
        };
      },
    });
    const losses = await train(trainer, 6);
    expect(losses).toEqual((await undisturbed(6)).losses);
    expect(started.map(({ info }) => info.name)).toEqual(["webgpu", "tfjs-webgl", "wasm"]);
    expect(told).toHaveLength(2);
    expect(told[0]).toMatchObject({ from: "the webgpu", step: 4 });
  });

  it("with no other left, says what happened to it", async () => {
    const { trainer } = await start({
      devices: ["webgpu", "tfjs-webgl"],
      refuses: ["tfjs-webgl"],
      prepare: (device) => {
        device.before = (call) => {
          if (call === "step") gone();
        };
      },
    });
    await expect(train(trainer, 1)).rejects.toThrow("The GPU was unplugged.");
  });

  it("ends the run at once when that is cancelled while steps are repeated", async () => {
    const { trainer } = await start({
      devices: ["webgpu", "wasm", "tfjs-webgl"],
      pause: () => Promise.reject(new RunCancelledError()),
      prepare: (device) => {
        device.before = (_, steps) => {
          if (device.info.name === "webgpu" && steps === 3) gone();
        };
      },
    });
    await expect(train(trainer, 5)).rejects.toThrow(RunCancelledError);
  });

  it("before its first step is told with the label that it was listed by", async () => {
    const { trainer, told } = await start({ refuses: ["webgpu"] });
    expect(trainer.info.name).toBe("wasm");
    expect(told).toEqual([
      {
        step: 0,
        from: "label of webgpu",
        reason: "webgpu does not compile its kernels.",
        repeats: 0,
      },
      trainer.info,
    ]);
  });
});

describe("checkpoints", () => {
  /** A run of three epochs of four steps on a device that fails in its 11th step. */
  async function failLate(secondsAStep: number) {
    const { trainer, started, told, clock } = await start({
      prepare: (device) => {
        device.before = (call, steps) => {
          if (call === "step") clock.time += secondsAStep * 1000;
          if (device.info.name === "webgpu" && call === "step" && steps === 10) gone();
        };
      },
    });
    const losses: number[] = [];
    for (const epoch of [0, 1, 2]) {
      losses.push(...(await train(trainer, 4, 4 * epoch + 1)));
      await trainer.evaluate(batch(1));
    }
    expect(losses).toEqual((await undisturbed(12)).losses);
    const repeated = started[1]!.calls.filter((call) => call === "step").length;
    return { loss: told[0], repeated };
  }

  it("are taken at the end of an epoch", async () => {
    // Steps 9 and 10 are repeated, and 11 and 12 come after.
    const { loss, repeated } = await failLate(0.5);
    expect(loss).toMatchObject({ step: 10, repeats: 2 });
    expect(repeated).toBe(4);
  });

  it("are taken every ten seconds of a long epoch", async () => {
    const { loss } = await failLate(10);
    expect(loss).toMatchObject({ step: 10, repeats: 0 });
  });

  it("are not taken many times a second", async () => {
    const { loss } = await failLate(0.01);
    expect(loss).toMatchObject({ step: 10, repeats: 10 });
  });

  it("are not taken of weights that are no numbers", async () => {
    const { trainer, told, clock } = await start({
      prepare: (device) => {
        if (device.info.name !== "webgpu") return;
        device.before = (call, steps) => {
          if (call === "pullWeights") device.weight = Number.NaN;
          if (call === "step" && steps === 2) gone();
        };
      },
    });
    await train(trainer, 1);
    clock.time += 20_000;
    await train(trainer, 1, 2);
    await train(trainer, 1, 3);
    expect(told[0]).toMatchObject({ repeats: 2 });
  });

  it("hold what the trainer is given: weights, the optimiser's state, and numbers kept", async () => {
    const { trainer, model, started } = await start({
      prepare: (device) => {
        device.before = (call, steps) => {
          if (device.info.name === "webgpu" && call === "step" && steps === 42) gone();
        };
      },
    });
    model.setWeights([tf.tensor([[3]])]);
    await trainer.pushWeights();
    await trainer.setOptimizerState({ step: 41, m: Float32Array.of(2), v: Float32Array.of(1) });
    trainer.setKept(5);
    await train(trainer, 2);
    const [lost, next] = started;
    const again = new FragileTrainer("wasm", oneWeightModel(3));
    await again.setSamples(SAMPLES);
    await again.setOptimizerState({ step: 41, m: Float32Array.of(2), v: Float32Array.of(1) });
    await train(again, 2);
    expect(next!.weight).toBe(again.weight);
    expect(next!.kept).toBe(5);
    expect(lost!.disposed).toBe(true);
    const short = { step: 0, m: new Float32Array(3), v: new Float32Array(3) };
    await expect(trainer.setOptimizerState(short)).rejects.toThrow(RangeError);
  });

  it("cost nothing where there is no other device to go on on", async () => {
    const { trainer, started, clock } = await start({ devices: ["wasm"] });
    for (let step = 1; step <= 5; step++) {
      clock.time += 20_000;
      await train(trainer, 1, step);
      await trainer.evaluate(batch(1));
    }
    expect(started[0]!.calls.filter((call) => /pull|optimizer/.test(call))).toEqual([]);
  });
});

describe("a GPU that takes many steps in one call", () => {
  it("is asked for many, and the next device for one after the other", async () => {
    const { trainer, started } = await start({
      takesMany: ["webgpu"],
      prepare: (device) => {
        device.before = (call, steps) => {
          if (device.info.name === "webgpu" && call === "steps" && steps === 3) gone();
        };
      },
    });
    const numbers = Array.from({ length: 9 }, (_, i) => i + 1);
    const many = async (steps: readonly number[]) => [
      ...(await trainer.steps!(
        Uint32Array.from(steps.flatMap((step) => [...batch(step)])),
        steps.map(rate),
      )),
    ];
    const losses = [...(await many(numbers.slice(0, 3))), ...(await many(numbers.slice(3, 6)))];
    expect(trainer.steps).toBeUndefined();
    losses.push(...(await train(trainer, 3, 7)));
    const right = await undisturbed(9);
    expect(losses).toEqual(right.losses);
    expect(started[1]!.weight).toBe(right.weight);
  });
});

describe("a GPU that hangs", () => {
  it("is given up after a generous time; one that is slow is not", async () => {
    vi.useFakeTimers();
    const { trainer } = await start({
      prepare: (device) => {
        if (device.info.name !== "webgpu") return;
        device.before = (call, steps) => {
          if (call !== "step") return;
          if (steps === 0) return new Promise((resolve) => setTimeout(resolve, 50_000));
          return steps === 2 ? new Promise<void>(() => {}) : undefined;
        };
      },
    });
    const first = train(trainer, 2);
    await vi.advanceTimersByTimeAsync(50_000);
    await first;
    expect(trainer.info.name).toBe("webgpu");
    const next = train(trainer, 1, 3);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(trainer.info.name).toBe("webgpu");
    await vi.advanceTimersByTimeAsync(60_000);
    expect([...(await next)]).toEqual((await undisturbed(3)).losses.slice(2));
    expect(trainer.info.name).toBe("wasm");
  });

  it("is told from one whose laptop sleeps, and is found out as soon after that", async () => {
    vi.useFakeTimers();
    let wake = () => {};
    const { trainer, clock } = await start({
      prepare: (device) => {
        if (device.info.name !== "webgpu") return;
        device.before = (call, steps) => {
          if (call !== "step" || steps < 3) return;
          return steps === 3
            ? new Promise((resolve) => {
                wake = resolve;
              })
            : new Promise(() => {});
        };
      },
    });
    await train(trainer, 3);
    const asleep = train(trainer, 1, 4);
    await vi.advanceTimersByTimeAsync(1000);
    // Clocks may go on in an hour's sleep; a timer that is overdue fires once.
    clock.time += 3_600_000;
    vi.setSystemTime(Date.now() + 3_600_000);
    await vi.advanceTimersByTimeAsync(250);
    expect(trainer.info.name).toBe("webgpu");
    wake();
    await asleep;
    const hanging = train(trainer, 1, 5);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(trainer.info.name).toBe("webgpu");
    await vi.advanceTimersByTimeAsync(15_000);
    expect(trainer.info.name).toBe("wasm");
    expect([...(await asleep), ...(await hanging)]).toEqual((await undisturbed(5)).losses.slice(3));
  });
});

describe("a GPU that computes with garbage", () => {
  const garbage = (value: (right: number) => number) => (device: FragileTrainer) => {
    if (device.info.name !== "tfjs-webgl") return;
    device.loss = (right, steps) => (steps > 5 ? value(right) : right);
  };

  it.each([
    ["no number", () => Number.NaN],
    ["always the same", () => 0],
  ])("that is %s is found out by a loss that is known", async (_, value) => {
    const { trainer, told } = await start({
      devices: ["tfjs-webgl", "wasm"],
      prepare: garbage(value),
    });
    const losses = await train(trainer, 30);
    expect(trainer.info.name).toBe("wasm");
    expect(told[0]).toMatchObject({ reason: expect.stringMatching(/wrong results/) });
    // What it said before it was found out has been told.
    expect(losses.slice(20)).toEqual((await undisturbed(30)).losses.slice(20));
  });

  it("but a learning rate that is too high is no fault of the GPU", async () => {
    const { trainer, told } = await start({
      devices: ["tfjs-webgl", "wasm"],
      prepare: (device) => {
        device.loss = (right) => (Number.isNaN(device.weight) ? Number.NaN : right);
        device.before = (call, steps) => {
          if (call === "step" && steps === 5) device.weight = Number.NaN;
        };
      },
    });
    const losses = await train(trainer, 6);
    expect(losses[5]).toBeNaN();
    expect(told).toEqual([]);
  });

  it("nor is a net that has stopped learning", async () => {
    const { trainer, told, started } = await start({
      devices: ["tfjs-webgl", "wasm"],
      prepare: (device) => {
        device.loss = (right, steps) => (steps > 5 ? 0.25 : right);
        device.evaluate = async () => 0.5;
      },
    });
    await train(trainer, 30);
    expect(told).toEqual([]);
    expect(started[0]!.weight).toBe((await undisturbed(30)).weight);
  });
});
