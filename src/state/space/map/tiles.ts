/** Places for pictures side by side all over a part of the map. */

import type { Bounds, Point } from "./camera";

export interface TileGrid {
  readonly columns: number;
  readonly rows: number;
  /** The first tile's left and top edge on the map. */
  readonly left: number;
  readonly top: number;
  /** Of a tile on the map. */
  readonly width: number;
  readonly height: number;
}

/**
 * Tiles over all of the bounds; what the last line has too much is shared by both ends.
 *
 * @param aspect their height for a width of 1
 */
export function tileGrid(
  { left, right, bottom, top }: Bounds,
  columns: number,
  aspect: number,
): TileGrid {
  const width = (right - left) / columns;
  const height = width * aspect;
  const rows = Math.max(1, Math.ceil((top - bottom) / height - 1e-6));
  return { columns, rows, left, top: top + (rows * height - (top - bottom)) / 2, width, height };
}

/** Middles of the tiles, line by line from the top left. */
export function tileCentres({ columns, rows, left, top, width, height }: TileGrid): Point[] {
  return Array.from({ length: columns * rows }, (_, i) => ({
    x: left + ((i % columns) + 0.5) * width,
    y: top - (Math.floor(i / columns) + 0.5) * height,
  }));
}
