/** How the sections of the view read their space. */

import { createContext, useContext } from "react";
import { useStore } from "zustand";
import type { Space, SpaceState } from "../../state/space/space";

export const SpaceContext = createContext<Space | null>(null);

export function useSpace(): Space {
  const space = useContext(SpaceContext);
  if (!space) throw new Error("SpaceContext is missing: wrap the view in SpaceContext.Provider");
  return space;
}

/** A part of the space's state; the component renders again only when that part changes. */
export function useSpaceState<T>(select: (state: SpaceState) => T): T {
  return useStore(useSpace().store, select);
}
