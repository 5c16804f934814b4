/**
 * Every thread that needs tfjs, by the worker's name.
 *
 * They share this one entry, and so one bundle: a browser downloads and keeps tfjs once for all of
 * them, where three workers of their own had it three times.
 */

const THREADS: Readonly<Record<string, () => Promise<unknown>>> = {
  training: () => import("./training.thread"),
  inference: () => import("./inference.thread"),
  export: () => import("./export.thread"),
  import: () => import("./import.thread"),
};

/** What comes while the thread's code is on its way. */
const early: MessageEvent[] = [];
self.onmessage = (message) => early.push(message);

async function start(): Promise<void> {
  const thread = THREADS[self.name];
  if (!thread) throw new Error(`There is no thread "${self.name}".`);
  await thread();
  // The thread has put its own listener in place.
  for (const message of early) self.onmessage?.(message);
}

start().catch((error: unknown) => {
  // Only what nothing catches reaches the page.
  setTimeout(() => {
    throw error;
  });
});
