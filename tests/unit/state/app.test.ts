import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { TrainingClient } from "../../../src/client/client";
import { DEFAULT_CONFIG } from "../../../src/config/config";
import { type Calibration, calibrationKey } from "../../../src/config/devices";
import { FASHION_MNIST, SYNTHETIC_GARMENTS } from "../../../src/datasets/fashion-mnist";
import type { WorkerEvent } from "../../../src/protocol/messages";
import { createApp, type Keeping } from "../../../src/state/app";
import type { CalibrationStore } from "../../../src/state/calibrations";
import { strip28 } from "../image-sets";
import { option } from "../training/options";

/** A client that writes down what it is asked, in words. */
function recordingClient() {
  const calls: string[] = [];
  let listener: (event: WorkerEvent) => void = () => {};
  const client: TrainingClient = {
    subscribe(next) {
      listener = next;
      return () => {};
    },
    load: ({ classes, split, seed }) => calls.push(`load ${classes.join()} ${split} ${seed}`),
    reference: (latentSize) => calls.push(`reference ${latentSize}`),
    start: (runId, config, paused, _checkpoint, calibration) =>
      calls.push(
        `start ${runId} ${config.latentSize}${paused ? " paused" : ""}` +
          (calibration ? ` on ${calibration.chosen}` : ""),
      ),
    watch: () => {},
    slowly: () => {},
    look: () => {},
    measure: ({ preset, batchSize }) => calls.push(`measure ${preset} ${batchSize}`),
    pause: () => calls.push("pause"),
    resume: () => calls.push("resume"),
    step: () => calls.push("step"),
    stop: () => calls.push("stop"),
    reset: ({ seed }) => calls.push(`reset ${seed}`),
    dispose: () => calls.push("dispose"),
  };
  return { client, calls, emit: (event: WorkerEvent) => listener(event) };
}

function setUp(keeping: Keeping = {}) {
  const recorder = recordingClient();
  let runs = 0;
  const app = createApp(recorder.client, {}, { newId: () => `run-${++runs}`, ...keeping });
  recorder.calls.length = 0;
  return { ...recorder, app };
}

const steps = (firstStep: number): WorkerEvent => ({
  type: "steps",
  runId: "run-1",
  firstStep,
  losses: Float32Array.of(0.5),
  epoch: 1,
  imagesPerSecond: 400,
  secondsLeft: null,
});

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("the app", () => {
  it("asks for the default garments and PCA as soon as it is made", () => {
    const { client, calls } = recordingClient();
    createApp(client);
    expect(calls).toEqual(["load 0,1 stratified 1", "reference 128"]);
  });

  it("fetches other images only when a change of settings needs them, once it rests", () => {
    const { app, calls } = setUp();
    app.change({ epochs: 3 });
    vi.advanceTimersByTime(1000);
    expect(calls).toEqual([]);
    app.change({ seed: 2 });
    app.change({ seed: 23 });
    vi.advanceTimersByTime(1000);
    expect(calls).toEqual(["load 0,1 stratified 23", "reference 128"]);
  });

  it("asks for PCA alone when only the latent size changes", () => {
    const { app, calls } = setUp();
    app.change({ latentSize: 40 });
    app.change({ latentSize: 41 });
    vi.advanceTimersByTime(1000);
    expect(calls).toEqual(["reference 41"]);
  });

  it("leaves the worker in peace during a run, and applies the settings with the next", () => {
    const { app, calls } = setUp();
    app.train();
    app.change({ latentSize: 16, seed: 5 });
    vi.advanceTimersByTime(1000);
    app.train();
    expect(calls).toEqual(["start run-1 128", "start run-2 16"]);
  });

  it("begins a waiting run for a step where there is none", () => {
    const { app, calls } = setUp();
    app.step();
    app.step();
    expect(calls).toEqual(["start run-1 128 paused", "step", "step"]);
  });

  it("updates the page at most ten times a second while losses stream in, and loses none", () => {
    const { app, emit } = setUp();
    app.train();
    let updates = 0;
    app.store.subscribe(() => {
      updates += 1;
    });
    for (let step = 1; step <= 200; step++) {
      emit(steps(step));
      vi.advanceTimersByTime(5);
    }
    vi.advanceTimersByTime(200);
    expect(app.store.getState().run!.losses.count).toBe(200);
    expect(updates).toBeGreaterThan(5);
    expect(updates).toBeLessThanOrEqual(12);
  });

  it("shows a change of phase at once, with the losses before it", () => {
    const { app, emit } = setUp();
    app.train();
    emit(steps(1));
    emit(steps(2));
    emit({ type: "phase", runId: "run-1", phase: "paused" });
    expect(app.store.getState().run).toMatchObject({ phase: "paused", losses: { count: 2 } });
  });

  it("forgets run and pictures on reset", () => {
    const { app, calls, emit } = setUp();
    app.train();
    emit({
      type: "preview",
      runId: "run-1",
      epoch: 1,
      step: 88,
      reconstructions: strip28(new Uint8Array(784)),
      ssim: [0.5],
      ssimWriteup: [0.6],
    });
    expect(app.images.get("reconstructions")).not.toBeNull();
    app.reset();
    expect(app.images.get("reconstructions")).toBeNull();
    expect(app.store.getState().run).toBeNull();
    expect(calls.slice(1)).toEqual(["reset 1", "reference 128"]);
  });
});

describe("what failed to come before any run", () => {
  it("is asked for anew on demand, and not under a run", () => {
    const { app, calls, emit } = setUp();
    emit({
      type: "failed",
      runId: "",
      code: "data",
      message: "The server does not answer.",
      remedy: "Try again.",
    });
    expect(app.store.getState()).toMatchObject({ failure: { code: "data" }, loading: null });
    app.loadAgain();
    expect(app.store.getState().failure).toBeNull();
    expect(app.store.getState().loading).not.toBeNull();
    expect(calls).toEqual(["load 0,1 stratified 1", "reference 128"]);
    app.train();
    app.loadAgain();
    expect(calls).toEqual(["load 0,1 stratified 1", "reference 128", "start run-1 128"]);
  });
});

describe("the queue", () => {
  const sizes = (...latents: number[]) =>
    latents.map((latentSize) => ({ ...DEFAULT_CONFIG, latentSize }));
  const starts = (calls: readonly string[]) => calls.filter((call) => call.startsWith("start"));
  const failure = (runId: string): WorkerEvent => ({
    type: "failed",
    runId,
    code: "memory",
    message: "The net does not fit into memory.",
    remedy: "Choose a smaller one.",
  });

  it("begins at once where nothing trains, and leaves the form as it is", () => {
    const { app, calls } = setUp();
    app.enqueue(sizes(16, 32), "sweep");
    expect(starts(calls)).toEqual(["start run-1 16"]);
    const { run, queue, settings } = app.store.getState();
    expect(run).toMatchObject({ config: { latentSize: 16 }, queued: { tag: "sweep" } });
    expect(queue.waiting.map(({ config }) => config.latentSize)).toEqual([32]);
    expect(settings).toEqual(DEFAULT_CONFIG);
  });

  it("waits for the run under way, and goes on after one that failed, with a note", async () => {
    const { app, calls, emit } = setUp();
    app.train();
    app.enqueue(sizes(16, 32));
    expect(starts(calls)).toHaveLength(1);
    emit(failure("run-1"));
    await Promise.resolve();
    // The form's own run is none of the queue's.
    expect(app.store.getState().queue.failed).toEqual([]);
    emit(failure("run-2"));
    await Promise.resolve();
    expect(starts(calls)).toEqual(["start run-1 128", "start run-2 16", "start run-3 32"]);
    const { failed } = app.store.getState().queue;
    expect(failed).toMatchObject([
      { config: { latentSize: 16 }, message: "The net does not fit into memory." },
    ]);
    app.retry(failed[0]!.id);
    const { queue } = app.store.getState();
    expect(queue).toMatchObject({ failed: [], waiting: [{ config: { latentSize: 16 } }] });
  });

  it("waits after a file of the page could not be had: it would fail run by run", async () => {
    const { app, calls, emit } = setUp();
    app.enqueue(sizes(16, 32, 64));
    emit({ ...failure("run-1"), code: "not-loaded" } as WorkerEvent);
    await Promise.resolve();
    expect(starts(calls)).toEqual(["start run-1 16"]);
    const { queue } = app.store.getState();
    expect(queue).toMatchObject({ held: true, failed: [{ config: { latentSize: 16 } }] });
    expect(queue.waiting).toHaveLength(2);
    app.startQueue();
    expect(starts(calls)).toEqual(["start run-1 16", "start run-2 32"]);
  });

  it("waits after a reset until it is started again", () => {
    const { app, calls } = setUp();
    app.enqueue(sizes(16, 32));
    app.reset();
    expect(starts(calls)).toEqual(["start run-1 16"]);
    app.startQueue();
    expect(starts(calls)).toEqual(["start run-1 16", "start run-2 32"]);
  });

  it("does not begin under a run that waits on Pause", () => {
    const { app, calls, emit } = setUp();
    app.train();
    emit({ type: "phase", runId: "run-1", phase: "paused" });
    app.enqueue(sizes(16));
    app.startQueue();
    expect(starts(calls)).toHaveLength(1);
  });
});

describe("the devices' speed", () => {
  const devices = [option("wasm"), option("tfjs-webgl")];
  const ready: WorkerEvent = { type: "ready", devices, oneThread: "", maxThreads: 2 };
  const dataset: WorkerEvent = {
    type: "dataset",
    spec: SYNTHETIC_GARMENTS,
    sourceNote: "",
    classes: [0, 1],
    trainImages: 64,
    validationImages: 8,
    testImages: 8,
    previewOriginals: strip28(new Uint8Array(0)),
    previewLabels: [],
  };
  const measured: Calibration = {
    key: calibrationKey(DEFAULT_CONFIG, FASHION_MNIST, { devices, maxThreads: 2 }),
    trials: [
      { name: "wasm", label: "WASM", imagesPerSecond: 10, reason: "" },
      { name: "tfjs-webgl", label: "tfjs WebGL", imagesPerSecond: 20, reason: "" },
    ],
    chosen: "tfjs-webgl",
  };
  const partly: Calibration = { ...measured, trials: measured.trials.slice(0, 1), chosen: null };

  it("is measured when asked for, once there are images, and not beside a run", () => {
    const { app, calls, emit } = setUp();
    app.measure();
    emit(ready);
    emit(dataset);
    app.measure();
    expect(app.store.getState().measuring).toBe(true);
    app.measure();
    emit({ type: "calibration", calibration: partly });
    expect(app.store.getState().measuring).toBe(true);
    emit({ type: "calibration", calibration: measured });
    expect(app.store.getState().measuring).toBe(false);
    app.train();
    app.measure();
    expect(calls).toEqual(["measure baseline 128", "start run-1 128 on tfjs-webgl"]);
  });

  it("is kept for the next visit once all are timed, and goes with every run of that net", () => {
    const saved: Calibration[] = [];
    const kept: CalibrationStore = { load: () => [...saved], save: (each) => saved.push(each) };
    const { emit } = setUp({ calibrations: kept });
    emit(ready);
    emit({ type: "calibration", calibration: partly });
    emit({ type: "calibration", calibration: measured });
    const untried = { name: "wasm", label: "WASM", imagesPerSecond: null, reason: "" } as const;
    emit({ type: "calibration", calibration: { key: "", trials: [untried], chosen: "wasm" } });
    expect(saved).toEqual([measured]);

    const next = setUp({ calibrations: kept });
    next.emit(ready);
    next.app.train();
    next.app.change({ batchSize: 16 });
    next.app.train();
    expect(next.calls.filter((call) => call.startsWith("start"))).toEqual([
      "start run-1 128 on tfjs-webgl",
      "start run-2 128",
    ]);
  });

  it("is no longer waited for when measuring fails", () => {
    const { app, emit } = setUp();
    emit(ready);
    emit(dataset);
    app.measure();
    emit({ type: "failed", runId: "", code: "internal", message: "No.", remedy: "Try again." });
    expect(app.store.getState().measuring).toBe(false);
  });
});
