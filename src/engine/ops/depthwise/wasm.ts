/** Depthwise convolutions on the WASM device, and their gradients. */

import type { SampleShape } from "../../graph";
import { type PhaseTaps, phasesOf } from "../../taps";
import { type Buffer, NO_HALO } from "../../wasm/buffers";
import { gatherHalo, scatterHalo } from "../../wasm/halo";
import { type Context, ends, imageWise, type WasmKind } from "../../wasm/lower/context";
import { convolve, convolveGradient, epilogueOf, slabsAlone } from "../../wasm/lower/convolution";
import { pixelAt } from "../../wasm/lower/gather";
import { type Epilogue, PLAIN } from "../../wasm/lower/gemm";
import { rowFloats } from "../../wasm/lower/images";
import { type Instruction, instruction } from "../../wasm/program";
import { isTrained } from "../weights";
import { windowOf } from "../window";
import type {
  ChannelSumsOperation,
  DepthwiseGradient,
  DepthwiseOperation,
  RepeatChannelsOperation,
} from ".";

/** Taps of a kernel, in rows and columns; there may be none. */
interface Taps {
  readonly size: readonly [number, number];
  /** Pixels of the input from one to the next. */
  readonly step: readonly [number, number];
  /** The first one's row and column in the kernel, and from one to the next. */
  readonly first: readonly [number, number];
  readonly weightStep: readonly [number, number];
}

/** Outputs of one image that lie `stride` pixels apart, from a first one on. */
interface Outputs {
  readonly to: Buffer;
  readonly first: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly height: number;
  readonly width: number;
}

/** Taps of a square that slides over an image: as many down as across. */
const SQUARE = 3;
/**
 * Rows of outputs that go through all channels before the next do, and columns where pixels are 512
 * bytes or more: 28 × 28 × 128 numbers take 88 µs that way, 118 µs as a whole and 110 µs in whole rows.
 */
const TILE_ROWS = 4;
const TILE_COLUMNS = 14;
const WIDE_PIXEL = 512;

/** Columns of a tile: two at least, of which a square makes one from its first column on. */
function tileColumns(width: number, pixel: number): number {
  const columns = Math.ceil(width / Math.ceil(width / TILE_COLUMNS));
  return pixel < WIDE_PIXEL || width % columns === 1 ? width : columns;
}

/**
 * The kernels' arguments of those taps. Squares of 3 × 3 can slide where taps lie as far apart across as
 * outputs do, and an image is not too narrow.
 *
 * @param weights bytes from one row of the kernel's weights to the next, and from one of them to the next
 */
function tapArguments(
  { arena }: Context,
  from: Buffer,
  stride: readonly [number, number],
  { size, step, first, weightStep }: Taps,
  weights: readonly [number, number],
  outputs: SampleShape,
) {
  const slides = stride[1] === step[1] && outputs.width > 1;
  const squares = size.map((count) => (slides ? Math.floor(count / SQUARE) * SQUARE : 0));
  const nines: number[][] = [];
  const singles: number[][] = [];
  for (let i = 0; i < size[0]; i++) {
    for (let j = 0; j < size[1]; j++) {
      const place = [
        i * step[0] * from.pitch + j * step[1] * from.pixel,
        (first[0] + i * weightStep[0]) * weights[0] + (first[1] + j * weightStep[1]) * weights[1],
      ];
      if (i >= squares[0]! || j >= squares[1]!) singles.push(place);
      else if (i % SQUARE === 0 && j % SQUARE === 0) nines.push(place);
    }
  }
  return {
    xRow: stride[0] * from.pitch,
    xStep: stride[1] * from.pixel,
    taps: arena.words([...nines, ...singles].flat()),
    nines: nines.length,
    singles: singles.length,
    tapRow: step[0] * from.pitch,
    ...outputs,
    tileRows: TILE_ROWS,
    tileColumns: tileColumns(outputs.width, from.pixel),
  };
}

/** Sums over taps of `from`, of which the first output's begin at a pixel, and each next further on. */
function sums(
  context: Context,
  of: DepthwiseOperation,
  from: Buffer,
  at: readonly [number, number],
  stride: readonly [number, number],
  taps: Taps,
  outputs: Outputs,
  { bias, relu }: Epilogue,
): Instruction {
  const { to, first, height, width } = outputs;
  const { channels } = to.shape;
  const weights = context.weights(of.kernel);
  const zeros = context.arena.words(new Float32Array(channels));
  const steps = [of.kernelSize[1] * channels * 4, channels * 4] as const;
  // Windows smaller than their strides leave pixels without a tap: one of weight 0 makes them 0.
  const nothing = { taps: context.arena.words([0, zeros - weights]), singles: 1 };
  return instruction("depthwise", {
    ...tapArguments(context, from, stride, taps, steps, { height, width, channels }),
    ...(taps.size.includes(0) ? nothing : {}),
    x: pixelAt(from, at[0], at[1]),
    weights,
    weightRow: taps.weightStep[0] * steps[0],
    weightStep: taps.weightStep[1] * steps[1],
    bias: bias ?? zeros,
    y: pixelAt(to, first[0], first[1]),
    yRow: outputs.stride[0] * to.pitch,
    yStep: outputs.stride[1] * to.pixel,
    relu,
  });
}

export const depthwise: WasmKind<DepthwiseOperation> = {
  halo: (operation) => gatherHalo(windowOf(operation), operation.input, operation.output),
  lower(context, operation) {
    const { from, to } = ends(context, operation);
    const window = windowOf(operation);
    const { height, width } = to.shape;
    const product = sums(
      context,
      operation,
      from,
      window.offset,
      window.stride,
      { size: window.size, step: window.dilation, first: [0, 0], weightStep: [1, 1] },
      { to, first: [0, 0], stride: [1, 1], height, width },
      epilogueOf(context, operation),
    );
    return convolve(operation, [product], to);
  },
};

/** Each phase of the input's gradient takes some of the taps. */
function inputGradients(
  context: Context,
  of: DepthwiseOperation,
  gradient: Buffer,
  to: Buffer,
): Instruction[] {
  const window = windowOf(of);
  const { stride } = window;
  const { height, width } = to.shape;
  return phasesOf(window, 0).flatMap((row) =>
    phasesOf(window, 1).flatMap((column) => {
      const high = Math.ceil((height - row.phase) / stride[0]);
      const wide = Math.ceil((width - column.phase) / stride[1]);
      if (high <= 0 || wide <= 0) return [];
      return sums(
        context,
        of,
        gradient,
        [row.first, column.first],
        [1, 1],
        {
          size: [row.weights.length, column.weights.length],
          step: [row.step, column.step],
          first: [row.weights[0] ?? 0, column.weights[0] ?? 0],
          weightStep: [weightStep(row), weightStep(column)],
        },
        { to, first: [row.phase, column.phase], stride, height: high, width: wide },
        PLAIN,
      );
    }),
  );
}

/** From one tap's weight to the next one's: all of a phase are as far apart. */
function weightStep({ weights: [first, second] }: PhaseTaps): number {
  return first === undefined || second === undefined ? 0 : second - first;
}

export const depthwiseGradient: WasmKind<DepthwiseGradient> = {
  halo: ({ of }, slot) => (slot > 0 ? NO_HALO : scatterHalo(windowOf(of), of.output, of.input)),
  partialFloats: ({ of }) => (isTrained(of) ? of.kernel.size + (of.bias?.size ?? 0) : 0),
  lower(context, { inputs, result, of }) {
    const gradient = context.buffer(inputs[0]!);
    const input = context.buffer(inputs[1]!);
    const inputGradient = context.taken(result);
    const { offset, stride, dilation, size } = windowOf(of);
    const count = size[0] * size[1];
    const { channels } = gradient.shape;
    const steps = [size[1] * channels * 4, channels * 4] as const;
    const taps = { size, step: dilation, first: [0, 0], weightStep: [1, 1] } as const;
    return convolveGradient(context, of, gradient, {
      prepare: [],
      weightGradient: (to) => [
        instruction("depthwiseWeightGradient", {
          ...tapArguments(context, input, stride, taps, steps, gradient.shape),
          x: pixelAt(input, offset[0], offset[1]),
          dy: gradient.at,
          dyRow: gradient.pitch,
          dyStep: gradient.pixel,
          sums: to,
          sumRow: steps[0],
          sumStep: steps[1],
        }),
      ],
      inputGradient: inputGradient ? inputGradients(context, of, gradient, inputGradient) : [],
      slab: of.output.channels,
      sumSlabs: count,
      slabs: slabsAlone(count),
    });
  },
};

export const repeatChannels: WasmKind<RepeatChannelsOperation> = {
  lower(context, operation) {
    const { from, to } = ends(context, operation);
    return imageWise(
      instruction("repeatChannels", {
        from: from.at,
        fromPitch: from.pitch,
        to: to.at,
        toPitch: to.pitch,
        rows: from.shape.height,
        columns: rowFloats(from),
        times: operation.times,
      }),
    );
  },
};

export const channelSums: WasmKind<ChannelSumsOperation> = {
  lower(context, operation) {
    const { from, to } = ends(context, operation);
    return imageWise(
      instruction("channelSums", {
        from: from.at,
        fromPitch: from.pitch,
        to: to.at,
        toPitch: to.pitch,
        rows: to.shape.height,
        columns: rowFloats(to),
        times: operation.times,
      }),
    );
  },
};
