/** Chooses tiles and parts: little that is computed for nothing, and work for every core of a GPU. */

import type { TileSize } from "../kernels/tile";

const SIDES = [64, 32, 16] as const;
/** Workgroups that keep a large GPU busy. */
export const ENOUGH_GROUPS = 256;

/** What a multiply-add costs in a tile, by its sides: small ones load more for each. */
function costOf({ rows, columns }: TileSize): number {
  return 1 + 16 / rows + 16 / columns;
}

/** @param others workgroups that there are for each tile, by phases and parts */
export function chooseTile(rows: number, columns: number, others = 1): TileSize {
  let best: TileSize = { rows: 64, columns: 64 };
  let least = Number.POSITIVE_INFINITY;
  for (const tileRows of SIDES) {
    for (const tileColumns of SIDES) {
      const tile = { rows: tileRows, columns: tileColumns };
      // Smaller ones do not fill a SIMD group of 32.
      if (tileRows * tileColumns < 512) continue;
      const groups = groupsOf(tile, rows, columns) * others;
      const padded = groups * tileRows * tileColumns;
      const idle = Math.max(1, ENOUGH_GROUPS / groups) ** 0.5;
      const cost = padded * costOf(tile) * idle;
      if (cost < least) [best, least] = [tile, cost];
    }
  }
  return best;
}

export function groupsOf(tile: TileSize, rows: number, columns: number): number {
  return Math.ceil(rows / tile.rows) * Math.ceil(columns / tile.columns);
}

/** Parts of a sum, up to `most`, that give work to a whole GPU: no more, since they are summed too. */
export function partsFor(groups: number, most: number): number {
  return Math.max(1, Math.min(most, Math.floor(ENOUGH_GROUPS / groups)));
}
