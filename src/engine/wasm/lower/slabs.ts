/**
 * What convolutions of fewer products have in common: slabs of [from, to channels] that are made of a kernel's,
 * and products with one of them.
 */

import type { GraphNode } from "../../graph";
import type { Buffer } from "../buffers";
import {
  type Argument,
  type Counted,
  grainFor,
  type Instruction,
  instruction,
  type Job,
  rangeJob,
} from "../program";
import type { Context } from "./context";
import { all, CHUNK, PLAIN, type Product, panelsOf, product, tilesOf } from "./gemm";

/**
 * Bytes that are made of an image's rows and lie side by side: what a second-level cache of 512 KB, the least of
 * today's laptops, holds with a kernel's slabs.
 */
const BLOCK_BYTES = 256 << 10;

/** Rows that are done together. */
export interface Block {
  readonly row: number;
  readonly rows: number;
}

/** Blocks of about one height: a low one at the end would fill its products' tiles badly. */
export function blocksOf(rows: number, rowBytes: number): Block[] {
  const fitting = Math.max(1, Math.floor(BLOCK_BYTES / rowBytes));
  const each = Math.ceil(rows / Math.ceil(rows / fitting));
  return Array.from({ length: Math.ceil(rows / each) }, (_, block) => ({
    row: block * each,
    rows: Math.min(each, rows - block * each),
  }));
}

type Method = "winograd" | "doubled";

const floatsOf = ({ input, output }: GraphNode): number => input.channels * output.channels;

/** Over the vectors of a slab. */
function slabJob({ threads }: Context, operation: GraphNode, each: Instruction): Job {
  const vectors = floatsOf(operation) / 4;
  return rangeJob(vectors, grainFor(vectors, threads), each);
}

/** Makes a method's slabs of a kernel's. */
export function kernelSlabs(
  context: Context,
  method: Method,
  operation: GraphNode,
  kernel: number,
  to: number,
): Job {
  const slab = floatsOf(operation) * 4;
  const range = { vectorFrom: CHUNK.from, vectorTo: CHUNK.to };
  const make = instruction(`${method}Kernel`, { kernel, to, slab, ...range });
  return slabJob(context, operation, make);
}

/** Adds up the groups' gradients of a method's slabs, and makes that of the kernel of them. */
export function kernelGradient(
  context: Context,
  method: Method,
  operation: GraphNode,
  sums: Counted,
  groups: number,
  to: number,
): Job {
  const offsets = Array.from({ length: groups }, (_, group) => group * sums.stride);
  const make = instruction(`${method}KernelGradient`, {
    from: sums.base,
    table: context.arena.words(offsets),
    groups,
    to,
    slab: floatsOf(operation) * 4,
    vectorFrom: CHUNK.from,
    vectorTo: CHUNK.to,
  });
  return slabJob(context, operation, make);
}

interface SlabProduct extends Pick<Product, "a" | "aTable" | "c" | "cTable" | "accumulates"> {
  /** Pixels, or tiles. */
  readonly rows: number;
  /** Address of the slab: [length, columns]. */
  readonly slab: number;
  readonly length: number;
  readonly columns: number;
}

/** Pixels times a slab; a pixel's channels lie side by side. */
export function slabProduct({ rows, slab, ...rest }: SlabProduct): Instruction {
  return product({
    ...PLAIN,
    ...rest,
    aStep: 4,
    aPitch: 0,
    b: slab,
    bStep: rest.columns * 4,
    bPitch: 0,
    runs: 1,
    tiles: all(tilesOf(rows)),
    panels: all(panelsOf(rest.columns)),
    panelsOutside: false,
  });
}

/** Pixels of an image, or of a map or a list of tiles. */
export type Pixels = Pick<Buffer, "pixel" | "pitch" | "shape"> & { readonly at: Argument };

interface SlabGradient {
  readonly from: Pixels;
  /** As many rows and columns are gone through. */
  readonly gradient: Pixels;
  /** Offsets of the channels of a pixel, and of a slab's rows. */
  readonly aTable: number;
  readonly cTable: number;
  /** Where the slab's gradient is summed. */
  readonly to: Argument;
}

/** Adds a slab's gradient: products of each pixel's channels with those of its gradient. */
export function slabGradient({ from, gradient, to, ...tables }: SlabGradient): Instruction {
  const { height, width, channels } = gradient.shape;
  return product({
    ...PLAIN,
    ...tables,
    a: from.at,
    aStep: from.pixel,
    aPitch: from.pitch,
    b: gradient.at,
    bStep: gradient.pixel,
    bPitch: gradient.pitch,
    length: width,
    runs: height,
    c: to,
    tiles: all(tilesOf(from.shape.channels)),
    panels: all(panelsOf(channels)),
    columns: channels,
    accumulates: true,
    panelsOutside: false,
  });
}
