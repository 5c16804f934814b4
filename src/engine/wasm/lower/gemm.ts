/** Matrix products as the one kernel takes them: offset tables, strides and flags. */

import type { Arena } from "../arena";
import { BY_FROM, BY_TO, GEMM } from "../assembly/opcodes";
import type { Argument, Instruction } from "../program";

/** Rows of a tile, columns of a panel: the kernel's registers. */
const TILE_ROWS = 4;
export const PANEL_COLUMNS = 8;

export const ACCUMULATE = 1;
export const BIAS = 2;
export const RELU_FLAG = 4;
export const PANELS_OUTSIDE = 8;

/** Ends of a range of tiles or panels: all of them, or those of the chunk. */
export interface Range {
  readonly from: Argument;
  readonly to: Argument;
}

export const CHUNK: Range = {
  from: { base: 0, stride: 1, by: BY_FROM },
  to: { base: 0, stride: 1, by: BY_TO },
};

export function all(count: number): Range {
  return { from: 0, to: count };
}

export interface Product {
  readonly a: Argument;
  /** Address of A's row offsets in bytes. */
  readonly aTable: number;
  readonly aStep: number;
  readonly aPitch: number;
  readonly b: Argument;
  readonly bStep: number;
  readonly bPitch: number;
  readonly length: number;
  readonly runs: number;
  readonly c: Argument;
  readonly cTable: number;
  readonly tiles: Range;
  readonly panels: Range;
  readonly columns: number;
  readonly bias: number;
  readonly flags: number;
}

export function product(p: Product): Instruction {
  return {
    opcode: GEMM,
    args: [
      ...[p.a, p.aTable, p.aStep, p.aPitch],
      ...[p.b, p.bStep, p.bPitch, PANEL_COLUMNS * 4],
      ...[p.length, p.runs, p.c, p.cTable],
      ...[p.tiles.from, p.tiles.to, p.panels.from, p.panels.to],
      ...[p.columns, p.bias, p.flags],
    ],
  };
}

export function tilesOf(rows: number): number {
  return Math.ceil(rows / TILE_ROWS);
}

export function panelsOf(columns: number): number {
  return Math.ceil(columns / PANEL_COLUMNS);
}

/**
 * Address of a table of row offsets, padded to whole tiles by repeating the last row: the copies
 * compute and store the same values again, so that no tile is special.
 */
export function offsetTable(arena: Arena, offsets: readonly number[]): number {
  const rows = tilesOf(offsets.length) * TILE_ROWS;
  return arena.words(
    Array.from({ length: rows }, (_, row) => offsets[Math.min(row, offsets.length - 1)]),
  );
}

/** Offsets of `count` rows that lie `stride` bytes apart. */
export function evenTable(arena: Arena, count: number, stride: number): number {
  return offsetTable(
    arena,
    Array.from({ length: count }, (_, row) => row * stride),
  );
}
