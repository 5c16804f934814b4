/** Joins client, reducer and image store, and offers what the controls do. No React. */

import { createStore, type StoreApi } from "zustand/vanilla";
import type { TrainingClient } from "../client/client";
import { createRunFiles, type RunFiles } from "../client/files";
import { createFileWorker, createOwnDataWorker } from "../client/worker";
import type { RunConfig } from "../config/config";
import { type Calibration, fastest } from "../config/devices";
import type { NetSpec } from "../nets/spec";
import type { ActivationChoice } from "../protocol/messages";
import type { OwnDataQuestions } from "../protocol/own-data";
import type { RpcWorker } from "../protocol/rpc";
import { createRunLocks, type RunLocks } from "../storage/locks";
import { createMemoryStore } from "../storage/memory";
import type { OpenedStore } from "../storage/open";
import { newRunId } from "../storage/record";
import {
  type ActivationStore,
  createActivationStore,
  createInsideStore,
  createSlowStepStore,
  type InsideStore,
  type SlowStepStore,
} from "./activations";
import { type Brought, createBrought } from "./brought";
import type { CalibrationStore } from "./calibrations";
import { type CodeHistory, createCodeHistory } from "./code-history";
import { type CurrentNetKeeper, createCurrentNet } from "./current-net";
import { calibrationFor, canMeasure } from "./devices";
import { createEventQueue } from "./events";
import { createFrameStore, type FrameStore } from "./frames";
import { createImageStore, type ImageStore } from "./images";
import { createRunKeeper } from "./keeper";
import { createModelImports, type ModelImports } from "./lazy-model-import";
import { linkedData, readLink } from "./link";
import { createLoading } from "./loading";
import { createOpenedNet } from "./opened-net";
import type { OwnDataStore } from "./own-data";
import { createOwnData } from "./own-data-later";
import type { AskToKeep } from "./persistence";
import { EMPTY_QUEUE, nextRun, type QueuedRun } from "./queue";
import { createReopening, type Reopening } from "./reopening";
import { createRuns, type Runs } from "./runs";
import { type AppState, atHand, type ChartView, formSpec, INITIAL_STATE, isActive } from "./state";

export interface App extends Reopening, Omit<CurrentNetKeeper, "dispose"> {
  readonly store: StoreApi<AppState>;
  readonly images: ImageStore;
  readonly frames: FrameStore;
  readonly activations: ActivationStore;
  readonly inside: InsideStore;
  readonly codeHistory: CodeHistory;
  readonly slowSteps: SlowStepStore;
  /** All runs that are kept. */
  readonly runs: Runs;
  /** What is dropped on the page or pasted into it. */
  readonly brought: Brought;
  /** Data sets of one's own. */
  readonly ownData: OwnDataStore;
  /** Trained models of others. */
  readonly models: ModelImports;
  /** Changes the form; without a run under way, other images are fetched at once. */
  change(change: Partial<RunConfig>): void;
  /** Draws a net that cannot be trained yet in place of the form's; null draws the form's again. */
  draft(net: NetSpec | null): void;
  /** Has layers of the net shown for one image, as it trains; null for no more. */
  watch(choice: ActivationChoice | null): void;
  /** Has single steps taken apart, or no longer. */
  slowly(isWanted: boolean): void;
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
  dismissLinkProblems(): void;
  dismissFailure(): void;
  /** Asks the worker anew for what the form stands for, after that failed; not while a run is under way. */
  loadAgain(): void;
  /**
   * Pauses the run under way and stores it as it stands, before the page is left; it gives up after
   * a few seconds.
   */
  keepRun(): Promise<void>;
  dispose(): void;
}

/** Unlike any other, of another visit or tab too; `randomUUID` is there only where TLS is. */
const queuedId = (): string =>
  `${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 10)}`;

/** What is there before the page's first event: from its address, and from the last visit. */
export type Opening = Partial<Pick<AppState, "settings" | "linkProblems" | "currentNet">> & {
  readonly waiting?: readonly QueuedRun[];
  /** The query of a link to a data set that may be here, or may be brought. */
  readonly query?: string;
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
  /** Starts a worker for data sets of one's own. */
  readonly ownDataWorker?: () => RpcWorker<OwnDataQuestions>;
}

/** Milliseconds that a run may take to be stored before the page is left, and between two looks. */
const KEPT_WITHIN = 10_000;
const LOOK_EVERY = 50;

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
    ownDataWorker = createOwnDataWorker,
  }: Keeping = {},
): App {
  const runs = createRuns(opened, locks);
  const { waiting = [], query = "", ...rest } = opening;
  const store = createStore<AppState>(() => ({
    ...INITIAL_STATE,
    ...rest,
    // Nobody asked this visit to train them: they wait for a word.
    queue: { ...EMPTY_QUEUE, waiting, held: waiting.length > 0 },
  }));
  const frames = createFrameStore();
  const keeper = createRunKeeper(runs.store, locks, {
    report: runs.report,
    onKept: () => void lasting(),
    onRestored: runs.restored,
    known: (id) => runs.state.getState().records?.find((record) => record.id === id) ?? null,
    frames: (id) => (store.getState().run?.id === id ? frames.all() : []),
  });
  const images = createImageStore(frames);
  const activations = createActivationStore();
  const inside = createInsideStore();
  const codeHistory = createCodeHistory();
  const slowSteps = createSlowStepStore();
  const { dispatch, receive, flush, ...events } = createEventQueue(store);
  const loading = createLoading(store, client, dispatch);

  /** The first run that is worth keeping: the browser is asked for a place that lasts. */
  const lasting = async (): Promise<void> => {
    try {
      if (await askToKeep(await runs.store)) runs.refresh();
    } catch (error) {
      runs.report(error);
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
    const config = loading.request(queued?.config);
    frames.replace([]);
    dispatch({ type: "runRequested", runId, config, ...(queued ? { queued } : {}) });
    client.start(runId, config, paused, null, known(config));
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

  /** Whether the run is stored up to its last step, or takes none that could be waited for. */
  const isKept = async (): Promise<boolean> => {
    const { run } = store.getState();
    if (!run || run.losses.count === 0 || !["training", "paused"].includes(run.phase)) return true;
    const record = await (await runs.store).get(run.id).catch(() => null);
    return run.phase === "paused" && record?.progress?.step === run.losses.count;
  };

  const unsubscribe = client.subscribe((event) => {
    images.accept(event);
    activations.accept(event);
    inside.accept(event);
    codeHistory.accept(event);
    slowSteps.accept(event);
    if (event.type === "preview") {
      const { epoch, step, reconstructions: pictures, ssim, ssimWriteup } = event;
      frames.add({ epoch, step, pictures, ssim, ssimWriteup });
    }
    // Other images have come: what the last run made of its own does not belong beside them.
    const { run } = store.getState();
    if (event.type === "dataset" && run && !loading.isFor(run.config)) frames.replace([]);
    if (event.type === "calibration") keep(event.calibration);
    if (event.type === "checkpoint") flush();
    else receive(event);
    keeper.accept(event, store.getState());
    // What cannot be had for this run cannot be had for the next: they wait until it can.
    if (event.type === "failed" && event.code === "not-loaded") {
      const isWaited = store.getState().queue.waiting.length > 0;
      if (isWaited) dispatch({ type: "queueHeld", held: true });
    }
    // Once all who listen have heard how the run ended.
    if (event.type === "finished" || event.type === "failed") queueMicrotask(goOn);
  });
  store.subscribe(({ cursor }) => frames.show(cursor));
  dispatch({ type: "calibrationsKept", calibrations: calibrations.load() });
  loading.load();

  const currentNet = createCurrentNet(store, runs, dispatch);
  const openedNet = createOpenedNet(store, client, runs);
  const reopening = createReopening({
    store,
    client,
    runs,
    locks,
    keeper,
    frames,
    files,
    loading,
    openedNet,
    dispatch,
    newId,
    known,
  });

  const change = (change: Partial<RunConfig>): void => {
    dispatch({ type: "settingsChanged", change });
    loading.fetchSoon();
  };

  /** The link to a data set of one's own: its settings are the form's once that is here. */
  let wanted = linkedData(query);
  let isSaid = false;
  const followLink = (): void => {
    if (!wanted || "address" in wanted) return;
    const catalogue = atHand(store.getState());
    const { config, problems } = readLink(query, catalogue);
    if (catalogue(wanted.id)) {
      wanted = null;
      dispatch({ type: "settingsChanged", change: config });
    } else if (isSaid) return;
    isSaid = true;
    dispatch({ type: "linkRead", problems });
  };
  const ownData = createOwnData({
    start: ownDataWorker,
    known(sets) {
      const specs = sets.map(({ spec }) => spec);
      dispatch({ type: "ownDataKnown", ownData: specs });
      followLink();
      loading.fetchChosen();
    },
    taken({ spec }) {
      const { settings } = store.getState();
      // A link, or a run that is shown, has been waiting for it, and says more than which data.
      if (settings.data === spec.id) return;
      const classes = spec.classNames.map((_, id) => id);
      change({ data: spec.id, classes });
    },
    replaced(before, set) {
      if (store.getState().settings.data === before) this.taken(set);
    },
    isUsed: (id) => runs.state.getState().records?.some(({ config }) => config.data === id) ?? true,
    settings: () => store.getState().settings,
    isTraining(id) {
      const { run } = store.getState();
      return isActive(run) && run.config.data === id;
    },
    change,
    fallBack() {
      const { data, classes } = INITIAL_STATE.settings;
      change({ data, classes });
      return formSpec(store.getState()).title;
    },
  });

  const models = createModelImports({
    app: store,
    runs,
    newId,
    resume: reopening.resumeRun,
    stop: () => ask("stop"),
  });

  return {
    store,
    ownData,
    models,
    images,
    frames,
    activations,
    inside,
    codeHistory,
    slowSteps,
    runs,
    brought: createBrought(reopening.importRun, ownData.bring, models.bring),
    ...reopening,
    lookAt: currentNet.lookAt,
    look: currentNet.look,
    change,
    draft: (net) => dispatch({ type: "netDrafted", net }),
    watch: openedNet.watch,
    slowly: (isWanted) => client.slowly(isWanted),
    train: () => begin(false),
    pause: () => ask("pause"),
    resume() {
      const { run } = store.getState();
      if (run?.phase === "interrupted") void reopening.resumeRun(run.id);
      else ask("resume");
    },
    step() {
      if (!isActive(store.getState().run)) begin(true);
      client.step();
    },
    stop: () => ask("stop"),
    reset() {
      keeper.letGo();
      frames.replace([]);
      dispatch({ type: "runDropped" });
      if (store.getState().queue.waiting.length > 0) dispatch({ type: "queueHeld", held: true });
      loading.reset();
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
    loadAgain() {
      if (isActive(store.getState().run)) return;
      dispatch({ type: "failureDismissed" });
      loading.load();
    },
    async keepRun() {
      const before = Date.now() + KEPT_WITHIN;
      if (store.getState().run?.phase === "training") ask("pause");
      while (!(await isKept()) && Date.now() < before) {
        await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
      }
      await keeper.settled();
    },
    dispose() {
      unsubscribe();
      events.dispose();
      loading.dispose();
      currentNet.dispose();
      client.dispose();
      runs.dispose();
      ownData.dispose();
    },
  };
}
