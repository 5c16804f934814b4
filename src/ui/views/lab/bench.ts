/** How the lab's components read their bench. */

import { createContext, useContext } from "react";
import { useStore } from "zustand";
import type { DataSpec } from "../../../datasets/dataset";
import type { Bench } from "../../../state/lab/bench";
import type { BenchState } from "../../../state/lab/types";
import { useDataSpec } from "../../kit/hooks";

export const BenchContext = createContext<Bench | null>(null);

export function useBench(): Bench {
  const bench = useContext(BenchContext);
  if (!bench) throw new Error("BenchContext is missing: wrap the lab in BenchContext.Provider");
  return bench;
}

/** A part of the bench's state; the component renders again only when that part changes. */
export function useBenchState<T>(select: (state: BenchState) => T): T {
  return useStore(useBench().store, select);
}

/** What the net's images are; until that is known, what the page's are. */
export function useBenchSpec(): DataSpec {
  const own = useBenchState(({ spec }) => spec);
  const loaded = useDataSpec();
  return own ?? loaded;
}
