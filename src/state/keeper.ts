/** Stores the run that this tab trains, as its events come; what cannot be stored stops nothing. */

import type { WorkerEvent } from "../protocol/messages";
import type { Checkpoint } from "../runs/checkpoint";
import type { RunLocks } from "../storage/locks";
import { newRecord, type RunRecord, type RunStatus } from "../storage/record";
import type { RunArrays, RunStore } from "../storage/store";
import type { Frame } from "./frames";
import type { AppState, Run } from "./state";

export interface RunKeeper {
  /** Takes note of an event; `state` is the page's after it. */
  accept(event: WorkerEvent, state: AppState): void;
  /** Takes a stored run, so that this tab may go on with it; false where another tab has it. */
  take(id: string): Promise<boolean>;
  /** What a run that was taken goes on from, as a copy of its own. */
  goOn(record: RunRecord, checkpoint: Checkpoint): void;
  /** The run is no longer trained here: dropped or replaced. It can be resumed later. */
  letGo(): void;
  /** Resolves once all that it has taken note of is stored, or could not be. */
  settled(): Promise<void>;
}

interface Kept {
  readonly id: string;
  release: (() => void) | null;
  /** All of it but its arrays and pictures, as this tab knows it; null until that is read. */
  record: RunRecord | null;
  /** False at first, and for as long as there is no room. */
  isStored: boolean;
  /** Whether there is something to go on from. */
  hasProgress: boolean;
  /** The newest checkpoint, while it waits for what is being written; with its losses' run. */
  waiting: { readonly run: Run; readonly checkpoint: Checkpoint } | null;
  /** Those of the newest checkpoint: what is deleted under the page can be stored anew. */
  arrays: RunArrays | null;
  /** Best weights that are not yet stored: later checkpoints come without them. */
  best: Float32Array | null;
}

/** What the page has to do with a run's storing. */
interface KeeperHost {
  /** Is told what could not be stored. */
  report(error: unknown): void;
  /** Is told of every first checkpoint of a run: from then on something would be lost. */
  onKept(): void;
  /** Is told that the run had been deleted from outside, and is stored anew. */
  onRestored(): void;
  /** What is known of a run beside what was stored here: it may have been given another name. */
  known(id: string): RunRecord | null;
  /** All pictures of a run that the page shows; none of others. */
  frames(id: string): readonly Frame[];
}

/** Failures that lie in the run itself: it would fail again. */
const FINAL: ReadonlySet<string> = new Set(["not-finite", "bad-config", "checkpoint"]);

/** Milliseconds after which the end of a run is stored again where that failed. */
const TRY_AGAIN_AFTER = 10_000;

const keep = (id: string, hasProgress: boolean): Kept => ({
  id,
  release: null,
  record: null,
  isStored: hasProgress,
  hasProgress,
  waiting: null,
  arrays: null,
  best: null,
});

/** @param opened where runs are kept, once it is known */
export function createRunKeeper(
  opened: Promise<RunStore>,
  locks: RunLocks,
  { report, onKept, onRestored, known, frames }: KeeperHost,
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
      const run = kept;
      enqueue((runs) => store(runs, run, { start, status: "running", failure: null }));
      return;
    }
    letGo();
    const run = keep(id, false);
    const record = { ...newRecord(id, config, Date.now()), start };
    const spec = state.data?.spec;
    run.record = spec ? { ...record, source: spec.source, spec } : record;
    kept = run;
    enqueue(async (runs) => {
      run.release = await locks.take(id);
      await store(runs, run, {});
    });
  };

  /** Changes the stored run; stores all of it where there was no room for it before, or it is gone. */
  const store = async (
    runs: RunStore,
    run: Kept,
    change: Partial<RunRecord>,
    arrays?: RunArrays,
  ): Promise<void> => {
    if (run.record) run.record = { ...run.record, ...change };
    if (run.isStored && (await runs.update(run.id, change, arrays))) return;
    if (!run.record) return;
    const { name, starred } = known(run.id) ?? run.record;
    // Without its arrays there would be nothing to go on from.
    const progress = run.arrays ? run.record.progress : null;
    run.record = { ...run.record, name, starred };
    await runs.put({ ...run.record, progress }, run.arrays ?? undefined);
    if (run.isStored) onRestored();
    run.isStored = true;
    for (const { pictures, ...frame } of frames(run.id)) {
      const { count, pixels } = pictures;
      await runs.putFrame(run.id, { ...frame, count, pixels });
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
      const { progress, ...arrays } = checkpoint;
      kept.arrays = { ...arrays, best: best ?? kept.arrays?.best ?? null };
      const change = { progress, ...figuresOf(run, progress.step) };
      await store(runs, kept, change, { ...arrays, best });
      if (kept.best === best) kept.best = null;
      if (isFirst) onKept();
    });
  };

  /** Stores how the run ended, then lets other tabs have it. */
  const end = (change: Partial<RunRecord>): void => {
    const run = kept;
    if (!run) return;
    kept = null;
    enqueue((runs) => storeEnd(runs, run, change));
  };

  const storeEnd = async (runs: RunStore, run: Kept, change: Partial<RunRecord>): Promise<void> => {
    const again = (later: RunStore) => storeEnd(later, run, change);
    try {
      if (run.hasProgress) await store(runs, run, change);
      // Nothing to see, and nothing to go on from.
      else await runs.remove(run.id);
    } catch (error) {
      // A result took its time: it is tried again for as long as the page is there.
      if (change.result) setTimeout(() => enqueue(again), TRY_AGAIN_AFTER);
      throw error;
    } finally {
      run.release?.();
      run.release = null;
    }
  };

  const letGo = (): void => end({ status: "interrupted" });

  const setStatus = (run: Kept, status: RunStatus): void =>
    enqueue((runs) => store(runs, run, { status }));

  return {
    accept(event, state) {
      if (event.type === "started") begin(event, state);
      const run = state.run;
      if (!kept || !run || !("runId" in event) || event.runId !== kept.id) return;
      const { id } = kept;
      switch (event.type) {
        case "phase":
          if (event.phase === "paused") setStatus(kept, "paused");
          if (event.phase === "training") setStatus(kept, "running");
          return;
        case "checkpoint":
          storeCheckpoint(kept, run, event.checkpoint);
          return;
        case "preview": {
          const { epoch, step, ssim, ssimWriteup } = event;
          const { count, pixels } = event.reconstructions;
          const frame = { epoch, step, count, pixels, ssim, ssimWriteup };
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
    goOn(record, checkpoint) {
      if (kept?.id !== record.id) return;
      const { progress: _progress, ...arrays } = checkpoint;
      kept.record = record;
      kept.arrays = arrays;
    },
    letGo,
    settled: () => queue,
  };
}

/** The run's curves up to a step, which is that of the weights stored beside them. */
function figuresOf({ losses, epochs, deviceChanges, imagesPerSecond }: Run, step: number) {
  return {
    losses: losses.values.slice(0, step),
    epochs: epochs.filter((each) => each.step <= step),
    deviceChanges: deviceChanges.filter((each) => each.step <= step),
    imagesPerSecond,
  };
}
