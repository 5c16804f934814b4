/** Runs that wait for their turn, one after another: `(queue, event) → queue`, nothing else. */

import type { RunConfig } from "../config/config";

export interface QueuedRun {
  readonly id: string;
  readonly config: RunConfig;
  /** What runs that were queued together are for, such as one sweep; empty for none. */
  readonly tag: string;
}

/** A run of the queue that failed: the queue went on without it. */
export interface FailedRun extends QueuedRun {
  readonly message: string;
}

export interface Queue {
  readonly waiting: readonly QueuedRun[];
  /** Nothing starts by itself: after a reload, and after Reset. */
  readonly held: boolean;
  /** Kept until dismissed or tried again. */
  readonly failed: readonly FailedRun[];
}

export const EMPTY_QUEUE: Queue = { waiting: [], held: false, failed: [] };

export type QueueEvent =
  /** Behind those that wait; an explicit wish to train, so it ends a hold. */
  | { readonly type: "enqueued"; readonly runs: readonly QueuedRun[] }
  /** To that place of the list, from 0. */
  | { readonly type: "queueMoved"; readonly id: string; readonly to: number }
  | { readonly type: "unqueued"; readonly id: string }
  | { readonly type: "queueCleared" }
  | { readonly type: "queueHeld"; readonly held: boolean }
  | { readonly type: "failedRunDismissed"; readonly id: string };

export function reduceQueue(queue: Queue, event: QueueEvent): Queue {
  switch (event.type) {
    case "enqueued":
      return { ...queue, waiting: [...queue.waiting, ...event.runs], held: false };
    case "queueMoved":
      return { ...queue, waiting: moved(queue.waiting, event.id, event.to) };
    case "unqueued":
      return { ...queue, waiting: without(queue.waiting, event.id) };
    case "queueCleared":
      return { ...queue, waiting: [], held: false };
    case "queueHeld":
      return { ...queue, held: event.held };
    case "failedRunDismissed":
      return { ...queue, failed: without(queue.failed, event.id) };
  }
}

function without<T extends QueuedRun>(runs: readonly T[], id: string): readonly T[] {
  return runs.filter((run) => run.id !== id);
}

function moved(runs: readonly QueuedRun[], id: string, to: number): readonly QueuedRun[] {
  const run = runs.find((each) => each.id === id);
  if (!run) return runs;
  const others = without(runs, id);
  const place = Math.min(others.length, Math.max(0, to));
  return [...others.slice(0, place), run, ...others.slice(place)];
}

/** The queue once one of its runs has begun. */
export function begun(queue: Queue, { id }: QueuedRun): Queue {
  return { ...queue, waiting: without(queue.waiting, id) };
}

/** The queue once the run under way has failed: the same note once, however often it is told. */
export function withFailed(queue: Queue, run: QueuedRun, message: string): Queue {
  return { ...queue, failed: [...without(queue.failed, run.id), { ...run, message }] };
}

/** What is to train next, where something may. */
export function nextRun({ waiting, held }: Queue): QueuedRun | null {
  return held ? null : (waiting[0] ?? null);
}
