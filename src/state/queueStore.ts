/** The queue's runs on disk, so that they outlive a reload. */

import * as v from "valibot";
import type { StoreApi } from "zustand/vanilla";
import type { RunConfig } from "../config/config";
import { parseConfig } from "../config/config-schema";
import type { QueuedRun } from "./queue";
import type { AppState } from "./state";

const KEY = "latent-loom-queue";
const VERSION = 1;

/** What this needs of localStorage. */
export type TextStore = Pick<Storage, "getItem" | "setItem" | "removeItem">;

const STORED = v.object({
  version: v.literal(VERSION),
  waiting: v.array(v.object({ id: v.string(), config: v.unknown(), tag: v.string() })),
});

/** The browser's own, or null where it is off (some private windows throw on the mere name). */
export function browserStore(
  name: "localStorage" | "sessionStorage" = "localStorage",
): TextStore | null {
  try {
    return window[name];
  } catch {
    return null;
  }
}

/** The runs that waited when the page was left; those that can no longer be read are left out. */
export function readQueue(store: TextStore | null): readonly QueuedRun[] {
  const text = attempt(() => store?.getItem(KEY)) ?? "";
  const stored = v.safeParse(
    STORED,
    attempt<unknown>(() => JSON.parse(text)),
  );
  if (!stored.success) return [];
  return stored.output.waiting.flatMap(({ id, config, tag }) => {
    const parsed = attempt<RunConfig>(() => parseConfig(config));
    return parsed ? [{ id, config: parsed, tag }] : [];
  });
}

/** Writes the waiting runs whenever they change; returns the way to end that. */
export function keepQueue(app: StoreApi<AppState>, store: TextStore | null): () => void {
  return app.subscribe(({ queue }, before) => {
    const { waiting } = queue;
    if (waiting === before.queue.waiting) return;
    // A full disk costs no more than the queue's life after a reload.
    attempt(() => {
      if (waiting.length === 0) store?.removeItem(KEY);
      else store?.setItem(KEY, JSON.stringify({ version: VERSION, waiting }));
    });
  });
}

/** Undefined where it throws: what comes from the disk may be anything, or out of reach. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
