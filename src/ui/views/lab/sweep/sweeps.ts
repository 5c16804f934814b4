/** How components read the sweeps. */

import { createContext, useContext } from "react";
import { useStore } from "zustand";
import type { SweepLog, SweepState } from "../../../../state/lab/sweep-log";

export const SweepContext = createContext<SweepLog | null>(null);

/** The log that `main.tsx` made: it listens to runs whatever view is open. */
export function useSweepLog(): SweepLog {
  const log = useContext(SweepContext);
  if (!log) throw new Error("SweepContext is missing: wrap the page in SweepContext.Provider");
  return log;
}

export function useSweeps<T>(select: (state: SweepState) => T): T {
  return useStore(useSweepLog().store, select);
}
