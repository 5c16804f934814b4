/** How the sections of the view read their space. */

import { createContext, useContext, useEffect, useState } from "react";
import { useStore } from "zustand";
import type { Space, SpaceState } from "../../../state/space/space";
import { netInWords } from "../../net/words";

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

/** The net of this space, for a figure's caption: "Loom, 64 numbers". */
export function useNetTitle(): string {
  return useSpaceState(({ net }) => (net ? netInWords(net.config) : ""));
}

/**
 * A section's own store, made once the codes are there and disposed of with the section.
 *
 * @param create the same function in every rendering
 */
export function useOnceCoded<T extends { readonly store: unknown; dispose?(): void }>(
  create: (space: Space) => T,
): T | null {
  const space = useSpace();
  const isCoded = useSpaceState(({ codes }) => codes !== null);
  const [made, setMade] = useState<T | null>(null);
  useEffect(() => {
    if (!isCoded) return;
    const part = create(space);
    setMade(part);
    return () => {
      setMade(null);
      part.dispose?.();
    };
  }, [space, isCoded, create]);
  return made;
}
