/** All runs that are kept, of this tab and others, as the page shows them. */

import { createStore, type StoreApi } from "zustand/vanilla";
import type { RunLocks } from "../storage/locks";
import type { OpenedStore } from "../storage/open";
import { type RunRecord, type RunStatus, statusNow } from "../storage/record";
import type { RunStore, StorageUsage } from "../storage/store";
import { toStorageError } from "../storage/trouble";
import type { Arrival } from "./run-link";

export interface RunsState {
  /** The newest first; null until they are read. */
  readonly records: readonly RunRecord[] | null;
  /** Runs that some tab is training. */
  readonly held: ReadonlySet<string>;
  /** Null until it is known. */
  readonly kind: RunStore["kind"] | null;
  /** What could not be stored or read; null where all is well. */
  readonly trouble: { readonly message: string; readonly remedy: string } | null;
  readonly usage: StorageUsage | null;
  /** The run deleted last, while it can be brought back. */
  readonly deleted: RunRecord | null;
  /** The run of a link, while it is on its way; null where there is none. */
  readonly arrival: Arrival | null;
}

export interface Runs {
  readonly state: StoreApi<RunsState>;
  readonly store: Promise<RunStore>;
  rename(id: string, name: string): void;
  star(id: string, starred: boolean): void;
  /** No longer offers a run that a tab left behind; it stays in the list. */
  leave(id: string): void;
  /** Deletes a run; until `FORGET_AFTER` has passed, `undo` brings it back. */
  remove(id: string): void;
  undo(): void;
  /** Looks again which runs are being trained, and how much room there is. */
  refresh(): void;
  /** Says what could not be stored or read, once for each kind of trouble. */
  report(error: unknown): void;
  /** All runs were deleted from outside, and the one that trains here is stored anew: says so. */
  restored(): void;
  /** Says it in any case: somebody has just asked for it. */
  say(trouble: { readonly message: string; readonly remedy: string }): void;
  dismissTrouble(): void;
  /** How far the run of a link is; null once it is there, or nobody waits for it any more. */
  arriving(arrival: Arrival | null): void;
  dispose(): void;
}

/** Milliseconds in which a deleted run can be brought back. */
const FORGET_AFTER = 12_000;
/** Longest name that is kept. */
const LONGEST_NAME = 60;
/** A page that is reloaded may still hold its run for a moment. */
const LOOK_AGAIN_AFTER = 1500;

export function createRuns(opened: Promise<OpenedStore>, locks: RunLocks): Runs {
  const state = createStore<RunsState>(() => ({
    records: null,
    held: new Set(),
    kind: null,
    trouble: null,
    usage: null,
    deleted: null,
    arrival: null,
  }));
  const store = opened.then(({ store }) => store);
  const reported = new Set<string>();
  /** Runs that changed while the list was being read. */
  const missed = new Set<string>();
  const timers = new Set<ReturnType<typeof setTimeout>>();
  let unsubscribe = () => {};
  let isOver = false;

  const report = (error: unknown): void => {
    const { trouble, message, remedy } = toStorageError(error);
    if (reported.has(trouble)) return;
    reported.add(trouble);
    state.setState({ trouble: { message, remedy } });
  };

  const attempt = async (work: (store: RunStore) => Promise<void>): Promise<void> => {
    try {
      await work(await store);
    } catch (error) {
      report(error);
    }
  };

  const later = (milliseconds: number, act: () => void): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      act();
    }, milliseconds);
    timers.add(timer);
  };

  const lookAtLocks = async (): Promise<void> => {
    const held = await locks.held();
    const before = state.getState().held;
    const isSame = held.size === before.size && [...held].every((id) => before.has(id));
    if (!isSame) state.setState({ held });
  };

  const refresh = (): void => {
    void attempt(async (runs) => {
      await lookAtLocks();
      state.setState({ usage: await runs.usage() });
    });
  };

  /** One run has changed: the others are not read again. */
  const reread = (id: string): void => {
    void attempt(async (runs) => {
      const record = await runs.get(id);
      const records = state.getState().records;
      if (!records) {
        missed.add(id);
        return;
      }
      const others = records.filter((each) => each.id !== id);
      const isShown = record !== null && record.deletedAt === null;
      const all = isShown ? [...others, record] : others;
      state.setState({ records: all.sort((a, b) => b.createdAt - a.createdAt) });
      await lookAtLocks();
    });
  };

  /** Reads the list anew. */
  const read = async (runs: RunStore): Promise<void> => {
    const records = await runs.list(report);
    // After the list: a run is taken before it is stored.
    await lookAtLocks();
    const isEmpty = (record: RunRecord) =>
      record.progress === null && statusOf(state.getState(), record) === "interrupted";
    state.setState({ records: records.filter((record) => !isEmpty(record)) });
    for (const id of missed) reread(id);
    missed.clear();
    // A tab that ended before its first checkpoint left nothing to go on from.
    for (const { id } of records.filter(isEmpty)) await runs.remove(id);
  };

  const say = ({ message, remedy }: { message: string; remedy: string }): void =>
    state.setState({ trouble: { message, remedy } });

  const forget = (): void => {
    state.setState({ deleted: null });
    void attempt((runs) => runs.purge(Date.now() - FORGET_AFTER));
  };

  void opened.then(async ({ store, trouble }) => {
    if (isOver) return;
    unsubscribe = store.subscribe(reread);
    state.setState({ kind: store.kind });
    if (trouble) report(trouble);
    await attempt(async (runs) => {
      await runs.purge(Date.now() - FORGET_AFTER);
      await read(runs);
    });
    later(LOOK_AGAIN_AFTER, refresh);
  });

  return {
    state,
    store,
    rename(id, name) {
      const trimmed = name.trim().slice(0, LONGEST_NAME);
      if (trimmed !== "")
        void attempt(async (runs) => void (await runs.update(id, { name: trimmed })));
    },
    star: (id, starred) => void attempt(async (runs) => void (await runs.update(id, { starred }))),
    leave: (id) =>
      void attempt(async (runs) => void (await runs.update(id, { status: "interrupted" }))),
    remove(id) {
      const record = state.getState().records?.find((each) => each.id === id) ?? null;
      state.setState({ deleted: record });
      void attempt((runs) => runs.remove(id));
      later(FORGET_AFTER + 500, () => {
        if (state.getState().deleted?.id === id) forget();
        else void attempt((runs) => runs.purge(Date.now() - FORGET_AFTER));
      });
    },
    undo() {
      const { deleted } = state.getState();
      state.setState({ deleted: null });
      if (deleted) void attempt((runs) => runs.restore(deleted.id));
    },
    refresh,
    report,
    restored() {
      say({
        message: "All that this browser had stored of this page was deleted while it trained.",
        remedy: "The run on this page is stored anew; other runs are gone.",
      });
      void attempt(read);
    },
    say,
    dismissTrouble: () => state.setState({ trouble: null }),
    arriving: (arrival) => state.setState({ arrival }),
    dispose() {
      isOver = true;
      unsubscribe();
      for (const timer of timers) clearTimeout(timer);
      void store.then((runs) => runs.close());
    },
  };
}

/** Runs with their status as of now: what a tab left behind is interrupted. */
export function statusOf(state: Pick<RunsState, "held">, record: RunRecord): RunStatus {
  return statusNow(record, state.held);
}

/** The newest run that a tab left behind in mid-training, for the page to offer; null without one. */
export function leftBehind({ records, held }: RunsState): RunRecord | null {
  const isLeft = (record: RunRecord): boolean =>
    record.status !== "interrupted" &&
    record.progress !== null &&
    statusNow(record, held) === "interrupted";
  return records?.find(isLeft) ?? null;
}
