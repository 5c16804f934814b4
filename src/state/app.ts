/** Joins client, reducer and image store, and offers what the controls do. No React. */

import { createStore, type StoreApi } from "zustand/vanilla";
import type { TrainingClient } from "../client/client";
import { createRunFiles, type RunFiles } from "../client/files";
import { createFileWorker } from "../client/worker";
import type { RunConfig } from "../core/config";
import { type Calibration, fastest } from "../core/devices";
import type { NetChoice } from "../core/summary";
import type { ActivationChoice } from "../protocol/messages";
import { createRunLocks, type RunLocks } from "../storage/locks";
import { createMemoryStore } from "../storage/memory";
import type { OpenedStore } from "../storage/open";
import { newRunId, type RunRecord, statusNow } from "../storage/record";
import type { RunStore } from "../storage/store";
import { StorageError, toStorageError } from "../storage/trouble";
import { type ActivationStore, createActivationStore } from "./activations";
import type { CalibrationStore } from "./calibrations";
import { calibrationFor, canMeasure } from "./devices";
import { exportRun, fetchRunFile, importRun } from "./files";
import { createFrameStore, type FrameStore } from "./frames";
import { createImageStore, type ImageStore } from "./images";
import { createRunKeeper } from "./keeper";
import type { AskToKeep } from "./persistence";
import { EMPTY_QUEUE, nextRun, type QueuedRun } from "./queue";
import { type AppEvent, reduce } from "./reducer";
import { createRuns, type Runs } from "./runs";
import { sameData } from "./settings";
import { type AppState, type ChartView, INITIAL_STATE, isActive, netKey, type Run } from "./state";
import { runOf, storeContinuation } from "./stored";

export interface App {
  readonly store: StoreApi<AppState>;
  readonly images: ImageStore;
  readonly frames: FrameStore;
  readonly activations: ActivationStore;
  /** All runs that are kept. */
  readonly runs: Runs;
  /** Changes the form; without a run under way, other images are fetched at once. */
  change(change: Partial<RunConfig>): void;
  /** Has layers of the net shown for one image, as it trains; null for no more. */
  watch(choice: ActivationChoice | null): void;
  /** Begins a run with the form's settings, replacing any other. */
  train(): void;
  pause(): void;
  /** Goes on with the run: a paused one, or a stored one that is shown. */
  resume(): void;
  /** One step; without a run, it begins one that waits and takes its first step. */
  step(): void;
  stop(): void;
  reset(): void;
  /** Queues those runs behind the others; the first begins at once where nothing trains. */
  enqueue(configs: readonly RunConfig[], tag?: string): void;
  /** Moves a waiting run to that place of the list, from 0. */
  moveQueued(id: string, to: number): void;
  unqueue(id: string): void;
  clearQueue(): void;
  /** Times the form's net on every device here. */
  measure(): void;
  /** Lets a queue go on that waits since a reload or a reset. */
  startQueue(): void;
  /** Queues a failed run once more. */
  retry(id: string): void;
  dismissFailedRun(id: string): void;
  /** What charts and pictures tell about: a step of the run, or null for the newest. */
  setCursor(step: number | null): void;
  changeCharts(change: Partial<ChartView>): void;
  forgetEarlier(): void;
  /** Shows a stored run in place of the current one; not while a run is under way. */
  openRun(id: string): Promise<void>;
  /** Goes on with a stored run from its newest checkpoint. */
  resumeRun(id: string): Promise<void>;
  /** Trains a copy of a stored run for so many epochs more; it keeps its own result. */
  continueRun(id: string, moreEpochs: number): Promise<void>;
  /** A stored run as a file, with its name; null, and said why, where that fails. */
  exportRun(id: string): Promise<{ name: string; blob: Blob } | null>;
  /** Takes in a run from a file; whether it did. */
  importRun(file: Blob, name: string): Promise<boolean>;
  /** Takes in a run from an address, and shows it where nothing trains. */
  importLink(address: string): Promise<void>;
  dismissLinkProblems(): void;
  dismissFailure(): void;
  dispose(): void;
}

/** Milliseconds between two updates of the page while losses stream in: at most 10 a second. */
const FLUSH_EVERY = 100;
/** Milliseconds after which a net is asked for again. */
const ASK_AGAIN_AFTER = 2000;
/** Milliseconds that settings rest before images are fetched for them. */
const LOAD_AFTER = 200;

/** Unlike any other, of another visit or tab too; `randomUUID` is there only where TLS is. */
const queuedId = (): string =>
  `${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 10)}`;

/** What is there before the page's first event: from its address, and from the last visit. */
export type Opening = Partial<Pick<AppState, "settings" | "linkProblems">> & {
  readonly waiting?: readonly QueuedRun[];
};

/** Where runs are kept; in memory unless said otherwise. */
export interface Keeping {
  readonly opened?: Promise<OpenedStore>;
  readonly locks?: RunLocks;
  readonly newId?: () => string;
  /** Makes and reads run files. */
  readonly files?: RunFiles;
  /** What devices made of nets at earlier visits; nothing unless said otherwise. */
  readonly calibrations?: CalibrationStore;
  /** Asks the browser for a lasting place once there is something to keep. */
  readonly askToKeep?: AskToKeep;
}

const inMemory = async (): Promise<OpenedStore> => ({ store: createMemoryStore(), trouble: null });
const NOTHING_KEPT: CalibrationStore = { load: () => [], save: () => {} };

export function createApp(
  client: TrainingClient,
  opening: Opening = {},
  {
    opened = inMemory(),
    locks = createRunLocks(),
    newId = newRunId,
    files = createRunFiles(createFileWorker),
    calibrations = NOTHING_KEPT,
    askToKeep = async () => false,
  }: Keeping = {},
): App {
  const runs = createRuns(opened, locks);
  const keeper = createRunKeeper(runs.store, locks, runs.report, () => void lasting());
  const { waiting = [], ...rest } = opening;
  const store = createStore<AppState>(() => ({
    ...INITIAL_STATE,
    ...rest,
    // Nobody asked this visit to train them: they wait for a word.
    queue: { ...EMPTY_QUEUE, waiting, held: waiting.length > 0 },
  }));
  const frames = createFrameStore();
  const images = createImageStore(frames);
  const activations = createActivationStore();
  let queue: AppEvent[] = [];
  let flushTimer: ReturnType<typeof setTimeout> | null = null;
  let loadTimer: ReturnType<typeof setTimeout> | null = null;
  let lastFlush = 0;
  let loaded: RunConfig | null = null;

  const flush = (): void => {
    if (flushTimer !== null) clearTimeout(flushTimer);
    flushTimer = null;
    lastFlush = Date.now();
    const events = queue;
    queue = [];
    if (events.length > 0) store.setState(events.reduce(reduce, store.getState()), true);
  };

  const dispatch = (event: AppEvent): void => {
    queue.push(event);
    flush();
  };

  /** Losses wait for their turn; all else, rarer and more important, takes them along at once. */
  const receive = (event: AppEvent): void => {
    if (event.type !== "steps" && event.type !== "dataProgress") {
      dispatch(event);
      return;
    }
    queue.push(event);
    const wait = lastFlush + FLUSH_EVERY - Date.now();
    if (wait <= 0) flush();
    else flushTimer ??= setTimeout(flush, wait);
  };

  /** The first run that is worth keeping: the browser is asked for a place that lasts. */
  const lasting = async (): Promise<void> => {
    try {
      if (await askToKeep(await runs.store)) runs.refresh();
    } catch (error) {
      runs.report(error);
    }
  };

  const request = (config: RunConfig = store.getState().settings): RunConfig => {
    loaded = config;
    return loaded;
  };

  /** Asks what a net consists of, where that is not known yet. */
  const describe = (net: NetChoice): void => {
    if (!store.getState().nets[netKey(net)]) client.describe(net);
  };

  const load = (): void => {
    const { classes, split, seed, latentSize } = request();
    dispatch({ type: "loadRequested" });
    client.load({ classes, split, seed });
    client.reference(latentSize);
  };

  /** Fetches what the form now stands for, unless a run has the worker's attention. */
  const fetchChosen = (): void => {
    loadTimer = null;
    const { settings, run } = store.getState();
    if (isActive(run)) return;
    if (!loaded || !sameData(loaded, settings)) load();
    else if (loaded.latentSize !== settings.latentSize) {
      client.reference(request().latentSize);
    }
  };

  /** What is known of the devices' speed with that net. */
  const known = (config: RunConfig): Calibration | null => {
    const calibration = calibrationFor(store.getState(), config);
    return calibration?.chosen ? calibration : null;
  };

  const begin = (paused: boolean, queued?: QueuedRun): void => {
    const runId = newId();
    keeper.letGo();
    const config = request(queued?.config);
    frames.replace([]);
    dispatch({ type: "runRequested", runId, config, ...(queued ? { queued } : {}) });
    client.start(runId, config, paused, null, known(config));
    // A worker that crashed may have owed the answer.
    describe(config);
  };

  /** Begins the queue's next run, unless another is under way. */
  const goOn = (): void => {
    const { run, queue } = store.getState();
    const next = isActive(run) ? null : nextRun(queue);
    if (next) begin(false, next);
  };

  const enqueue = (configs: readonly RunConfig[], tag = ""): void => {
    const added = configs.map((config) => ({ id: queuedId(), config, tag }));
    dispatch({ type: "enqueued", runs: added });
    goOn();
  };

  const ask = (what: "pause" | "resume" | "stop"): void => {
    dispatch({ type: "asked", what });
    client[what]();
  };

  /** A device that nobody timed may be another at the next visit. */
  const keep = (calibration: Calibration): void => {
    if (calibration.chosen !== null && fastest(calibration.trials)) calibrations.save(calibration);
  };

  const unsubscribe = client.subscribe((event) => {
    images.accept(event);
    activations.accept(event);
    if (event.type === "preview") {
      const { epoch, step, reconstructions: pictures, ssim, ssimWriteup } = event;
      frames.add({ epoch, step, pictures, ssim, ssimWriteup });
    }
    // Other images have come: what the last run made of its own does not belong beside them.
    const { run } = store.getState();
    if (event.type === "dataset" && run && loaded && !sameData(run.config, loaded)) {
      frames.replace([]);
    }
    if (event.type === "calibration") keep(event.calibration);
    if (event.type === "checkpoint") flush();
    else receive(event);
    keeper.accept(event, store.getState());
    // Once all who listen have heard how the run ended.
    if (event.type === "finished" || event.type === "failed") queueMicrotask(goOn);
  });
  store.subscribe(({ cursor }) => frames.show(cursor));
  dispatch({ type: "calibrationsKept", calibrations: calibrations.load() });
  load();
  describe(store.getState().settings);

  /** Shows a stored run with its newest pictures. */
  const show = async (record: RunRecord, phase: Run["phase"]): Promise<void> => {
    const stored = await (await runs.store).frames(record.id);
    frames.replace(
      stored.map(({ count, pixels, ...frame }) => ({ ...frame, pictures: { count, pixels } })),
    );
    dispatch({ type: "runShown", run: runOf(record, phase) });
    describe(record.config);
  };

  /** What went wrong is said; the page stays as it was. */
  const attempt = async (work: (store: RunStore) => Promise<void>): Promise<void> => {
    try {
      await work(await runs.store);
    } catch (error) {
      runs.say(toStorageError(error));
    }
  };

  const open = async (stored: RunStore, id: string): Promise<void> => {
    if (isActive(store.getState().run)) return;
    const record = await stored.get(id);
    if (!record) throw nothingLeft();
    const status = statusNow(record, await locks.held());
    if (status === "running" || status === "paused") throw elsewhere();
    await show(record, status);
    fetchChosen();
  };

  /** What the worker counts in that net. */
  const weightsOf = (net: NetChoice): Promise<number> =>
    new Promise((resolve) => {
      const known = (): number | undefined => store.getState().nets[netKey(net)]?.parameters;
      const look = (): void => {
        const weights = known();
        if (weights === undefined) return;
        clearInterval(timer);
        stopLooking();
        resolve(weights);
      };
      const stopLooking = store.subscribe(look);
      // A newer question of the form may have taken this one's place.
      const timer = setInterval(() => describe(net), ASK_AGAIN_AFTER);
      describe(net);
      look();
    });

  const takeIn = (stored: RunStore, file: Blob, name: string): Promise<string> =>
    importRun({ files, store: stored, newId, weightsOf }, file, name);

  const goOnWith = async (stored: RunStore, id: string): Promise<void> => {
    if (!(await keeper.take(id))) throw elsewhere();
    const record = await stored.get(id);
    const checkpoint = await stored.checkpoint(id);
    if (!record || !checkpoint) {
      keeper.letGo();
      throw nothingLeft();
    }
    await show({ ...record, result: null }, "preparing");
    client.start(id, request(), false, checkpoint, known(record.config));
  };

  return {
    store,
    images,
    frames,
    activations,
    runs,
    change(change) {
      dispatch({ type: "settingsChanged", change });
      describe(store.getState().settings);
      if (loadTimer !== null) clearTimeout(loadTimer);
      loadTimer = setTimeout(fetchChosen, LOAD_AFTER);
    },
    watch: client.watch,
    train: () => begin(false),
    pause: () => ask("pause"),
    resume() {
      const { run } = store.getState();
      if (run?.phase === "interrupted") void attempt((stored) => goOnWith(stored, run.id));
      else ask("resume");
    },
    step() {
      if (!isActive(store.getState().run)) begin(true);
      client.step();
    },
    stop: () => ask("stop"),
    openRun: (id) => attempt((stored) => open(stored, id)),
    resumeRun: (id) => attempt((stored) => goOnWith(stored, id)),
    async exportRun(id) {
      let file: { name: string; blob: Blob } | null = null;
      await attempt(async (stored) => {
        file = await exportRun(files, stored, id);
      });
      return file;
    },
    async importRun(file, name) {
      let taken = false;
      await attempt(async (stored) => {
        await takeIn(stored, file, name);
        taken = true;
      });
      return taken;
    },
    importLink: (address) =>
      attempt(async (stored) => {
        const file = await fetchRunFile(address, window.location.href);
        const id = await takeIn(stored, file, "The run of this link");
        await open(stored, id);
      }),
    continueRun: (id, moreEpochs) =>
      attempt(async (stored) => {
        const copy = await storeContinuation(stored, id, newId(), moreEpochs);
        if (!copy) throw nothingLeft();
        await goOnWith(stored, copy.id);
      }),
    reset() {
      keeper.letGo();
      frames.replace([]);
      dispatch({ type: "runDropped" });
      if (store.getState().queue.waiting.length > 0) dispatch({ type: "queueHeld", held: true });
      const { classes, split, seed, latentSize } = request();
      dispatch({ type: "loadRequested" });
      client.reset({ classes, split, seed });
      client.reference(latentSize);
    },
    enqueue,
    moveQueued: (id, to) => dispatch({ type: "queueMoved", id, to }),
    unqueue: (id) => dispatch({ type: "unqueued", id }),
    clearQueue: () => dispatch({ type: "queueCleared" }),
    measure() {
      if (!canMeasure(store.getState())) return;
      dispatch({ type: "measureRequested" });
      client.measure(store.getState().settings);
    },
    startQueue() {
      dispatch({ type: "queueHeld", held: false });
      goOn();
    },
    retry(id) {
      const failed = store.getState().queue.failed.find((run) => run.id === id);
      if (!failed) return;
      dispatch({ type: "failedRunDismissed", id });
      enqueue([failed.config], failed.tag);
    },
    dismissFailedRun: (id) => dispatch({ type: "failedRunDismissed", id }),
    setCursor: (step) => dispatch({ type: "cursorMoved", step }),
    dismissLinkProblems: () => dispatch({ type: "linkProblemsDismissed" }),
    changeCharts: (change) => dispatch({ type: "chartsChanged", change }),
    forgetEarlier: () => dispatch({ type: "earlierForgotten" }),
    dismissFailure: () => dispatch({ type: "failureDismissed" }),
    dispose() {
      unsubscribe();
      if (flushTimer !== null) clearTimeout(flushTimer);
      if (loadTimer !== null) clearTimeout(loadTimer);
      client.dispose();
      runs.dispose();
    },
  };
}

const elsewhere = (): StorageError =>
  new StorageError(
    "refused",
    "This run is being trained in another tab.",
    "Go on with it there, or stop it there first.",
  );

const nothingLeft = (): StorageError =>
  new StorageError(
    "failed",
    "This run is no longer stored, or has nothing to go on from.",
    "Train it anew with its settings.",
  );
