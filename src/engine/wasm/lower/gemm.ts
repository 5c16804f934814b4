/** Matrix products as the one kernel takes them: offset tables, and ranges of tiles and panels. */

import type { Arena } from "../arena";
import { SIZES } from "../instructions";
import { type Argument, type Arguments, type Instruction, instruction } from "../program";

const { TILE_ROWS, PANEL_COLUMNS } = SIZES;

/** Ends of a range of tiles or panels: all of them, or those of the chunk. */
export interface Range {
  readonly from: Argument;
  readonly to: Argument;
}

export const CHUNK: Range = {
  from: { base: 0, stride: 1, by: "from" },
  to: { base: 0, stride: 1, by: "to" },
};

export function all(count: number): Range {
  return { from: 0, to: count };
}

/** What a product starts from, and what happens as it is stored. */
export interface Epilogue {
  /** Address of a number for each column. */
  readonly bias: number | null;
  readonly relu: boolean;
}

export const PLAIN: Epilogue = { bias: null, relu: false };

type Ranges = "tileFrom" | "tileTo" | "panelFrom" | "panelTo";

export interface Product extends Omit<Arguments<"gemm">, Ranges> {
  /** Address of A's row offsets in bytes. */
  readonly aTable: number;
  readonly aStep: number;
  readonly bStep: number;
  readonly length: number;
  readonly columns: number;
  readonly tiles: Range;
  readonly panels: Range;
}

export function product({ tiles, panels, ...rest }: Product): Instruction {
  return instruction("gemm", {
    ...rest,
    tileFrom: tiles.from,
    tileTo: tiles.to,
    panelFrom: panels.from,
    panelTo: panels.to,
  });
}

export function tilesOf(rows: number): number {
  return Math.ceil(rows / TILE_ROWS);
}

export function panelsOf(columns: number): number {
  return Math.ceil(columns / PANEL_COLUMNS);
}

/** Columns of whole panels that hold so many. */
export function wholePanels(columns: number): number {
  return panelsOf(columns) * PANEL_COLUMNS;
}

/**
 * Nanoseconds that a product takes of one core, for comparing ways to do the same: only ratios count. By
 * steps of nets with one layer each, from 7 × 7 × 8 to 28 × 28 × 64, on a core of an EPYC in Node 20
 * (2026-12-01): 43 ns for 1,000 multiply-adds, and 50 to begin with.
 */
export function productTime(rows: number, length: number, columns: number): number {
  return 0.043 * tilesOf(rows) * TILE_ROWS * length * wholePanels(columns) + 50;
}

/**
 * Address of a table of row offsets, padded to whole tiles by repeating the last row: the copies
 * compute and store the same values again, so that no tile is special.
 */
export function offsetTable(arena: Arena, offsets: readonly number[]): number {
  const rows = tilesOf(offsets.length) * TILE_ROWS;
  return arena.words(
    Array.from({ length: rows }, (_, row) => offsets[Math.min(row, offsets.length - 1)]!),
  );
}

/** Offsets of `count` rows that lie `stride` bytes apart. */
export function evenTable(arena: Arena, count: number, stride: number): number {
  return offsetTable(
    arena,
    Array.from({ length: count }, (_, row) => row * stride),
  );
}
