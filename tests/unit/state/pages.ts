/** Pages over stores and locks that tabs share; the worker is played by the test. */

import { afterEach, beforeEach, vi } from "vitest";
import type { LookedInto, TrainingClient } from "../../../src/client/client";
import type { RunConfig } from "../../../src/config/config";
import type { WorkerEvent } from "../../../src/protocol/messages";
import type { Checkpoint } from "../../../src/runs/checkpoint";
import type { RunResult } from "../../../src/runs/results";
import { type App, createApp, type Opening } from "../../../src/state/app";
import type { AskToKeep } from "../../../src/state/persistence";
import type { RunLocks } from "../../../src/storage/locks";
import { createMemoryStore } from "../../../src/storage/memory";
import type { RunStore } from "../../../src/storage/store";
import { strip28 } from "../image-sets";

const STEPS_PER_EPOCH = 4;
const FIGURES = { mse: 0.01, psnr: 20, ssim: 0.8, ssimWriteup: 0.9 };

interface Start {
  readonly runId: string;
  readonly config: RunConfig;
  readonly checkpoint: Checkpoint | null;
}

/** Locks that several pages share, as tabs do. */
export function sharedLocks(): RunLocks {
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
export function openPage(
  store: RunStore = createMemoryStore(),
  locks = sharedLocks(),
  askToKeep: AskToKeep = async () => false,
  opening: Opening = {},
) {
  const starts: Start[] = [];
  const looks: LookedInto[] = [];
  let listener: (event: WorkerEvent) => void = () => {};
  const ignore = () => {};
  const client: TrainingClient = {
    subscribe(next) {
      listener = next;
      return ignore;
    },
    load: ignore,
    reference: ignore,
    watch: ignore,
    slowly: ignore,
    look: (net) => looks.push(net),
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
  const app = createApp(client, opening, { opened, locks, askToKeep });
  pages.push(app);
  const run = () => app.store.getState().run!;
  const emit = (event: WorkerEvent) => listener(event);
  return {
    app,
    store,
    locks,
    starts,
    looks,
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

export const started = (emit: (event: WorkerEvent) => void, runId: string, config: RunConfig) => {
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

export const checkpointAfter = (epoch: number, best: number | null = epoch): Checkpoint => ({
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

export function playEpoch(
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
    reconstructions: strip28(new Uint8Array(784).fill(epoch)),
    ssim: [0.5],
    ssimWriteup: [0.6],
  });
  if (checkpoint) emit({ type: "checkpoint", runId, checkpoint });
}

export const result = (config: RunConfig): RunResult => ({
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

export const TEST = {
  ssim: Float32Array.of(0.8, 0.7),
  ssimWriteup: Float32Array.of(0.9, 0.8),
  mse: Float32Array.of(0.01, 0.02),
};

/** Lets all that was begun finish: each step of it is a turn of promises. */
export const settled = () => vi.advanceTimersByTimeAsync(50);

const pages: App[] = [];

/** Time stands still unless told, and pages end with their test: called once by each file. */
export function standStill(): void {
  beforeEach(() => {
    vi.useFakeTimers({ now: 1_000_000 });
  });
  afterEach(() => {
    for (const page of pages.splice(0)) page.dispose();
    vi.useRealTimers();
  });
}
