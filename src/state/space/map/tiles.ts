/** Places for pictures side by side all over a part of the map. */

import type { Bounds, Point } from "./camera";

export interface TileGrid {
  readonly columns: number;
  readonly rows: number;
  /** The first tile's left and top edge on the map. */
  readonly left: number;
  readonly top: number;
  /** A tile's side on the map. */
  readonly side: number;
}

/** Square tiles over all of the bounds; what the last line has too much is shared by both ends. */
export function tileGrid({ left, right, bottom, top }: Bounds, columns: number): TileGrid {
  const side = (right - left) / columns;
  const rows = Math.max(1, Math.ceil((top - bottom) / side - 1e-6));
  return { columns, rows, left, top: top + (rows * side - (top - bottom)) / 2, side };
}

/** Middles of the tiles, line by line from the top left. */
export function tileCentres({ columns, rows, left, top, side }: TileGrid): Point[] {
  return Array.from({ length: columns * rows }, (_, i) => ({
    x: left + ((i % columns) + 0.5) * side,
    y: top - (Math.floor(i / columns) + 0.5) * side,
  }));
}
