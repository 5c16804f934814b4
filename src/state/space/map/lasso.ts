/** Which points a loop drawn by hand holds. */

import type { Point } from "./camera";
import { type Chart, placeOf } from "./chart";

/**
 * Points inside of a closed loop, by the even-odd rule; a loop of fewer than three corners holds
 * none.
 */
export function insideLoop(
  loop: readonly Point[],
  chart: Pick<Chart, "x" | "y" | "grid">,
): number[] {
  if (loop.length < 3) return [];
  const [xs, ys] = [loop.map((corner) => corner.x), loop.map((corner) => corner.y)];
  const around = {
    left: Math.min(...xs),
    right: Math.max(...xs),
    bottom: Math.min(...ys),
    top: Math.max(...ys),
  };
  return chart.grid.within(around).filter((point) => isInside(loop, placeOf(chart, point)));
}

function isInside(loop: readonly Point[], { x, y }: Point): boolean {
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
