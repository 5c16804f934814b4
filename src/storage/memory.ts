/** Runs in memory: where the browser has no database, or refuses to open it. */

import type { Checkpoint } from "../runs/checkpoint";
import { createChanges } from "./changes";
import type { RunRecord } from "./record";
import type { Frame, RunArrays, RunStore, WeightsKind } from "./store";

interface Kept {
  record: RunRecord;
  arrays: RunArrays | null;
  readonly frames: Map<number, Frame>;
}

/** What goes in and comes out is copied, as a database would. */
export function createMemoryStore(now: () => number = Date.now): RunStore {
  const runs = new Map<string, Kept>();
  const changes = createChanges(null);

  const keep = (kept: Kept, arrays: RunArrays | undefined): void => {
    if (!arrays) return;
    const best = arrays.best ?? kept.arrays?.best ?? null;
    kept.arrays = structuredClone({ ...arrays, best });
  };

  const mark = async (id: string, deletedAt: number | null): Promise<void> => {
    const kept = runs.get(id);
    if (!kept) return;
    kept.record = { ...kept.record, deletedAt };
    changes.announce(id);
  };

  return {
    kind: "memory",
    async list() {
      const records = [...runs.values()].map(({ record }) => record);
      return records
        .filter(({ deletedAt }) => deletedAt === null)
        .sort((a, b) => b.createdAt - a.createdAt);
    },
    get: async (id) => runs.get(id)?.record ?? null,
    async put(record, arrays) {
      const kept: Kept = { record: structuredClone(record), arrays: null, frames: new Map() };
      keep(kept, arrays);
      runs.set(record.id, kept);
      changes.announce(record.id);
    },
    async update(id, change, arrays) {
      const kept = runs.get(id);
      if (!kept) return false;
      kept.record = { ...kept.record, ...structuredClone(change), updatedAt: now() };
      keep(kept, arrays);
      changes.announce(id);
      return true;
    },
    remove: (id) => mark(id, now()),
    restore: (id) => mark(id, null),
    async purge(deletedBefore) {
      for (const [id, { record }] of runs) {
        if (record.deletedAt === null || record.deletedAt >= deletedBefore) continue;
        runs.delete(id);
        changes.announce(id);
      }
    },
    async weights(id, kind: WeightsKind) {
      const arrays = runs.get(id)?.arrays;
      return (kind === "best" ? arrays?.best : arrays?.weights)?.slice() ?? null;
    },
    async checkpoint(id): Promise<Checkpoint | null> {
      const { record, arrays } = runs.get(id) ?? {};
      if (!record?.progress || !arrays) return null;
      return structuredClone({ progress: record.progress, ...arrays });
    },
    async putFrame(id, frame) {
      runs.get(id)?.frames.set(frame.step, structuredClone(frame));
    },
    async frames(id) {
      const frames = [...(runs.get(id)?.frames.values() ?? [])];
      return frames.sort((a, b) => a.step - b.step);
    },
    usage: async () => ({
      used: [...runs.values()].reduce((sum, kept) => sum + bytesOf(kept), 0),
      quota: null,
      persisted: false,
    }),
    persist: async () => false,
    subscribe: changes.subscribe,
    close: changes.close,
  };
}

function bytesOf({ record, arrays, frames }: Kept): number {
  const { weights, best, m, v, a } = arrays ?? {};
  const floats = [record.losses, weights, best, m, v, a, ...Object.values(record.test ?? {})];
  const pixels = [...frames.values()].map(({ pixels }) => pixels);
  return [...floats, ...pixels].reduce((sum, array) => sum + (array?.byteLength ?? 0), 0);
}
