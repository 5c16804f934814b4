/** Opens the best place for runs that this browser offers. */

import { openDatabaseStore } from "./database";
import { createMemoryStore } from "./memory";
import type { RunStore } from "./store";
import { type StorageError, toStorageError } from "./trouble";

export interface OpenedStore {
  readonly store: RunStore;
  /** Why runs are only kept in memory; null where they are kept on disk. */
  readonly trouble: StorageError | null;
}

/** Never rejects: memory is always there. */
export async function openRunStore(): Promise<OpenedStore> {
  if (typeof indexedDB === "undefined") {
    const missing = new DOMException("", "SecurityError");
    return { store: createMemoryStore(), trouble: toStorageError(missing) };
  }
  try {
    return { store: await openDatabaseStore(), trouble: null };
  } catch (error) {
    return { store: createMemoryStore(), trouble: toStorageError(error) };
  }
}
