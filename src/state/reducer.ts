/** How each event changes what the page shows: `(state, event) → state`, nothing else. */

import type { RunConfig } from "../config/config";
import type { Calibration } from "../config/devices";
import type { DataSpec } from "../datasets/dataset";
import type { NetSpec } from "../nets/spec";
import type { WorkerEvent } from "../protocol/messages";
import { begun, type QueuedRun, type QueueEvent, reduceQueue, withFailed } from "./queue";
import { appendLosses } from "./series";
import { changeSettings } from "./settings";
import {
  type AppState,
  type ChartView,
  dataSpec,
  isActive,
  MOST_EARLIER,
  NEW_RUN,
  pcaKey,
  type Run,
  specOfConfig,
} from "./state";

/** What the person at the page does, in the same stream as the worker's events. */
export type PageEvent =
  | { readonly type: "settingsChanged"; readonly change: Partial<RunConfig> }
  /** Those that are kept in this browser. */
  | { readonly type: "ownDataKnown"; readonly ownData: readonly DataSpec[] }
  | { readonly type: "netDrafted"; readonly net: NetSpec | null }
  | { readonly type: "loadRequested" }
  | { readonly type: "measureRequested" }
  /** What an earlier visit measured. */
  | { readonly type: "calibrationsKept"; readonly calibrations: readonly Calibration[] }
  | {
      readonly type: "runRequested";
      readonly runId: string;
      readonly config: RunConfig;
      /** Where the run comes from the queue. */
      readonly queued?: QueuedRun;
    }
  | { readonly type: "asked"; readonly what: "pause" | "resume" | "stop" }
  /** A stored run takes the place of the current one, and its settings that of the form's. */
  | { readonly type: "runShown"; readonly run: Run }
  | { readonly type: "runDropped" }
  | { readonly type: "netChosen"; readonly id: string }
  /** Views that show the current net have come (1) or gone (−1). */
  | { readonly type: "looked"; readonly by: 1 | -1 }
  | { readonly type: "earlierForgotten" }
  | { readonly type: "cursorMoved"; readonly step: number | null }
  | { readonly type: "chartsChanged"; readonly change: Partial<ChartView> }
  | { readonly type: "linkProblemsDismissed" }
  /** A link's settings are the form's now, but for what it says that is left out. */
  | { readonly type: "linkRead"; readonly problems: readonly string[] }
  | { readonly type: "failureDismissed" }
  | QueueEvent;

/** Checkpoints are stored, not shown. */
export type AppEvent = Exclude<WorkerEvent, { type: "checkpoint" }> | PageEvent;

function assertNever(event: never): never {
  throw new TypeError(`unknown event ${JSON.stringify(event)}`);
}

const NOTHING_LOADED = { loadedBytes: 0, totalBytes: 0 };

export function reduce(state: AppState, event: AppEvent): AppState {
  switch (event.type) {
    case "settingsChanged": {
      const { change } = event;
      const spec = specOfConfig(state, { ...state.settings, ...change });
      return { ...state, settings: changeSettings(state.settings, change, spec), edited: true };
    }
    case "ownDataKnown":
      return { ...state, ownData: event.ownData };
    case "netDrafted":
      return { ...state, draft: event.net };
    case "measureRequested":
      return { ...state, measuring: true };
    case "calibrationsKept":
      return {
        ...state,
        calibrations: Object.fromEntries(event.calibrations.map((each) => [each.key, each])),
      };
    case "compiling": {
      const { device, done, all } = event;
      return { ...state, compiling: done < all ? { device, done, all } : null };
    }
    case "calibration": {
      const { calibration } = event;
      return {
        ...state,
        compiling: null,
        measuring: state.measuring && calibration.chosen === null,
        calibrations: { ...state.calibrations, [calibration.key]: calibration },
      };
    }
    case "loadRequested":
      return { ...state, loading: NOTHING_LOADED };
    case "runRequested": {
      const { runId, config, queued = null } = event;
      return {
        ...state,
        failure: null,
        edited: false,
        cursor: null,
        charts: { ...state.charts, zoom: null },
        measuring: false,
        compiling: null,
        run: { id: runId, config, queued, ...NEW_RUN },
        currentNet: takesOver(state, queued) ? runId : state.currentNet,
        earlier: withEarlier(state),
        queue: queued ? begun(state.queue, queued) : state.queue,
      };
    }
    case "runShown": {
      const { run } = event;
      return {
        ...state,
        settings: run.config,
        failure: null,
        edited: false,
        cursor: null,
        charts: { ...state.charts, zoom: null },
        run,
        currentNet: run.id,
        earlier: withEarlier(state).filter(({ id }) => id !== run.id),
      };
    }
    case "runDropped":
      return {
        ...state,
        run: null,
        measuring: false,
        compiling: null,
        failure: null,
        edited: false,
        cursor: null,
        earlier: withEarlier(state),
      };
    case "netChosen":
      return event.id === state.currentNet ? state : { ...state, currentNet: event.id };
    case "looked":
      return { ...state, looking: state.looking + event.by };
    case "earlierForgotten":
      return { ...state, earlier: [] };
    case "cursorMoved":
      return event.step === state.cursor ? state : { ...state, cursor: event.step };
    case "enqueued":
    case "queueMoved":
    case "unqueued":
    case "queueCleared":
    case "queueHeld":
    case "failedRunDismissed":
      return { ...state, queue: reduceQueue(state.queue, event) };
    case "chartsChanged":
      return { ...state, charts: { ...state.charts, ...event.change } };
    case "linkRead":
      return { ...state, linkProblems: event.problems, edited: false };
    case "linkProblemsDismissed":
      return { ...state, linkProblems: [] };
    case "failureDismissed":
      return { ...state, failure: null };
    case "asked":
      return state.run ? { ...state, run: { ...state.run, asked: event.what } } : state;
    case "ready":
      return {
        ...state,
        devices: event.devices,
        oneThread: event.oneThread,
        maxThreads: event.maxThreads,
      };
    case "dataProgress":
      return {
        ...state,
        loading: { loadedBytes: event.loadedBytes, totalBytes: event.totalBytes },
      };
    case "dataset": {
      const { type: _type, previewOriginals: _pixels, ...data } = event;
      return { ...state, loading: null, data };
    }
    case "pca": {
      const { validation, test, ssim, ssimWriteup } = event;
      const figures = { validation, test, ssim, ssimWriteup };
      return { ...state, pca: { ...state.pca, [pcaKey(event)]: figures } };
    }
    case "failed":
      return fail(state, event);
    case "started":
    case "deviceLost":
    case "deviceChanged":
    case "phase":
    case "steps":
    case "epoch":
    case "finished": {
      if (state.run?.id !== event.runId) return state;
      // A device that is given up compiles no more.
      const compiling = event.type === "deviceLost" ? null : state.compiling;
      return { ...state, compiling, run: reduceRun(state.run, event, dataSpec(state)) };
    }
    // Pixels, and the figures that belong to them, are kept in frames.ts, activations.ts and
    // code-history.ts.
    case "preview":
    case "activations":
    case "inside":
    case "codes":
    case "slowStep":
      return state;
    default:
      return assertNever(event);
  }
}

/**
 * Whether a run that begins becomes the current net: one that somebody starts always does. One whose
 * turn has come in the queue does not take a net away that is being looked at, and a sweep's, which
 * are many and for their curve, never do.
 */
const takesOver = ({ looking }: AppState, queued: QueuedRun | null): boolean =>
  queued === null || (queued.tag === "" && looking === 0);

/** The runs before the next one; a run without a step has no curve to compare with. */
function withEarlier({ run, earlier }: AppState): readonly Run[] {
  return run && run.losses.count > 0 ? [...earlier, run].slice(-MOST_EARLIER) : earlier;
}

type RunEvent = Extract<
  WorkerEvent,
  {
    type: "started" | "deviceLost" | "deviceChanged" | "phase" | "steps" | "epoch" | "finished";
  }
>;

/** @param spec what the worker's images are */
function reduceRun(run: Run, event: RunEvent, spec: DataSpec): Run {
  switch (event.type) {
    case "started": {
      const { type: _type, runId: _id, config, ...started } = event;
      return { ...run, config, spec, started };
    }
    case "deviceLost": {
      const { type: _type, runId: _id, ...loss } = event;
      return { ...run, deviceLost: loss };
    }
    case "deviceChanged": {
      const { change, deviceName, threads } = event;
      const started = run.started && {
        ...run.started,
        deviceLabel: change.to,
        deviceName,
        threads,
      };
      return {
        ...run,
        started,
        deviceLost: null,
        deviceChanges: [...run.deviceChanges, change],
        deviceChange: change,
      };
    }
    case "phase":
      return { ...run, phase: event.phase, asked: null };
    case "steps":
      return {
        ...run,
        losses: appendLosses(run.losses, event.firstStep, event.losses),
        epoch: event.epoch,
        imagesPerSecond: event.imagesPerSecond,
        secondsLeft: event.secondsLeft,
      };
    case "epoch": {
      const { type: _type, runId: _id, ...figures } = event;
      return { ...run, epoch: event.epoch, epochs: [...run.epochs, figures] };
    }
    case "finished": {
      // The worker knows only of those since it went on.
      const { deviceChanges } = run;
      const result = deviceChanges.length > 0 ? { ...event.result, deviceChanges } : event.result;
      return { ...run, phase: "finished", asked: null, secondsLeft: 0, result };
    }
  }
}

/** A failure of the images or the worker ends what was under way; the curves stay. */
function fail(state: AppState, event: Extract<WorkerEvent, { type: "failed" }>): AppState {
  const { code, message, remedy } = event;
  const failed = {
    ...state,
    failure: { code, message, remedy },
    loading: null,
    measuring: false,
    compiling: null,
  };
  if (!isActive(state.run)) return failed;
  const ends = event.runId === state.run.id || code === "worker-crashed" || code === "not-loaded";
  if (!ends) return failed;
  const { queued } = state.run;
  return {
    ...failed,
    run: { ...state.run, phase: "failed", asked: null, deviceLost: null },
    queue: queued ? withFailed(state.queue, queued, message) : state.queue,
  };
}
