/** How much this page has stored, and how much it may. */

import type { StorageUsage } from "./store";

const UNKNOWN: StorageUsage = { used: null, quota: null, persisted: false };

/** Missing on plain http and in old browsers, whatever the type says. */
const manager = (): StorageManager | undefined =>
  "storage" in navigator ? navigator.storage : undefined;

export async function storageUsage(): Promise<StorageUsage> {
  try {
    const { usage, quota } = (await manager()?.estimate?.()) ?? {};
    const persisted = (await manager()?.persisted()) ?? false;
    return { used: usage ?? null, quota: quota ?? null, persisted };
  } catch {
    return UNKNOWN;
  }
}

export async function persistStorage(): Promise<boolean> {
  try {
    return (await manager()?.persist()) ?? false;
  } catch {
    return false;
  }
}
