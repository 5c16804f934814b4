/** Convolutions as matrix products: gathering (strided), scattering (transposed), and their weights. */

import type { Window } from "../../taps";
import { phasesOf } from "../../taps";
import type { Arena } from "../arena";
import type { Buffer } from "../buffers";
import { SIZES } from "../instructions";
import { type Argument, type Instruction, instruction, plus } from "../program";
import { all, type Epilogue, offsetTable, PLAIN, panelsOf, product, tilesOf } from "./gemm";

/** A product that starts afresh, rows by tiles: one fits in the cache with its weights. */
const AFRESH = { accumulates: false, panelsOutside: false };
/** One that adds to what is there. */
const ADDING = { ...PLAIN, accumulates: true, panelsOutside: false };

/** Offsets of every `step`-th pixel of `height` × `width`, from row `top` and column `left` on. */
function pixelOffsets(
  buffer: Buffer,
  height: number,
  width: number,
  step: number,
  top = 0,
  left = 0,
): number[] {
  const offsets: number[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      offsets.push((y * step + top) * buffer.pitch + (x * step + left) * buffer.pixel);
    }
  }
  return offsets;
}

/** Address of the pixel `rows` down and `columns` right of a buffer's first. */
function pixelAt(buffer: Buffer, rows: number, columns: number): Argument {
  return plus(buffer.at, rows * buffer.pitch + columns * buffer.pixel);
}

/** One image's gathering convolution: weights are [size, size, from channels, to channels]. */
export function gather(
  arena: Arena,
  from: Buffer,
  to: Buffer,
  window: Window,
  weights: number,
  epilogue: Epilogue,
): Instruction {
  const { height, width, channels } = to.shape;
  const length = window.size[1] * from.shape.channels;
  const aTable = offsetTable(arena, pixelOffsets(from, height, width, window.stride));
  const cTable = offsetTable(arena, pixelOffsets(to, height, width, 1));
  return product({
    a: pixelAt(from, window.offset[0], window.offset[1]),
    aTable,
    aStep: 4,
    aPitch: from.pitch,
    b: weights,
    bStep: channels * 4,
    bPitch: length * channels * 4,
    length,
    runs: window.size[0],
    c: to.at,
    cTable,
    tiles: all(tilesOf(height * width)),
    panels: all(panelsOf(channels)),
    columns: channels,
    ...epilogue,
    ...AFRESH,
  });
}

/** One image's gather to a single channel, where the kernel for that fits; null elsewhere. */
export function gatherToOne(
  from: Buffer,
  to: Buffer,
  window: Window,
  weights: number,
  bias: number | null,
): Instruction | null {
  const { height, width, channels } = to.shape;
  const fits = channels === 1 && window.stride === 1 && width >= SIZES.TO_ONE_COLUMNS;
  if (!fits || from.shape.channels % 4 !== 0) return null;
  const length = window.size[1] * from.shape.channels;
  return instruction("convToOne", {
    from: pixelAt(from, window.offset[0], window.offset[1]),
    fromPitch: from.pitch,
    pixel: from.pixel,
    weights,
    runs: window.size[0],
    length,
    to: to.at,
    toPitch: to.pitch,
    height,
    width,
    bias,
  });
}

/** Where the weights of one phase of a scatter lie among the [size, size] of its window. */
export interface PhaseWeights {
  /** Row-major indices into the window, in the order in which the product wants their slabs. */
  readonly slabs: readonly number[];
  /** Address of those slabs, one after another. */
  readonly address: number;
}

/** Slabs of a scatter's phases and room for them: stride² phases, [from, to] floats a slab. */
export function phaseWeights(arena: Arena, window: Window, slabFloats: number): PhaseWeights[] {
  const rows = phasesOf(window.stride, window.offset[0], window.size[0]);
  const columns = phasesOf(window.stride, window.offset[1], window.size[1]);
  return rows.flatMap((row) =>
    columns.map((column) => {
      const slabs = row.weights.flatMap((wy) =>
        column.weights.map((wx) => wy * window.size[1] + wx),
      );
      return { slabs, address: arena.allocate(slabs.length * slabFloats * 4) };
    }),
  );
}

/** One image's scattering convolution: x[i] · weights[w] is added to y[stride·i + offset + w]. */
export function scatter(
  arena: Arena,
  from: Buffer,
  to: Buffer,
  window: Window,
  weights: readonly PhaseWeights[],
  epilogue: Epilogue,
): Instruction[] {
  const { stride } = window;
  const { height, width, channels } = to.shape;
  const rows = phasesOf(stride, window.offset[0], window.size[0]);
  const columns = phasesOf(stride, window.offset[1], window.size[1]);
  const instructions: Instruction[] = [];
  for (const row of rows) {
    for (const column of columns) {
      const high = Math.ceil((height - row.phase) / stride);
      const wide = Math.ceil((width - column.phase) / stride);
      if (high <= 0 || wide <= 0) continue;
      const length = column.weights.length * from.shape.channels;
      const aTable = offsetTable(arena, pixelOffsets(from, high, wide, 1));
      const cOffsets = pixelOffsets(to, high, wide, stride, row.phase, column.phase);
      instructions.push(
        product({
          a: pixelAt(from, row.first, column.first),
          aTable,
          aStep: 4,
          aPitch: from.pitch,
          b: weights[row.phase * stride + column.phase]!.address,
          bStep: channels * 4,
          bPitch: length * channels * 4,
          length,
          runs: row.weights.length,
          c: to.at,
          cTable: offsetTable(arena, cOffsets),
          tiles: all(tilesOf(high * wide)),
          panels: all(panelsOf(channels)),
          columns: channels,
          ...epilogue,
          ...AFRESH,
        }),
      );
    }
  }
  return instructions;
}

/** Adds one image's weight gradient of a gather to `sums`: [size, size, from, to channels]. */
export function gatherWeightGradient(
  arena: Arena,
  from: Buffer,
  toGradient: Buffer,
  window: Window,
  sums: Argument,
): Instruction {
  const { height, width, channels } = toGradient.shape;
  const offsets: number[] = [];
  for (let y = 0; y < window.size[0]; y++) {
    for (let i = 0; i < window.size[1] * from.shape.channels; i++) {
      offsets.push(y * from.pitch + i * 4);
    }
  }
  return product({
    a: pixelAt(from, window.offset[0], window.offset[1]),
    aTable: offsetTable(arena, offsets),
    aStep: window.stride * from.pixel,
    aPitch: window.stride * from.pitch,
    b: toGradient.at,
    bStep: toGradient.pixel,
    bPitch: toGradient.pitch,
    length: width,
    runs: height,
    c: sums,
    cTable: offsetTable(
      arena,
      offsets.map((_, row) => row * channels * 4),
    ),
    tiles: all(tilesOf(offsets.length)),
    panels: all(panelsOf(channels)),
    columns: channels,
    ...ADDING,
  });
}

/**
 * Likewise for a stride of 1 and a single output channel, with the sides of the product changed:
 * rows are kernel pixels and columns input channels, so that no column is wasted. Reads the
 * gradient's halo.
 */
export function gatherToOneWeightGradient(
  arena: Arena,
  from: Buffer,
  toGradient: Buffer,
  window: Window,
  sums: Argument,
): Instruction {
  const { height, width, channels } = from.shape;
  const [rows, columns] = window.size;
  const offsets: number[] = [];
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      // From the last kernel pixel's gradient on, so that no offset is negative.
      offsets.push((rows - 1 - y) * toGradient.pitch + (columns - 1 - x) * toGradient.pixel);
    }
  }
  const cOffsets = offsets.map((_, row) => row * channels * 4);
  return product({
    a: pixelAt(toGradient, 1 - rows - window.offset[0], 1 - columns - window.offset[1]),
    aTable: offsetTable(arena, offsets),
    aStep: toGradient.pixel,
    aPitch: toGradient.pitch,
    b: from.at,
    bStep: from.pixel,
    bPitch: from.pitch,
    length: width,
    runs: height,
    c: sums,
    cTable: offsetTable(arena, cOffsets),
    tiles: all(tilesOf(offsets.length)),
    panels: all(panelsOf(channels)),
    columns: channels,
    ...ADDING,
  });
}

/** Adds one image's weight gradient of a scatter to `sums`, in the same order of axes. */
export function scatterWeightGradient(
  arena: Arena,
  from: Buffer,
  toGradient: Buffer,
  window: Window,
  sums: Argument,
): Instruction[] {
  const { height, width, channels } = from.shape;
  const filters = toGradient.shape.channels;
  const aTable = offsetTable(
    arena,
    Array.from({ length: channels }, (_, channel) => channel * 4),
  );
  const cTable = offsetTable(
    arena,
    Array.from({ length: channels }, (_, channel) => channel * filters * 4),
  );
  const instructions: Instruction[] = [];
  for (let y = 0; y < window.size[0]; y++) {
    for (let x = 0; x < window.size[1]; x++) {
      instructions.push(
        product({
          a: from.at,
          aTable,
          aStep: from.pixel,
          aPitch: from.pitch,
          b: pixelAt(toGradient, window.offset[0] + y, window.offset[1] + x),
          bStep: window.stride * toGradient.pixel,
          bPitch: window.stride * toGradient.pitch,
          length: width,
          runs: height,
          c: plus(sums, (y * window.size[1] + x) * channels * filters * 4),
          cTable,
          tiles: all(tilesOf(channels)),
          panels: all(panelsOf(filters)),
          columns: filters,
          ...ADDING,
        }),
      );
    }
  }
  return instructions;
}
