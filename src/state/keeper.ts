/** Stores the run that this tab trains, as its events come; what cannot be stored stops nothing. */

import type { Checkpoint } from "../core/checkpoint";
import type { WorkerEvent } from "../protocol/messages";
import type { RunLocks } from "../storage/locks";
import { newRecord, type RunRecord, type RunStatus } from "../storage/record";
import type { RunArrays, RunStore } from "../storage/store";
import { lossesOf } from "./series";
import type { AppState, Run } from "./state";

export interface RunKeeper {
  /** Takes note of an event; `state` is the page's after it. */
  accept(event: WorkerEvent, state: AppState): void;
  /** Takes a stored run, so that this tab may go on with it; false where another tab has it. */
  take(id: string): Promise<boolean>;
  /** The run is no longer trained here: dropped or replaced. It can be resumed later. */
  letGo(): void;
}

interface Kept {
  readonly id: string;
  release: (() => void) | null;
  /** Its record where it is not stored yet: at first, or for want of room. */
  unstored: RunRecord | null;
  /** Whether there is something to go on from. */
  hasProgress: boolean;
  /** The newest checkpoint, while it waits for what is being written; with its losses' run. */
  waiting: { readonly run: Run; readonly checkpoint: Checkpoint } | null;
  /** Best weights that are not yet stored: later checkpoints come without them. */
  best: Float32Array | null;
}

/** Failures that lie in the run itself: it would fail again. */
const FINAL: ReadonlySet<string> = new Set(["not-finite", "bad-config", "checkpoint"]);

const keep = (id: string, hasProgress: boolean): Kept => ({
  id,
  release: null,
  unstored: null,
  hasProgress,
  waiting: null,
  best: null,
});

/**
 * @param opened where runs are kept, once it is known
 * @param report is told what could not be stored
 * @param onKept is told of every first checkpoint of a run: from then on something would be lost
 */
export function createRunKeeper(
  opened: Promise<RunStore>,
  locks: RunLocks,
  report: (error: unknown) => void,
  onKept: () => void = () => {},
): RunKeeper {
  let kept: Kept | null = null;
  let queue: Promise<void> = Promise.resolve();

  /** Writes follow each other; a failure is told, and the next is tried all the same. */
  const enqueue = (write: (runs: RunStore) => Promise<unknown>): void => {
    queue = queue.then(async () => {
      try {
        await write(await opened);
      } catch (error) {
        report(error);
      }
    });
  };

  const begin = (event: Extract<WorkerEvent, { type: "started" }>, state: AppState): void => {
    const { type: _type, runId: id, config, ...start } = event;
    if (kept?.id === id) {
      enqueue((runs) => runs.update(id, { start, status: "running", failure: null }));
      return;
    }
    letGo();
    const run = keep(id, false);
    const source = state.data?.source ?? null;
    run.unstored = { ...newRecord(id, config, Date.now()), start, source };
    kept = run;
    enqueue(async (runs) => {
      run.release = await locks.take(id);
      await store(runs, run, {});
    });
  };

  /** Changes the stored run, or stores it now where there was no room for it before. */
  const store = async (
    runs: RunStore,
    run: Kept,
    change: Partial<RunRecord>,
    arrays?: RunArrays,
  ): Promise<void> => {
    if (run.unstored) {
      await runs.put({ ...run.unstored, ...change }, arrays);
      run.unstored = null;
    } else {
      await runs.update(run.id, change, arrays);
    }
  };

  /** A burst of checkpoints is written once: the newest, with the newest best weights. */
  const storeCheckpoint = (kept: Kept, run: Run, checkpoint: Checkpoint): void => {
    const isQueued = kept.waiting !== null;
    const isFirst = !kept.hasProgress;
    kept.hasProgress = true;
    kept.waiting = { run, checkpoint };
    kept.best = checkpoint.best ?? kept.best;
    if (isQueued) return;
    enqueue(async (runs) => {
      if (!kept.waiting) return;
      const { run, checkpoint } = kept.waiting;
      const { best } = kept;
      kept.waiting = null;
      const { progress, weights, m, v } = checkpoint;
      const change = { progress, ...figuresOf(run, progress.step) };
      await store(runs, kept, change, { weights, best, m, v });
      if (kept.best === best) kept.best = null;
      if (isFirst) onKept();
    });
  };

  /** Stores how the run ended, then lets other tabs have it. */
  const end = (change: Partial<RunRecord>): void => {
    const run = kept;
    if (!run) return;
    kept = null;
    enqueue(async (runs) => {
      try {
        if (run.hasProgress) {
          await store(runs, run, change);
        } else {
          // Nothing to see, and nothing to go on from.
          await runs.remove(run.id);
        }
      } finally {
        run.release?.();
      }
    });
  };

  const letGo = (): void => end({ status: "interrupted" });

  const setStatus = (id: string, status: RunStatus): void =>
    enqueue((runs) => runs.update(id, { status }));

  return {
    accept(event, state) {
      if (event.type === "started") begin(event, state);
      const run = state.run;
      if (!kept || !run || !("runId" in event) || event.runId !== kept.id) return;
      const { id } = kept;
      switch (event.type) {
        case "phase":
          if (event.phase === "paused") setStatus(id, "paused");
          if (event.phase === "training") setStatus(id, "running");
          return;
        case "checkpoint":
          storeCheckpoint(kept, run, event.checkpoint);
          return;
        case "preview": {
          const { epoch, step, reconstructions, ssim, ssimWriteup } = event;
          const frame = { epoch, step, ...reconstructions, ssim, ssimWriteup };
          enqueue((runs) => runs.putFrame(id, frame));
          return;
        }
        case "finished": {
          kept.hasProgress = true;
          // The page's result has devices that failed in earlier parts of the run, too.
          const result = run.result ?? event.result;
          const { test } = event;
          end({ status: "finished", result, test, ...figuresOf(run, run.losses.count) });
          return;
        }
        case "failed":
          end({
            status: FINAL.has(event.code) ? "failed" : "interrupted",
            failure: event.message,
          });
          return;
      }
    },
    async take(id) {
      const release = await locks.take(id);
      if (!release) return false;
      letGo();
      kept = keep(id, true);
      kept.release = release;
      return true;
    },
    letGo,
  };
}

/** The run's curves up to a step, which is that of the weights stored beside them. */
function figuresOf({ losses, epochs, deviceChanges, imagesPerSecond }: Run, step: number) {
  return {
    losses: lossesOf(losses).slice(0, step),
    epochs: epochs.filter((each) => each.step <= step),
    deviceChanges: deviceChanges.filter((each) => each.step <= step),
    imagesPerSecond,
  };
}
