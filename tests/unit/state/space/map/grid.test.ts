import { describe, expect, it } from "vitest";
import { createRng } from "../../../../../src/math/rng";
import { GridIndex } from "../../../../../src/state/space/map/grid";
import { insideLoop } from "../../../../../src/state/space/map/lasso";

function cloud(count: number) {
  const rng = createRng(2, "cloud");
  const axis = (reach: number) => Float32Array.from({ length: count }, () => reach * rng.float());
  return { x: axis(10), y: axis(3) };
}

describe("a grid of points", () => {
  const { x, y } = cloud(700);
  const grid = new GridIndex(x, y);

  it("finds the nearest points, from inside and from far outside", () => {
    for (const [atX, atY] of [
      [5, 1.5],
      [0.01, 2.9],
      [-8, 40],
      [30, -2],
      [5, 3.2],
    ] as const) {
      const square = (point: number) => (x[point]! - atX) ** 2 + (y[point]! - atY) ** 2;
      const sorted = [...x.keys()].sort((a, b) => square(a) - square(b));
      expect([...grid.nearest(atX, atY, 8)]).toEqual(sorted.slice(0, 8));
    }
    expect(grid.nearest(1, 1, 5000)).toHaveLength(700);
  });

  it("finds the points within bounds", () => {
    const bounds = { left: 2, right: 4.5, bottom: 0.5, top: 1.25 };
    const expected = [...x.keys()].filter(
      (i) => x[i]! >= 2 && x[i]! <= 4.5 && y[i]! >= 0.5 && y[i]! <= 1.25,
    );
    expect(grid.within(bounds).sort((a, b) => a - b)).toEqual(expected);
    expect(grid.within({ left: 20, right: 30, bottom: 0, top: 3 })).toEqual([]);
  });

  it("takes points on a line, in one place, and none", () => {
    const line = new GridIndex(Float32Array.of(0, 1, 2, 3), new Float32Array(4));
    expect([...line.nearest(2.2, 9, 2)]).toEqual([2, 3]);
    const heap = new GridIndex(new Float32Array(5).fill(2), new Float32Array(5).fill(1));
    expect(heap.within({ left: 1, right: 3, bottom: 0, top: 2 })).toHaveLength(5);
    expect(new GridIndex(new Float32Array(0), new Float32Array(0)).nearest(0, 0, 3)).toHaveLength(
      0,
    );
  });

  it("tells which points a loop holds, its bays excepted", () => {
    // A U: the middle of its opening is outside.
    const loop = [
      [0, 0],
      [9, 0],
      [9, 3],
      [6, 3],
      [6, 1],
      [3, 1],
      [3, 3],
      [0, 3],
    ].map(([cornerX, cornerY]) => ({ x: cornerX!, y: cornerY! }));
    const held = new Set(insideLoop(loop, { x, y, grid }));
    for (const point of x.keys()) {
      const [px, py] = [x[point]!, y[point]!];
      const isInside = px < 9 && (py < 1 || px < 3 || px > 6);
      expect(held.has(point)).toBe(isInside);
    }
    expect(insideLoop(loop.slice(0, 2), { x, y, grid })).toEqual([]);
  });
});
