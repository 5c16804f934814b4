/**
 * Plans of several runs that are trained as one queue, such as a sweep's: kept in the browser's own
 * storage as soon as they change, so that a reload loses at most the run under way.
 */

import * as v from "valibot";
import { createStore, type StoreApi } from "zustand/vanilla";
import type { RunConfig } from "../config/config";
import type { App } from "./app";
import type { Queue } from "./queue";
import type { TextStore } from "./queueStore";
import { isActive, type Run } from "./state";

export type TextStorage = Pick<TextStore, "getItem" | "setItem">;

export interface Plan {
  /** What its runs carry through the queue. */
  readonly tag: string;
}

export interface PlanState<P extends Plan> {
  /** Newest first. */
  readonly plans: readonly P[];
  /** Why the last change could not be kept for the next visit; empty where it could. */
  readonly storageProblem: string;
}

export interface PlanLog<P extends Plan> {
  readonly store: StoreApi<PlanState<P>>;
  find(tag: string): P | undefined;
  /** Keeps a plan as the newest, and queues its runs. */
  add(plan: P): void;
  /** Takes a plan in the place of the one with its tag. */
  replace(plan: P): void;
  /** Queues what of a plan is neither finished nor waiting, and lets the queue go on. */
  resume(tag: string): void;
  /** Takes a plan's waiting runs out of the queue. */
  stop(tag: string): void;
  /** Forgets a plan; its waiting runs are taken out of the queue. */
  remove(tag: string): void;
}

export interface PlanKind<P extends Plan> {
  /** Its place in the storage. */
  readonly key: string;
  /** Plans that are kept; the oldest give way. */
  readonly most: number;
  readonly schema: v.GenericSchema<unknown, P>;
  /** Of a plan's runs those that are neither finished nor among `underWay`. */
  missing(plan: P, underWay: readonly RunConfig[]): readonly RunConfig[];
}

/** @param storage null where the browser allows none: plans then last as long as the page */
export function createPlanLog<P extends Plan>(
  app: Pick<App, "store" | "enqueue" | "unqueue" | "startQueue">,
  storage: TextStorage | null,
  { key, most, schema, missing }: PlanKind<P>,
): PlanLog<P> {
  const store = createStore<PlanState<P>>(() => ({
    plans: readPlans(storage, key, schema),
    storageProblem: "",
  }));
  const change = (plans: readonly P[]): void => {
    store.setState({ plans, storageProblem: kept(storage, key, plans) });
  };
  const find = (tag: string) => store.getState().plans.find((plan) => plan.tag === tag);

  const enqueueMissing = (plan: P): void => {
    const { run, queue } = app.store.getState();
    const active = isActive(run) && run.queued?.tag === plan.tag ? [run.config] : [];
    const waiting = queue.waiting.filter(({ tag }) => tag === plan.tag);
    const left = missing(plan, [...active, ...waiting.map(({ config }) => config)]);
    if (left.length > 0) app.enqueue(left, plan.tag);
    else if (queue.held) app.startQueue();
  };

  const stop = (tag: string): void => {
    for (const run of app.store.getState().queue.waiting) {
      if (run.tag === tag) app.unqueue(run.id);
    }
  };

  return {
    store,
    find,
    add(plan) {
      change([plan, ...store.getState().plans].slice(0, most));
      enqueueMissing(plan);
    },
    replace(plan) {
      change(store.getState().plans.map((each) => (each.tag === plan.tag ? plan : each)));
    },
    resume(tag) {
      const plan = find(tag);
      if (plan) enqueueMissing(plan);
    },
    stop,
    remove(tag) {
      stop(tag);
      change(store.getState().plans.filter((plan) => plan.tag !== tag));
    },
  };
}

/** The stored plans that can be read: one that cannot takes no other with it. */
function readPlans<P extends Plan>(
  storage: TextStorage | null,
  key: string,
  schema: v.GenericSchema<unknown, P>,
): readonly P[] {
  let stored: unknown;
  try {
    stored = JSON.parse(storage?.getItem(key) ?? "[]");
  } catch {
    return [];
  }
  if (!Array.isArray(stored)) return [];
  return stored.flatMap((each) => {
    const read = v.safeParse(schema, each);
    return read.success ? [read.output] : [];
  });
}

/** Keeps the plans for the next visit; says why where that fails. */
function kept(storage: TextStorage | null, key: string, plans: readonly Plan[]): string {
  const advice = "Export what you want to keep before you close this page.";
  if (!storage) return `This browser keeps nothing for the page. ${advice}`;
  try {
    storage.setItem(key, JSON.stringify(plans));
    return "";
  } catch (error) {
    const isFull = error instanceof DOMException && error.name === "QuotaExceededError";
    const why = isFull ? "has no room left for the results" : "could not keep the results";
    return `The browser ${why}. ${advice}`;
  }
}

export interface PlanProgress {
  readonly total: number;
  readonly done: number;
  /** What of it is being trained, and how far. */
  readonly running: string | null;
  readonly isPaused: boolean;
  /** Runs that are neither done nor under way nor going to begin by themselves. */
  readonly left: number;
}

/** What of a plan there is, of how much. */
export interface PlanCount extends Plan {
  readonly total: number;
  readonly done: number;
  /** What one of its runs is called: "16 numbers". */
  nameOf(config: RunConfig): string;
  /** Whether a run is one of the plan's, beside those that carry its tag. */
  isOwn?(config: RunConfig): boolean;
}

/** How far a plan is. */
export function progressOf(
  { tag, total, done, nameOf, isOwn }: PlanCount,
  run: Run | null,
  queue: Queue,
): PlanProgress {
  const isIts = run?.queued?.tag === tag || (run !== null && isOwn?.(run.config) === true);
  const active = isActive(run) && isIts ? run : null;
  const itsWaiting = queue.waiting.filter((each) => each.tag === tag || isOwn?.(each.config));
  const waiting = queue.held ? 0 : itsWaiting.length;
  return {
    total,
    done,
    running: active && `${nameOf(active.config)}, seed ${active.config.seed}: ${wordsOf(active)}`,
    isPaused: active?.phase === "paused",
    left: Math.max(0, total - done - waiting - (active ? 1 : 0)),
  };
}

const wordsOf = ({ epoch, config }: Run): string =>
  epoch > 0 ? `epoch ${epoch} of ${config.epochs}` : "preparing";
