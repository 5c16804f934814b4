import { describe, expect, it } from "vitest";
import { DEFAULT_CONFIG } from "../../../src/config/config";
import type { RunResult } from "../../../src/runs/results";
import { type AppEvent, reduce } from "../../../src/state/reducer";
import {
  type AppState,
  INITIAL_STATE,
  isActive,
  type Run,
  shownPca,
} from "../../../src/state/state";
import { strip28 } from "../image-sets";

const FIGURES = { mse: 0.003, psnr: 26, ssim: 0.9, ssimWriteup: 0.93 };
const play = (events: readonly AppEvent[], from: AppState = INITIAL_STATE): AppState =>
  events.reduce(reduce, from);

const requested: AppEvent = { type: "runRequested", runId: "a", config: DEFAULT_CONFIG };
const started: AppEvent = {
  type: "started",
  runId: "a",
  config: DEFAULT_CONFIG,
  deviceLabel: "WASM, 2 threads",
  deviceName: "wasm",
  threads: 2,
  parameters: 1,
  stepsPerEpoch: 88,
  totalSteps: 4400,
  lossFloor: 0.23,
};
const training: AppEvent = { type: "phase", runId: "a", phase: "training" };
const steps = (firstStep: number, ...losses: number[]): AppEvent => ({
  type: "steps",
  runId: "a",
  firstStep,
  losses: Float32Array.from(losses),
  epoch: 1,
  imagesPerSecond: 400,
  secondsLeft: 60,
});
const epoch: AppEvent = {
  type: "epoch",
  runId: "a",
  epoch: 1,
  step: 88,
  trainLoss: 0.3,
  validationLoss: 0.29,
  validation: FIGURES,
  isBest: true,
  seconds: 20,
};
const pca = (latentSize: number): AppEvent => ({
  type: "pca",
  latentSize,
  data: "fashion-mnist",
  classes: [0, 1],
  split: "stratified",
  seed: 1,
  validation: FIGURES,
  test: FIGURES,
  reconstructions: strip28(new Uint8Array()),
  ssim: [0.9],
  ssimWriteup: [0.93],
});
const failed = (runId: string): AppEvent => ({
  type: "failed",
  runId,
  code: "not-finite",
  message: "The loss is not a number.",
  remedy: "Lower the learning rate.",
});

describe("a run", () => {
  it("collects losses and epochs", () => {
    const { run } = play([requested, started, training, steps(1, 0.7, 0.6), steps(3, 0.5), epoch]);
    expect(run!.phase).toBe("training");
    expect(Array.from(run!.losses.values, (x) => Number(x.toFixed(2)))).toEqual([0.7, 0.6, 0.5]);
    expect(run!.epochs).toHaveLength(1);
    expect(run!.epochs[0]).toMatchObject({ epoch: 1, step: 88, validationLoss: 0.29 });
    expect(run!.imagesPerSecond).toBe(400);
  });

  it("keeps the settings it was asked for with when the form changes", () => {
    const change: AppEvent = { type: "settingsChanged", change: { latentSize: 64 } };
    const state = play([change, requested]);
    expect(state.edited).toBe(false);
    const after = play([change], state);
    expect(after.run!.config.latentSize).toBe(128);
    expect(after).toMatchObject({ edited: true, settings: { latentSize: 64 } });
  });

  it("ignores events of another run", () => {
    const before = play([requested, training]);
    expect(reduce(before, { ...epoch, runId: "older" })).toBe(before);
  });

  it("remembers what was asked until the worker answers", () => {
    const asked = play([requested, training, { type: "asked", what: "pause" }]);
    expect(asked.run!.asked).toBe("pause");
    expect(reduce(asked, { type: "phase", runId: "a", phase: "paused" }).run!.asked).toBeNull();
  });

  it("keeps its curves when it fails, and is no longer active", () => {
    const state = play([requested, started, training, steps(1, 0.7), failed("a")]);
    expect(state.run!.phase).toBe("failed");
    expect(isActive(state.run)).toBe(false);
    expect(state.run!.losses.count).toBe(1);
    expect(state.failure).toMatchObject({ code: "not-finite", remedy: "Lower the learning rate." });
  });

  it("goes on when something else fails", () => {
    const state = play([requested, training, failed("")]);
    expect(state.run!.phase).toBe("training");
    expect(state.failure).not.toBeNull();
  });

  it("is gone after a reset, with its message", () => {
    const state = play([requested, failed("a"), { type: "runDropped" }]);
    expect(state.run).toBeNull();
    expect(state.failure).toBeNull();
  });

  it("clears an old message when the next one begins", () => {
    expect(play([failed(""), requested]).failure).toBeNull();
  });
});

describe("PCA", () => {
  it("is shown for exactly the latent size and images it was fitted for", () => {
    const state = play([pca(128), pca(32)]);
    expect(shownPca(state)).toMatchObject({ ssimWriteup: [0.93] });
    const other = { type: "settingsChanged", change: { latentSize: 7 } } as const;
    expect(shownPca(reduce(state, other))).toBeNull();
    const seed = { type: "settingsChanged", change: { seed: 9 } } as const;
    expect(shownPca(reduce(state, seed))).toBeNull();
  });
});

describe("loading", () => {
  it("ends with the images or with a failure", () => {
    const half: AppEvent = { type: "dataProgress", loadedBytes: 5, totalBytes: 10 };
    expect(play([half]).loading).toEqual({ loadedBytes: 5, totalBytes: 10 });
    expect(play([half, failed("")]).loading).toBeNull();
  });
});

describe("earlier runs", () => {
  const STEP = {
    type: "steps",
    firstStep: 1,
    losses: Float32Array.of(0.5),
    epoch: 1,
    imagesPerSecond: 400,
    secondsLeft: 60,
  } as const;
  const runs = (count: number): AppEvent[] =>
    Array.from({ length: count }, (_, i): AppEvent[] => [
      { type: "runRequested", runId: `${i}`, config: DEFAULT_CONFIG },
      { ...STEP, runId: `${i}` },
    ]).flat();

  it("are kept with their curves, the last four, until they are forgotten", () => {
    const state = play([...runs(6), requested]);
    expect(state.earlier.map(({ id }) => id)).toEqual(["2", "3", "4", "5"]);
    expect(state.earlier[0]!.losses.count).toBe(1);
    expect(play([{ type: "earlierForgotten" }], state).earlier).toEqual([]);
  });

  it("have no place for a run without a step", () => {
    expect(play([requested, requested, { type: "runDropped" }]).earlier).toEqual([]);
  });
});

describe("the cursor", () => {
  it("stays on its step while the run goes on, and leaves with the run", () => {
    const state = play([requested, steps(1, 0.5, 0.4), { type: "cursorMoved", step: 1 }]);
    expect(play([steps(3, 0.3)], state).cursor).toBe(1);
    expect(play([{ type: "runDropped" }], state).cursor).toBeNull();
    expect(play([requested], state).cursor).toBeNull();
  });
});

describe("a device that is lost", () => {
  const loss = { step: 2, from: "WebGPU", reason: "It was unplugged.", repeats: 1 };
  const change = { ...loss, to: "WASM, 2 threads" };
  const lost: AppEvent = { type: "deviceLost", runId: "a", ...loss };
  const changed: AppEvent = {
    type: "deviceChanged",
    runId: "a",
    change,
    deviceName: "wasm",
    threads: 2,
  };

  it("is told while the next one catches up, then leaves a mark; curves stay", () => {
    const before = play([
      requested,
      { ...started, deviceLabel: "WebGPU" },
      training,
      steps(1, 3, 2),
    ]);
    const during = play([lost], before);
    expect(during.run).toMatchObject({ deviceLost: loss, deviceChanges: [] });
    const after = play([changed, steps(3, 1)], during);
    expect(after.run).toMatchObject({
      phase: "training",
      deviceLost: null,
      deviceChanges: [change],
      started: { deviceLabel: "WASM, 2 threads", deviceName: "wasm", stepsPerEpoch: 88 },
    });
    expect(after.run!.losses.values).toEqual(Float32Array.of(3, 2, 1));
  });

  it("before the run has begun, leaves the mark as well", () => {
    const { run } = play([requested, lost, changed, started]);
    expect(run).toMatchObject({ deviceChanges: [change], started: { deviceName: "wasm" } });
  });

  it("stays in the result of a run that was gone on with on a later visit", () => {
    const stored: Run = { ...play([requested, started]).run!, deviceChanges: [change] };
    const later: AppEvent = { ...changed, change: { ...change, step: 9 } };
    const finished: AppEvent = {
      type: "finished",
      runId: "a",
      result: { seconds: 1 } as RunResult,
      test: { ssim: new Float32Array(), ssimWriteup: new Float32Array(), mse: new Float32Array() },
    };
    const { run } = play([{ type: "runShown", run: stored }, later, finished]);
    expect(run!.deviceChange).toEqual(later.change);
    expect(run!.result).toEqual({ seconds: 1, deviceChanges: [change, later.change] });
  });

  it("compiles no more", () => {
    const compiling: AppEvent = { type: "compiling", device: "webgpu", done: 3, all: 24 };
    const before = play([requested, started, compiling]);
    expect(before.compiling).toEqual({ device: "webgpu", done: 3, all: 24 });
    expect(play([{ ...compiling, done: 24 }], before).compiling).toBeNull();
    expect(play([lost], before).compiling).toBeNull();
  });

  it("is not waited for once the run has failed", () => {
    const failed: AppEvent = {
      type: "failed",
      runId: "a",
      code: "device",
      message: "Gone.",
      remedy: "",
    };
    expect(play([requested, started, lost, failed]).run).toMatchObject({
      phase: "failed",
      deviceLost: null,
    });
  });
});
