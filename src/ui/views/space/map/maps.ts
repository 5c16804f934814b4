/** How the parts of the map read it, and how it looks. */

import { createContext, useContext } from "react";
import { useStore } from "zustand";
import type { MapState, SpaceMap } from "../../../../state/space/map/map";

export const MapContext = createContext<SpaceMap | null>(null);

export function useMap(): SpaceMap {
  const map = useContext(MapContext);
  if (!map) throw new Error("MapContext is missing: wrap the map in MapContext.Provider");
  return map;
}

/** A part of the map's state; the component renders again only when that part changes. */
export function useMapState<T>(select: (state: MapState) => T): T {
  return useStore(useMap().store, select);
}

/** What the points are coloured by: their class, a figure, or one number of the code (from 0). */
export type ColourBy = "class" | "ssimWriteup" | "ssim" | number;

/** What a drag over the map does. */
export type Tool = "look" | "move" | "lasso";

export interface Look {
  readonly colourBy: ColourBy;
  readonly tool: Tool;
  /** Pictures of what the decoder draws, in place of the garments. */
  readonly tiles: boolean;
}
