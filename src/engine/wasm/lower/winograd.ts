/**
 * Convolutions of 3 × 3 and stride 1 by Winograd's minimal filtering, F(2×2, 3×3) of Lavin & Gray 2016: 16
 * products where the window's taps take 36. assembly/winograd.ts has the transforms.
 */

import type { GraphNode, SampleShape } from "../../graph";
import type { Window } from "../../taps";
import { type Buffer, type Halo, oddLines } from "../buffers";
import { type Argument, type Instruction, instruction, plus } from "../program";
import type { Context } from "./context";
import { pixelAt } from "./gather";
import { type Epilogue, evenTable, productTime } from "./gemm";
import { type Block, blocksOf, type Pixels, slabGradient, slabProduct } from "./slabs";

/** Numbers of a transformed tile. */
export const PLACES = 16;
/** Output pixels of a tile down and across, and input pixels that it sees. */
const TILE = 2;
const SEEN = 4;
/** Nanoseconds of both transforms, for a tile and a channel; measured as `productTime` was. */
const TRANSFORM_TIME = 4.8;

/** Whether a convolution can be done so, and is the faster for it: forwards, and both gradients. */
export function isWinograd(
  { input, output }: GraphNode,
  { stride, dilation, size }: Window,
): boolean {
  const isPlain = [...stride, ...dilation].every((step) => step === 1);
  const [from, to] = [input.channels, output.channels];
  if (!isPlain || size[0] !== 3 || size[1] !== 3 || from % 4 > 0 || to % 4 > 0) return false;
  const pixels = output.height * output.width;
  const direct =
    productTime(pixels, 9 * from, to) +
    productTime(pixels, 9 * to, from) +
    productTime(9 * from, pixels, to);
  const tiles = tilesAlong(output.height) * tilesAlong(output.width);
  const tiled =
    productTime(tiles, from, to) + productTime(tiles, to, from) + productTime(from, tiles, to);
  return PLACES * tiled + 3 * tiles * (from + to) * TRANSFORM_TIME < direct;
}

/** Multiply-adds of an image's convolution that is done so. */
export function winogradMultiplyAdds({ input, output }: GraphNode): number {
  const tiles = tilesAlong(output.height) * tilesAlong(output.width);
  return PLACES * tiles * input.channels * output.channels;
}

const tilesAlong = (pixels: number): number => Math.ceil(pixels / TILE);

/** Slabs of a block's tiles that are scratch: what they see of the input, and what is made of them. */
class Tiles {
  readonly row: number;
  readonly down: number;
  readonly across: number;
  readonly count: number;
  readonly #from: number;
  readonly #to: number;

  constructor({ row, rows }: Block, width: number, from: number, to: number) {
    this.row = TILE * row;
    this.down = rows;
    this.across = tilesAlong(width);
    this.count = this.down * this.across;
    this.#from = from;
    this.#to = to;
  }

  /** Bytes of a slab of each. */
  get seen(): number {
    return oddLines(this.count * this.#from * 4);
  }

  get made(): number {
    return oddLines(this.count * this.#to * 4);
  }

  get bytes(): number {
    return PLACES * (this.seen + this.made);
  }

  /** As pixels of one row. */
  pixels(at: Argument, channels: number): Pixels {
    const shape = { height: 1, width: this.count, channels };
    return { at, pixel: channels * 4, pitch: 0, shape };
  }
}

/** Tiles of an output, block by block. */
function tilesOf({ height, width }: SampleShape, from: number, to: number): Tiles[] {
  const rowBytes = PLACES * tilesAlong(width) * (from + to) * 4;
  return blocksOf(tilesAlong(height), rowBytes).map((block) => new Tiles(block, width, from, to));
}

/** Bytes of scratch for both sides of a convolution that is done so. */
export function winogradScratch({ input, output }: GraphNode): number {
  const [from, to] = [input.channels, output.channels];
  const all = [...tilesOf(output, from, to), ...tilesOf(input, to, from)];
  return Math.max(...all.map(({ bytes }) => bytes));
}

/** Zeros that tiles of `to` want around `from`, whose first output sees it from `offset` on. */
export function tilesHalo(
  offset: readonly [number, number],
  from: SampleShape,
  to: SampleShape,
): Halo {
  const end = (pixels: number, axis: 0 | 1, count: number) =>
    Math.max(0, TILE * (tilesAlong(count) - 1) + offset[axis] + SEEN - pixels);
  return {
    top: Math.max(0, -offset[0]),
    left: Math.max(0, -offset[1]),
    bottom: end(from.height, 0, to.height),
    right: end(from.width, 1, to.width),
  };
}

/** Zeros that make tiles of whole ones that are not all inside. */
export function tileRest({ height, width }: SampleShape): Halo {
  return { top: 0, left: 0, bottom: height % TILE, right: width % TILE };
}

/** Where the input's gradient sees the output's first. */
export function turnedOffset({ offset }: Window): readonly [number, number] {
  return [-2 - offset[0], -2 - offset[1]];
}

/** Pairs of slabs of a transformed kernel: where each lies, and where it does when the kernel is turned by 180°. */
export function turnedSlabs(from: number, to: number, bytes: number) {
  const turned = [3, 1, 2, 0];
  return turned.flatMap((y, row) =>
    turned.map((x, column) => ({
      from: from + (y * 4 + x) * bytes,
      to: to + (row * 4 + column) * bytes,
    })),
  );
}

/** Makes slabs of a block's tiles, whose first is at that pixel of a buffer. */
function transform(
  name: "winogradInput" | "winogradOutputGradient",
  buffer: Buffer,
  from: Argument,
  { down, across }: Tiles,
  to: Argument,
  slab: number,
): Instruction {
  const { pitch, pixel, shape } = buffer;
  const tiles = { down, across, channels: shape.channels };
  return instruction(name, { from, fromPitch: pitch, pixel, ...tiles, to, slab });
}

const PLACES_IN_TURN = Array.from({ length: PLACES }, (_, place) => place);

/**
 * One image's convolution.
 *
 * @param offset of the first pixel that the first output sees
 * @param weights address of the transformed kernel, [16, from channels, to channels]
 */
export function winograd(
  { arena, scratch }: Context,
  from: Buffer,
  to: Buffer,
  offset: readonly [number, number],
  weights: number,
  epilogue: Epilogue,
): Instruction[] {
  const [inputs, outputs] = [from.shape.channels, to.shape.channels];
  return tilesOf(to.shape, inputs, outputs).flatMap((tiles) => {
    const { row, down, count, seen, made } = tiles;
    const sums = plus(scratch, PLACES * seen);
    const aTable = evenTable(arena, count, inputs * 4);
    const cTable = evenTable(arena, count, outputs * 4);
    const first = pixelAt(from, row + offset[0], offset[1]);
    return [
      transform("winogradInput", from, first, tiles, scratch, seen),
      ...PLACES_IN_TURN.map((place) =>
        slabProduct({
          rows: count,
          a: plus(scratch, place * seen),
          aTable,
          slab: weights + place * inputs * outputs * 4,
          length: inputs,
          columns: outputs,
          c: plus(sums, place * made),
          cTable,
          accumulates: false,
        }),
      ),
      instruction("winogradOutput", {
        from: sums,
        slab: made,
        to: pixelAt(to, row, 0),
        toPitch: to.pitch,
        pixel: to.pixel,
        height: Math.min(TILE * down, to.shape.height - row),
        width: to.shape.width,
        channels: outputs,
        ...epilogue,
      }),
    ];
  });
}

/** Adds one image's weight gradient, transformed, to `sums`: [16, from channels, to channels]. */
export function winogradWeightGradient(
  { arena, scratch }: Context,
  from: Buffer,
  toGradient: Buffer,
  offset: readonly [number, number],
  sums: Argument,
): Instruction[] {
  const [inputs, outputs] = [from.shape.channels, toGradient.shape.channels];
  const aTable = evenTable(arena, inputs, 4);
  const cTable = evenTable(arena, inputs, outputs * 4);
  return tilesOf(toGradient.shape, inputs, outputs).flatMap((tiles) => {
    const { row, seen, made } = tiles;
    const gradients = plus(scratch, PLACES * seen);
    const first = pixelAt(from, row + offset[0], offset[1]);
    const firstGradient = pixelAt(toGradient, row, 0);
    return [
      transform("winogradInput", from, first, tiles, scratch, seen),
      transform("winogradOutputGradient", toGradient, firstGradient, tiles, gradients, made),
      ...PLACES_IN_TURN.map((place) =>
        slabGradient({
          from: tiles.pixels(plus(scratch, place * seen), inputs),
          gradient: tiles.pixels(plus(gradients, place * made), outputs),
          aTable,
          cTable,
          to: plus(sums, place * inputs * outputs * 4),
        }),
      ),
    ];
  });
}
