/** Convolutions as matrix products: gathering (strided), scattering (transposed), and their weights. */

import type { Window } from "../../taps";
import { phasesOf } from "../../taps";
import type { Arena } from "../arena";
import type { Buffer } from "../buffers";
import { SIZES } from "../instructions";
import { type Argument, type Instruction, instruction, plus } from "../program";
import {
  all,
  type Epilogue,
  offsetTable,
  PLAIN,
  type Product,
  panelsOf,
  product,
  tilesOf,
} from "./gemm";
import { slabGradient } from "./slabs";

/** One that adds to what is there. */
const ADDING = { ...PLAIN, accumulates: true, panelsOutside: false };

/** Offsets of `height` × `width` pixels that lie so many apart, from row `top` and column `left` on. */
export function pixelOffsets(
  buffer: Buffer,
  height: number,
  width: number,
  [down, across]: readonly [number, number] = [1, 1],
  top = 0,
  left = 0,
): number[] {
  const offsets: number[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      offsets.push((y * down + top) * buffer.pitch + (x * across + left) * buffer.pixel);
    }
  }
  return offsets;
}

/** Address of the pixel `rows` down and `columns` right of a buffer's first. */
export function pixelAt(buffer: Buffer, rows: number, columns: number): Argument {
  return plus(buffer.at, rows * buffer.pitch + columns * buffer.pixel);
}

/** What each of a convolution's products takes of a buffer, and where its sums go. */
interface TapProducts {
  readonly from: Buffer;
  /** Row and column of the first tap that the first row of sums takes. */
  readonly first: readonly [number, number];
  /** Rows and columns of taps, and pixels from one to the next. */
  readonly taps: readonly [number, number];
  readonly steps: readonly [number, number];
  /** Address of their weights, [rows, columns, from channels, to channels]. */
  readonly weights: number;
  readonly product: Pick<Product, "aTable" | "c" | "cTable" | "tiles" | "panels" | "columns">;
  readonly epilogue: Epilogue;
}

/**
 * Sums over taps: one product, in which the taps of a row follow each other in memory, or where
 * they do not, one for each row, which adds to those before.
 */
function overTaps(around: TapProducts): Instruction[] {
  const { from, first, taps, steps, weights, product: rest, epilogue } = around;
  const { channels } = from.shape;
  const slabBytes = channels * rest.columns * 4;
  const whole = { ...rest, aStep: 4, bStep: rest.columns * 4, panelsOutside: false };
  if (steps[1] === 1 || taps[1] <= 1 || taps[0] === 0) {
    const length = taps[1] * channels;
    return [
      product({
        ...whole,
        ...epilogue,
        a: pixelAt(from, first[0], first[1]),
        aPitch: steps[0] * from.pitch,
        b: weights,
        bPitch: taps[1] * slabBytes,
        length,
        runs: taps[0],
        accumulates: false,
      }),
    ];
  }
  return Array.from({ length: taps[0] }, (_, row) =>
    product({
      ...whole,
      bias: epilogue.bias,
      relu: epilogue.relu && row === taps[0] - 1,
      a: pixelAt(from, first[0] + row * steps[0], first[1]),
      aPitch: steps[1] * from.pixel,
      b: weights + row * taps[1] * slabBytes,
      bPitch: slabBytes,
      length: channels,
      runs: taps[1],
      accumulates: row > 0,
    }),
  );
}

/** One image's gathering convolution: weights are [size, size, from channels, to channels]. */
export function gather(
  arena: Arena,
  from: Buffer,
  to: Buffer,
  window: Window,
  weights: number,
  epilogue: Epilogue,
): Instruction[] {
  const { height, width, channels } = to.shape;
  return overTaps({
    from,
    first: window.offset,
    taps: window.size,
    steps: window.dilation,
    weights,
    product: {
      aTable: offsetTable(arena, pixelOffsets(from, height, width, window.stride)),
      c: to.at,
      cTable: offsetTable(arena, pixelOffsets(to, height, width)),
      tiles: all(tilesOf(height * width)),
      panels: all(panelsOf(channels)),
      columns: channels,
    },
    epilogue,
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
  const isPlain = [...window.stride, ...window.dilation].every((step) => step === 1);
  const fits = channels === 1 && isPlain && width >= SIZES.TO_ONE_COLUMNS;
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

/** Slabs of a scatter's phases, rows by columns, and room for them: [from, to] floats a slab. */
export function phaseWeights(arena: Arena, window: Window, slabFloats: number): PhaseWeights[] {
  const rows = phasesOf(window, 0);
  const columns = phasesOf(window, 1);
  return rows.flatMap((row) =>
    columns.map((column) => {
      const slabs = row.weights.flatMap((wy) =>
        column.weights.map((wx) => wy * window.size[1] + wx),
      );
      return { slabs, address: arena.allocate(slabs.length * slabFloats * 4) };
    }),
  );
}

/** One image's scattering convolution: x[i] · weights[w] goes to y[stride·i + offset + dilation·w]. */
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
  const columns = phasesOf(window, 1);
  return phasesOf(window, 0).flatMap((row) =>
    columns.flatMap((column) => {
      const high = Math.ceil((height - row.phase) / stride[0]);
      const wide = Math.ceil((width - column.phase) / stride[1]);
      if (high <= 0 || wide <= 0) return [];
      const cOffsets = pixelOffsets(to, high, wide, stride, row.phase, column.phase);
      return overTaps({
        from,
        first: [row.first, column.first],
        taps: [row.weights.length, column.weights.length],
        steps: [row.step, column.step],
        weights: weights[row.phase * stride[1] + column.phase]!.address,
        product: {
          aTable: offsetTable(arena, pixelOffsets(from, high, wide)),
          c: to.at,
          cTable: offsetTable(arena, cOffsets),
          tiles: all(tilesOf(high * wide)),
          panels: all(panelsOf(channels)),
          columns: channels,
        },
        epilogue,
      });
    }),
  );
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
  const taps = pixelOffsets(from, window.size[0], window.size[1], window.dilation);
  const offsets = taps.flatMap((tap) =>
    Array.from({ length: from.shape.channels }, (_, channel) => tap + channel * 4),
  );
  return product({
    a: pixelAt(from, window.offset[0], window.offset[1]),
    aTable: offsetTable(arena, offsets),
    aStep: window.stride[1] * from.pixel,
    aPitch: window.stride[0] * from.pitch,
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
 * Likewise without strides or dilation and for a single output channel, with the sides of the product changed:
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
        slabGradient({
          from,
          gradient: {
            at: pixelAt(toGradient, window.offset[0] + y, window.offset[1] + x),
            pixel: window.stride[1] * toGradient.pixel,
            pitch: window.stride[0] * toGradient.pitch,
            shape: { height, width, channels: filters },
          },
          aTable,
          cTable,
          to: plus(sums, (y * window.size[1] + x) * channels * filters * 4),
        }),
      );
    }
  }
  return instructions;
}
