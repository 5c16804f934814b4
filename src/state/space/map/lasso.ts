/** Which points a loop drawn by hand holds. */

import type { Point } from "./camera";
import type { GridIndex } from "./grid";

/**
 * Points inside of a closed loop, by the even-odd rule; a loop of fewer than three corners holds
 * none.
 */
export function insideLoop(
  loop: readonly Point[],
  { x, y, grid }: { readonly x: Float32Array; readonly y: Float32Array; readonly grid: GridIndex },
): number[] {
  if (loop.length < 3) return [];
  const [xs, ys] = [loop.map((corner) => corner.x), loop.map((corner) => corner.y)];
  const around = {
    left: Math.min(...xs),
    right: Math.max(...xs),
    bottom: Math.min(...ys),
    top: Math.max(...ys),
  };
  return grid.within(around).filter((point) => isInside(loop, x[point]!, y[point]!));
}

function isInside(loop: readonly Point[], x: number, y: number): boolean {
  let inside = false;
  let before = loop.at(-1)!;
  for (const corner of loop) {
    if (corner.y > y !== before.y > y) {
      const crossing = corner.x + ((y - corner.y) / (before.y - corner.y)) * (before.x - corner.x);
      if (x < crossing) inside = !inside;
    }
    before = corner;
  }
  return inside;
}
