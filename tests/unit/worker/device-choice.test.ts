import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { type Calibration, calibrationKey, type NamedDevice } from "../../../src/config/devices";
import { FASHION_MNIST } from "../../../src/datasets/fashion-mnist";
import type { DeviceInfo } from "../../../src/engine/device";
import { DeviceLostError } from "../../../src/engine/errors";
import type { SessionPlatform } from "../../../src/worker/platform";
import { ScriptedTrainer } from "../training/fixtures";
import { option } from "../training/options";
import { CONFIG, startSession } from "./fakes";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const DEVICES = [option("wasm"), option("tfjs-webgl"), option("tfjs-cpu")];
const MAX_THREADS = 2;
const KEY = calibrationKey(CONFIG, FASHION_MNIST, { devices: DEVICES, maxThreads: MAX_THREADS });

const known = (chosen: NamedDevice, key = KEY): Calibration => ({
  key,
  trials: [
    { name: "wasm", label: "WASM", imagesPerSecond: 10, reason: "" },
    { name: "tfjs-webgl", label: "tfjs WebGL", imagesPerSecond: 20, reason: "" },
  ],
  chosen,
});

/** A trainer of the given device for any model, so that the self-test's net passes too. */
class NamedTrainer extends ScriptedTrainer {
  override readonly info: DeviceInfo;

  constructor(name: NamedDevice, batchSize: number) {
    super(batchSize);
    this.info = { name, label: `the ${name}`, threads: 1 };
  }

  override async optimizerState() {
    const size = 1000;
    return { step: this.weight, m: new Float32Array(size).fill(1), v: new Float32Array(size) };
  }
}

/** A session on a machine with a graphics card; `slow` takes longer for each step. */
function session(slow: NamedDevice = "wasm", prepare: (trainer: NamedTrainer) => void = () => {}) {
  let time = 0;
  const started: NamedDevice[] = [];
  const platform: Partial<SessionPlatform> = {
    probeDevices: async () => DEVICES,
    now: () => time,
    async createTrainer(model, config) {
      const name = config.device as NamedDevice;
      const trainer = new NamedTrainer(name, config.batchSize);
      Object.assign(trainer, { model });
      trainer.pullWeights = async () => {};
      trainer.pushWeights = async () => {};
      trainer.onStep = () => {
        time += name === slow ? 100 : 10;
      };
      started.push(name);
      prepare(trainer);
      return trainer;
    },
  };
  return { ...startSession(platform), started };
}

describe("Automatic", () => {
  it("times the devices on the run's net, tells the page, and trains on the fastest", async () => {
    const { all, until, start } = session("wasm");
    start("run-1");
    await until(() => all("finished").length === 1);
    const calibrations = all("calibration").map((event) => event.calibration);
    expect(calibrations.map(({ chosen }) => chosen)).toEqual([null, "tfjs-webgl", "tfjs-webgl"]);
    expect(calibrations.at(-1)!.key).toBe(KEY);
    expect(all("started")[0]).toMatchObject({ deviceName: "tfjs-webgl" });
    expect(all("finished")[0]!.result).not.toHaveProperty("deviceChanges");
  });

  it("tells of kernels as they are compiled", async () => {
    const compilation = { device: "wasm", done: 1, all: 2 } as const;
    const { all, until, start } = startSession({
      async createTrainer(_model, { batchSize }, _devices, onCompiled) {
        onCompiled(compilation);
        return new ScriptedTrainer(batchSize);
      },
    });
    start("run-1");
    await until(() => all("finished").length === 1);
    expect(all("compiling")).toEqual([{ type: "compiling", ...compilation }]);
  });

  it("never trains on what is slower than WASM", async () => {
    const { all, until, start } = session("tfjs-webgl");
    start("run-1");
    await until(() => all("finished").length === 1);
    expect(all("started")[0]).toMatchObject({ deviceName: "wasm" });
  });

  it("takes what the page knows, and measures again what is of another machine or net", async () => {
    const { all, until, start, started } = session("tfjs-webgl");
    start("run-1", {}, false, null, known("tfjs-webgl"));
    await until(() => all("finished").length === 1);
    expect(started).toEqual(["tfjs-webgl"]);
    expect(all("calibration")).toEqual([]);
    start("run-2", {}, false, null, known("tfjs-webgl", "another"));
    await until(() => all("finished").length === 2);
    expect(all("calibration").length).toBeGreaterThan(0);
    expect(all("started")[1]).toMatchObject({ deviceName: "wasm" });
  });

  it("is overridden by a device chosen by hand, untimed", async () => {
    const { all, until, start, started } = session();
    start("run-1", { device: "tfjs-cpu" });
    await until(() => all("finished").length === 1);
    expect(started).toEqual(["tfjs-cpu"]);
  });

  it("stops timing when the run is dropped", async () => {
    const { all, until, start, send, events } = session();
    start("run-1");
    await until(() => all("calibration").length === 1);
    send({ type: "reset" });
    start("run-2", { device: "wasm" });
    await until(() => all("finished").length === 1);
    expect(all("started").map(({ runId }) => runId)).toEqual(["run-2"]);
    expect(events.filter(({ type }) => type === "failed")).toEqual([]);
  });
});

describe("measure", () => {
  it("times the devices without a run, and gives way to one", async () => {
    const { all, until, send, start } = session();
    send({ type: "measure", config: CONFIG });
    await until(() => all("calibration").at(-1)?.calibration.chosen === "tfjs-webgl");
    expect(all("started")).toEqual([]);
    const before = all("calibration").length;
    send({ type: "measure", config: CONFIG });
    start("run-1", { device: "wasm" });
    await until(() => all("finished").length === 1);
    expect(all("calibration").length).toBeLessThan(before * 2);
    expect(all("failed")).toEqual([]);
  });

  it("does not disturb a run", async () => {
    const { all, until, send, start } = session();
    start("run-1", { device: "wasm", epochs: 1000 });
    await until(() => all("epoch").length > 0);
    send({ type: "measure", config: CONFIG });
    await until(() => all("epoch").length > 3);
    expect(all("calibration")).toEqual([]);
    send({ type: "reset" });
  });

  it("names a setting that is not allowed", async () => {
    const { all, until, send } = session();
    send({ type: "measure", config: { ...CONFIG, batchSize: 0 } });
    await until(() => all("failed").length === 1);
    expect(all("failed")[0]).toMatchObject({ runId: "", code: "bad-config" });
  });
});

describe("a device that is lost in a run", () => {
  it("is told with a mark, after all losses before it, and the result keeps it", async () => {
    const { events, all, until, start } = session("wasm", (trainer) => {
      if (trainer.info.name !== "tfjs-webgl") return;
      const step = trainer.step.bind(trainer);
      trainer.step = async (indices, rate) => {
        if (trainer.weight === 5) throw new DeviceLostError("The GPU was unplugged.");
        return step(indices, rate);
      };
    });
    start("run-1", {}, false, null, known("tfjs-webgl"));
    await until(() => all("finished").length === 1);
    const loss = {
      step: 5,
      from: "the tfjs-webgl",
      reason: "The GPU was unplugged.",
      repeats: 5,
    };
    const change = { ...loss, to: "the wasm" };
    expect(all("deviceLost")).toEqual([{ type: "deviceLost", runId: "run-1", ...loss }]);
    expect(all("deviceChanged")).toEqual([
      { type: "deviceChanged", runId: "run-1", change, deviceName: "wasm", threads: 1 },
    ]);
    const before = events.slice(
      0,
      events.findIndex(({ type }) => type === "deviceLost"),
    );
    const told = before.flatMap((event) => (event.type === "steps" ? [...event.losses] : []));
    expect(told).toHaveLength(5);
    expect(all("steps").reduce((sum, { losses }) => sum + losses.length, 0)).toBe(8);
    expect(all("finished")[0]!.result).toMatchObject({ device: "wasm", deviceChanges: [change] });
  });
});
