/** How the lab's components read its state. */

import { createContext, useContext } from "react";
import { useStore } from "zustand";
import type { DataSpec } from "../../../datasets/dataset";
import type { Lab } from "../../../state/lab/lab";
import type { LabState } from "../../../state/lab/types";
import { useDataSpec } from "../../kit/hooks";

export const LabContext = createContext<Lab | null>(null);

export function useLab(): Lab {
  const lab = useContext(LabContext);
  if (!lab) throw new Error("LabContext is missing: wrap the lab in LabContext.Provider");
  return lab;
}

/** A part of the lab's state; the component renders again only when that part changes. */
export function useLabState<T>(select: (state: LabState) => T): T {
  return useStore(useLab().store, select);
}

/** What the net's images are; until that is known, what the page's are. */
export function useLabSpec(): DataSpec {
  const own = useLabState(({ spec }) => spec);
  const loaded = useDataSpec();
  return own ?? loaded;
}
