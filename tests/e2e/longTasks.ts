/** Watches the main thread for long tasks, in the browser's own trace. */

import type { Browser, Page } from "playwright-core";

export interface Task {
  /** Milliseconds from its start to its end. */
  readonly wall: number;
  /** Milliseconds in which it had a core: the rest it waited, for other threads or programs. */
  readonly processor: number;
}

interface TraceEvent {
  readonly ph: string;
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds. */
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** Tasks of the page's main thread over `atLeast` ms by the clock, while `work` goes on. */
export async function tasksDuring(
  browser: Browser,
  page: Page,
  atLeast: number,
  work: () => Promise<void>,
): Promise<readonly Task[]> {
  await browser.startTracing(page, { categories: ["toplevel", "__metadata"] });
  let trace: Buffer;
  try {
    await work();
  } finally {
    trace = await browser.stopTracing();
  }
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] };
  const thread = (event: TraceEvent) => `${event.pid}/${event.tid}`;
  const main = new Set(
    traceEvents
      .filter(({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain")
      .map(thread),
  );
  const tasks = traceEvents.filter(
    (event) => event.ph === "X" && event.name.endsWith("RunTask") && main.has(thread(event)),
  );
  if (tasks.length === 0) throw new Error("The trace has no task of the main thread.");
  return tasks
    .map(({ dur = 0, tdur = 0 }) => ({ wall: dur / 1000, processor: tdur / 1000 }))
    .filter(({ wall }) => wall > atLeast);
}
