/** Convolutions on the WASM device: plain, or folded with the doubling before them. */

import { Residual } from "../../residual";
import { foldedTaps } from "../../taps";
import { NO_HALO } from "../../wasm/buffers";
import { gatherHalo, scatterHalo } from "../../wasm/halo";
import { type Context, ends, type LoweredOperation, type WasmKind } from "../../wasm/lower/context";
import {
  convolve,
  convolveGradient,
  epilogueOf,
  slabsAlone,
  sumFloats,
  transposeSlabs,
} from "../../wasm/lower/convolution";
import {
  gather,
  gatherToOne,
  gatherToOneWeightGradient,
  gatherWeightGradient,
  type PhaseWeights,
  phaseWeights,
  scatter,
  scatterWeightGradient,
} from "../../wasm/lower/gather";
import { PLAIN } from "../../wasm/lower/gemm";
import { instruction, type Job, rangeJob } from "../../wasm/program";
import type { ConvGradient, ConvOperation } from ".";
import { convWindow, isScatter } from "./window";

/** The folded weights, which the gradient takes too. */
const FOLDED = new Residual<readonly PhaseWeights[]>();

/** For each weight of a folded window, the kernel slabs that it sums. */
function foldedSlabs([height, width]: readonly [number, number]): number[][] {
  return foldedTaps(height).flatMap((row) =>
    foldedTaps(width).map((column) =>
      row.taps.flatMap((y) => column.taps.map((x) => y * width + x)),
    ),
  );
}

/** Sums the kernel's slabs into the folded weights of each phase. */
function foldWeights(
  context: Context,
  operation: ConvOperation,
  weights: readonly PhaseWeights[],
): Job {
  const { arena } = context;
  const slab = operation.input.channels * operation.output.channels;
  const kernel = context.weights(operation.kernel);
  const folded = foldedSlabs(operation.kernelSize);
  const instructions = weights.flatMap((phase) =>
    phase.slabs.map((index, place) => {
      const sources = folded[index] ?? [];
      return instruction("sumSlabs", {
        to: phase.address + place * slab * 4,
        from: kernel,
        table: arena.words(sources.map((source) => source * slab * 4)),
        slabs: sources.length,
        floats: slab,
      });
    }),
  );
  return rangeJob(1, 1, ...instructions);
}

/** Addresses of slabs, from where they are to where the other order wants them. */
function slabPairs(weights: readonly PhaseWeights[], slabBytes: number, other: number) {
  return weights.flatMap((phase) =>
    phase.slabs.map((index, place) => ({
      inPhase: phase.address + place * slabBytes,
      inWindow: other + index * slabBytes,
    })),
  );
}

function slabBytesOf({ input, output }: ConvOperation): number {
  return input.channels * output.channels * 4;
}

export const conv: WasmKind<ConvOperation> = {
  halo: (operation) =>
    (isScatter(operation) ? scatterHalo : gatherHalo)(
      convWindow(operation),
      operation.input,
      operation.output,
    ),
  lower(context, operation) {
    const { arena } = context;
    const { from, to } = ends(context, operation);
    const window = convWindow(operation);
    const epilogue = epilogueOf(context, operation);
    if (operation.upsample === 2) {
      const weights = phaseWeights(arena, window, slabBytesOf(operation) / 4);
      FOLDED.keep(context, operation, weights);
      const products = scatter(arena, from, to, window, weights, epilogue);
      return convolve(operation, products, to, [[foldWeights(context, operation, weights)]]);
    }
    const kernel = context.weights(operation.kernel);
    const toOne = epilogue.relu ? null : gatherToOne(from, to, window, kernel, epilogue.bias);
    const product = toOne ?? gather(arena, from, to, window, kernel, epilogue);
    return convolve(operation, [product], to);
  },
};

function plainGradient(context: Context, { inputs, result, of }: ConvGradient): LoweredOperation {
  const { arena } = context;
  const gradient = context.buffer(inputs[0]!);
  const input = context.buffer(inputs[1]!);
  const inputGradient = context.taken(result);
  const window = convWindow(of);
  const count = window.size[0] * window.size[1];
  const [from, to] = [of.input.channels, of.output.channels];
  const weights = inputGradient ? phaseWeights(arena, window, from * to) : [];
  const pairs = slabPairs(weights, slabBytesOf(of), context.weights(of.kernel));
  const transposed = pairs.map(({ inPhase, inWindow }) => ({ from: inWindow, to: inPhase }));
  // With one output channel and many inputs, the other way round wastes no columns; it needs the
  // gradient's halo, which is there when the gradient goes on to the input.
  const turn = to === 1 && from > 1 && window.stride === 1 && inputGradient !== null;
  const weightGradientOf = turn ? gatherToOneWeightGradient : gatherWeightGradient;
  return convolveGradient(context, of, gradient, {
    prepare: inputGradient ? [[transposeSlabs(from, to, transposed)]] : [],
    weightGradient: (sums) => [weightGradientOf(arena, input, gradient, window, sums)],
    inputGradient: inputGradient
      ? scatter(arena, gradient, inputGradient, window, weights, PLAIN)
      : [],
    sumSlabs: count,
    slabs: slabsAlone(count),
  });
}

function foldedGradient(context: Context, { inputs, result, of }: ConvGradient): LoweredOperation {
  const { arena } = context;
  const gradient = context.buffer(inputs[0]!);
  const input = context.buffer(inputs[1]!);
  const inputGradient = context.taken(result);
  const window = convWindow(of);
  const count = window.size[0] * window.size[1];
  const slabBytes = slabBytesOf(of);
  const turned = inputGradient ? arena.allocate(count * slabBytes) : 0;
  const pairs = slabPairs(FOLDED.of(context, of), slabBytes, turned).map(
    ({ inPhase, inWindow }) => ({ from: inPhase, to: inWindow }),
  );
  // Once the weights are folded.
  const prepare = [[], [transposeSlabs(of.input.channels, of.output.channels, pairs)]];
  const folded = foldedSlabs(of.kernelSize);
  return convolveGradient(context, of, gradient, {
    prepare: inputGradient ? prepare : [],
    weightGradient: (sums) => scatterWeightGradient(arena, input, gradient, window, sums),
    inputGradient: inputGradient
      ? [gather(arena, gradient, inputGradient, window, turned, PLAIN)]
      : [],
    sumSlabs: count,
    slabs: Array.from({ length: of.kernelSize[0] * of.kernelSize[1] }, (_, slab) =>
      folded.flatMap((sources, index) => (sources.includes(slab) ? [index] : [])),
    ),
  });
}

export const convGradient: WasmKind<ConvGradient> = {
  halo: ({ of }, slot) =>
    slot > 0
      ? NO_HALO
      : (isScatter(of) ? gatherHalo : scatterHalo)(convWindow(of), of.output, of.input),
  partialFloats({ of }) {
    const [height, width] = convWindow(of).size;
    return sumFloats(of, height * width);
  },
  lower: (context, operation) =>
    (operation.of.upsample === 1 ? plainGradient : foldedGradient)(context, operation),
};
