/** Points sorted into the cells of a grid, so that those nearby are found at once. */

import type { Bounds } from "./camera";

/** Points in a cell, on average. */
const POINTS_A_CELL = 3;

export class GridIndex {
  readonly bounds: Bounds;
  readonly #x: Float32Array;
  readonly #y: Float32Array;
  readonly #columns: number;
  readonly #rows: number;
  readonly #cell: number;
  /** Where each cell's points begin in `#order`. */
  readonly #starts: Uint32Array;
  readonly #order: Uint32Array;

  constructor(x: Float32Array, y: Float32Array) {
    const bounds = boundsOfPoints(x, y);
    const width = bounds.right - bounds.left;
    const height = bounds.top - bounds.bottom;
    const cells = Math.max(1, x.length / POINTS_A_CELL);
    // Points on a line, or in one place, have cells too.
    const cell = Math.max(Math.sqrt((width * height) / cells), (width + height) / cells) || 1;
    this.bounds = bounds;
    this.#x = x;
    this.#y = y;
    this.#cell = cell;
    this.#columns = Math.floor(width / cell) + 1;
    this.#rows = Math.floor(height / cell) + 1;
    this.#starts = new Uint32Array(this.#columns * this.#rows + 1);
    this.#order = new Uint32Array(x.length);
    this.#sort();
  }

  /** The nearest points, nearest first: as many as wanted, or as there are. */
  nearest(x: number, y: number, wanted: number): Uint32Array {
    const many = Math.min(wanted, this.#x.length);
    if (many === 0) return new Uint32Array(0);
    const found: { point: number; square: number }[] = [];
    const [column, row] = [this.#columnOf(x), this.#rowOf(y)];
    // The point may lie outside of the grid: rings then count from the cell that is nearest to it.
    const outside = Math.hypot(
      Math.max(0, this.bounds.left - x, x - this.bounds.right),
      Math.max(0, this.bounds.bottom - y, y - this.bounds.top),
    );
    for (let ring = 0; ring <= Math.max(this.#columns, this.#rows); ring++) {
      // Whatever is in this ring or beyond is at least so far away.
      const reach = Math.max(outside, (ring - 1) * this.#cell);
      if (found.length === many && found[many - 1]!.square <= reach * reach) break;
      this.#eachOfRing(column, row, ring, (point) => {
        const square = (this.#x[point]! - x) ** 2 + (this.#y[point]! - y) ** 2;
        if (found.length === many && square >= found[many - 1]!.square) return;
        let at = found.length;
        while (at > 0 && found[at - 1]!.square > square) at--;
        found.splice(at, 0, { point, square });
        if (found.length > many) found.pop();
      });
    }
    return Uint32Array.from(found, ({ point }) => point);
  }

  /** Points between the bounds, ends included, in no order. */
  within({ left, right, bottom, top }: Bounds): number[] {
    const found: number[] = [];
    for (let row = this.#rowOf(bottom); row <= this.#rowOf(top); row++) {
      for (let column = this.#columnOf(left); column <= this.#columnOf(right); column++) {
        this.#eachOfCell(column, row, (point) => {
          const [x, y] = [this.#x[point]!, this.#y[point]!];
          if (x >= left && x <= right && y >= bottom && y <= top) found.push(point);
        });
      }
    }
    return found;
  }

  #sort(): void {
    const cells = Uint32Array.from(
      this.#x,
      (x, point) => this.#rowOf(this.#y[point]!) * this.#columns + this.#columnOf(x),
    );
    const counts = this.#starts;
    for (const cell of cells) counts[cell + 1] = counts[cell + 1]! + 1;
    for (let cell = 1; cell < counts.length; cell++) {
      counts[cell] = counts[cell]! + counts[cell - 1]!;
    }
    const next = counts.slice();
    for (const [point, cell] of cells.entries()) {
      this.#order[next[cell]!] = point;
      next[cell] = next[cell]! + 1;
    }
  }

  #columnOf(x: number): number {
    const column = Math.floor((x - this.bounds.left) / this.#cell);
    return Math.min(this.#columns - 1, Math.max(0, column));
  }

  #rowOf(y: number): number {
    const row = Math.floor((y - this.bounds.bottom) / this.#cell);
    return Math.min(this.#rows - 1, Math.max(0, row));
  }

  #eachOfCell(column: number, row: number, visit: (point: number) => void): void {
    if (column < 0 || row < 0 || column >= this.#columns || row >= this.#rows) return;
    const cell = row * this.#columns + column;
    for (let at = this.#starts[cell]!; at < this.#starts[cell + 1]!; at++) visit(this.#order[at]!);
  }

  /** Cells that are `ring` steps away along the longer way. */
  #eachOfRing(column: number, row: number, ring: number, visit: (point: number) => void): void {
    if (ring === 0) this.#eachOfCell(column, row, visit);
    for (let step = -ring; step < ring; step++) {
      this.#eachOfCell(column + step, row - ring, visit);
      this.#eachOfCell(column + ring, row + step, visit);
      this.#eachOfCell(column - step, row + ring, visit);
      this.#eachOfCell(column - ring, row - step, visit);
    }
  }
}

/** The smallest bounds with all points; of none, a single place. */
function boundsOfPoints(x: Float32Array, y: Float32Array): Bounds {
  if (x.length === 0) return { left: 0, right: 0, bottom: 0, top: 0 };
  const ends = (values: Float32Array) => {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const value of values) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    return [low, high] as const;
  };
  const [[left, right], [bottom, top]] = [ends(x), ends(y)];
  return { left, right, bottom, top };
}
