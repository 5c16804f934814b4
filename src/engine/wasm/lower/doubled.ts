/**
 * Convolutions of 3 × 3 of images that are doubled before, by sums and differences: nine products where a
 * folded window takes 16. assembly/doubled.ts says how.
 */

import type { GraphNode, SampleShape } from "../../graph";
import { type Buffer, type Halo, oddLines } from "../buffers";
import { type Argument, type Counted, type Instruction, instruction, plus } from "../program";
import type { Context } from "./context";
import { pixelAt, pixelOffsets } from "./gather";
import { type Epilogue, evenTable, offsetTable, productTime } from "./gemm";
import { type Block, blocksOf, slabGradient, slabProduct } from "./slabs";

/** What a product takes of the kernel's rows or columns: their sum, or the first's or the last's share of it. */
const PARTS = [0, 1, 2] as const;
type Part = (typeof PARTS)[number];
const LAST: Part = 2;
/** Slabs of a kernel, by row and column part. */
export const SLABS = PARTS.length * PARTS.length;
/** Sums of gradients: of all four, by column part, by row part. */
const SUMS = 5;

/** A pixel's differences from those before it are all around. */
export const DOUBLED_HALO: Halo = { top: 1, left: 1, bottom: 1, right: 1 };

/** An image, or what it and its differences are made of: each a map of that many pixels. */
interface Maps {
  readonly own: Buffer;
  readonly rows: Buffer;
  readonly columns: Buffer;
  readonly both: Buffer;
}

/** A map of closely packed pixels. */
function mapAt(at: Counted, height: number, width: number, channels: number): Buffer {
  const pixel = channels * 4;
  const shape = { height, width, channels };
  return { shape, pixel, pitch: width * pixel, stride: at.stride, at };
}

const mapBytes = (pixels: number, channels: number): number => oddLines(pixels * channels * 4);

/** Bytes of the differences of an image. */
function differenceBytes({ height, width, channels }: SampleShape): number {
  const [rows, columns] = [(height + 1) * width, height * (width + 1)];
  const both = (height + 1) * (width + 1);
  return [rows, columns, both].reduce((sum, pixels) => sum + mapBytes(pixels, channels), 0);
}

/** Differences of an image in scratch, and where they end. */
function differencesAt(at: Counted, own: Buffer): { readonly maps: Maps; readonly end: Counted } {
  const { height, width, channels } = own.shape;
  const after = (from: Counted, pixels: number): Counted => ({
    ...from,
    base: from.base + mapBytes(pixels, channels),
  });
  const columnsAt = after(at, (height + 1) * width);
  const bothAt = after(columnsAt, height * (width + 1));
  return {
    maps: {
      own,
      rows: mapAt(at, height + 1, width, channels),
      columns: mapAt(columnsAt, height, width + 1, channels),
      both: mapAt(bothAt, height + 1, width + 1, channels),
    },
    end: after(bothAt, (height + 1) * (width + 1)),
  };
}

/** What a product takes of the maps, from its first pixel on. */
function partOf(maps: Maps, row: Part, column: Part): { map: Buffer; at: Argument } {
  const byRow = row === 0 ? maps.own : maps.rows;
  const byBoth = row === 0 ? maps.columns : maps.both;
  const map = column === 0 ? byRow : byBoth;
  return { map, at: pixelAt(map, row === LAST ? 1 : 0, column === LAST ? 1 : 0) };
}

const pairs = PARTS.flatMap((row) => PARTS.map((column) => ({ row, column })));
const slabOf = (row: Part, column: Part): number => row * PARTS.length + column;

/** Nanoseconds of sums and differences, for a pixel and a channel; measured as `productTime` was. */
const DIFFERENCE_TIME = 1.1;
/** Products of a folded window. */
const FOLDED = 16;

/** Whether a convolution of a doubled image is done so, and is the faster for it: forwards, and both gradients. */
export function isDoubled(
  { input, output }: GraphNode,
  kernelSize: readonly [number, number],
): boolean {
  const [from, to] = [input.channels, output.channels];
  if (kernelSize.some((size) => size !== 3) || from % 4 > 0 || to % 4 > 0) return false;
  const pixels = input.height * input.width;
  const each =
    productTime(pixels, from, to) + productTime(pixels, to, from) + productTime(from, pixels, to);
  return SLABS * each + 3 * pixels * (from + to) * DIFFERENCE_TIME < FOLDED * each;
}

/** Multiply-adds of an image's convolution that is done so. */
export function doubledMultiplyAdds({ input, output }: GraphNode): number {
  return SLABS * input.height * input.width * input.channels * output.channels;
}

/** Rows of an image that are done together. */
function rowBlocks({ input, output }: GraphNode): Block[] {
  const { height, width } = input;
  const rowBytes = (3 * (width + 1) * input.channels + SLABS * width * output.channels) * 4;
  return blocksOf(height, rowBytes);
}

/** The rows of a block. */
function rowsOf(buffer: Buffer, row: number, height: number): Buffer {
  const at = { ...buffer.at, base: buffer.at.base + row * buffer.pitch };
  return { ...buffer, shape: { ...buffer.shape, height }, at };
}

/** Bytes of scratch that a convolution takes. */
export function doubledScratch(operation: GraphNode): number {
  const { input, output } = operation;
  const largest = Math.max(...rowBlocks(operation).map(({ rows }) => rows));
  const pixels = largest * input.width;
  const differences = differenceBytes({ ...input, height: largest });
  return differences + SLABS * mapBytes(pixels, output.channels);
}

/** Likewise of its gradient. */
export function doubledGradientScratch(operation: GraphNode): number {
  const { input, output } = operation;
  const pixels = input.height * input.width;
  const sums = SUMS * mapBytes(pixels, output.channels);
  const back = mapBytes(pixels, input.channels) + differenceBytes(input) + sums;
  return Math.max(back, doubledScratch(operation));
}

function differences({ own, rows, columns, both }: Maps): Instruction {
  const { height, width, channels } = own.shape;
  return instruction("doubledInput", {
    from: own.at,
    fromPitch: own.pitch,
    pixel: own.pixel,
    height,
    width,
    channels,
    rows: rows.at,
    columns: columns.at,
    both: both.at,
  });
}

/**
 * One image's convolution.
 *
 * @param weights address of the kernel's slabs
 */
export function doubled(
  context: Context,
  operation: GraphNode,
  image: Buffer,
  result: Buffer,
  weights: number,
  epilogue: Epilogue,
): Instruction[] {
  const { arena, scratch } = context;
  const { width, channels } = image.shape;
  const filters = result.shape.channels;
  return rowBlocks(operation).flatMap(({ row, rows: height }) => {
    const { maps, end } = differencesAt(scratch, rowsOf(image, row, height));
    const pixels = height * width;
    const slab = mapBytes(pixels, filters);
    const cTable = evenTable(arena, pixels, filters * 4);
    const products = pairs.map((pair) => {
      const { map, at } = partOf(maps, pair.row, pair.column);
      const place = slabOf(pair.row, pair.column);
      return slabProduct({
        rows: pixels,
        a: at,
        aTable: offsetTable(arena, pixelOffsets(map, height, width)),
        slab: weights + place * channels * filters * 4,
        length: channels,
        columns: filters,
        c: plus(end, place * slab),
        cTable,
        accumulates: false,
      });
    });
    return [
      differences(maps),
      ...products,
      instruction("doubledOutput", {
        from: end,
        slab,
        to: pixelAt(result, 2 * row, 0),
        toPitch: result.pitch,
        pixel: result.pixel,
        height,
        width,
        channels: filters,
        ...epilogue,
      }),
    ];
  });
}

/** Where the gradient of each pair of parts lies: sums of it in scratch, or one of each four pixels as they are. */
class Gradients {
  readonly #gradient: Buffer;
  readonly #sums: Counted;
  readonly #slab: number;

  /** @param gradient of the doubled rows of a block */
  constructor(gradient: Buffer, sums: Counted) {
    const { height, width, channels } = gradient.shape;
    this.#gradient = gradient;
    this.#sums = sums;
    this.#slab = mapBytes((height * width) / 4, channels);
  }

  /** Makes the sums. */
  get instruction(): Instruction {
    const { at, pitch, pixel, shape } = this.#gradient;
    return instruction("doubledOutputGradient", {
      from: at,
      fromPitch: pitch,
      pixel,
      down: shape.height / 2,
      across: shape.width / 2,
      channels: shape.channels,
      to: this.#sums,
      slab: this.#slab,
    });
  }

  of(row: Part, column: Part): Buffer {
    const { at, pitch, pixel, shape } = this.#gradient;
    const [height, width] = [shape.height / 2, shape.width / 2];
    if (row > 0 && column > 0) {
      const base = at.base + (row - 1) * pitch + (column - 1) * pixel;
      return {
        shape: { ...shape, height, width },
        pixel: 2 * pixel,
        pitch: 2 * pitch,
        stride: at.stride,
        at: { ...at, base },
      };
    }
    const place = row > 0 ? PARTS.length - 1 + row : column;
    const base = this.#sums.base + place * this.#slab;
    return mapAt({ ...this.#sums, base }, height, width, shape.channels);
  }
}

/** Adds one image's weight gradient, as the nine slabs have it, to `sums`. */
export function doubledWeightGradient(
  context: Context,
  operation: GraphNode,
  image: Buffer,
  gradient: Buffer,
  sums: Argument,
): Instruction[] {
  const { arena, scratch } = context;
  const { channels } = image.shape;
  const filters = gradient.shape.channels;
  const aTable = evenTable(arena, channels, 4);
  const cTable = evenTable(arena, channels, filters * 4);
  return rowBlocks(operation).flatMap(({ row, rows: height }) => {
    const { maps, end } = differencesAt(scratch, rowsOf(image, row, height));
    const gradients = new Gradients(rowsOf(gradient, 2 * row, 2 * height), end);
    const products = pairs.map((pair) => {
      const { map, at } = partOf(maps, pair.row, pair.column);
      const to = plus(sums, slabOf(pair.row, pair.column) * channels * filters * 4);
      const of = gradients.of(pair.row, pair.column);
      return slabGradient({ from: { ...map, at }, gradient: of, aTable, cTable, to });
    });
    return [differences(maps), gradients.instruction, ...products];
  });
}

/**
 * The input's gradient of one image.
 *
 * @param turned address of the kernel's slabs, each transposed
 */
export function doubledInputGradient(
  { arena, scratch }: Context,
  gradient: Buffer,
  result: Buffer,
  turned: number,
): Instruction[] {
  const { height, width, channels } = result.shape;
  const filters = gradient.shape.channels;
  const pixels = height * width;
  const ownBytes = mapBytes(pixels, channels);
  const own = mapAt(scratch, height, width, channels);
  const differencesFrom = { ...scratch, base: scratch.base + ownBytes };
  const { maps, end } = differencesAt(differencesFrom, own);
  const gradients = new Gradients(gradient, end);
  const products = pairs.map(({ row, column }) => {
    const { map, at } = partOf(maps, row, column);
    const of = gradients.of(row, column);
    return slabProduct({
      rows: pixels,
      a: of.at,
      aTable: offsetTable(arena, pixelOffsets(of, height, width)),
      slab: turned + slabOf(row, column) * channels * filters * 4,
      length: filters,
      columns: channels,
      c: at,
      cTable: offsetTable(arena, pixelOffsets(map, height, width)),
      // Of the differences, which several products are of; the first finds zeros.
      accumulates: row > 0 || column > 0,
    });
  });
  return [
    gradients.instruction,
    instruction("fillZero", { to: maps.rows.at, bytes: differenceBytes(result.shape) }),
    ...products,
    instruction("doubledInputGradient", {
      own: own.at,
      rows: maps.rows.at,
      columns: maps.columns.at,
      both: maps.both.at,
      to: result.at,
      toPitch: result.pitch,
      pixel: result.pixel,
      height,
      width,
      channels,
    }),
  ];
}
