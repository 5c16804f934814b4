/**
 * The sweeps of this and earlier visits: their plans, and the results of runs that have finished.
 *
 * Kept in the browser's own storage as soon as a run ends, so that a reload loses at most the run
 * under way. A result is 1.2 KB; a sweep of 8 sizes and 3 seeds 30 KB.
 */

import * as v from "valibot";
import { createStore, type StoreApi } from "zustand/vanilla";
import type { RunConfig } from "../../config/config";
import { SETTINGS } from "../../config/settings";
import { SPLITS } from "../../datasets/split";
import { PRESETS } from "../../nets/presets";
import { RUN_RESULT } from "../../runs/results-schema";
import { newRunId } from "../../storage/record";
import type { App } from "../app";
import type { TextStore } from "../queueStore";
import { isActive } from "../state";
import { stopOf } from "../stopped";
import { missingOf, type Sweep, type SweepPlan, withRun } from "./sweep";

const KEY = "latent-loom-sweeps";
/** Sweeps that are kept, newest first. */
const MOST_SWEEPS = 12;

type TextStorage = Pick<TextStore, "getItem" | "setItem">;

export interface SweepState {
  /** Newest first. */
  readonly sweeps: readonly Sweep[];
  /** Why the last result could not be kept for the next visit; empty where it could. */
  readonly storageProblem: string;
}

export interface SweepLog {
  readonly store: StoreApi<SweepState>;
  /** Queues a plan's runs; returns the sweep's tag. */
  begin(plan: SweepPlan): string;
  /** Queues what of a sweep is neither finished nor waiting, and lets the queue go on. */
  resume(tag: string): void;
  /** Takes a sweep's waiting runs out of the queue. */
  stop(tag: string): void;
  /** Forgets a sweep and its results; its waiting runs are taken out of the queue. */
  remove(tag: string): void;
  dispose(): void;
}

const Count = v.pipe(v.number(), v.integer(), v.minValue(0));
const Size = v.pipe(
  v.number(),
  v.integer(),
  v.minValue(SETTINGS.latentSize.type.limits.min),
  v.maxValue(SETTINGS.latentSize.type.limits.max),
);

const SWEEP = v.object({
  tag: v.string(),
  plan: v.object({
    preset: v.picklist(PRESETS),
    sizes: v.pipe(v.array(Size), v.minLength(1)),
    seeds: v.pipe(v.array(Count), v.minLength(1)),
    epochs: v.nullable(v.pipe(Count, v.minValue(1))),
    classes: v.pipe(v.array(Count), v.minLength(1)),
    split: v.picklist(SPLITS),
  }),
  runs: v.array(v.object({ id: v.string(), result: RUN_RESULT })),
}) satisfies v.GenericSchema<unknown, Sweep>;

/** The stored sweeps that can be read: one that cannot takes no other with it. */
function readSweeps(storage: TextStorage | null): readonly Sweep[] {
  let stored: unknown;
  try {
    stored = JSON.parse(storage?.getItem(KEY) ?? "[]");
  } catch {
    return [];
  }
  if (!Array.isArray(stored)) return [];
  return stored.flatMap((each) => {
    const read = v.safeParse(SWEEP, each);
    return read.success ? [read.output] : [];
  });
}

/** @param storage null where the browser allows none: sweeps then last as long as the page */
export function createSweepLog(app: App, storage: TextStorage | null): SweepLog {
  const store = createStore<SweepState>(() => ({
    sweeps: readSweeps(storage),
    storageProblem: "",
  }));

  const change = (sweeps: readonly Sweep[]): void => {
    store.setState({ sweeps, storageProblem: kept(storage, sweeps) });
  };

  const find = (tag: string) => store.getState().sweeps.find((sweep) => sweep.tag === tag);

  const enqueueMissing = (sweep: Sweep): void => {
    const { run, queue, settings } = app.store.getState();
    const active = isActive(run) && run.queued?.tag === sweep.tag ? [run.config] : [];
    const waiting = queue.waiting.filter(({ tag }) => tag === sweep.tag);
    const missing = missingOf(sweep, settings, [...active, ...waiting.map(({ config }) => config)]);
    if (missing.length > 0) app.enqueue(missing, sweep.tag);
    else if (queue.held) app.startQueue();
  };

  const unqueue = (tag: string): void => {
    for (const run of app.store.getState().queue.waiting) {
      if (run.tag === tag) app.unqueue(run.id);
    }
  };

  const unsubscribe = app.store.subscribe(({ run }, before) => {
    if (!run?.result || run.result === before.run?.result) return;
    const sweep = run.queued && find(run.queued.tag);
    // One that was stopped on its way is still missing: its curve is of nets trained to the end.
    if (!sweep || stopOf(run)) return;
    const more = withRun(sweep, { id: run.id, result: run.result });
    change(store.getState().sweeps.map((each) => (each.tag === more.tag ? more : each)));
  });

  return {
    store,
    begin(plan) {
      const tag = `sweep ${newRunId()}`;
      const sweep: Sweep = { tag, plan, runs: [] };
      change([sweep, ...store.getState().sweeps].slice(0, MOST_SWEEPS));
      enqueueMissing(sweep);
      return tag;
    },
    resume(tag) {
      const sweep = find(tag);
      if (sweep) enqueueMissing(sweep);
    },
    stop: unqueue,
    remove(tag) {
      unqueue(tag);
      change(store.getState().sweeps.filter((sweep) => sweep.tag !== tag));
    },
    dispose: unsubscribe,
  };
}

/** Keeps the sweeps for the next visit; says why where that fails. */
function kept(storage: TextStorage | null, sweeps: readonly Sweep[]): string {
  const advice = "Export what you want to keep before you close this page.";
  if (!storage) return `This browser keeps nothing for the page. ${advice}`;
  try {
    storage.setItem(KEY, JSON.stringify(sweeps));
    return "";
  } catch (error) {
    const isFull = error instanceof DOMException && error.name === "QuotaExceededError";
    const why = isFull ? "has no room left for the results" : "could not keep the results";
    return `The browser ${why}. ${advice}`;
  }
}

/** Settings of the form that a sweep's images come from. */
export function planFor(
  settings: RunConfig,
  choice: Pick<SweepPlan, "preset" | "sizes" | "seeds" | "epochs">,
): SweepPlan {
  return { ...choice, classes: settings.classes, split: settings.split };
}
