import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { TrainingClient } from "../../../src/client/client";
import type { Checkpoint } from "../../../src/core/checkpoint";
import { DEFAULT_CONFIG, type RunConfig } from "../../../src/core/config";
import type { RunResult } from "../../../src/core/results";
import type { WorkerEvent } from "../../../src/protocol/messages";
import { type App, createApp } from "../../../src/state/app";
import type { AskToKeep } from "../../../src/state/persistence";
import { leftBehind, statusOf } from "../../../src/state/runs";
import type { RunLocks } from "../../../src/storage/locks";
import { createMemoryStore } from "../../../src/storage/memory";
import { newRecord } from "../../../src/storage/record";
import type { RunStore } from "../../../src/storage/store";
import { StorageError } from "../../../src/storage/trouble";

const STEPS_PER_EPOCH = 4;
const FIGURES = { mse: 0.01, psnr: 20, ssim: 0.8, ssimWriteup: 0.9 };

interface Start {
  readonly runId: string;
  readonly config: RunConfig;
  readonly checkpoint: Checkpoint | null;
}

/** Locks that several pages share, as tabs do. */
function sharedLocks(): RunLocks {
  const taken = new Set<string>();
  return {
    async take(id) {
      if (taken.has(id)) return null;
      taken.add(id);
      return () => taken.delete(id);
    },
    held: async () => new Set(taken),
  };
}

/** A page over a store and locks that may be shared with others; the worker is played by the test. */
function openPage(
  store: RunStore = createMemoryStore(),
  locks = sharedLocks(),
  askToKeep: AskToKeep = async () => false,
) {
  const starts: Start[] = [];
  let listener: (event: WorkerEvent) => void = () => {};
  const ignore = () => {};
  const client: TrainingClient = {
    subscribe(next) {
      listener = next;
      return ignore;
    },
    load: ignore,
    reference: ignore,
    describe: ignore,
    watch: ignore,
    measure: ignore,
    start: (runId, config, _paused, checkpoint = null) =>
      starts.push({ runId, config, checkpoint }),
    pause: ignore,
    resume: ignore,
    step: ignore,
    stop: ignore,
    reset: ignore,
    dispose: ignore,
  };
  const opened = Promise.resolve({ store, trouble: null });
  const app = createApp(client, {}, { opened, locks, askToKeep });
  pages.push(app);
  const run = () => app.store.getState().run!;
  const emit = (event: WorkerEvent) => listener(event);
  return {
    app,
    store,
    locks,
    starts,
    emit,
    id: () => run().id,
    begin() {
      app.train();
      started(emit, run().id, run().config);
    },
    /** One epoch's events, as the worker posts them. */
    epoch: (epoch: number) => playEpoch(emit, run().id, epoch),
    records: async () => {
      await settled();
      return app.runs.state.getState().records!;
    },
  };
}

const started = (emit: (event: WorkerEvent) => void, runId: string, config: RunConfig) => {
  emit({
    type: "started",
    runId,
    config,
    deviceLabel: "WASM, 2 threads",
    deviceName: "wasm",
    threads: 2,
    parameters: 3,
    stepsPerEpoch: STEPS_PER_EPOCH,
    totalSteps: STEPS_PER_EPOCH * config.epochs,
    lossFloor: 0,
  });
  emit({ type: "phase", runId, phase: "training" });
};

const checkpointAfter = (epoch: number, best: number | null = epoch): Checkpoint => ({
  progress: {
    device: "wasm",
    epoch,
    step: epoch * STEPS_PER_EPOCH,
    images: 0,
    lossSum: 0,
    epochSeconds: 0,
    seconds: epoch,
    trainedImages: 1,
    trainedSeconds: 1,
    best: { epoch, value: 1 / epoch },
    kept: { epoch, step: epoch * STEPS_PER_EPOCH, trainLoss: 1 / epoch, validationLoss: 1 / epoch },
  },
  weights: Float32Array.of(epoch, 0, 0),
  best: best === null ? null : Float32Array.of(best, 1, 1),
  m: Float32Array.of(epoch),
  v: Float32Array.of(epoch),
});

function playEpoch(
  emit: (event: WorkerEvent) => void,
  runId: string,
  epoch: number,
  checkpoint: Checkpoint | null = checkpointAfter(epoch),
) {
  const step = epoch * STEPS_PER_EPOCH;
  emit({
    type: "steps",
    runId,
    firstStep: step - STEPS_PER_EPOCH + 1,
    losses: Float32Array.from({ length: STEPS_PER_EPOCH }, (_, i) => 1 / (step - i)),
    epoch,
    imagesPerSecond: 400,
    secondsLeft: null,
  });
  emit({
    type: "epoch",
    runId,
    epoch,
    step,
    trainLoss: 1 / epoch,
    validationLoss: 1 / epoch,
    validation: FIGURES,
    isBest: true,
    seconds: 1,
  });
  emit({
    type: "preview",
    runId,
    epoch,
    step,
    reconstructions: { count: 1, pixels: new Uint8Array(784).fill(epoch) },
    ssim: [0.5],
    ssimWriteup: [0.6],
  });
  if (checkpoint) emit({ type: "checkpoint", runId, checkpoint });
}

const result = (config: RunConfig): RunResult => ({
  preset: config.preset,
  latent: config.latentSize,
  seed: config.seed,
  split: config.split,
  device: "wasm",
  threads: 2,
  data: "fashion-mnist",
  trainImages: 10,
  validationImages: 2,
  testImages: 2,
  parameters: 3,
  epochs: 2,
  bestEpoch: 2,
  trainLoss: 0.5,
  validationLoss: 0.5,
  test: { ...FIGURES, bce: 0.3, bceGap: 0.1 },
  pca: FIGURES,
  imagesPerSecond: 400,
  config,
  seconds: 2,
});

const TEST = {
  ssim: Float32Array.of(0.8, 0.7),
  ssimWriteup: Float32Array.of(0.9, 0.8),
  mse: Float32Array.of(0.01, 0.02),
};

/** Lets all that was begun finish: each step of it is a turn of promises. */
const settled = () => vi.advanceTimersByTimeAsync(50);

const pages: App[] = [];
beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  for (const page of pages.splice(0)) page.dispose();
  vi.useRealTimers();
});

describe("a run", () => {
  it("is worth asking for a place that lasts once it has a checkpoint", async () => {
    const asked: number[] = [];
    const page = openPage(createMemoryStore(), sharedLocks(), async (store) => {
      asked.push((await store.list()).length);
      return true;
    });
    page.begin();
    await settled();
    expect(asked).toEqual([]);
    page.epoch(1);
    await settled();
    page.epoch(2);
    await settled();
    expect(asked).toEqual([1]);
  });

  it("is kept with each checkpoint: figures, weights and pictures", async () => {
    const page = openPage();
    page.begin();
    page.epoch(1);
    page.epoch(2);
    const [record] = await page.records();
    expect(record).toMatchObject({
      id: page.id(),
      status: "running",
      start: { deviceName: "wasm", stepsPerEpoch: 4 },
      progress: { epoch: 2, step: 8 },
      imagesPerSecond: 400,
    });
    expect(record!.losses).toEqual(
      Float32Array.from(
        { length: 8 },
        (_, i) => [1 / 4, 1 / 3, 1 / 2, 1, 1 / 8, 1 / 7, 1 / 6, 1 / 5][i]!,
      ),
    );
    expect(record!.epochs).toHaveLength(2);
    expect(await page.store.weights(page.id(), "last")).toEqual(Float32Array.of(2, 0, 0));
    expect((await page.store.frames(page.id())).map(({ step }) => step)).toEqual([4, 8]);
    expect(statusOf(page.app.runs.state.getState(), record!)).toBe("running");
  });

  it("finished, has its result and lets go of its lock", async () => {
    const page = openPage();
    page.begin();
    page.epoch(1);
    page.emit({ type: "finished", runId: page.id(), result: result(DEFAULT_CONFIG), test: TEST });
    const [record] = await page.records();
    expect(record).toMatchObject({ status: "finished", result: { bestEpoch: 2 }, test: TEST });
    expect(await page.locks.held()).toEqual(new Set());
  });

  it("is stored without the losses that came after its checkpoint", async () => {
    const page = openPage();
    page.begin();
    page.epoch(1);
    playEpoch(page.emit, page.id(), 2, null);
    page.app.reset();
    const [record] = await page.records();
    expect(record).toMatchObject({ status: "interrupted", progress: { step: 4 } });
    expect(record!.losses).toHaveLength(4);
    expect(record!.epochs).toHaveLength(1);
  });

  it("dropped before its first checkpoint, leaves nothing behind", async () => {
    const page = openPage();
    page.begin();
    page.app.train();
    expect(await page.records()).toEqual([]);
  });

  it("replaced by another, can be gone on with", async () => {
    const page = openPage();
    page.begin();
    page.epoch(1);
    const first = page.id();
    page.begin();
    page.epoch(1);
    const records = await page.records();
    expect(records.map(({ status }) => status).sort()).toEqual(["interrupted", "running"]);
    expect(records.find(({ id }) => id === first)!.status).toBe("interrupted");
  });

  it("that fails of itself has failed; one whose worker crashed can be gone on with", async () => {
    for (const [code, status] of [
      ["not-finite", "failed"],
      ["worker-crashed", "interrupted"],
    ] as const) {
      const page = openPage();
      page.begin();
      page.epoch(1);
      const failure = { code, message: "It broke.", remedy: "Mend it." };
      page.emit({ type: "failed", runId: page.id(), ...failure });
      expect((await page.records())[0]).toMatchObject({ status, failure: "It broke." });
    }
  });
});

describe("a full disk", () => {
  it("is said once, stops nothing, and is written to again when there is room", async () => {
    const store = createMemoryStore();
    const page = openPage(store);
    page.begin();
    await settled();
    let full = true;
    const { update } = store;
    store.update = async (id, change, arrays) => {
      if (full && arrays) throw new StorageError("full", "No room.", "Delete runs.");
      return update(id, change, arrays);
    };
    page.epoch(1);
    await settled();
    expect(page.app.runs.state.getState().trouble).toMatchObject({ message: "No room." });
    page.app.runs.dismissTrouble();
    playEpoch(page.emit, page.id(), 2, checkpointAfter(2, null));
    await settled();
    expect(page.app.runs.state.getState().trouble).toBeNull();
    full = false;
    playEpoch(page.emit, page.id(), 3, checkpointAfter(3, null));
    await settled();
    // The best weights came with the first, which could not be written.
    expect(await store.weights(page.id(), "best")).toEqual(Float32Array.of(1, 1, 1));
    expect((await page.records())[0]).toMatchObject({ progress: { epoch: 3 } });
    expect(page.app.store.getState().run!.epochs).toHaveLength(3);
  });
});

describe("a disk that is full from the start", () => {
  it("gets the run once there is room", async () => {
    const store = createMemoryStore();
    let full = true;
    const { put } = store;
    store.put = async (record, arrays) => {
      if (full) throw new StorageError("full", "No room.", "Delete runs.");
      return put(record, arrays);
    };
    const page = openPage(store);
    page.begin();
    page.epoch(1);
    expect(await page.records()).toEqual([]);
    full = false;
    playEpoch(page.emit, page.id(), 2, checkpointAfter(2, null));
    const [record] = await page.records();
    expect(record).toMatchObject({ id: page.id(), start: { threads: 2 }, progress: { epoch: 2 } });
    expect(await store.weights(page.id(), "best")).toEqual(Float32Array.of(1, 1, 1));
  });
});

describe("a tab that was closed in mid-training", () => {
  async function closedAfter(epochs: number) {
    const store = createMemoryStore();
    const before = openPage(store);
    before.begin();
    for (let epoch = 1; epoch <= epochs; epoch++) before.epoch(epoch);
    await settled();
    const id = before.id();
    // The browser frees a lock when its tab ends; the page gets no word in.
    return { id, store, locks: sharedLocks() };
  }

  it("leaves a run that the next visit offers, and goes on with from its checkpoint", async () => {
    const { id, store, locks } = await closedAfter(2);
    const page = openPage(store, locks);
    await settled();
    expect(leftBehind(page.app.runs.state.getState())?.id).toBe(id);

    await page.app.resumeRun(id);
    expect(page.starts).toHaveLength(1);
    expect(page.starts[0]).toMatchObject({ runId: id, checkpoint: checkpointAfter(2) });
    const run = page.app.store.getState().run!;
    expect(run).toMatchObject({ id, phase: "preparing", epoch: 2, losses: { count: 8 } });
    expect(run.epochs).toHaveLength(2);
    expect(page.app.images.get("reconstructions")!.pixels[0]).toBe(2);

    started(page.emit, id, run.config);
    page.epoch(3);
    const records = await page.records();
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({ id, status: "running", progress: { epoch: 3 } });
    expect(records[0]!.losses).toHaveLength(12);
    expect(leftBehind(page.app.runs.state.getState())).toBeNull();
  });

  it("goes on by the large button once the run is shown", async () => {
    const { id, store, locks } = await closedAfter(1);
    const page = openPage(store, locks);
    await settled();
    await page.app.openRun(id);
    expect(page.app.store.getState().run).toMatchObject({ id, phase: "interrupted" });
    page.app.resume();
    await settled();
    expect(page.starts[0]).toMatchObject({ runId: id, checkpoint: checkpointAfter(1) });
  });

  it("within its first epoch, leaves nothing to clutter the list", async () => {
    const { store, locks } = await closedAfter(0);
    const page = openPage(store, locks);
    expect(await page.records()).toEqual([]);
    expect(await store.list()).toEqual([]);
  });
});

describe("two tabs", () => {
  it("know of each other's runs, and neither goes on with what the other trains", async () => {
    const store = createMemoryStore();
    const locks = sharedLocks();
    const [one, other] = [openPage(store, locks), openPage(store, locks)];
    one.begin();
    one.epoch(1);
    const [record] = await other.records();
    expect(statusOf(other.app.runs.state.getState(), record!)).toBe("running");
    expect(leftBehind(other.app.runs.state.getState())).toBeNull();

    await other.app.resumeRun(one.id());
    expect(other.starts).toEqual([]);
    expect(other.app.runs.state.getState().trouble!.message).toMatch(/in another tab/);
    await other.app.openRun(one.id());
    expect(other.app.store.getState().run).toBeNull();
  });
});

describe("a stored run", () => {
  async function withFinishedRun() {
    const page = openPage();
    page.begin();
    page.epoch(1);
    page.epoch(2);
    const id = page.id();
    page.emit({ type: "finished", runId: id, result: result(DEFAULT_CONFIG), test: TEST });
    page.app.reset();
    await settled();
    return { page, id };
  }

  it("opens with its curves, result, settings and pictures", async () => {
    const { page, id } = await withFinishedRun();
    await page.store.update(id, { config: { ...DEFAULT_CONFIG, latentSize: 16 } });
    await page.app.openRun(id);
    const state = page.app.store.getState();
    expect(state.run).toMatchObject({ id, phase: "finished", result: { bestEpoch: 2 } });
    expect(page.app.frames.all().map(({ step }) => step)).toEqual([4, 8]);
    expect(state.settings.latentSize).toBe(16);
    expect(page.app.images.get("reconstructions")!.pixels[0]).toBe(2);
  });

  it("trains on as a copy, and keeps its own result", async () => {
    const { page, id } = await withFinishedRun();
    await page.store.update(id, { config: { ...DEFAULT_CONFIG, epochs: 2, patience: 1 } });
    await page.app.continueRun(id, 5);
    const [start] = page.starts.slice(-1);
    expect(start!.runId).not.toBe(id);
    expect(start).toMatchObject({
      config: { epochs: 7, patience: null },
      checkpoint: checkpointAfter(2),
    });
    const records = await page.records();
    expect(records).toHaveLength(2);
    expect(records.find((each) => each.id === id)).toMatchObject({ status: "finished" });
    expect(records.find((each) => each.id !== id)).toMatchObject({ continues: id, result: null });
    expect(await page.store.frames(start!.runId)).toHaveLength(2);
  });

  it("is renamed, starred, deleted, and brought back in time", async () => {
    const { page, id } = await withFinishedRun();
    const { runs } = page.app;
    runs.rename(id, "  my best  ");
    runs.rename(id, "   ");
    runs.star(id, true);
    expect((await page.records())[0]).toMatchObject({ name: "my best", starred: true });
    runs.remove(id);
    expect(await page.records()).toEqual([]);
    expect(runs.state.getState().deleted).toMatchObject({ id, name: "my best" });
    runs.undo();
    expect(await page.records()).toHaveLength(1);
    expect(runs.state.getState().deleted).toBeNull();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await page.records()).toHaveLength(1);
    runs.remove(id);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(runs.state.getState().deleted).toBeNull();
    expect(await page.store.get(id)).toBeNull();
  });

  it("that is gone is said, and nothing else happens", async () => {
    const page = openPage();
    await page.app.resumeRun("nowhere");
    await page.app.openRun("nowhere");
    await page.app.continueRun("nowhere", 3);
    expect(page.starts).toEqual([]);
    expect(page.app.runs.state.getState().trouble!.message).toMatch(/no longer stored/);
    expect(await page.locks.held()).toEqual(new Set());
  });

  it("is left alone while a run is under way", async () => {
    const { page, id } = await withFinishedRun();
    page.begin();
    const current = page.id();
    await page.app.openRun(id);
    expect(page.id()).toBe(current);
  });

  it("without a checkpoint is no left-behind run", async () => {
    const store = createMemoryStore();
    await store.put({ ...newRecord("a", DEFAULT_CONFIG, 1), status: "interrupted" });
    const page = openPage(store);
    await settled();
    expect(leftBehind(page.app.runs.state.getState())).toBeNull();
  });
});
