/** Maps of codes, and the way back: which code stands at a place of the map. */

import type { PrincipalAxes } from "../../../math/principal-axes";
import type { Codes } from "../../../protocol/inference";
import type { Point } from "./camera";
import { GridIndex } from "./grid";

/** Principal axes of the codes, the net's own first two numbers, or UMAP. */
export type AxesName = "pca" | "own" | "umap";

/**
 * What a code's other numbers are at a place of a plane: their mean, what they are in the nearest
 * garment, or nothing (nested nets decode without them).
 */
export type Rest = "mean" | "near" | "none";

/** Two directions through the space of codes: unit vectors, at right angles. */
export interface Plane {
  /** size numbers: what stands at 0, 0. */
  readonly origin: Float64Array;
  readonly right: Float64Array;
  /** Null where codes have a single number. */
  readonly up: Float64Array | null;
}

/** Where the garments stand: the first of the test split, by place. */
export interface Chart {
  readonly axes: AxesName;
  readonly x: Float32Array;
  /** Of codes of one number, how high a garment lies on a heap of others: nothing of the code. */
  readonly y: Float32Array;
  readonly grid: GridIndex;
  /** Null of UMAP, which has no way back of its own. */
  readonly plane: Plane | null;
}

/** The first two principal axes. */
export function principalPlane({ size, mean, axes }: PrincipalAxes): Plane {
  return {
    origin: mean,
    right: axes.subarray(0, size),
    up: size > 1 ? axes.subarray(size, 2 * size) : null,
  };
}

/** The first two numbers as they are. */
export function ownPlane(size: number): Plane {
  const unit = (at: number) => {
    const direction = new Float64Array(size);
    direction[at] = 1;
    return direction;
  };
  return { origin: new Float64Array(size), right: unit(0), up: size > 1 ? unit(1) : null };
}

export function planeChart(
  axes: "pca" | "own",
  { count, size, codes }: Codes,
  plane: Plane,
): Chart {
  const alongAll = (direction: Float64Array) =>
    Float32Array.from({ length: count }, (_, place) =>
      along(codes.subarray(place * size, (place + 1) * size), direction, plane.origin),
    );
  const x = alongAll(plane.right);
  const y = plane.up ? alongAll(plane.up) : heaped(x);
  return { axes, x, y, grid: new GridIndex(x, y), plane };
}

/** Heights for points of a single axis: each on top of those before it that are about as far right. */
function heaped(x: Float32Array): Float32Array {
  const low = x.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const high = x.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  // With so many heaps the highest is about half as high as all of them are wide.
  const width = (high - low) / Math.sqrt(10 * x.length);
  const heights = new Map<number, number>();
  return x.map((value) => {
    if (width === 0) return 0;
    const heap = Math.floor((value - low) / width);
    const height = heights.get(heap) ?? 0;
    heights.set(heap, height + 1);
    return height * width;
  });
}

/** Where a garment stands. */
export function placeOf({ x, y }: Pick<Chart, "x" | "y">, place: number): Point {
  return { x: x[place]!, y: y[place]! };
}

/** The garment nearest to a place; where codes are a single number, by that number alone. */
export function nearestGarment({ x: all, grid, plane }: Chart, { x, y }: Point): number | null {
  if (!plane || plane.up) return grid.nearest(x, y, 1)[0] ?? null;
  const away = all.map((each) => Math.abs(each - x));
  const place = away.indexOf(away.reduce((least, each) => Math.min(least, each), Infinity));
  return place < 0 ? null : place;
}

/** @param positions of the first images: x and y in turn */
export function umapChart(positions: Float32Array): Chart {
  const x = positions.filter((_, i) => i % 2 === 0);
  const y = positions.filter((_, i) => i % 2 === 1);
  return { axes: "umap", x, y, grid: new GridIndex(x, y), plane: null };
}

/** Garments that a place between them is mixed of, on a map without a way back of its own. */
export const MIXED = 8;

/**
 * The codes at places of the map.
 *
 * On a plane, exactly those that stand there. On a UMAP, a mixture of the nearest garments' codes,
 * weighted by the inverse square of their distance (Shepard 1968).
 * @returns points.length × size
 */
export function codesAt(
  chart: Chart,
  { size, codes }: Codes,
  mean: Float64Array,
  rest: Rest,
  points: readonly Point[],
): Float32Array {
  const found = new Float32Array(points.length * size);
  for (const [row, point] of points.entries()) {
    const into = found.subarray(row * size, (row + 1) * size);
    if (chart.plane) moveAlong(chart.plane, point, into, baseOf(point));
    else mix(point, into);
  }
  return found;

  function baseOf(point: Point): ArrayLike<number> {
    if (rest === "mean") return mean;
    if (rest === "none") return new Float64Array(size);
    const place = chart.grid.nearest(point.x, point.y, 1)[0]!;
    return codes.subarray(place * size, (place + 1) * size);
  }

  function mix({ x, y }: Point, into: Float32Array): void {
    const places = chart.grid.nearest(x, y, MIXED);
    const squares = Array.from(places, (place) => {
      const near = placeOf(chart, place);
      return (near.x - x) ** 2 + (near.y - y) ** 2;
    });
    // On a garment it is that garment's own code.
    const weights = squares[0] === 0 ? [1] : squares.map((square) => 1 / square);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    for (const [i, weight] of weights.entries()) {
      const from = places[i]! * size;
      for (let k = 0; k < size; k++) into[k] = into[k]! + (weight / total) * codes[from + k]!;
    }
  }
}

/** The base moved along the plane's directions until it stands at the point. */
function moveAlong(plane: Plane, { x, y }: Point, into: Float32Array, base: ArrayLike<number>) {
  const { origin, right, up } = plane;
  const toRight = x - along(base, right, origin);
  const toTop = up ? y - along(base, up, origin) : 0;
  for (let k = 0; k < into.length; k++) {
    into[k] = base[k]! + toRight * right[k]! + (up ? toTop * up[k]! : 0);
  }
}

/** How far a code is from the origin along a unit vector. */
function along(code: ArrayLike<number>, direction: Float64Array, origin: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < direction.length; k++) sum += direction[k]! * (code[k]! - origin[k]!);
  return sum;
}
